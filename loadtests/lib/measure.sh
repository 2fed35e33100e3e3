# One measurement is one run of wrk against one of the two servers; each leaves a line in $work/runs.tsv:
# scenario, server, requests/s, p50 and p99 in us, CPU us/request, bytes allocated/request, resident MB.

# Server "ours" or "floor", scenario: the command line of wrk.
wrk_arguments() {
  local side=$1 scenario=$2 port size path
  [ "$side" = ours ] && port=$ours_port || port=$floor_port
  case $scenario in
    flags-*)
      size=${scenario#flags-} size=${size%-lookup}
      script=f50.lua; path=/answer/f$size
      case $scenario in *-lookup) script=lookup.lua; path=/lookup/f$size ;; esac
      [ "$side" = floor ] || path="/flags/?v=2"
      export PH_TOKEN=phc_f$size PH_PATH=$path
      arguments=(-s "$script" "http://127.0.0.1:$port") ;;
    definitions-*)
      path="/flags/definitions?token=phc_f50"
      arguments=(-H "$(credential)")
      [ "$scenario" = definitions-200 ] || arguments+=(-H "If-None-Match: $entity_tag")
      [ "$side" = ours ] || { [ "$scenario" = definitions-200 ] && path=/answer/definitions || path=/unchanged; }
      arguments+=("http://127.0.0.1:$port$path") ;;
    *) echo "unknown scenario $scenario" >&2; exit 1 ;;
  esac
}

cpu_ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }
allocated() { curl -sf "http://127.0.0.1:$1/metrics" | awk '$1 == "dotnet_gc_heap_total_allocated_total" { printf "%.0f", $2 }'; }
resident_kb() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$1/status"; }

measure() {
  local side=$1 scenario=$2 pid port before_ticks before_bytes ticks bytes
  [ "$side" = ours ] && { pid=$ours_pid port=$ours_port; } || { pid=$floor_pid port=$floor_port; }
  wrk_arguments "$side" "$scenario"
  before_bytes=$(allocated "$port") before_ticks=$(cpu_ticks "$pid")
  wrk -t1 -c"$connections" -d"${3}s" --latency "${arguments[@]}" >"$work/wrk.txt"
  ticks=$(($(cpu_ticks "$pid") - before_ticks)) bytes=$(($(allocated "$port") - before_bytes))
  if grep -q 'Non-2xx\|Socket errors' "$work/wrk.txt"; then grep 'Non-2xx\|Socket errors' "$work/wrk.txt" | sed "s/^/$scenario, $side: /" >&2; exit 1; fi
  [ "$4" = keep ] || return 0
  awk -v scenario="$scenario" -v side="$side" -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" -v bytes="$bytes" -v kb="$(resident_kb "$pid")" '
    function us(text) { return text ~ /us$/ ? text + 0 : text ~ /ms$/ ? text * 1000 : text * 1000000 }
    $1 == "50%" { p50 = us($2) } $1 == "99%" { p99 = us($2) } / requests in / { n = $1 } /^Requests\/sec/ { rps = $2 }
    END { printf "%s\t%s\t%.1f\t%.0f\t%.0f\t%.2f\t%.0f\t%.1f\n", scenario, side, rps, p50, p99, ticks * 1e6 / hz / n, bytes / n, kb / 1024 }' "$work/wrk.txt" >>"$work/runs.tsv"
}

compare() {
  local pair
  echo "$1 ..." >&2
  measure floor "$1" "$warmup" drop
  measure ours "$1" "$warmup" drop
  for pair in $(seq "$pairs"); do
    measure floor "$1" "$duration" keep
    measure ours "$1" "$duration" keep
  done
}

# Requests leave at fixed times whatever became of those before, and latency counts from the time a request should have left.
open_loop() {
  local side port path
  for side in floor ours floor ours; do
    [ "$side" = ours ] && { port=$ours_port path="flags/?v=2"; } || { port=$floor_port path=answer/f50; }
    printf '%s\t' "$side" >>"$work/open.tsv"
    dotnet "$work/OpenLoop/OpenLoop.dll" "http://127.0.0.1:$port/$path" phc_f50 "$1" "$duration" >>"$work/open.tsv"
  done
}

