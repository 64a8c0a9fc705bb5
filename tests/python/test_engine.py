"""The first door: the answers the design states, errors with places, round trips and the command line."""

import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda s: backfire.solve("corrective-callbacks"), r"got str: backfire\.scenario\(name\)"),  # type: ignore[arg-type]
        (lambda s: backfire.compare(s.to_dict(), {}), r"got dict: backfire\.Scenario\.from_dict"),
        (lambda s: backfire.graph(None), r"got NoneType: backfire\.load\(path\)"),  # type: ignore[arg-type]
        (lambda s: backfire.diff(s, "plan.yaml"), "expected a scenario, got str"),
        (lambda s: backfire.compare(s, [{}]), r'reforms by name, \{"name": reform\}, got list'),
        (lambda s: backfire.respond(s, {"handle_time": "1"}), "price of 'handle_time' is no number, but str"),
    ],
)
def test_what_is_no_scenario_or_reform_is_refused_in_words(
    ask: Callable[[backfire.Scenario], object], words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        ask(backfire.scenario("corrective-callbacks"))


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


def test_a_reform_that_is_not_compared_is_answered_with_the_nearest() -> None:
    comparison = backfire.compare(
        backfire.scenario("corrective-callbacks"), {"no deduction": OFF, "same": {}}
    )
    with pytest.raises(
        backfire.UnknownNameError, match="no reform 'no deductions'; did you mean 'no deduction'"
    ):
        comparison.reforms["no deductions"]
    with pytest.raises(backfire.UnknownNameError, match="there are no deduction, same"):
        comparison.reforms["x"]
    assert "x" not in comparison.reforms
    assert comparison.reforms.get("x") is None


@pytest.mark.parametrize("limit", [-1, 0, 1.5, True, "all", None])
def test_a_limit_of_paths_is_a_number_of_paths(limit: Any) -> None:
    graph = backfire.graph(backfire.scenario("corrective-callbacks"))
    ends = ("mistake_noticed.call_back", "value:organisation")
    with pytest.raises(ValueError, match="limit is how many paths"):
        graph.paths(*ends, limit=limit)
    assert len(graph.paths(*ends, limit=1)) == 1
    assert graph.paths(*ends, limit=10**30) == graph.paths(*ends)


@pytest.mark.parametrize(
    ("text", "hint"), [(3, ""), ({}, "from_dict"), (Path("plan.json"), "load takes"), (b"{}", "bytes")]
)
def test_loads_takes_a_text(text: Any, hint: str) -> None:
    with pytest.raises(TypeError, match="loads takes a text, not") as refused:
        backfire.loads(text)
    assert hint in str(refused.value)


def test_help_knows_a_function_by_its_name() -> None:
    for name in backfire.__all__:
        value = getattr(backfire, name)
        if callable(value) and value.__module__.startswith("backfire."):
            assert value.__name__ == name


def test_what_a_kpi_stands_for_is_compared_with_itself_only() -> None:
    """A reform that changes what a KPI stands for, or which way is good, leaves no one truth to compare."""
    document = {
        "backfire": 1,
        "currency": "CNY",
        "period": {"contacts": 10},
        "measures": {"gain": {"unit": "1"}, "cost": {"unit": "1"}},
        "values": {"organisation": {"gain": 1, "cost": -1}},
        "situations": {
            "s": {
                "share": 1,
                "actions": {"a": {"moves": {"gain": 1}}, "b": {"moves": {"gain": 3, "cost": 1}}},
            }
        },
        "workforce": {"traits": {"noise": 1}},
        "policy": {
            "kpis": {"k": {"mean": "gain", "better": "higher", "stands_for": {"organisation": "gain"}}},
            "rules": {"r": {"each": "s.b", "pay": 1}},
        },
    }
    scenario = backfire.Scenario.from_dict(document)
    paid = {"rules.r.pay": 2}
    reforms = {
        "paid": paid,
        "another measure": [paid, {"kpis.k.stands_for": {"organisation": "cost"}}],
        "the other sign": [paid, {"values.organisation.gain": -1}],
        "the other way": [paid, {"kpis.k.better": "lower"}],
        "events": [paid, {"kpis.k.stands_for": {"organisation": "s.b"}}],
        "nothing any more": [paid, {"remove": ["kpis.k.stands_for"]}],
    }
    whole = {"segment": "all", "condition": "all"}
    rows = {r["reform"]: r for r in backfire.compare(scenario, reforms).goodhart.where(**whole)}
    assert set(rows) == set(reforms) - {"nothing any more"}
    seems = rows["paid"]["kpi_improvement"]
    assert seems > 0.1
    assert rows["paid"]["true_improvement"] == pytest.approx(seems)
    for name in ("another measure", "the other sign", "events"):
        assert rows[name]["kpi_improvement"] == pytest.approx(seems)
        assert rows[name]["true_improvement"] is None
        assert rows[name]["gap"] is None
    # better: lower leaves what the measure stands for good as it was, but not which way the KPI improves
    assert rows["the other way"]["kpi_improvement"] is None
    assert rows["the other way"]["true_improvement"] == pytest.approx(seems)
    assert rows["the other way"]["gap"] is None
    for name, edits in reforms.items():
        verdict = backfire.compare(scenario, {name: edits})
        assert str(verdict)
        backfire.report_html(verdict, break_even=False)
    before = backfire.Scenario.from_dict(document).reformed({"remove": ["kpis.k.stands_for"]})
    (row,) = backfire.compare(
        before, {"said": {"kpis.k.stands_for": {"organisation": "gain"}}}
    ).goodhart.where(**whole)
    assert row["true_improvement"] is None


def test_warnings_of_parts_a_reform_leaves_alone_stay_and_are_said_once() -> None:
    scenario = backfire.scenario("handle-time-target")
    warned = [(d.code, d.pointer) for d in scenario.diagnostics]
    assert len(warned) == len(set(warned)) > 0
    for reform in ({"title": "Another"}, {"values.organisation.unresolved": -8}):
        reformed = scenario.reformed(reform)
        assert [(d.code, d.pointer) for d in reformed.diagnostics] == warned


@pytest.mark.parametrize("period", [{"contacts": 10}, {"hours": 10, "time": "time"}])
def test_a_slope_without_bound_is_said_to_hold_no_fixed_point(period: dict[str, Any]) -> None:
    """Without noise or spread a curve felt with curvature below 1 has no slope where it pays nothing."""
    document = {
        "backfire": 1,
        "period": period,
        "measures": {"time": {"unit": "s"}, "done": {"unit": "1"}},
        "situations": {
            "s": {
                "share": 1,
                "actions": {
                    "a": {"moves": {"time": 1, "done": 1}},
                    "b": {"effort": 1, "moves": {"time": 2}},
                },
            }
        },
        "workforce": {"traits": {"noise": 0, "curvature": 0.8}},
        "policy": {
            "kpis": {"k": {"mean": "time"}, "l": {"total": "done"}},
            "rules": {"r": {"kpi": "k", "curve": [[0, -5], [2, 5]]}, "q": {"kpi": "l", "steps": [[5, 3]]}},
        },
    }
    answer = backfire.solve(backfire.Scenario.from_dict(document))
    (row,) = answer.fixed_points.to_dicts()
    assert (row["status"], row["found"], len(answer.equilibria)) == ("no_fixed_point", 0, 0)
    assert math.isfinite(row["objective"])
