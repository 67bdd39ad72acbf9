#!/usr/bin/env bash
# Puts the tables of a run together, with the goals beside them. Its argument is the folder of BenchmarkDotNet's reports.
set -euo pipefail

report() { echo "$folder/ClaudeProxy.Micro.$1-report-github.md"; }

# Name of the benchmarks, title, goal.
section() {
    printf '\n## %s\n\nGoal: %s.\n\n' "$2" "$3"
    grep '^|' "$(report "$1")" | sed 's/\*\*//g'
}

folder=$1
printf '# Results of the micro-benchmarks\n\n'
printf 'Written by `bench/micro/run.sh --write` on %s. What each row is, and how it is measured: [README.md](README.md).\n\n' "$(date -u +%Y-%m-%d)"
printf '```\n%s\n```\n' "$(sed -n '/^BenchmarkDotNet/,/^ *\[Host\]/p' "$(report PickBenchmarks)")"
printf '\nOn a machine that others use too, the same row may take up to twice as long in another run.\n'

section PickBenchmarks 'One choice of a load balancer' 'less than 100 ns among 16 accounts, nothing allocated'
section AffinityBenchmarks 'One choice of session_affinity among 16 accounts' 'less than 200 ns for a conversation that is cached somewhere, nothing allocated'
section SelectionBenchmarks 'A whole selection' \
    'less than 1 µs for 16 accounts, 10 µs for 1,000, 100 µs for 10,000; nothing allocated for an account. Guarded also goes to another thread and back'
section DecideBenchmarks 'One decision of a policy' 'less than 300 ns'
section UsageBenchmarks 'Tokens and prompt caches' \
    'less than 100 ns for an event that tells nothing, 2 µs for one that does, 200 ns to look a conversation up or to note it; nothing allocated for an event'
