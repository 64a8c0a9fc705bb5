"""Runs the examples of README.md and of the guide: Python blocks as they stand, console blocks with their output compared.

A ```console block holds commands after `$ ` and what they print (both streams); `...` stands for anything. The blocks of one
page run in order, in one empty folder, and a ```yaml, ```json or ```csv block with a `name=FILE` comment in its first line
before it writes that file there. Python blocks of a page share their names.
"""

import doctest
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

collect_ignore_glob = ["docs/*.py"]  # the site's own settings, read by Sphinx

_FENCE = re.compile(r"^```(?P<kind>\w+)(?: +name=(?P<name>\S+))?\n(?P<body>.*?)^```$", re.M | re.S)
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _enter(namespace: dict[str, Any]) -> None:
    namespace["_before"] = Path.cwd()
    namespace["_folder"] = tempfile.TemporaryDirectory(prefix="backfire-guide-")
    os.chdir(namespace["_folder"].name)


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_before"])
    namespace["_folder"].cleanup()


def _write(example: Example) -> None:
    name, body = example.parsed
    Path(name).write_text(body, encoding="utf-8")


def _run(example: Example) -> None:
    environment = os.environ | {"COLUMNS": "110", "NO_COLOR": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    for command, expected in example.parsed:
        done = subprocess.run(
            ["bash", "-c", command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
        )
        got = done.stdout
        if not doctest.OutputChecker().check_output(expected, got, _FLAGS):
            raise AssertionError(f"$ {command}\nexpected:\n{expected}\ngot:\n{got}")


def _parse(document: Document) -> Iterable[Region]:
    for match in _FENCE.finditer(document.text):
        if match["name"]:
            yield Region(match.start(), match.end(), (match["name"], match["body"]), _write)
        elif match["kind"] == "console":
            parts = re.split(r"^\$ ", match["body"], flags=re.M)[1:]
            pairs = []
            for part in parts:
                lines = part.splitlines(keepends=True)
                last = next(i for i, line in enumerate(lines) if not line.rstrip().endswith("\\"))
                pairs.append(("".join(lines[: last + 1]), "".join(lines[last + 1 :])))
            yield Region(match.start(), match.end(), pairs, _run)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=_FLAGS), _parse],
    patterns=["README.md", "docs/*.md"],
    setup=_enter,
    teardown=_leave,
).pytest()
