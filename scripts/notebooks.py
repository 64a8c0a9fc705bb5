"""Runs every notebook and compares the text of its outputs with what is kept in it; `--write` keeps the new outputs."""

import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"


def texts(notebook: Any) -> list[str]:
    """What each code cell says as plain text; pictures and tables are compared by the text that goes with them."""
    said = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        parts = [o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in outputs]
        said.append(re.sub(r"[ \t]+$", "", "".join(parts), flags=re.MULTILINE))
    return said


def run(path: Path, write: bool) -> list[str]:
    """Runs one notebook; what differs from the kept outputs, a line each. A failing cell raises."""
    kept = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    NotebookClient(
        fresh, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    if write:
        for cell in fresh.cells:
            cell.metadata.pop("execution", None)  # times of day
        fresh.metadata.get("language_info", {}).pop("version", None)
        nbformat.write(fresh, path)
        return []
    pairs = enumerate(zip(texts(kept), texts(fresh), strict=True), 1)
    return [f"{path.name}, cell {i}: kept {a!r}, now {b!r}" for i, (a, b) in pairs if a != b]


def main() -> int:
    write = "--write" in sys.argv[1:]
    paths = sorted(FOLDER.glob("*.ipynb"))
    if not paths:
        print(f"there are no notebooks in {FOLDER}", file=sys.stderr)
        return 1
    differences = [line for path in paths for line in run(path, write)]
    print(*differences, sep="\n", end="\n" if differences else "")
    print(f"{len(paths)} notebook{'s' * (len(paths) != 1)} {'kept' if write else 'run'}")
    return 1 if differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
