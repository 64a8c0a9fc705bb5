#!/usr/bin/env bash
# `pip install .` as somebody does it who has Python and a compiler only: an empty environment, build requirements from
# the package index, and headers from there even where the distribution has its own.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$PWD/build/pip-install
rm -rf "$place"
mkdir -p "$place"
.venv/bin/python -m venv "$place/venv"
"$place/venv/bin/python" -m pip install -q --upgrade pip
if ! "$place/venv/bin/python" -m pip install -v -Ccmake.define.BACKFIRE_HEADERS=python . >"$place/log" 2>&1; then
    tail -60 "$place/log" >&2
    exit 1
fi
[ "$(grep -c 'headers from .*site-packages' "$place/log")" -eq 3 ]
cd "$place"
venv/bin/backfire scenarios
venv/bin/backfire run corrective-callbacks >/dev/null
echo "pip install: headers from the package index, the question answered"
