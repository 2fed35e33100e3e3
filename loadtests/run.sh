#!/usr/bin/env bash
# Compares the server with the floor: a bare server with the same listener that answers bytes of the same size without computing them. The two take turns (A B A B), so that whatever
# else the machine does hits both. Prints a table and writes it to results/NAME.md.
#   ./loadtests/run.sh [NAME]
#   DURATION=4 PAIRS=5 WARMUP=3 CONNECTIONS=32 SCENARIOS="flags-50 definitions-304" RATE=2000
set -euo pipefail
cd "$(dirname "$0")"
name=${1:-local} here=$PWD root=$(cd .. && pwd)
duration=${DURATION:-4} pairs=${PAIRS:-5} warmup=${WARMUP:-3} connections=${CONNECTIONS:-32} rate=${RATE:-1000}
scenarios=${SCENARIOS:-flags-50 flags-50-lookup flags-5 flags-200 flags-1000 definitions-200 definitions-304}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ASPNETCORE_ENVIRONMENT=Production LC_ALL=C
work=$(mktemp -d)
. lib/servers.sh
. lib/measure.sh
trap stop_all EXIT

install_missing
build
start_postgres
start_servers
# shellcheck disable=SC2086
for scenario in $scenarios; do compare "$scenario"; done
if [ "$rate" != 0 ]; then open_loop "$rate"; fi
measure_embedded
mkdir -p results
report | tee "results/$name.md"
