#!/usr/bin/env bash
# Runs every benchmark: C++ (benchmarks/bench_*.cpp), then Python (benchmarks/bench_*.py). --smoke runs each briefly.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 # one core for NumPy as for the engine

options=()
if [ "${1:-}" = --smoke ]; then
    options=(--benchmark_min_time=0.01)
    export BACKFIRE_BENCH_SMOKE=1
fi
scripts/setup.sh test
[ -e build/release/build.ninja ] || cmake --preset release
cmake --build --preset release -j "${JOBS:-$(nproc)}"
shopt -s nullglob
ran=0
for program in build/release/benchmarks/backfire_bench_*; do
    "$program" "${options[@]}"
    ran=$((ran + 1))
done
for script in benchmarks/bench_*.py; do
    printf '\n%s\n' "$script"
    python "$script"
    ran=$((ran + 1))
done
echo "$ran benchmark programs ran"
