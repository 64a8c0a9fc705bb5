"""How tests call the command line: as a program of its own, and in this process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backfire.cli import main

SHIPPED = "corrective-callbacks"
FREE = "rules.callback_deduction.pay=0"


class Ended:
    """How a program ended."""

    def __init__(self, done: "subprocess.CompletedProcess[bytes]") -> None:
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()


def program(*words: str, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> Ended:
    """Runs ``backfire`` as a program of its own."""
    path = os.pathsep.join(
        str(Path(p).resolve()) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p
    )
    environment = {**os.environ, "PYTHONPATH": path, **env}
    command = [sys.executable, "-m", "backfire", *words]
    return Ended(
        subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env=environment, timeout=60)
    )


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Calls ``main`` in this process."""
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def written(path: Path, content: Any) -> str:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return str(path)


def value(capsys: pytest.CaptureFixture[str], figure: str, *words: str) -> float:
    """A figure of ``run``, read from a requirement in its JSON."""
    _, out, _ = called(capsys, "run", *words, "--json", "--require", f"{figure} > 1e9")
    return float(json.loads(out)["requirements"][0]["value"])
