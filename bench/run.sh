#!/usr/bin/env bash
# How fast, how small: claude-proxy, nginx, HAProxy, Caddy and the bare floor under the same load, and one table. Options: see README.md beside this file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# Debian packages, without starting their services: the run starts servers of its own.
missing=()
for tool in nginx haproxy caddy gcc; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if ((${#missing[@]} > 0)); then
  ((EUID == 0)) || { echo "Install ${missing[*]}." >&2; exit 1; }
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]/#gcc/gcc libc6-dev}" >/dev/null
fi

# 8,000 streams are 16,000 sockets in a proxy.
ulimit -n "$(ulimit -Hn)"

native=artifacts/bench
mkdir -p "$native"
for program in upstream load start; do
  gcc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -o "$native/$program" "bench/speed/native/$program.c"
done
# As people run it: published, with what the project compiles ahead of time. --whole, if it comes first: together with the framework (docs/operating.md).
published=$native/claude-proxy how=()
if [[ ${1:-} == --whole ]]; then
  shift
  [[ " $* " != *" --write "* ]] || { echo "RESULTS.md is about the program as people run it; leave out --write, or --whole." >&2; exit 1; }
  published=$native/claude-proxy-whole how=(--self-contained -p:PublishReadyToRunComposite=true --artifacts-path artifacts/whole)
fi
dotnet publish host/ClaudeProxy.Host.csproj --configuration Release "${how[@]}" --output "$published" --disable-build-servers --verbosity quiet -nologo
dotnet publish bench/floor/Floor.csproj --configuration Release --output "$native/floor" --disable-build-servers --verbosity quiet -nologo
dotnet build bench/speed/Speed.csproj --configuration Release --disable-build-servers --verbosity quiet -nologo -consoleLoggerParameters:NoSummary
exec artifacts/bin/Speed/release/speed \
  --folder "$PWD/bench" \
  --native "$PWD/$native" \
  --claude-proxy "$PWD/$published/claude-proxy" \
  --floor "$PWD/$native/floor/floor" \
  "$@"
