"""The command line, called as a program and as a function: codes, streams, tables, requirements, languages."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import backfire
from backfire.cli import main
from backfire.cli._parser import COMPARISON_TABLES, SOLUTION_TABLES, make_parser
from pictured import large

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


@pytest.fixture
def document() -> dict[str, Any]:
    return backfire.scenario(SHIPPED).to_dict()


def written(path: Path, content: Any) -> str:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return str(path)


# --- help and usage --------------------------------------------------------------------------------------------------

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


# --- documents -------------------------------------------------------------------------------------------------------


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


# --- reforms ---------------------------------------------------------------------------------------------------------


def value(capsys: pytest.CaptureFixture[str], figure: str, *words: str) -> float:
    """A figure of ``run``, read from a requirement in its JSON."""
    _, out, _ = called(capsys, "run", *words, "--json", "--require", f"{figure} > 1e9")
    return float(json.loads(out)["requirements"][0]["value"])


def test_reform_flags_compose_in_their_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    figure = "behaviour.mistake_noticed.call_back"
    scenario = backfire.scenario(SHIPPED)
    file = written(tmp_path / "reform.json", {"scale": {"rules.callback_deduction": 0.5}})
    expected = backfire.solve(scenario, {"rules.callback_deduction.pay": 1.5}).value(figure)
    assert (
        value(capsys, figure, SHIPPED, "--reform", "rules.callback_deduction.pay = 3", "--reform", file)
        == expected
    )
    code, _, err = called(
        capsys, "run", SHIPPED, "--reform", FREE, "--reform", "rules.callback_deduction.pay=1"
    )
    assert code == 0
    assert "several reforms write policy.rules.callback_deduction.pay" in err.replace("/", ".").replace(
        "write rules", "write policy.rules"
    )


def test_semicolons_join_assignments_but_not_inside_texts(capsys: pytest.CaptureFixture[str]) -> None:
    reform = 'rules.callback_deduction.pay=0; rules.error_deduction.title="a;b=c"; rules.aht_bonus.steps=[[null,1],[300,0]]'
    code, out, err = called(capsys, "run", SHIPPED, "--reform", reform, "--json")
    assert code == 0, err
    same = backfire.scenario(SHIPPED).reformed(
        {
            "rules.callback_deduction.pay": 0,
            "rules.error_deduction.title": "a;b=c",
            "rules.aht_bonus.steps": [[None, 1], [300, 0]],
        }
    )
    assert json.loads(out)["fingerprint"] == same.fingerprint


def test_compare_has_one_column_for_each_reform(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path / "generous.json", {"rules.callback_deduction.pay": 2})
    words = ["compare", SHIPPED, "--reform", FREE, "--reform", f"paid={file}", "--reform", file, "--json"]
    code, out, err = called(capsys, *words)
    assert code == 0, err
    answer = json.loads(out)
    assert list(answer["reforms"]) == [FREE, "paid", "generous"]
    assert {row["reform"] for row in answer["values"]} == set(answer["reforms"])
    direct = backfire.compare(backfire.scenario(SHIPPED), {"paid": {"rules.callback_deduction.pay": 2}})
    assert [r for r in answer["winners"] if r["reform"] == "paid"] == direct.winners.to_dicts()


def test_problems_of_a_reform_name_the_reform(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "reform.json"
    path.write_text("{\n 'a'", encoding="utf-8")
    assert called(capsys, "run", SHIPPED, "--reform", str(path))[2].startswith(f"{path}:2:2: error syntax")
    words = ["--reform", "rules.x.pay=1", "--reform", "rules.callback_deduction.pay=x"]
    _, _, err = called(capsys, "compare", SHIPPED, *words)
    assert len(err.splitlines()) == 2
    assert "reform 'rules.x.pay=1'" in err
    assert "reform 'rules.callback_deduction.pay=x'" in err


# --- answers ---------------------------------------------------------------------------------------------------------


def test_json_holds_everything(capsys: pytest.CaptureFixture[str]) -> None:
    solution = backfire.solve(backfire.scenario(SHIPPED))
    answer = json.loads(called(capsys, "run", SHIPPED, "--json")[1])
    for name in SOLUTION_TABLES:
        assert answer[name] == getattr(solution, name).to_dicts()
    assert answer["fingerprint"] == solution.scenario.fingerprint
    assert answer["version"] == backfire.__version__
    assert answer["status"] == solution.status == "converged"
    assert answer["notes"] == []
    compared = json.loads(called(capsys, "compare", SHIPPED, "--reform", FREE, "--json")[1])
    assert set(compared) >= {"fingerprint", "version", "status", "notes", "reforms", *COMPARISON_TABLES}
    assert compared["reforms"][FREE]["status"] == "converged"


def test_a_figure_without_value_is_null_is_noted_and_meets_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, document: dict[str, Any]
) -> None:
    for action in ("from_memory", "look_up"):  # nobody makes mistakes: a share of them has no value
        document["situations"]["enquiry"]["actions"][action]["outcomes"]["wrong"]["chance"] = 0
    path = written(tmp_path / "plan.json", document)
    code, out, err = called(capsys, "run", path, "--json", "--require", "kpis.repair_rate != 3")
    assert code == 1
    answer = json.loads(out, parse_constant=lambda c: pytest.fail(f"{c} is no JSON"))
    assert [r["mean"] for r in answer["kpis"] if r["kpi"] == "repair_rate"] == [None] * 9
    assert answer["notes"]
    assert "requirement failed: kpis.repair_rate != 3; it has no value" in err
    assert answer["notes"][0]["message"] in err


@pytest.mark.parametrize("table", SOLUTION_TABLES)
def test_each_table_of_run_comes_out_as_csv(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "run", SHIPPED, "--csv", "--table", table)
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    direct = getattr(backfire.solve(backfire.scenario(SHIPPED)), table)
    assert len(rows) == len(direct)
    assert list(rows[0]) == direct.columns


def test_comma_separated_values_of_a_comparison_hold_the_table_that_was_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for table in COMPARISON_TABLES:
        _, out, _ = called(capsys, "compare", SHIPPED, "--reform", FREE, "--csv", "--table", table)
        direct = getattr(
            backfire.compare(backfire.scenario(SHIPPED), {FREE: {"rules.callback_deduction.pay": 0}}), table
        )
        assert out == direct.to_csv()


# --- requirements ----------------------------------------------------------------------------------------------------


def test_requirements_alone_end_with_1_and_name_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    met = [
        "--require",
        "kpis.aht < 330",
        "--require",
        "values.organisation<0",
        "--require",
        "kpis.aht@novice,day > 0",
    ]
    code, out, err = called(capsys, "run", SHIPPED, *met)
    assert (code, err) == (0, "")
    code, again, err = called(
        capsys, "run", SHIPPED, *met, "--require", "values.organisation >= 0", "--require", "kpis.aht<=300"
    )
    assert (code, again) == (1, out)
    assert err.splitlines() == [
        "requirement failed: values.organisation >= 0; it is -6499.25",
        f"requirement failed: kpis.aht<=300; it is {backfire.solve(backfire.scenario(SHIPPED)).value('kpis.aht'):.6g}",
    ]


@pytest.mark.parametrize(
    ("symbol", "met"),
    [("<", False), ("<=", True), (">", False), (">=", True), ("==", True), ("=", True), ("!=", False)],
)
def test_each_operator(symbol: str, met: bool, capsys: pytest.CaptureFixture[str]) -> None:
    exact = backfire.solve(backfire.scenario(SHIPPED)).value("kpis.aht")
    code, _, _ = called(capsys, "run", SHIPPED, "--require", f"kpis.aht {symbol} {exact!r}")
    assert code == (0 if met else 1)


def test_requirements_on_a_comparison_hold_under_every_reform(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", SHIPPED, "--reform", FREE, "--reform", "rules.callback_deduction.pay=-2"]
    code, _, err = called(capsys, *words, "--require", "behaviour.mistake_noticed.call_back > 0.5")
    assert code == 1
    assert len(err.splitlines()) == 1
    assert (
        "under rules.callback_deduction.pay=-2: behaviour.mistake_noticed.call_back > 0.5; it is 0.00950"
        in err
    )


# --- other commands --------------------------------------------------------------------------------------------------


def test_explain_says_why_and_hands_over_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    action = "mistake_noticed.call_back"
    why = backfire.explain(backfire.solve(backfire.scenario(SHIPPED)), action, segment="novice")
    assert called(capsys, "explain", SHIPPED, action, "--segment", "novice") == (0, why.text + "\n", "")
    assert (
        called(capsys, "explain", SHIPPED, action, "--segment", "novice", "--csv")[1] == why.ledger.to_csv()
    )
    answer = json.loads(called(capsys, "explain", SHIPPED, action, "--json", "--reform", FREE)[1])
    compared = backfire.compare(backfire.scenario(SHIPPED), {"r": {"rules.callback_deduction.pay": 0}})
    expected = backfire.explain(compared, "r", action)
    for table in ("ledger", "whole", "changes", "paths"):
        assert answer[table] == getattr(expected, table).to_dicts()
    assert answer["changes"]
    code, _, err = called(capsys, "explain", SHIPPED, "mistake_noticed.cal_back")
    assert code == 2
    assert "did you mean" in err


def test_break_even_finds_the_value_and_hands_over_the_curve(capsys: pytest.CaptureFixture[str]) -> None:
    path, figure = "rules.callback_deduction.pay", "behaviour.mistake_noticed.call_back"
    found = backfire.break_even(backfire.scenario(SHIPPED), path, of=figure, between=(-4, 4), target=0.5)
    words = ["break-even", SHIPPED, path, "--of", figure, "--between", "-4", "4", "--target", "0.5"]
    assert called(capsys, *words) == (0, found.text + "\n", "")
    answer = json.loads(called(capsys, *words, "--json")[1])
    assert answer["points"] == found.points
    assert answer["curve"] == found.curve.to_dicts()
    assert called(capsys, *words, "--csv")[1] == found.curve.to_csv()
    for bad in (["--target", "much"], ["--against", "rules.nothing.pay=1"]):
        code, out, err = called(capsys, *words[:-2], *bad)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
    assert called(capsys, "break-even", SHIPPED, "rules.x.pay", *words[3:])[0] == 2


def test_report_writes_a_page_or_prints_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "页.html"
    words = ["report", SHIPPED, "--reform", FREE, "--language", "zh", "--no-break-even"]
    code, out, err = called(capsys, *words, "-o", str(page))
    assert (code, err) == (0, "")
    assert str(page) in out
    text = page.read_text(encoding="utf-8")
    assert 'lang="zh' in text
    assert called(capsys, *words, "-o", "-")[1] == text
    assert called(capsys, *words, "-o", str(tmp_path / "none" / "page.html"))[0] == 2
    assert called(capsys, "report", SHIPPED, "-o", str(page))[0] == 2
    assert [p.name for p in tmp_path.iterdir()] == [page.name]


def test_show_says_the_document_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    code, english, _ = called(capsys, "show", SHIPPED)
    assert code == 0
    for part in (
        "Should calling a customer back to correct a mistake cost points?",
        "call the customer back: effort worth 3 CNY, handling time 150 s",
        "deduction for calling back: −2 points (−16 CNY) each time someone takes “the agent has noticed a mistake › call the customer back”",
        "300 CNY below 300 s; 0 CNY from 300 s on",
        "benchmark: ",
    ):
        assert part in english
    _, chinese, _ = called(capsys, "show", SHIPPED, "--language", "zh")
    assert "回电扣分：每次选择“员工发现自己答错了 › 回电纠正”，−2 分（合 −16 元）" in chinese
    rows = list(csv.DictReader(io.StringIO(called(capsys, "show", SHIPPED, "--csv")[1])))
    assert {row["section"] for row in rows} >= {
        "question",
        "situations",
        "kpis",
        "rules",
        "values",
        "people",
        "evidence",
    }


def test_show_lists_the_numbers_that_name_no_source(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, document: dict[str, Any]
) -> None:
    call_back = document["situations"]["mistake_noticed"]["actions"]["call_back"]
    document["evidence"] = {
        "situations": {"code": "O", "source": "a week at the desk"},
        "workforce.traits": {"code": "J"},
    }
    path = written(tmp_path / "plan.json", document)
    gaps = json.loads(called(capsys, "show", path, "--json")[1])["evidence_gaps"]
    assert call_back["effort"] == 3
    assert not [g for g in gaps if g.startswith(("situations", "workforce.traits", "policy"))]
    assert {"values.customer.uncorrected_error", "workforce.segments.novice.traits.care"} <= set(gaps)
    assert "values.organisation.payouts" not in gaps  # money is money
    _, out, _ = called(capsys, "show", path)
    assert f"  {len(gaps)} numbers name no source:\n    {gaps[0]}\n" in out
    assert "situations: observed: a week at the desk" in out


def test_graph_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    graph = backfire.graph(backfire.scenario(SHIPPED))
    answer = json.loads(called(capsys, "graph", SHIPPED, "--json")[1])
    assert answer == {"nodes": graph.nodes.to_dicts(), "edges": graph.edges.to_dicts()}
    assert called(capsys, "graph", SHIPPED, "--dot")[1] == graph.dot()
    assert called(capsys, "graph", SHIPPED, "--mermaid", "--language", "zh")[1] == graph.mermaid("zh")
    assert called(capsys, "graph", SHIPPED, "--table", "nodes", "--csv")[1] == graph.nodes.to_csv()
    assert called(capsys, "graph", SHIPPED, "--svg", "--language", "zh")[1] == graph.svg("zh") + "\n"


def test_a_graph_too_large_to_draw_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(tmp_path / "large.json", large(220).to_dict())
    code, out, err = called(capsys, "graph", path, "--svg")
    assert (code, out) == (2, "")
    assert err.startswith("backfire: the graph has ")


def test_diff_schema_and_scenarios(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, document: dict[str, Any]
) -> None:
    document["policy"]["rules"]["callback_deduction"]["pay"] = 5
    path = written(tmp_path / "plan.json", document)
    (row,) = json.loads(called(capsys, "diff", SHIPPED, path, "--json")[1])
    assert (row["before"], row["after"]) == ("-2", "5")
    assert called(capsys, "diff", path, path, "--json")[1] == "[]\n"
    assert json.loads(called(capsys, "schema")[1])["$schema"]
    rows = json.loads(called(capsys, "scenarios", "--json")[1])
    assert {
        "name": SHIPPED,
        "question": "Should calling a customer back to correct a mistake cost points?",
    } in rows


def test_every_shipped_scenario_asks_one_question_in_one_line() -> None:
    for row in backfire.scenarios():
        assert row["question"].endswith(("?", "？"))
        assert "\n" not in row["question"]
        assert len(row["question"]) < 120


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


# --- terminals, pipes, languages -------------------------------------------------------------------------------------


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


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_reported() -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "backfire", "schema"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=os.environ, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith(b"backfire: ")
    assert b"Traceback" not in done.stderr


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


def test_a_reform_without_a_name_is_called_so_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--language", "zh", "--reform", "rules.callback_deduction.pay=0"]
    assert main(["explain", "corrective-callbacks", "mistake_noticed.call_back", *arguments]) == 0
    said = capsys.readouterr().out
    assert "这一方案" in said
    assert "reform" not in said
