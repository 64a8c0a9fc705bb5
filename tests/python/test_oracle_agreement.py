"""The engine against the slow oracle on 200 random scenarios: responses, solutions and comparisons."""

import random
from typing import Any

import pytest

import agreement
import oracle
import oracle_reforms
from oracle_contact import agents
from oracle_rules import rules
from random_scenarios import random_scenario

backfire = pytest.importorskip("backfire")

#: Fixed points are polished by both sides: a part in a million of a figure (or of what it is a part of).
SOLVED = 1e-6
#: At given prices both sides only do arithmetic.
GIVEN = 1e-9
#: What the engine says of agents of whom it keeps no fixed point.
NOTHING_KEPT = {"iteration_limit", "no_fixed_point"}


def told(found: list[str]) -> str:
    return f"{len(found)} figures differ; the first: " + "; ".join(found[:4])


@pytest.mark.parametrize("seed", range(200))
def test_response_at_given_prices(seed: int) -> None:
    document = random_scenario(seed)
    rng = random.Random(seed)
    size = {"s": 0.01, "min": 0.5, "h": 20.0}
    prices = {m: rng.uniform(-1, 1) * size.get(v["unit"], 1.0) for m, v in document["measures"].items()}
    got = backfire.respond(backfire.Scenario.from_dict(document), prices)
    everyone = []
    for agent in agents(document):
        at = oracle.respond(document, agent, prices)
        everyone.append(oracle.figures(document, agent, at, prices))
    expected = oracle.tables(document, everyone)
    for table in ("behaviour", "measures"):
        rows = agreement.rows_of(getattr(got, table))
        found = agreement.differences(expected[table], table, rows, GIVEN)
        assert not found, told(found)


@pytest.mark.parametrize("seed", range(200))
def test_solution(seed: int) -> None:
    document = random_scenario(seed)
    got = backfire.solve(backfire.Scenario.from_dict(document))
    try:
        expected = agreement.solved(document, got)
    except ArithmeticError:
        # Neither side has anything to keep: a ratio's denominator runs to nothing, say.
        assert {row["status"] for row in got.fixed_points.to_dicts()} & NOTHING_KEPT
        return
    for table in agreement.KEYS:
        found = agreement.differences(expected[table], table, agreement.rows_of(getattr(got, table)), SOLVED)
        assert not found, told(found)


