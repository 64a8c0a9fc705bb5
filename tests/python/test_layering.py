"""Arrows between the layers point one way: every `#include` and import is held against a table."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC, PRIVATE, BINDINGS = ROOT / "cpp/include/backfire", ROOT / "cpp/src", ROOT / "bindings"

# What each layer may include besides itself; private and public headers follow the same arrows. `io` turns
# text into nodes of `core` and knows no model: reforms (`model`) and documents (`response`) are read with it.
ARROWS = {
    "core": set(),
    "io": {"core"},
    "model": {"core", "io"},
    "structure": {"core", "model"},
    "response": {"core", "model", "io", "structure"},
    "equilibrium": {"core", "model", "structure", "response"},
    "analysis": {"core", "model", "io", "structure", "response", "equilibrium"},
}
# Libraries, and the only places that may include them.
LIBRARIES = {
    "nlohmann": lambda file: file.parent == PRIVATE / "io",
    "boost": lambda file: PRIVATE in file.parents,
    "Eigen": lambda file: PRIVATE in file.parents,
    "pybind11": lambda file: file.parent == BINDINGS,
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(file):
    return [(match[1], match[2]) for match in INCLUDE.finditer(file.read_text(encoding="utf-8"))]


def cpp_files(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in {".hpp", ".cpp", ".inc"})


def name(file):
    return str(file.relative_to(ROOT))


def is_standard(header):
    return re.fullmatch(r"[a-z_0-9]+", header) is not None


def layer_of(header):
    """`io` for `backfire/io/json.hpp`, `io/embedded.hpp` and a file in cpp/src/io; None for anything else."""
    parts = [part for part in header.split("/")[:-1] if part != "backfire"]
    return parts[0] if parts and parts[0] in ARROWS else None


LAYERED = [
    (file, file.relative_to(PUBLIC).parts[0]) for file in cpp_files(PUBLIC) if file.parent != PUBLIC
] + [(file, file.relative_to(PRIVATE).parts[0]) for file in cpp_files(PRIVATE)]


def test_there_is_something_to_read():
    assert len(LAYERED) > 20
    assert {layer for _, layer in LAYERED} == set(ARROWS)


def test_the_table_has_no_loop():
    done = set()
    for layer, below in ARROWS.items():
        assert below <= done, f"{layer} stands before something it rests on"
        done.add(layer)


def test_layers_include_only_what_lies_below():
    wrong = [
        f"{name(file)} includes {header}"
        for file, layer in LAYERED
        for _, header in includes(file)
        if (other := layer_of(header)) is not None and other not in ARROWS[layer] | {layer}
    ]
    assert not wrong


def test_nobody_inside_includes_the_umbrella_header():
    assert not [
        name(file) for file, _ in LAYERED if any(h == "backfire/backfire.hpp" for _, h in includes(file))
    ]


@pytest.mark.parametrize("header", cpp_files(PUBLIC), ids=name)
def test_public_headers_include_the_standard_library_and_each_other_only(header):
    for kind, included in includes(header):
        assert kind == "<", f"write <{included}>"
        if included.startswith("backfire/"):
            assert (PUBLIC.parent / included).is_file()
        else:
            assert is_standard(included)
            assert included != "iostream", "it gives every file that includes it start-up work"


def test_the_umbrella_header_includes_every_public_header():
    included = {header for _, header in includes(PUBLIC / "backfire.hpp")}
    there = {str(h.relative_to(PUBLIC.parent)) for h in cpp_files(PUBLIC)} - {"backfire/backfire.hpp"}
    assert included >= there


def test_bindings_include_public_headers_only():
    beside = {file.name for file in cpp_files(BINDINGS)}
    wrong = [
        f"{name(file)} includes {header}"
        for file in cpp_files(BINDINGS)
        for kind, header in includes(file)
        if not (
            (kind == "<" and (is_standard(header) or header.startswith(("backfire/", "pybind11/"))))
            or (kind == "<" and header == "Python.h")
            or (kind == '"' and header in beside)
        )
    ]
    assert not wrong


def test_boost_graph_stands_in_one_private_header():
    users = {
        file
        for file in [*cpp_files(PRIVATE), *cpp_files(PUBLIC)]
        for _, h in includes(file)
        if h.startswith("boost/graph/")
    }
    assert len(users) == 1
    (user,) = users
    assert user.suffix == ".hpp"
    assert user.parent == PRIVATE / "structure"


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_stay_where_they_belong(library):
    users = [
        file
        for folder in (PUBLIC, PRIVATE, BINDINGS)
        for file in cpp_files(folder)
        if any(header.startswith(f"{library}/") for _, header in includes(file))
    ]
    assert users, f"nobody uses {library}: take it out of the build"
    assert not [name(file) for file in users if not LIBRARIES[library](file)]


def test_every_other_include_is_the_standard_library_or_ours():
    known = tuple(f"{library}/" for library in [*LIBRARIES, "backfire"])
    wrong = [
        f"{name(file)} includes {header}"
        for file, _ in LAYERED
        for kind, header in includes(file)
        if not (is_standard(header) or header.startswith(known))
        and not (kind == '"' and ((file.parent / header).is_file() or (PRIVATE / header).is_file()))
        and not (kind == "<" and header.endswith("intrin.h"))
    ]
    assert not wrong


# Compiled once per instruction set.
INNER_LOOPS = [
    "cpp/src/response/kernel.cpp",
    "cpp/src/response/kernel_slopes.cpp",
    "cpp/src/response/kernel_tile.cpp",
    "cpp/src/equilibrium/lane_period.cpp",
    "cpp/src/equilibrium/lane_walk.cpp",
]


@pytest.mark.parametrize("file", INNER_LOOPS)
def test_the_inner_loops_include_plain_headers_only(file: str):
    """They are compiled for newer processors too: inline functions would leak into other code."""
    kernel = ROOT / file
    allowed = {
        "algorithm",
        "array",
        "bit",
        "cmath",
        "cstddef",
        "cstdint",
        "cstring",
        "limits",
        "span",
        "immintrin.h",
    }
    for kind, header in includes(kernel):
        assert header in allowed or kind == '"', f"{file} includes {header}"


def test_the_list_of_sources_is_the_tree():
    listed = set(re.findall(r"\S+\.[ch]pp", (ROOT / "cpp/sources.cmake").read_text(encoding="utf-8")))
    there = {name(f) for f in [*PRIVATE.rglob("*.cpp"), *PUBLIC.rglob("*.hpp"), *BINDINGS.glob("*.cpp")]}
    assert listed == there - set(INNER_LOOPS)


def test_the_python_package_knows_no_compiled_code_but_core():
    """Standard library, numpy, itself; other packages only inside functions, so that they stay optional."""
    optional = {
        "IPython",  # asked only by the notebook that calls, which has it
        "anywidget",
        "argcomplete",
        "traitlets",
        "openpyxl",
        "ruamel",
        "pandas",
        "polars",
        "pyarrow",
        "rich",
    }
    for file in sorted((ROOT / "python/backfire").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        at_import = {id(node) for node in run_at_import(tree)}
        for node in ast.walk(tree):
            for module in imported(node):
                top = module.split(".")[0]
                where = f"{name(file)}:{node.lineno} imports {module}"
                if top == "backfire":
                    assert not re.search(r"\._core\w", module), where
                else:
                    assert top in sys.stdlib_module_names | {"numpy"} | optional, where
                    assert top not in optional or id(node) not in at_import, f"{where} outside a function"


def run_at_import(node):
    """Statements run when the module is imported: not those of functions nor of type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from run_at_import(child)


def imported(node):
    """Full names: `backfire._core` for `from . import _core`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = ".".join(part for part in ("backfire" if node.level else "", node.module or "") if part)
        return [f"{base}.{alias.name}" for alias in node.names]
    return []
