"""Random mutations of good documents, texts and reforms: each is answered or refused with located problems, within a second.

Nothing else may come: no other exception, no crash, no hang. A failing seed is printed with what was mutated.
"""

import json
import os
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

import backfire
import mutations
import random_scenarios
import small_scenarios

GOOD = [
    *(backfire.scenario(row["name"]).to_dict() for row in backfire.scenarios()),
    *(random_scenarios.random_scenario(seed) for seed in range(20)),
    *(small_scenarios.small_scenario(seed) for seed in range(10)),
]
#: Seconds of processor time for one answer; a sanitizer slows everything down.
LIMIT = 20 if "asan" in os.environ.get("LD_PRELOAD", "") else 1
CODES = {code for code, _, _ in backfire.diagnostic_codes()}
STATUSES = {"converged", "several_equilibria", "coarse_quadrature", "iteration_limit", "no_fixed_point"}
PIECES = ["{", "}", "[", "]", ":", ",", '"', "'", "&a ", "*a ", "!t ", "- ", "#", "|", ">", "?", "\t", "\n", " ", "\\",
          "\0", "\ud800", "，", "“", "1e999", "null", ".nan", "---\n", "<<: ", "%", "@", "0x", "/*"]  # fmt: skip


def answered(attempt: Callable[[], backfire.Scenario], text: bool) -> str:
    """How a scenario was answered: a status, or 'refused' with every problem in its place."""
    start = time.process_time()
    try:
        solution = backfire.solve(attempt())
        result = solution.status
        assert result in STATUSES
        assert all(0 <= row["probability"] <= 1 for row in solution.behaviour)
    except backfire.ScenarioError as error:
        result = "refused"
        errors = [d for d in error.diagnostics if d.severity == "error"]
        assert errors
        for d in errors:
            assert d.code in CODES
            assert d.message
            assert d.pointer.startswith("/") or d.pointer == ""
            if text:
                assert d.line > 0 or d.code in ("encoding", "too_large")
    assert time.process_time() - start < LIMIT
    return result


@pytest.mark.parametrize("hundred", range(10))
def test_mutated_documents(hundred: int) -> None:
    results = set()
    for seed in range(100 * hundred, 100 * hundred + 100):
        rng = random.Random(seed)
        document = mutations.mutate(rng.choice(GOOD), rng)
        results.add(answered(lambda d=document: backfire.Scenario.from_dict(d), text=False))
    assert {"refused", "converged"} <= results


@pytest.mark.parametrize("syntax", ["json", "yaml"])
def test_mutated_texts(syntax: str) -> None:
    refused = 0
    for seed in range(150):
        rng = random.Random(seed)
        scenario = backfire.Scenario.from_dict(rng.choice(GOOD[1:]))
        text = scenario.to_json() if syntax == "json" else scenario.to_yaml()
        for _ in range(rng.choice((1, 1, 2, 5))):
            at = rng.randrange(len(text))
            cut = rng.choice((0, 0, 1, 1, 2, 20))
            text = (
                text[:at] + rng.choice([*PIECES, "", text[rng.randrange(len(text)) :][:9]]) + text[at + cut :]
            )
        refused += answered(lambda t=text: backfire.loads(t), text=True) == "refused"
    assert refused > 75


def test_documents_mutated_and_written_as_text() -> None:
    for seed in range(5000, 5150):
        rng = random.Random(seed)
        document = mutations.mutate(rng.choice(GOOD), rng)
        try:
            text = json.dumps(document, allow_nan=False)
        except (ValueError, RecursionError):  # NaN, or nested beyond what Python's writer takes
            continue
        answered(lambda t=text: backfire.loads(t), text=True)


def random_reform(document: dict[str, Any], rng: random.Random) -> Any:
    def path() -> str:
        parts = [str(part) for part in rng.choice(mutations.spots(document))]
        if rng.random() < 0.2:
            parts[rng.randrange(len(parts))] = rng.choice(mutations.WORDS)
        return ".".join(parts).removeprefix("policy." if rng.random() < 0.5 else "-")

    def value() -> Any:
        if rng.random() < 0.5:
            return rng.choice([0, -1, 0.5, 2, 1e6])
        return rng.choice([v for v in mutations.ODD if v == v])

    reform: dict[str, Any] = {}
    for _ in range(rng.choice((1, 1, 2, 4))):
        word = rng.choice(["remove", "disable", "scale", "replace", "add", "plain", "odd"])
        if word in ("remove", "disable"):
            reform.setdefault(word, []).append(path())
        elif word in ("scale", "replace", "add"):
            reform.setdefault(word, {})[path()] = value()
        elif word == "plain":
            reform[path()] = value()
        else:
            reform[rng.choice(["remove", "disable", "scale", "replace", "add"])] = value()
            break
    return reform if rng.random() < 0.8 else [reform, {}]


def test_random_reforms() -> None:
    results = set()
    for seed in range(400):
        rng = random.Random(seed)
        document = rng.choice(GOOD)
        scenario = backfire.Scenario.from_dict(document)
        reform = random_reform(document, rng)
        results.add(answered(lambda s=scenario, r=reform: s.reformed(r), text=False))
    assert {"refused", "converged"} <= results


@pytest.mark.parametrize("seed", range(100))
def test_a_reformed_scenario_is_the_scenario_of_the_reformed_document(seed: int) -> None:
    """Taking over what a reform left alone changes nothing: same problems or same document, same warnings."""
    rng = random.Random(seed)
    document = rng.choice(GOOD)
    scenario = backfire.Scenario.from_dict(document)
    reform = random_reform(document, rng)
    try:
        reformed = scenario.reformed(reform)
    except backfire.ScenarioError:
        return
    afresh = backfire.Scenario.from_dict(reformed.to_dict())
    assert afresh == reformed
    assert sorted(map(repr, afresh.diagnostics)) == sorted(map(repr, reformed.diagnostics))
    one, two = backfire.solve(reformed), backfire.solve(afresh)
    assert one.behaviour.to_dicts() == two.behaviour.to_dicts()
    assert one.payouts.to_dicts() == two.payouts.to_dicts()
