"""Large and hostile documents: read or refused in a few seconds, at a depth of calls that does not grow with them."""

import os
import time
from collections.abc import Callable
from typing import Any

import pytest

import backfire

N = 20_000
#: Seconds of processor time for reading one of them.
LIMIT = 60 if "asan" in os.environ.get("LD_PRELOAD", "") else 5


def smallest() -> dict[str, Any]:
    return {
        "backfire": 1,
        "period": {"contacts": 100},
        "measures": {"t": {"unit": "s"}},
        "situations": {"s": {"share": 1, "actions": {"a": {"moves": {"t": 1}}, "b": {}}}},
        "workforce": {"traits": {"noise": 1}},
        "policy": {"kpis": {"k": {"mean": "t"}}, "rules": {"r": {"kpi": "k", "steps": [[0, 1], [5, 2]]}}},
    }


def chained_measures(d: dict[str, Any]) -> None:
    d["measures"].update({f"m{i}": {"sum": {f"m{i - 1}" if i else "t": 1}} for i in range(N)})


def looping_measures(d: dict[str, Any]) -> None:
    chained_measures(d)
    d["measures"]["m0"]["sum"] = {f"m{N - 1}": 1}


def chained_situations(d: dict[str, Any]) -> None:
    for i in range(N):
        outcome = {"chance": 1, "opens": f"s{i + 1}"} if i + 1 < N else {"chance": 1}
        d["situations"][f"s{i}"] = {"outcomes": {"o": outcome}}
    d["situations"]["s"]["actions"]["a"]["opens"] = "s0"


def looping_situations(d: dict[str, Any]) -> None:
    chained_situations(d)
    d["situations"][f"s{N - 1}"]["outcomes"]["o"]["opens"] = "s0"


def many_actions(d: dict[str, Any]) -> None:
    d["situations"]["s"]["actions"].update({f"a{i}": {} for i in range(N)})


def many_terms(d: dict[str, Any]) -> None:
    d["workforce"]["traits"].update({f"t{i}": 1 for i in range(N)})
    d["situations"]["s"]["actions"]["a"]["effort"] = {f"t{i}": 1 for i in range(N)}


def many_rules(d: dict[str, Any]) -> None:
    d["policy"]["rules"].update({f"r{i}": {"each": "s.*", "pay": 1} for i in range(N)})


def many_shares(d: dict[str, Any]) -> None:
    many_actions(d)
    d["policy"]["kpis"] = {f"k{i}": {"share": f"s.a{i}"} for i in range(N)}
    d["policy"]["rules"] = {}


