"""The command line among locales, pipes, full disks, terminals and shells."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli_program import FREE, SHIPPED, called, program, written


@pytest.fixture
def chinese(tmp_path: Path, document: dict[str, Any]) -> str:
    document["title"] = "给客户回电，该不该扣分？"
    return written(tmp_path / "计划.json", document)


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "gbk"},
        {"PYTHONIOENCODING": "utf-8"},
    ],
    ids=["ascii", "C", "gbk", "utf-8"],
)
def test_chinese_survives_every_locale(env: dict[str, str], chinese: str) -> None:
    for words in (["check"], ["show", "--language", "zh"], ["run"], ["run", "--table", "kpis"]):
        ended_bytes = _bytes([words[0], chinese, *words[1:]], env)
        assert ended_bytes.returncode == 0, ended_bytes.stderr
    shown = _bytes(["run", chinese], env).stdout.splitlines()[0]
    encoding = env.get("PYTHONIOENCODING", "ascii")
    assert shown.decode(encoding) == (
        "给客户回电，该不该扣分？".encode(encoding, "backslashreplace").decode(encoding)
    )
    answer = _bytes(["show", chinese, "--json"], env).stdout
    assert json.loads(answer.decode(encoding))["sentences"][0]["text"] == "给客户回电，该不该扣分？"


def _bytes(words: list[str], env: dict[str, str]) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "backfire", *words]
    return subprocess.run(command, capture_output=True, env={**os.environ, **env}, timeout=60)


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m backfire run {SHIPPED} --json | head -c 10; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=os.environ, timeout=60)
    assert done.stdout.decode().endswith('{"version"0\n')
    assert done.stderr == b""


@pytest.mark.skipif(
    sys.platform != "linux", reason="/dev/full, a disk that is always full, is a device of Linux"
)
def test_a_full_disk_is_reported() -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "backfire", "schema"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=os.environ, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith(b"backfire: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_output_is_said_plainly(closed: str, tmp_path: Path) -> None:
    for words in (["run", SHIPPED], ["schema"], ["scenarios", "--json"]):
        command = f"{sys.executable} -m backfire {' '.join(words)} {closed}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, env=os.environ, timeout=60)
        assert done.returncode == (0 if closed == "2>&-" else 2), done.stderr
        if closed == ">&-":
            assert (
                done.stderr == b"backfire: standard output is closed, so that the answer has nowhere to go\n"
            )
    page = tmp_path / "page.html"
    command = (
        f"{sys.executable} -m backfire report {SHIPPED} --reform {FREE} --no-break-even -o {page} {closed}"
    )
    assert subprocess.run(["bash", "-c", command], env=os.environ, timeout=60).returncode == 0
    assert page.stat().st_size > 1000


def in_terminal(words: list[str], columns: int = 100, **env: str) -> str:
    """What ``backfire`` writes where a terminal reads its answer; a bar, on standard error, is not part of that."""
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), **env}
    environment.pop("CI", None)
    command = [sys.executable, "-m", "backfire", *words]
    with subprocess.Popen(
        command, stdout=slave, stderr=subprocess.DEVNULL, stdin=slave, env=environment
    ) as child:
        os.close(slave)
        out = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            out += part
    os.close(master)
    assert child.returncode == 0, out
    return out.decode()


def test_a_terminal_gets_a_laid_out_table_that_respects_no_color_and_width() -> None:
    words = ["run", SHIPPED, "--table", "kpis"]
    assert "\x1b[1m" in in_terminal(words)
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        plain = in_terminal(words, **env)
        assert "\x1b[3" not in plain
        assert "repair_rate" in plain
        assert "─" in plain
    narrow = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(words, columns=40))
    assert max(map(len, narrow.splitlines())) <= 40


def test_columns_stay_straight_around_full_width_text(tmp_path: Path, document: dict[str, Any]) -> None:
    from rich.cells import cell_len

    document["policy"]["kpis"]["时长"] = {"mean": "handle_time"}
    path = written(tmp_path / "plan.json", document)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(["run", path, "--table", "kpis"])).splitlines()
    rows = [line.rstrip("\r") for line in lines if line.strip()]
    assert len({cell_len(row) for row in rows}) == 1
    plain = program("run", path, "--table", "kpis").out.splitlines()
    assert len({cell_len(row) for row in plain}) == 1


def complete(shell_words: str) -> list[str]:
    """What bash offers after the given words, with the script that ``backfire completion bash`` prints."""
    script = f"""
source <({sys.executable} -m backfire completion bash)
backfire() {{ {sys.executable} -m backfire "$@"; }}
COMP_LINE='{shell_words}'; COMP_POINT=${{#COMP_LINE}}; COMP_TYPE=9; COMP_WORDBREAKS=' ='
COMP_WORDS=({shell_words} ''); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_python_argcomplete backfire
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, env=os.environ, timeout=60)
    return [word.strip() for word in done.stdout.decode().splitlines() if word.strip()]


def test_bash_completes_commands_scenarios_and_amounts() -> None:
    assert set(complete("backfire c")) == {"check", "compare", "completion"}
    assert SHIPPED in complete("backfire run corr")
    assert {"behaviour", "kpis"} <= set(complete(f"backfire run {SHIPPED} --table "))


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_of_their_own(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "completion", shell)
    assert code == 0
    assert "backfire" in out
    assert {"zsh": "compdef", "fish": "complete --command backfire"}[shell] in out
