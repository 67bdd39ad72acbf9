#!/usr/bin/env bash
# Measures the parts that every request passes. Without arguments all of them; else as BenchmarkDotNet says: run.sh --filter '*Pick*'.
# run.sh --write measures all of them, and writes RESULTS.md; further arguments are BenchmarkDotNet's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build bench/micro/Micro.csproj --configuration Release --disable-build-servers --verbosity quiet
is_written=false
if [[ ${1:-} == --write ]]; then
    is_written=true
    shift
    set -- --filter '*' "$@"
fi
(($# > 0)) || set -- --filter '*'
artifacts/bin/Micro/release/micro --artifacts artifacts/micro "$@"
if $is_written; then
    bench/micro/results.sh artifacts/micro/results > bench/micro/RESULTS.md
fi
