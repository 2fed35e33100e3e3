# What run.sh starts, and ends again: a Postgres of its own, the server, and the floor.
pids=()

install_missing() {
  local sudo="" missing=()
  [ "$(id -u)" = 0 ] || sudo=sudo
  command -v wrk >/dev/null || missing+=(wrk)
  command -v curl >/dev/null || missing+=(curl)
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
  [ ${#missing[@]} = 0 ] && return
  $sudo apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q "${missing[@]}" >/dev/null
}

build() {
  local runtime=()
  [ "$(uname -m)" != x86_64 ] || runtime=(-r linux-x64)
  dotnet publish "$root/src/FlagsService" -c Release "${runtime[@]}" -o "$work/server" --nologo -v q -clp:ErrorsOnly
  for project in Floor OpenLoop; do dotnet publish "$here/$project" -c Release "${runtime[@]}" -o "$work/$project" --nologo -v q -clp:ErrorsOnly; done
}

free_port() { local port; while :; do port=$((20000 + RANDOM % 10000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port; return; }; done; }

as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }

start_postgres() {
  local bin; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  pg_port=$(free_port) pg_data=$work/pg
  mkdir "$pg_data"; chmod 755 "$work"
  [ "$(id -u)" != 0 ] || chown postgres "$pg_data"
  as_postgres "$bin/initdb" -D "$pg_data" -U postgres -A trust -E UTF8 --no-sync >/dev/null
  if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid=postgres --regid=postgres --clear-groups; else set --; fi
  "$@" "$bin/postgres" -D "$pg_data" -p "$pg_port" -h 127.0.0.1 -k "$pg_data" -F >"$work/postgres.log" 2>&1 &
  pids+=($!)
  until sql -c 'select 1' >/dev/null 2>&1; do sleep 0.1; done
  database="Host=127.0.0.1;Port=$pg_port;Username=postgres;Database=postgres"
}

sql() { psql -q -h 127.0.0.1 -p "$pg_port" -U postgres -d postgres "$@"; }

wait_for() { for _ in $(seq 200); do curl -sf -o /dev/null "$1" && return; sleep 0.1; done; echo "$1 does not answer" >&2; return 1; }

start_servers() {
  ours_port=$(free_port)
  ConnectionStrings__Postgres=$database ASPNETCORE_URLS=http://127.0.0.1:$ours_port FlagsService__RateLimiting__Definitions__FullPerMinute=100000000 FlagsService__RateLimiting__Definitions__ConditionalPerMinute=100000000 \
    dotnet "$work/server/FlagsService.dll" >"$work/ours.log" 2>&1 &
  ours_pid=$!; pids+=($ours_pid)
  wait_for "http://127.0.0.1:$ours_port/_readiness"
  sql -v flags="$(cat f50.json)" -f seed.sql

  # The floor sends what the server sent.
  mkdir -p "$work/answers"
  local size
  for size in 5 50 200 1000; do
    curl -sf "http://127.0.0.1:$ours_port/flags/?v=2" -H 'Content-Type: application/json' -o "$work/answers/f$size.json" \
      -d '{"token":"phc_f'$size'","distinct_id":"user-1","person_properties":{"email":"user1@example.com","country":"GB"}}'
  done
  curl -sf "http://127.0.0.1:$ours_port/flags/definitions?token=phc_f50" -H "$(credential)" -D "$work/definitions.head" -o "$work/answers/definitions.json"
  entity_tag=$(sed -n 's/^[Ee][Tt]ag: *//p' "$work/definitions.head" | tr -d '\r')

  floor_port=$(free_port)
  (cd "$work/answers" && ConnectionStrings__Postgres=$database ASPNETCORE_URLS=http://127.0.0.1:$floor_port exec dotnet "$work/Floor/Floor.dll" >"$work/floor.log" 2>&1) &
  floor_pid=$!; pids+=($floor_pid)
  wait_for "http://127.0.0.1:$floor_port/unchanged"
}

credential() { echo "Authorization: Bearer phs_loadtest_50_0123456789abcdef"; }

stop_all() {
  trap - EXIT
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
