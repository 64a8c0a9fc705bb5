#!/usr/bin/env bash
# Installs the library into a folder of its own and builds a foreign project against it, which solves a document.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

prefix=$PWD/build/consumer/prefix
rm -rf build/consumer
[ -e build/release/build.ninja ] || cmake --preset release
cmake --build --preset release --target backfire -j "${JOBS:-$(nproc)}"
cmake --install build/release --prefix "$prefix" --component development >/dev/null
cmake -S tests/consumer -B build/consumer/build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix"
cmake --build build/consumer/build
build/consumer/build/consumer "${1:-python/backfire/scenarios/corrective-callbacks/scenario.json}"
