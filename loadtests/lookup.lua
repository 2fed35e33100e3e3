-- As f50.lua, but the caller sends no properties: the server has to ask the database for the person.
local path=os.getenv("PH_PATH") or "/flags/?v=2"; local tok=os.getenv("PH_TOKEN") or "phc_f50"; local reqs={}
function init(args)
  for i=0,999 do
    reqs[i]=wrk.format("POST",path,{["Content-Type"]="application/json"},string.format('{"api_key":"%s","distinct_id":"user-%d"}',tok,i))
  end
end
local n=0
function request() n=(n+1)%1000; return reqs[n] end
