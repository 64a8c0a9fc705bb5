#!/usr/bin/env bash
# One wheel as it would be published, from nothing but Python and a compiler: build requirements and headers come from the
# package index even where the distribution has its own; what it links to is put inside (auditwheel); its size is checked; it
# is installed in an empty environment and asked a question there. cibuildwheel does the same for every version of Python
# ([tool.cibuildwheel] in pyproject.toml).
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

place=$PWD/build/wheel-check
rm -rf "$place"
mkdir -p "$place"
if ! python -m pip wheel -v --no-deps -Ccmake.define.BACKFIRE_HEADERS=python -w "$place/plain" . >"$place/log" 2>&1; then
    tail -60 "$place/log" >&2
    exit 1
fi
[ "$(grep -c 'headers from .*site-packages' "$place/log")" -eq 3 ]
auditwheel repair -w "$place" "$place"/plain/backfire-*.whl >"$place/auditwheel.log" 2>&1 || {
    cat "$place/auditwheel.log" >&2
    exit 1
}
wheel=$(echo "$place"/backfire-*manylinux*.whl)
[ -f "$wheel" ]

python -m venv "$place/venv"
"$place/venv/bin/python" -m pip install -q "$wheel"
cd "$place"
venv/bin/backfire scenarios
venv/bin/backfire run corrective-callbacks --require 'behaviour.mistake_noticed.call_back < 0.02' >/dev/null

size=$(stat -c %s "$wheel")
echo "wheel: $(basename "$wheel"), $((size / 1000)) kB, answers in an empty environment"
[ "$size" -lt 5000000 ]