def reforms(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """Three edits that every scenario takes, and some that this one takes."""
    rng = random.Random(seed)
    names = list(rules(document))
    situation = rng.choice([s for s, v in document["situations"].items() if "actions" in v])
    actions = document["situations"][situation]["actions"]
    action = rng.choice(list(actions))
    result: dict[str, Any] = {"nothing": {}}
    path = f"situations.{situation}.actions.{action}.effort"
    result["harder"] = {path: 1.5}
    kept = [a for a, v in actions.items() if v.get("habit", 1) != 0]
    if len(kept) > 1:
        result["gone"] = {"disable": [f"situations.{situation}.actions.{rng.choice(kept)}"]}
    if names:
        result["off"] = {"disable": [f"rules.{rng.choice(names)}"]}
        result["half"] = {"scale": {f"rules.{rng.choice(names)}": 0.5}}
        result["both"] = [{path: 0.3}, {"scale": {f"policy.rules.{rng.choice(names)}": 1.5}}]
    meant = {k: v for k, v in document.get("policy", {}).get("kpis", {}).items() if "stands_for" in v}
    if meant:
        kpi = rng.choice(list(meant))
        other = "lower" if meant[kpi]["better"] == "higher" else "higher"
        result["the other way"] = [{path: 1.5}, {f"kpis.{kpi}.better": other}]
    return result


@pytest.mark.parametrize("seed", range(60))
def test_comparison(seed: int) -> None:
    document = random_scenario(seed, distributed=False)
    edits = reforms(document, seed)
    try:
        check_comparison(document, edits)
    except ArithmeticError:  # the oracle finds nothing to keep under one of them
        for name, edit in edits.items():
            check_alone(document, name, edit)


def check_alone(document: dict[str, Any], name: str, edit: Any) -> None:
    """A comparison with one reform; or neither side has anything to keep."""
    try:
        check_comparison(document, {name: edit})
    except ArithmeticError:
        got = backfire.compare(backfire.Scenario.from_dict(document), {name: edit})
        assert {got.baseline.status, got.reforms[name].status} & NOTHING_KEPT


def check_comparison(document: dict[str, Any], edits: dict[str, Any]) -> None:
    """Every figure of a comparison, the engine's against the oracle's."""
    got = backfire.compare(backfire.Scenario.from_dict(document), edits)
    starts = {
        name: agreement.behaviour_starts(agreement.rows_of(got.reforms[name].behaviour)) for name in edits
    }
    base = agreement.behaviour_starts(agreement.rows_of(got.baseline.behaviour))
    expected = oracle_reforms.compare(document, edits, starts, base)
    for table, (names, _) in oracle_reforms.KEYS.items():
        keys = ("reform", "segment", "condition", *names, "figure")
        there = agreement.index(agreement.rows_of(getattr(got, table)), keys)
        found = []
        for key, row in agreement.index(expected[table], keys).items():
            size = max([1.0, *(abs(row[c]) for c in ("baseline", "value") if row[c] is not None)])
            for column in ("baseline", "value", "delta", "mechanical", "behavioural"):
                if agreement.apart(row[column], there[key][column], SOLVED, size):
                    found.append(
                        f"{table} {key} {column}: oracle {row[column]!r}, engine {there[key][column]!r}"
                    )
        assert not found, told(found)
    places = ("reform", "segment", "condition")
    for table, keys, columns in (
        ("winners", places, ("winners", "losers", "unchanged", "gain", "loss")),
        ("goodhart", (*places, "kpi"), ("kpi_improvement", "true_improvement", "gap")),
    ):
        there = agreement.index(agreement.rows_of(getattr(got, table)), keys)
        found = []
        for key, row in agreement.index(expected[table], keys).items():
            size = max([1.0, *(abs(row[c]) for c in columns if row[c] is not None)])
            found += [
                f"{table} {key} {c}: oracle {row[c]!r}, engine {there[key][c]!r}"
                for c in columns
                if agreement.apart(row[c] or 0.0, there[key][c] or 0.0, SOLVED * 100, size)
            ]
        assert not found, told(found)


#: Care spread over people, or the same in all of them; the mean of the first is not its median.
SPREAD, ALIKE = {"mean": 0.5, "sd": 0.4, "shape": "lognormal"}, 0.9


@pytest.mark.parametrize("before", [SPREAD, ALIKE])
@pytest.mark.parametrize("after", [SPREAD, ALIKE])
def test_agents_are_paired_by_quantile(before: Any, after: Any) -> None:
    document = {
        "backfire": 1,
        "currency": "CNY",
        "period": {"contacts": 100},
        "measures": {"work": {"unit": "1"}},
        "values": {"organisation": {"work": 3, "payouts": -1}},
        "situations": {
            "s": {
                "share": 1,
                "actions": {
                    "careful": {"effort": {"base": 1, "care": -1}, "moves": {"work": 1}},
                    "quick": {},
                },
            }
        },
        "workforce": {
            "traits": {"noise": 0.5},
            "segments": {"some": {"traits": {"care": before}}, "others": {}},
        },
        "policy": {"rules": {"careful": {"each": "s.careful", "pay": 0.5}}},
    }
    edits = {"more": {"workforce.segments.some.traits.care": after, "rules.careful.pay": 0.6}}
    check_comparison(document, edits)
    winners = backfire.compare(backfire.Scenario.from_dict(document), edits).winners
    (row,) = winners.where(segment="some", condition="all")
    # Of people all alike, everybody was as the median is; of people all alike from now on, all were as the median was.
    assert (0 < row["losers"] < 1) == (before == ALIKE and after == SPREAD)
