#!/usr/bin/env bash
# Builds everything, runs every test and ends with "N passed, N failed". What is missing on a Debian machine is installed if the
# user is root. Arguments go to "dotnet test": ./test.sh --filter FullyQualifiedName~Simulator
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly results="$PWD/artifacts/test-results"

say() {
  printf '\n== %s\n' "$*"
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# The tools need a home to keep their caches in; a bare environment may have none.
provide_home() {
  if [[ -z "${HOME:-}" || ! -w "$HOME" ]]; then
    HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"
    [[ -n "$HOME" && -w "$HOME" ]] || HOME="$PWD/artifacts/home"
    mkdir -p "$HOME"
    export HOME
  fi
}

# Debian packages by the command that each of them brings.
install_missing() {
  local -A package_of=([node]=nodejs [npm]=npm [redis-server]=redis-server [curl]=curl)
  local command missing=()
  for command in "${!package_of[@]}"; do
    command -v "$command" >/dev/null || missing+=("${package_of[$command]}")
  done

  command -v dotnet >/dev/null || fail "dotnet is missing: install the .NET 10 SDK from https://dotnet.microsoft.com/download"
  ((${#missing[@]} > 0)) || return 0
  ((EUID == 0)) || fail "Some tools are missing: install them with 'sudo apt-get install ${missing[*]}', or run this as root."
  say "Installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # The tests start servers of their own; the package's service stays off where nothing uses it yet.
  apt-get update -qq
  RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_sdk_clients() {
  local folder=tests/SdkClients
  if [[ ! -e "$folder/node_modules/.ready" || "$folder/package.json" -nt "$folder/node_modules/.ready" ]]; then
    say "Installing the npm clients of the tests"
    (cd "$folder" && npm install --no-audit --no-fund --loglevel=error && touch node_modules/.ready)
  fi
}

# Adds up one attribute of the counters in the result files.
sum() {
  local total=0 count
  for count in $(grep -rho '<Counters [^>]*>' "$results" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n'); do
    total=$((total + count))
  done
  printf '%s' "$total"
}

provide_home
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if [[ "${CI:-}" == true ]]; then
  export NO_COLOR=1 MSBUILDTERMINALLOGGER=off
fi

install_missing
install_sdk_clients

say "Building"
# No build servers: they would outlive this run and keep its output open.
dotnet build ClaudeProxy.slnx --configuration Release --disable-build-servers --verbosity quiet || fail "The build failed; no test ran."

rm -rf "$results"
mkdir -p "$results"
broken=0
mapfile -t projects < <(grep -l '<IsTestProject>true' tests/*/*.csproj)
for project in "${projects[@]}"; do
  name="$(basename "$project" .csproj)"
  say "Testing $name"
  dotnet test "$project" --configuration Release --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" "$@" || broken=1
done

passed="$(sum passed)"
failed="$(sum failed)"
skipped=$(($(sum total) - $(sum executed)))
if ((passed + failed == 0)); then
  say "No test ran."
  broken=1
elif ((broken == 1 && failed == 0)); then
  say "A test run broke off before its end; see above."
fi

printf '\n%s passed, %s failed%s\n' "$passed" "$failed" "$( ((skipped == 0)) || printf ', %s skipped' "$skipped")"
((broken == 0 && failed == 0))