# From the start of a process to its first answer, the bare server's and ours in turn; ours with the embedded store that a first start left behind, holding the flags of f50.json. Then its memory under load.
measure_embedded() {
  local data=$work/embedded port token i pid
  mkdir "$data"; port=$(free_port)
  printf '{"version":1,"flags":%s}' "$(cat f50.json)" >"$data/flags.json"
  (cd "$data" && dotnet "$work/server/FlagsService.dll" import flags.json && dotnet "$work/server/FlagsService.dll" tokens show) >"$data/tokens" 2>&1
  token=$(grep -Eo 'phc_[0-9A-Za-z_-]+' "$data/tokens" | head -1)
  for i in 1 2 3 4 5; do
    first_answer floor "http://127.0.0.1:$port/metrics"
    first_answer ours "http://127.0.0.1:$port/flags/?v=2" -H 'Content-Type: application/json' -d "{\"token\":\"$token\",\"distinct_id\":\"u\"}"
  done
  (cd "$data" && ASPNETCORE_URLS=http://127.0.0.1:$port exec dotnet "$work/server/FlagsService.dll" >"$data/log" 2>&1) & pid=$!; pids+=($pid)
  wait_for "http://127.0.0.1:$port/_readiness"
  PH_TOKEN=$token PH_PATH="/flags/?v=2" wrk -t1 -c"$connections" -d"${duration}s" -s f50.lua "http://127.0.0.1:$port" >"$work/wrk.txt"
  resident_kb "$pid" >"$work/embedded.kb"
  kill $pid; wait $pid 2>/dev/null || true
}

first_answer() {
  local side=$1 start pid; shift
  start=$(date +%s%N)
  if [ "$side" = ours ]; then cd "$data"; else cd "$work/answers"; fi
  ConnectionStrings__Postgres=$([ "$side" = ours ] || echo "$database") ASPNETCORE_URLS=http://127.0.0.1:$port dotnet "$work/$([ "$side" = ours ] && echo server/FlagsService || echo Floor/Floor).dll" >"$data/log" 2>&1 & pid=$!
  cd "$here"
  for _ in $(seq 2000); do (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.005; done
  for _ in $(seq 200); do curl -sf -o /dev/null "$@" && break; done
  echo $((($(date +%s%N) - start) / 1000000)) >>"$work/startup.$side"
  kill $pid; wait $pid 2>/dev/null || true
}

report() {
  local model; model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
  echo "# $name"
  echo
  echo "$(git -C "$root" rev-parse --short HEAD), $(date -u +%Y-%m-%d\ %H:%M) UTC, $(nproc) x $model, .NET $(dotnet --version); wrk and Postgres share the machine with the server."
  echo "\`DURATION=$duration PAIRS=$pairs CONNECTIONS=$connections ./loadtests/run.sh $name\`. Each cell: server / floor, medians of $pairs; ratios: median (lowest to highest of the pairs)."
  echo
  awk -F'\t' -f lib/table.awk "$work/runs.tsv"
  if [ -s "$work/open.tsv" ]; then
    echo
    echo "Open loop, $rate requests/s of flags-50, latency from the time a request should have left (us):"
    echo
    echo "| | sent | failed | p50 | p90 | p99 | p99.9 | max |"
    echo "|---|---|---|---|---|---|---|---|"
    awk -F'\t' '{ printf "|"; for (i = 1; i <= NF; i++) printf " %s |", $i; print "" }' "$work/open.tsv"
  fi
  echo
  echo "From the start of the process to the first answer, ms: server with the embedded store $(sort -n "$work/startup.ours" | tr '\n' ' '); bare server $(sort -n "$work/startup.floor" | tr '\n' ' ')"
  echo
  echo "Resident with the embedded store and the flags of f50.json, after $connections connections for $duration s: $(($(cat "$work/embedded.kb") / 1024)) MB"
}
