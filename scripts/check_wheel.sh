#!/usr/bin/env bash
# One wheel as it would be published: built, made to carry what it links to (auditwheel), its size checked, installed in an
# empty environment without a compiler's help, and asked a question there. cibuildwheel does the same per Python version
# ([tool.cibuildwheel] in pyproject.toml).
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

place=$PWD/build/wheel-check
rm -rf "$place"
mkdir -p "$place"
python -m pip wheel -q --no-build-isolation --no-deps -Cbuild-dir=build/wheel -w "$place/plain" .
auditwheel repair -w "$place" "$place"/plain/backfire-*.whl >"$place/auditwheel.log" 2>&1 || {
    cat "$place/auditwheel.log" >&2
    exit 1
}
wheel=$(echo "$place"/backfire-*manylinux*.whl)
[ -f "$wheel" ]

python -m venv "$place/venv"
"$place/venv/bin/python" -m pip install -q "$wheel"
cd "$place"
venv/bin/backfire run corrective-callbacks --require 'behaviour.mistake_noticed.call_back < 0.02' >/dev/null
venv/bin/python -c 'import backfire; backfire.compare(backfire.scenario("corrective-callbacks"), {"off": {"disable": ["rules.callback_deduction"]}})'

size=$(stat -c %s "$wheel")
echo "wheel: $(basename "$wheel"), $((size / 1000)) kB, answers in an empty environment"
[ "$size" -lt 5000000 ]
