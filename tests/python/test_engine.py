"""The first door: the answers the design states, errors with places, round trips and the command line."""

import json
import math
import random
from pathlib import Path

import pytest

import backfire
import random_scenarios
from backfire.cli import main

OFF = {"disable": ["rules.callback_deduction"]}


def test_the_design_example_is_answered_as_stated() -> None:
    comparison = backfire.compare(backfire.scenario("corrective-callbacks"), {"off": OFF})
    before, after = comparison.baseline, comparison.reforms["off"]
    assert before.status == "converged"
    assert before.probability("mistake_noticed.call_back") == pytest.approx(0.01, abs=0.005)
    assert after.probability("mistake_noticed.call_back") == pytest.approx(0.71, abs=0.005)
    assert before.value("measures.repeat_contact") == pytest.approx(0.0525, abs=5e-5)
    assert after.value("measures.repeat_contact") == pytest.approx(0.0435, abs=5e-5)
    gain = after.value("values.organisation") - before.value("values.organisation")
    assert gain == pytest.approx(257, abs=0.5)
    (row,) = after.values.where(party="organisation", segment="all", condition="all")
    assert after.value("work.organisation") == row["work"]
    assert after.value("values.organisation") == row["money"]


def test_an_empty_reform_changes_nothing_exactly() -> None:
    comparison = backfire.compare(backfire.scenario("corrective-callbacks"), {"nothing": {}})
    for table in ("behaviour", "measures", "kpis", "payouts", "values", "prices"):
        for row in getattr(comparison, table):
            assert (row["delta"], row["mechanical"], row["behavioural"]) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_every_delta_splits_and_the_order_of_names_changes_nothing(seed: int) -> None:
    document = random_scenarios.random_scenario(seed)
    scenario = backfire.Scenario.from_dict(document)
    assert backfire.loads(scenario.to_json()) == scenario

    def shuffled(value: object) -> object:
        if isinstance(value, dict):
            members = list(value.items())
            random.Random(seed).shuffle(members)
            return {k: shuffled(v) for k, v in members}
        return [shuffled(v) for v in value] if isinstance(value, list) else value

    other = backfire.Scenario.from_dict(shuffled(document))
    assert other.fingerprint == scenario.fingerprint
    one, two = backfire.solve(scenario), backfire.solve(other)
    keys = ("segment", "condition", "situation", "action")
    numbers = {tuple(r[k] for k in keys): r["probability"] for r in one.behaviour}
    assert numbers == {tuple(r[k] for k in keys): r["probability"] for r in two.behaviour}


def test_repair_falls_with_the_deduction_and_rises_with_a_reward() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    shares = [
        backfire.solve(scenario, {"rules.callback_deduction.pay": pay}).probability(
            "mistake_noticed.call_back"
        )
        for pay in (-4, -2, -1, 0, 1, 2)
    ]
    assert shares == sorted(shares)
    assert shares[0] < 0.01 < 0.7 < shares[3] < shares[-1]


#: Codes whose examples are texts rather than reforms, and those that take a file or a text too long to write down.
TEXTS = ("duplicate_key", "number_range", "syntax")
LARGE = ("file_reference", "too_deep", "too_large", "too_many")


@pytest.mark.parametrize(
    ("code", "example"), [(c, e) for c, _, e in backfire.diagnostic_codes() if c not in (*LARGE, "encoding")]
)
def test_every_code_is_triggered_by_its_example(code: str, example: bytes) -> None:
    text = example.decode("utf-8")
    scenario = backfire.scenario("corrective-callbacks")
    try:
        found = (backfire.loads(text) if code in TEXTS else scenario.reformed(json.loads(text))).diagnostics
    except backfire.ScenarioError as error:
        found = error.diagnostics
    assert code in [d.code for d in found], found


