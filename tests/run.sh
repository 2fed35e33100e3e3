#!/usr/bin/env bash
# Installs what is missing, builds, runs every test, and ends with the line "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

install() {
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo"
  $sudo apt-get install -y -q "$@" >/dev/null 2>&1 || { $sudo apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q "$@" >/dev/null; }
}

ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql
command -v redis-server >/dev/null || install redis-server

# posthog-node wants Node.js 20.20 or newer: the machine's, else the one that the npm registry carries.
is_new() { command -v node >/dev/null && [ "$(printf '%s\n20.20.0\n' "$(node --version | tr -d v)" | sort -V | head -1)" = 20.20.0 ]; }
command -v npm >/dev/null || install npm
if ! is_new; then
  npm install --silent --no-audit --no-fund --prefix .cache node@20 >/dev/null
  PATH="$PWD/.cache/node_modules/node/bin:$PATH"
  is_new || { echo "Node.js 20.20 or newer could not be installed"; exit 1; }
fi
npm ci --silent --no-audit --no-fund --prefix tests/Conformance/node || exit 1

dotnet build FlagsService.sln -c Release --nologo -v q -clp:ErrorsOnly || exit 1
log=$(mktemp)
dotnet test FlagsService.sln -c Release --no-build --nologo --logger "console;verbosity=minimal" 2>&1 | tee "$log" | grep -Ev '^\s*$|Test run for|VSTest version|Starting test execution|A total of'
status=${PIPESTATUS[0]}
sum() { grep -Eo "$1: +[0-9]+" "$log" | grep -Eo '[0-9]+' | awk '{n += $1} END {print n + 0}'; }
passed=$(sum Passed) failed=$(sum Failed)
rm -f "$log"
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$status" = 0 ] && [ "$failed" = 0 ]
