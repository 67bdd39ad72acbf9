#!/usr/bin/env bash
# Measures the parts that every request passes. Without arguments all of them; else as BenchmarkDotNet says: run.sh --filter '*Pick*'
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build bench/micro/Micro.csproj --configuration Release --disable-build-servers --verbosity quiet
(($# > 0)) || set -- --filter '*'
exec artifacts/bin/Micro/release/micro --artifacts artifacts/micro "$@"