def test_every_limit_refuses(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text('{"backfire": 1, "policy": {"file": "../policy.json"}}', encoding="utf-8")
    not_text = tmp_path / "not-text.json"
    not_text.write_bytes(b'{"name": "\xff"}')
    attempts = {
        "file_reference": lambda: backfire.load(outside),
        "encoding": lambda: backfire.load(not_text),
        "too_deep": lambda: backfire.loads("[" * 100 + "]" * 100),
        "too_large": lambda: backfire.loads('"' + "x" * 9_000_000 + '"'),
        "too_many": lambda: backfire.loads("[" + "0," * 500_000 + "0]"),
    }
    for code, attempt in attempts.items():
        with pytest.raises(backfire.ScenarioError) as caught:
            attempt()
        assert code in [d.code for d in caught.value.diagnostics]


def test_all_problems_come_at_once_with_places_and_near_names() -> None:
    document = backfire.scenario("corrective-callbacks").to_dict()
    document["policy"]["rules"]["error_deduction"]["seen_by"] = "qaa"
    document["situations"]["left_wrong"]["outcomes"]["calls_again"]["opens"] = "enquiry"
    document["period"]["dayz"] = 3
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.loads(json.dumps(document, indent=1))
    found = {d.code: d for d in caught.value.diagnostics}
    assert found["unknown_name"].pointer == "/policy/rules/error_deduction/seen_by"
    assert "qa" in found["unknown_name"].hint
    assert "enquiry → error_made → left_wrong → enquiry" in found["cycle"].message.replace(
        "mistake_noticed → ", ""
    )
    assert found["unknown_key"].line > 0
    assert isinstance(caught.value, ValueError)


def test_a_chance_out_of_range_names_the_agent() -> None:
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.scenario("corrective-callbacks").reformed(
            {"situations.enquiry.actions.look_up.outcomes.wrong.chance.knowledge": -0.3}
        )
    assert "seasoned" in str(caught.value)
    assert "knowledge 0.88" in str(caught.value)


def test_tables_cross_as_rows_and_csv() -> None:
    table = backfire.solve(backfire.scenario("corrective-callbacks")).kpis
    assert table.columns == ["segment", "condition", "kpi", "unit", "mean", "sd"]
    assert all(math.isfinite(r["mean"]) for r in table)
    assert table.to_csv().splitlines()[0] == "segment,condition,kpi,unit,mean,sd"


def test_the_graph_leads_from_an_action_to_the_payouts_it_moves() -> None:
    graph = backfire.graph(backfire.scenario("corrective-callbacks"))
    assert set(graph.payouts_moved_by("mistake_noticed.call_back")) == {"callback_deduction", "aht_bonus"}
    path = [
        "action:mistake_noticed.call_back",
        "rule:callback_deduction",
        "account:payouts",
        "value:organisation",
    ]
    assert path in graph.paths("mistake_noticed.call_back", "value:organisation")
    assert graph.evaluation_order[0] == "enquiry"


def test_exit_codes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["run", "corrective-callbacks", "--require", "values.customer < 0"]) == 0
    assert main(["run", "corrective-callbacks", "--require", "values.customer >= 0"]) == 1
    assert "requirement failed" in capsys.readouterr().err
    assert main(["run", "corrective-callback"]) == 2
    assert "corrective-callbacks" in capsys.readouterr().err
    broken = tmp_path / "broken.json"
    broken.write_text('{"backfire": 1,', encoding="utf-8")
    assert main(["check", str(broken)]) == 2
    assert "line 1" in capsys.readouterr().err
    assert (
        main(["compare", "corrective-callbacks", "--reform", "rules.callback_deduction.pay=0", "--csv"]) == 0
    )
    assert capsys.readouterr().out.startswith(
        "reform,segment,condition,situation,action,figure,baseline,value"
    )


def test_prices_that_are_no_numbers_are_refused_together() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    with pytest.raises(backfire.ScenarioError) as refused:
        backfire.respond(scenario, {"handle_time": math.nan, "complaint": math.inf})
    assert [d.code for d in refused.value.diagnostics] == ["out_of_range"] * 2
    assert "handle_time" in str(refused.value)
    assert "complaint" in str(refused.value)


@pytest.mark.parametrize("draw", ["dot", "mermaid"])
def test_a_graph_is_told_in_languages_there_are(draw: str) -> None:
    graph = backfire.graph(backfire.scenario("corrective-callbacks"))
    with pytest.raises(ValueError, match="there are en, zh"):
        getattr(graph, draw)("fr")


def test_a_whole_scenario_is_compared_like_a_reform() -> None:
    today, other = backfire.scenario("corrective-callbacks"), backfire.scenario("forbidden-word")
    assert today.reformed(today.edits_to(other)) == other
    plan = today.reformed({"rules.callback_deduction.pay": 0})
    as_plan = backfire.compare(today, {"plan": plan})
    as_reform = backfire.compare(today, {"plan": {"rules.callback_deduction.pay": 0}})
    assert as_plan.values.to_csv() == as_reform.values.to_csv()
    assert as_plan.behaviour.to_csv() == as_reform.behaviour.to_csv()
    nothing = backfire.compare(today, {"same": today})
    assert all(row["delta"] == 0 for row in nothing.behaviour)


def test_a_solved_baseline_is_not_solved_again() -> None:
    today = backfire.solve(backfire.scenario("corrective-callbacks"))
    again, told = backfire.compare(today, {"off": OFF}), []
    backfire.compare(today, {}, progress=told.append)
    fresh = backfire.compare(today.scenario, {"off": OFF})
    for table in ("behaviour", "kpis", "values", "winners", "goodhart"):
        assert getattr(again, table).to_csv() == getattr(fresh, table).to_csv()
    assert told == []
    with pytest.raises(backfire.ScenarioError, match="reform 'bad'"):
        backfire.compare(today, {"bad": {"rules.nothing.pay": 1}})
