"""What `make demo` says while it works: each long step is named before it begins, a build tells how far it is to a terminal."""

import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
#: What stands for the build: it prints its steps as Ninja does, and ends as it is told.
BUILD = """#!/bin/sh
for step in 1 2 3; do echo "  [$step/3] Building CXX object"; sleep 0.5; done
exit {code}
"""


def sandbox(folder: Path, python: str) -> Path:
    """A source tree that holds the scripts, and a Python that is none."""
    for name in ("scripts", ".venv/bin", "cmake", "cpp", "bindings", "python"):
        (folder / name).mkdir(parents=True)
    for name in ("CMakeLists.txt", "pyproject.toml", "README.md", "LICENSE"):
        (folder / name).touch()
    for script in ("install.sh", "demo.sh"):
        (folder / "scripts" / script).write_bytes((SCRIPTS / script).read_bytes())
        (folder / "scripts" / script).chmod(0o755)
    (folder / ".venv/bin/python").write_text(python, encoding="utf-8")
    (folder / ".venv/bin/python").chmod(0o755)
    return folder


def on_a_terminal(command: list[str]) -> tuple[int, str]:
    """Exit code of a command and all that it shows a terminal."""
    mine, its = pty.openpty()
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, close_fds=True) as child:
        os.close(its)
        shown = b""
        while True:
            try:
                piece = os.read(mine, 4096)
            except OSError:  # how Linux says that the other side is gone
                piece = b""
            if not piece:
                break
            shown += piece
    os.close(mine)
    return child.returncode, shown.decode("utf-8")


def test_a_build_tells_a_terminal_how_far_it_is(tmp_path: Path) -> None:
    code, shown = on_a_terminal([str(sandbox(tmp_path, BUILD.format(code=0)) / "scripts/install.sh")])
    assert code == 0
    named, *steps = shown.split("\r\x1b[K")
    assert "Building backfire" in named
    assert any("/3]" in step for step in steps)
    assert steps[-1] == ""  # the line is taken away
    assert on_a_terminal([str(tmp_path / "scripts/install.sh")]) == (0, "")  # nothing changed since


def test_a_build_that_fails_says_so_and_a_file_sees_no_steps(tmp_path: Path) -> None:
    script = sandbox(tmp_path, BUILD.format(code=3)) / "scripts/install.sh"
    done = subprocess.run([str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "/3]" not in done.stdout + done.stderr
    assert done.stderr == "The build failed; all of it is in build/install.log\n"


@pytest.mark.slow
def test_the_demonstration_says_what_it_works_out_before_it_does(tmp_path: Path) -> None:
    python = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n'
    done = subprocess.run(
        [str(sandbox(tmp_path, python) / "scripts/demo.sh")], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.index("Working out what people would do") < done.stdout.index("Today’s rule backfires")
