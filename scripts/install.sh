#!/usr/bin/env bash
# Builds the Python package and installs it into .venv; nothing happens when nothing has changed since.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

stamp=.venv/installed
if [ -e "$stamp" ] && [ -z "$(find CMakeLists.txt pyproject.toml README.md LICENSE cmake cpp bindings python \
    -newer "$stamp" -not -name '*.pyc' -not -name __pycache__ -print -quit)" ]; then
    exit 0
fi
printf '\033[1m%s\033[0m\n' "Building backfire (some minutes the first time)"
log=build/install.log
mkdir -p build
started=$(mktemp)
if ! python -m pip install --no-build-isolation --no-deps --force-reinstall -Cbuild-dir=build/wheel -v . >"$log" 2>&1; then
    grep -E -B2 -A8 'error|Error' "$log" | head -60 >&2 || true
    echo "The build failed; all of it is in $log" >&2
    exit 1
fi
mv "$started" "$stamp" # what changed while it was building counts as changed
