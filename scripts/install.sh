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
printf '\033[1m%s\033[0m\n' "Building backfire (some minutes the first time; all output goes to build/install.log)"
log=build/install.log
mkdir -p build
started=$(mktemp)

# On a terminal, says how far the build is for as long as this script runs.
follow() {
    local step
    while kill -0 $$ 2>/dev/null; do
        step=$(grep -Eo '^ *\[[0-9]+/[0-9]+\]' "$log" 2>/dev/null | tail -1 || true)
        printf '\r\033[K  %s' "${step:-preparing}" >&2
        sleep 1
    done
}
follower=
end_line() {
    [ -n "$follower" ] || return 0
    kill "$follower" 2>/dev/null || true
    printf '\r\033[K' >&2
    follower=
}
trap end_line EXIT
: >"$log"
if [ -t 2 ]; then
    follow &
    follower=$!
fi

if ! python -m pip install --no-build-isolation --no-deps --force-reinstall -Cbuild-dir=build/wheel -v . >"$log" 2>&1; then
    end_line
    grep -E -B2 -A8 'error|Error' "$log" | head -60 >&2 || true
    echo "The build failed; all of it is in $log" >&2
    exit 1
fi
mv "$started" "$stamp" # what changed while it was building counts as changed
