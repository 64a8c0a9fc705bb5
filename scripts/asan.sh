#!/usr/bin/env bash
# C++ tests and the Python door's tests under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

[ -e build/asan/build.ninja ] || cmake --preset asan -DPython_EXECUTABLE="$PWD/.venv/bin/python"
cmake --build --preset asan -j "${JOBS:-$(nproc)}"
ctest --preset asan -j "${JOBS:-$(nproc)}"

# The interpreter itself is not instrumented: the sanitizers' run-time library is loaded before it, and what the
# interpreter keeps until its end is no leak of ours.
compiler=$(sed -n 's/^CMAKE_CXX_COMPILER:[^=]*=//p' build/asan/CMakeCache.txt)
export LD_PRELOAD="$("$compiler" -print-file-name=libasan.so) $("$compiler" -print-file-name=libstdc++.so)"
export ASAN_OPTIONS=detect_leaks=0:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
export PYTHONPATH=$PWD/build/asan/python PYTHONDONTWRITEBYTECODE=1
python -m pytest tests/python/test_engine.py -p no:cacheprovider
