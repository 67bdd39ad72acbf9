#!/usr/bin/env bash
# The simulated day: the same team and the same day for each balancer, and one table. Options: see README.md beside this file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build bench/day/Day.csproj --configuration Release --disable-build-servers --verbosity quiet -consoleLoggerParameters:NoSummary
exec artifacts/bin/Day/release/day "$@"