def many_paid_events(d: dict[str, Any]) -> None:
    many_actions(d)
    d["policy"]["rules"].update({f"r{i}": {"each": f"s.a{i}", "pay": 1} for i in range(N // 4)})


def many_measures_of_many_situations(d: dict[str, Any]) -> None:
    chained_situations(d)
    d["measures"].update({f"m{i}": {} for i in range(N)})
    del d["policy"]


def many_rules_on_few_events(d: dict[str, Any]) -> None:
    many_actions(d)
    d["policy"]["rules"].update({f"r{i}": {"each": f"s.a{i % 9}", "pay": 1} for i in range(N // 4)})


def many_agents(d: dict[str, Any]) -> None:
    d["workforce"]["segments"] = {f"s{i}": {} for i in range(3000)}
    d["conditions"] = {f"c{i}": {} for i in range(3000)}


def many_unknown_names(d: dict[str, Any]) -> None:
    d["measures"].update({f"m{i}": {} for i in range(3000)})
    d["situations"]["s"]["actions"]["a"]["moves"].update({f"q{i}": 1 for i in range(3000)})


def many_unknown_keys(d: dict[str, Any]) -> None:
    d.update({f"q{i}": 1 for i in range(N)})


@pytest.mark.parametrize(
    ("grow", "codes"),
    [
        (chained_measures, set()),
        (looping_measures, {"cycle"}),
        (chained_situations, set()),
        (looping_situations, {"cycle"}),
        (many_actions, set()),
        (many_terms, set()),
        (many_rules, set()),
        (many_rules_on_few_events, set()),
        (many_shares, {"too_many"}),
        (many_paid_events, {"too_many"}),
        (many_measures_of_many_situations, {"too_many"}),
        (many_agents, {"too_many"}),
        (many_unknown_names, {"unknown_name"}),
        (many_unknown_keys, {"unknown_key"}),
    ],
)
def test_a_large_document_is_read_or_refused_soon(
    grow: Callable[[dict[str, Any]], None], codes: set[str]
) -> None:
    document = smallest()
    grow(document)
    start = time.process_time()
    try:
        backfire.Scenario.from_dict(document)
        found: tuple[backfire.Diagnostic, ...] = ()
    except backfire.ScenarioError as error:
        found = error.diagnostics
    assert time.process_time() - start < LIMIT
    assert {d.code for d in found if d.severity == "error"} == codes
    assert len(found) <= 1000


def test_an_error_is_reported_however_many_warnings_come_first() -> None:
    document = smallest()
    document["measures"].update({f"m{i}": {} for i in range(1500)})
    assert {d.code for d in backfire.Scenario.from_dict(document).diagnostics} == {"unused"}
    document["policy"]["rules"]["r"]["kpi"] = "nowhere"
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.Scenario.from_dict(document)
    assert "unknown_name" in {d.code for d in caught.value.diagnostics}
    assert len(caught.value.diagnostics) == 1000


def test_a_loop_is_named_in_full() -> None:
    document = smallest()
    for i in range(30):
        document["situations"][f"s{i}"] = {"outcomes": {"o": {"chance": 1, "opens": f"s{(i + 1) % 30}"}}}
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.Scenario.from_dict(document)
    message = next(d.message for d in caught.value.diagnostics if d.code == "cycle")
    names = message.split(": ")[1].split(" → ")
    assert names[0] == names[-1]
    assert sorted(names[:-1]) == sorted(f"s{i}" for i in range(30))


@pytest.mark.parametrize(("points", "kpis"), [(3_000, 2), (60_000, 1)])
def test_a_long_schedule_is_answered_within_a_second(points: int, kpis: int) -> None:
    document = smallest()
    document["measures"]["u"] = {}
    document["situations"]["s"]["actions"]["a"]["moves"]["u"] = 1
    document["policy"]["kpis"] = {f"k{i}": {"mean": "tu"[i]} for i in range(kpis)}
    steps = [[i, i % 7] for i in range(points)]
    document["policy"]["rules"] = {f"r{i}": {"kpi": f"k{i}", "steps": steps} for i in range(kpis)}
    scenario = backfire.Scenario.from_dict(document)
    start = time.process_time()
    backfire.solve(scenario)
    assert time.process_time() - start < LIMIT / 5


@pytest.mark.parametrize(("kpis", "codes"), [(300, set()), (301, {"too_many"})])
def test_as_many_kpis_are_read_as_can_be_answered_within_a_second(kpis: int, codes: set[str]) -> None:
    document = smallest()
    document["policy"]["kpis"] = {f"k{i}": {"mean": "t"} for i in range(kpis)}
    document["policy"]["rules"] = {f"r{i}": {"kpi": f"k{i}", "steps": [[i, 5]]} for i in range(kpis)}
    start = time.process_time()
    try:
        backfire.solve(backfire.Scenario.from_dict(document))
        found: set[str] = set()
    except backfire.ScenarioError as error:
        found = {d.code for d in error.diagnostics}
    assert found == codes
    assert time.process_time() - start < LIMIT


def test_as_many_events_are_counted_as_can_be_followed_within_seconds() -> None:
    document = smallest()
    document["situations"]["s"]["actions"].update({f"a{i}": {} for i in range(4_000)})
    document["policy"]["kpis"] = {f"k{i}": {"share": f"s.a{i}"} for i in range(4_000)}
    document["policy"]["rules"] = {}
    start = time.process_time()
    answer = backfire.solve(backfire.Scenario.from_dict(document))
    assert sum(answer.kpis["mean"]) == pytest.approx(4_000 / 4_002)
    assert time.process_time() - start < LIMIT
