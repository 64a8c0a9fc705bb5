"""Runs every notebook and compares the text of its outputs with what is kept in it; `--write` keeps the new outputs."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"


class _Words(HTMLParser):
    """The text of a table or picture, one piece of text a line; where things stand and how they look is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._styles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._styles += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._styles -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._styles and data.strip():
            self.said.append(data.strip())


def words(html: str) -> str:
    """What a reader of the HTML reads."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "\n".join(reader.said)


def texts(notebook: Any) -> list[str]:
    """What each code cell says: its plain text, then the words of its tables and pictures as they are shown."""
    said = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        # A printed text may arrive in several pieces, cut anywhere.
        plain = "".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in outputs)
        shown = [words(o.get("data", {}).get("text/html", "")) for o in outputs]
        said.append(re.sub(r"[ \t]+$", "", "\n".join([plain, *shown]), flags=re.MULTILINE).strip("\n"))
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
