"""The command line's help and usage: examples that run, codes, what is near, defects."""

import re
from pathlib import Path
from typing import Any

import pytest

import backfire
from backfire._scenario import reform_of_assignments
from backfire.cli._input import named_reforms
from backfire.cli._parser import make_parser
from cli_program import FREE, SHIPPED, called, written

COMMANDS = next(a for a in make_parser()._actions if a.dest == "command").choices


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_has_examples_that_run(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = called(capsys, command, "--help")
    assert code == 0
    examples = re.findall(r"^  backfire (.*)$", out.split("example", 1)[1], re.MULTILINE)
    assert examples
    import shlex

    for example in examples:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        monkeypatch.chdir(folder)
        words = shlex.split(example.split(" >")[0])
        code, out, err = called(capsys, *words)
        assert code == 0, (example, err)
        assert out or list(folder.iterdir())


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nothing"],
        ["run"],
        ["run", SHIPPED, "--json", "--csv"],
        ["run", SHIPPED, "--tables"],
        ["run", SHIPPED, "--table", "winners"],
        ["run", "no-such-file.json"],
        ["run", "corrective-callback"],
        ["run", "."],
        ["run", SHIPPED, "--reform", "rules.nothing.pay=1"],
        ["run", SHIPPED, "--reform", "rules.callback_deduction.pay"],
        ["run", SHIPPED, "--reform", "=3"],
        ["run", SHIPPED, "--reform", "."],
        ["run", SHIPPED, "--reform", "missing.json"],
        ["run", SHIPPED, "--require", "values.organisation"],
        ["run", SHIPPED, "--require", "values.organisation >= much"],
        ["run", SHIPPED, "--require", "values.organisation >= nan"],
        ["run", SHIPPED, "--require", "values.nobody >= 0"],
        ["compare", SHIPPED],
        ["compare", SHIPPED, "--reform", "better=missing.json"],
        ["compare", SHIPPED, "--reform", FREE, "--reform", FREE],
        ["diff", "-", "-"],
        ["new", "plan.txt"],
        ["new", "plan.json", "--start", "nothing"],
        ["graph", SHIPPED, "--dot", "--json"],
        ["graph", SHIPPED, "--svg", "--mermaid"],
        ["show", SHIPPED, "--language", "fr"],
        ["completion", "dos"],
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_2_and_says_why_on_standard_error(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = called(capsys, *words)
    assert code == 2
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err


def test_near_names_are_offered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, document: dict[str, Any]
) -> None:
    written(tmp_path / "plan.json", document)
    _, _, err = called(capsys, "run", str(tmp_path / "plam.json"))
    assert f"did you mean '{tmp_path / 'plan.json'}'" in err
    _, _, err = called(capsys, "run", "corrective-callback")
    assert "did you mean 'corrective-callbacks'" in err
    _, _, err = called(capsys, "run", SHIPPED, "--require", "values.organization > 0")
    assert "did you mean 'organisation'" in err


BONUS_TOO = "rules.callback_deduction.pay=0; rules.error_deduction.pay=-2"


@pytest.mark.parametrize(
    ("text", "name", "written"),
    [
        (f"milder={FREE}", "milder", FREE),
        (f" pay 1.5 = {BONUS_TOO}", "pay 1.5", BONUS_TOO),
        (f"不扣分={FREE}", "不扣分", FREE),
        (f"name={FREE}", "name", FREE),
        (f"title={FREE}", "title", FREE),
        (BONUS_TOO, BONUS_TOO, BONUS_TOO),
        (f'title="{FREE}"', f'title="{FREE}"', f'title="{FREE}"'),
        ("rules.aht_bonus.title=a.b=c", "rules.aht_bonus.title=a.b=c", "rules.aht_bonus.title=a.b=c"),
        ("title=a=b", "title=a=b", "title=a=b"),
        ("period.contacts=900;title=a.b=c", "period.contacts=900;title=a.b=c", "period.contacts=900;title=a.b=c"),
    ],
)  # fmt: skip
def test_a_reform_may_have_a_name_before_what_it_writes(text: str, name: str, written: str) -> None:
    scenario = backfire.scenario(SHIPPED)
    ((called_so, reform),) = named_reforms([text]).items()
    assert called_so == name
    assert scenario.reformed(reform) == scenario.reformed(reform_of_assignments(written))


def test_a_named_reform_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("compare", SHIPPED, "--table", "values", "--csv", "--reform")
    named, plain = (called(capsys, *words, text)[1] for text in (f"milder={FREE}", FREE))
    assert named == plain.replace(f"{FREE},", "milder,")
    assert named.count("\nmilder,") > 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["compare", SHIPPED, "--reform", "milder"], "'milder' is neither a file nor PATH=VALUE"),
        (["compare", SHIPPED, "--reform", "milder=0"], "'milder' in 'milder=0' is no key of a document, and there is no file '0'"),
        (["run", SHIPPED, "--reform", "milder=x.json"], "'milder' in 'milder=x.json' is no key of a document, and there is no file 'x.json'"),
        (["run", SHIPPED, "--reform", f"milder={FREE}"], "there is no use for the name 'milder' here"),
        (["explain", SHIPPED, "enquiry.look_up", "--reform", f"name={FREE}"], "there is no use for the name 'name' here"),
        (["run", SHIPPED, "--reform", "."], "'.' is a folder"),
    ],
)  # fmt: skip
def test_what_is_no_reform_is_told_what_one_is(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = called(capsys, *words)
    assert code == 2
    forms = "a reform is FILE or PATH=VALUE[;PATH=VALUE]; compare and report take NAME= before either"
    assert err == f"backfire: {told}; {forms}\n"


def test_a_defect_is_one_line_and_neither_0_1_nor_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(backfire, "solve", broken)
    code, out, err = called(capsys, "run", SHIPPED)
    assert (code, out) == (70, "")
    assert re.fullmatch(
        r"backfire: a defect of backfire .*RuntimeError: two lines; please report it.*\n", err
    )


def test_an_option_of_several_commands_is_said_in_one_way() -> None:
    told: dict[str, set[str | None]] = {}
    for parser in COMMANDS.values():
        for action in parser._actions:
            told.setdefault("/".join(action.option_strings) or action.dest, set()).add(action.help)
    for flag in ("-h/--help", "document", "--csv", "--language", "--require", "--segment"):
        assert len(told[flag]) == 1, flag


@pytest.mark.parametrize("command", ["run", "compare", "explain", "report"])
def test_what_a_reform_leaves_unused_is_said(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = {
        "explain": ["call.stretch"],
        "report": ["--no-break-even", "-o", str(tmp_path / "page.html")],
    }.get(command, [])
    misspelt = ["--reform", "conditions.night.quue=0.2"]
    code, _, err = called(capsys, command, "utilisation-by-shift", *words, *misspelt)
    assert code == 0
    assert err.count("warning unused at /conditions/night/quue") == 1
    code, _, err = called(
        capsys, command, "utilisation-by-shift", *words, "--reform", "conditions.night.queue=0.2"
    )
    assert "unused" not in err
