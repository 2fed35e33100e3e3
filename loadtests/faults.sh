#!/usr/bin/env bash
# Breaks Redis, Postgres and object storage, one after the other and together, under clients that check every answer: 200 with the right values, or 503, within the deadline, and well again
# without a restart. Prints a table; fails on anything else. Starts stores of its own.
#   ./loadtests/faults.sh [CLIENTS] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build loadtests/Faults -c Release --nologo -v q -clp:ErrorsOnly >&2
exec dotnet run -c Release --no-build --project loadtests/Faults -- "${1:-50}" "${2:-8}"
