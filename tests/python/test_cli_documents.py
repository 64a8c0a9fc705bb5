"""Documents on the command line: files, standard input, YAML, unreadable bytes, and `new`."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import backfire
from cli_program import SHIPPED, called, program, value


def test_every_problem_of_a_broken_document_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"backfire": 1,\n "titles": "x",\n "situations": {"a": {}}}', encoding="utf-8")
    for command in ("check", "run", "show", "graph"):
        ended = program(command, str(path))
        assert (ended.code, ended.out) == (2, "")
        lines = ended.err.splitlines()
        assert len(lines) == 4
        assert (
            f"{path}:2:2: error unknown_key at /titles: 'titles' is no key of a scenario (did you mean 'title'?)"
            in lines
        )
        assert sum(line.startswith(f"{path}:3:") for line in lines) == 1
    ended = program("check", str(path), "--json")
    assert ended.code == 2
    assert {d["code"] for d in json.loads(ended.out)["diagnostics"]} >= {"unknown_key", "missing_key"}
    assert len(ended.err.splitlines()) == 4


def test_standard_input_is_a_document(document: dict[str, Any]) -> None:
    text = json.dumps(document, ensure_ascii=False).encode()
    ended = program("run", "-", "--table", "kpis", "--csv", stdin=b"\xef\xbb\xbf" + text)
    assert ended.code == 0, ended.err
    assert ended.out == backfire.solve(backfire.scenario(SHIPPED)).kpis.to_csv()
    ended = program("check", "-", stdin=b'{"backfire": 2}')
    assert ended.code == 2
    assert any(line.startswith("<stdin>:1:14: error version at /backfire") for line in ended.err.splitlines())


def test_reforms_and_documents_may_be_yaml(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, document: dict[str, Any]
) -> None:
    reform = tmp_path / "reform.yaml"
    reform.write_text("# half the deduction\nscale: {rules.callback_deduction: 0.5}\n", encoding="utf-8")
    figure = "behaviour.mistake_noticed.call_back"
    scenario = backfire.scenario(SHIPPED)
    expected = backfire.solve(scenario, {"rules.callback_deduction.pay": -1}).value(figure)
    assert value(capsys, figure, SHIPPED, "--reform", str(reform)) == expected
    plan = tmp_path / "plan.yml"
    plan.write_text(scenario.to_yaml(), encoding="utf-8")
    assert json.loads(called(capsys, "check", str(plan), "--json")[1])["fingerprint"] == scenario.fingerprint
    ended = program("check", "-", stdin=plan.read_bytes())
    assert (ended.code, ended.out) == (0, "<stdin>: no errors, 0 warnings\n")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe{\x00", b"\x80abc", b"[1", b"null", b"\x00"])
def test_unreadable_bytes_are_bad_input(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    for words, stdin in [
        (("run", str(path)), b""),
        (("run", "-"), content),
        (("run", SHIPPED, "--reform", str(path)), b""),
    ]:
        ended = program(*words, stdin=stdin)
        assert (ended.code, ended.out) == (2, ""), ended.err
        assert ended.err.strip()
        assert "Traceback" not in ended.err


def test_an_unreadable_argument_is_bad_input() -> None:
    command = [sys.executable.encode(), b"-m", b"backfire", b"run", SHIPPED.encode(), b"--reform", b"a=\xff"]
    done = subprocess.run(command, capture_output=True, env=os.environ, timeout=60)
    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr


def test_check_says_so_where_there_is_nothing_to_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, "check", SHIPPED) == (0, f"{SHIPPED}: no errors, 0 warnings\n", "")
    code, out, _ = called(capsys, "check", SHIPPED, "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["diagnostics"] == []
    assert answer["fingerprint"] == backfire.scenario(SHIPPED).fingerprint
    assert (
        called(capsys, "check", SHIPPED, "--csv")[1]
        == "code,severity,message,pointer,file,line,column,hint\n"
    )


@pytest.mark.parametrize("end", ["json", "yaml", "yml"])
def test_a_new_document_checks_runs_and_is_never_written_over(
    end: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"my-plan.{end}"
    assert called(capsys, "new", f"my-plan.{end}")[0] == 0
    text = path.read_text(encoding="utf-8")
    assert f"backfire check my-plan.{end}" in text
    assert called(capsys, "check", f"my-plan.{end}") == (0, f"my-plan.{end}: no errors, 0 warnings\n", "")
    reform = re.search(r"--reform (\S+[^.\s])", text)
    assert reform is not None
    code, out, err = called(capsys, "compare", f"my-plan.{end}", "--reform", reform.group(1))
    assert (code, err) == (0, "")
    assert "one gains, the other loses" in out.lower()
    code, _, err = called(capsys, "new", f"my-plan.{end}")
    assert code == 2
    assert "is there already" in err
    assert path.read_text(encoding="utf-8") == text
    assert called(capsys, "new", f"copy.{end}", "--start", SHIPPED)[0] == 0
    assert backfire.load(tmp_path / f"copy.{end}") == backfire.scenario(SHIPPED)
    assert called(capsys, "new", SHIPPED)[0] == 0
    assert backfire.load(tmp_path / f"{SHIPPED}.json") == backfire.scenario(SHIPPED)


def test_the_two_first_documents_say_the_same() -> None:
    from importlib.resources import files

    from ruamel.yaml import YAML

    texts = {
        end: files("backfire.cli").joinpath(f"first.{end}").read_text(encoding="utf-8")
        for end in ("json", "yaml")
    }
    read = YAML(typ="safe").load(texts["yaml"])
    assert backfire.Scenario.from_dict(read).fingerprint == backfire.loads(texts["json"]).fingerprint
    assert read == {k: v for k, v in json.loads(texts["json"]).items() if not k.startswith("x-")}
    assert texts["yaml"].count("#") >= 15


def test_endings_in_capitals_mean_what_small_ones_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert called(capsys, "new", "PLAN.YAML")[0] == 0
    assert called(capsys, "check", "PLAN.YAML") == (0, "PLAN.YAML: no errors, 0 warnings\n", "")
    Path("reform.YML").write_text("rules.short_call_bonus.steps.0.1: 0\n", encoding="utf-8")
    code, out, _ = called(
        capsys, "compare", "PLAN.YAML", "--reform", "no bonus=reform.YML", "--table", "winners", "--csv"
    )
    assert code == 0
    assert "no bonus,all,all" in out
    assert "did you mean 'PLAN.YAML'" in called(capsys, "check", "PLAM.YAML")[2]
