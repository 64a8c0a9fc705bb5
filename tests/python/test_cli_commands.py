"""The other commands: explain, break-even, report, show, graph, diff, schema, scenarios."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import backfire
from backfire.cli import main
from cli_program import FREE, SHIPPED, called, written
from pictured import large


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


def test_a_reform_without_a_name_is_called_so_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--language", "zh", "--reform", "rules.callback_deduction.pay=0"]
    assert main(["explain", "corrective-callbacks", "mistake_noticed.call_back", *arguments]) == 0
    said = capsys.readouterr().out
    assert "这一方案" in said
    assert "reform" not in said
