"""Answers on the command line: reforms, JSON and CSV, requirements and their exit code."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import backfire
from backfire.cli._parser import COMPARISON_TABLES, SOLUTION_TABLES
from cli_program import FREE, SHIPPED, called, value, written


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
