#!/usr/bin/env bash
# python/backfire/_core.pyi from the installed module; with --check, compares and fails when they differ.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
(cd "$made" && pybind11-stubgen --exit-code --numpy-array-use-type-var --enum-class-locations '.+:backfire._core' -o . backfire._core >log 2>&1) || {
    cat "$made/log" >&2
    exit 1
}
stub=$made/backfire/_core.pyi
{
    echo '# Made by `make stubs` from the compiled module; never edited by hand.'
    sed -E 's/[ \t]+$//; s/^(__version__: str) = .*/\1/' "$stub"
} | ruff format --quiet --stdin-filename python/backfire/_core.pyi - >"$made/_core.pyi"
if [ "${1:-}" = --check ]; then
    if ! diff -u python/backfire/_core.pyi "$made/_core.pyi"; then
        echo "python/backfire/_core.pyi is not what the module says: run make stubs" >&2
        exit 1
    fi
else
    cp "$made/_core.pyi" python/backfire/_core.pyi
fi
