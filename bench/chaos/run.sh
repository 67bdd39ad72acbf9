#!/usr/bin/env bash
# The chaos run: the same faults for claude-proxy, nginx and HAProxy, and one table. Options: see README.md beside this file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Debian packages, without starting their services: the run starts servers of its own.
missing=()
for tool in nginx haproxy; do
  [[ " $* " == *" --proxies "* ]] || command -v "$tool" >/dev/null || missing+=("$tool")
done
if ((${#missing[@]} > 0)); then
  ((EUID == 0)) || { echo "Install ${missing[*]}, or compare with none: --proxies claude-proxy" >&2; exit 1; }
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

ulimit -n "$(ulimit -Hn)"
dotnet build host/ClaudeProxy.Host.csproj --configuration Release --disable-build-servers --verbosity quiet
dotnet build bench/chaos/Chaos.csproj --configuration Release --disable-build-servers --verbosity quiet
exec artifacts/bin/Chaos/release/chaos --claude-proxy "$PWD/artifacts/bin/ClaudeProxy.Host/release/claude-proxy" "$@"
