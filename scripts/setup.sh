#!/usr/bin/env bash
# scripts/setup.sh run|test|browser: installs what is missing on Debian or Ubuntu and keeps the Python environment .venv.
#   run   a C++20 compiler, Python >= 3.11 and what `pip install .` needs
#   test  besides: the distribution's C++ libraries, GoogleTest, Google Benchmark, and the test and lint tools
#   browser  Python and the packages that drive a browser, Chromium, and fonts for Latin and Chinese text
# Says nothing and does nothing where all is there. PYTHON=... chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${1:-run}

say() { printf '\033[1m%s\033[0m\n' "$*"; }

python_fits() { # new enough, can make environments, has its headers
    "$1" - >/dev/null 2>&1 <<'PY'
import ensurepip, os, sys, sysconfig, venv
assert sys.version_info >= (3, 11) and os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
PY
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && python_fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

compiles_cxx20() {
    printf '#include <span>\n#include <concepts>\nint main() {}\n' |
        "${CXX:-c++}" -std=c++20 -x c++ -fsyntax-only - 2>/dev/null
}

has_header() {
    printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" |
        "${CXX:-c++}" -std=c++20 -I/usr/include/eigen3 -x c++ -fsyntax-only - 2>/dev/null
}

# --- system packages ---------------------------------------------------------------------------------------------
missing=()
compiles_cxx20 || missing+=(g++)
command -v make >/dev/null || missing+=(make)
find_python >/dev/null || missing+=(python3 python3-venv python3-dev)
if [ "$profile" = test ]; then
    command -v ccache >/dev/null || missing+=(ccache)
    has_header Eigen/Core || missing+=(libeigen3-dev)
    has_header boost/graph/adjacency_list.hpp || missing+=(libboost-dev)
    has_header nlohmann/json.hpp || missing+=(nlohmann-json3-dev)
    has_header gtest/gtest.h || missing+=(libgtest-dev)
    has_header benchmark/benchmark.h || missing+=(libbenchmark-dev)
fi
if [ "$profile" = browser ]; then
    command -v chromium >/dev/null || missing+=(chromium)
    has_font() { command -v fc-list >/dev/null && fc-list ":family=$1" | grep . >/dev/null; }
    has_font 'Liberation Sans' || missing+=(fonts-liberation)
    has_font 'Noto Sans CJK SC' || missing+=(fonts-noto-cjk)
fi
if [ ${#missing[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "backfire needs: ${missing[*]} (names of Debian packages); install them and try again." >&2
        exit 1
    fi
    root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "As root: apt-get install ${missing[*]}" >&2; exit 1; }
        root=(sudo)
    fi
    say "Installing ${missing[*]} with apt-get (may take some minutes)"
    mkdir -p build
    if ! { "${root[@]}" apt-get update -q && "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"; } >build/apt.log 2>&1; then
        tail -20 build/apt.log >&2
        echo "apt-get failed; all of its output is in build/apt.log" >&2
        exit 1
    fi
fi
if ! compiles_cxx20; then
    echo "The C++ compiler (${CXX:-c++}) does not know C++20: GCC 11, Clang 16 or newer is needed (CXX=... chooses one)." >&2
    exit 1
fi
if ! python=$(find_python); then
    echo "No Python >= 3.11 with its headers and venv was found (PYTHON=... chooses one)." >&2
    exit 1
fi

# --- .venv -------------------------------------------------------------------------------------------------------
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Making .venv with $python"
    rm -rf .venv
    "$python" -m venv .venv
fi
# Build requirements live in .venv, so that building again needs neither the network nor a new environment.
wanted=$(.venv/bin/python - "$profile" <<'PY'
import sys, tomllib

project = tomllib.load(open("pyproject.toml", "rb"))

def group(name):
    for entry in project["dependency-groups"][name]:
        yield from group(entry["include-group"]) if isinstance(entry, dict) else [entry]

wanted = ["pip>=25.1", "cmake>=3.23", "ninja", *project["build-system"]["requires"], *project["project"]["dependencies"]]
for extra in ("yaml", "sheets"):  # what the README shows first
    wanted += project["project"]["optional-dependencies"][extra]
if sys.argv[1] == "test":
    for name in ("test", "lint", "stubs", "docs", "wheel", "notebooks"):
        wanted += group(name)
if sys.argv[1] == "browser":
    wanted += group("browser")
print("\n".join(wanted))
PY
)
stamp=".venv/requirements-$profile.txt"
if [ "$wanted" != "$(cat "$stamp" 2>/dev/null)" ]; then
    say "Installing Python packages into .venv (may take some minutes)"
    printf '%s\n' "$wanted" >"$stamp.new"
    .venv/bin/python -m pip install -q --upgrade 'pip>=25.1'
    .venv/bin/python -m pip install -q -r "$stamp.new"
    mv "$stamp.new" "$stamp"
fi
