"""Brute-force draws of contacts against the slow oracle, and against the engine's own tables at its own behaviour."""

import math
from typing import Any

import pytest

import oracle
from random_scenarios import random_scenario

monte_carlo = pytest.importorskip("monte_carlo", reason="needs numpy", exc_type=ImportError)

PERIODS = 4000
#: Seeds are fixed; among some thousand figures a chance of 7e-6 each leaves none beyond 4.5 standard errors.
ERRORS = 4.5


def small(seed: int) -> dict[str, Any]:
    """One agent, 20 contacts, rates that review a whole number of them."""
    document = random_scenario(
        seed, segments=0, conditions=0, distributed=False, hours=False, contacts=20, kpi_rules=0
    )
    for seen in document["policy"].get("monitors", {}).values():
        if "rate" in seen:
            seen["rate"] = max(0.05, round(seen["rate"] * 20) / 20)
    return document


def far(sampled: Any, mean: float, sd: float | None, slack: float = 0.0) -> bool:
    """Beyond the standard errors; `slack` is what a convention of the contract leaves out of the sd, relatively."""
    tiny = 1e-9 * max(1.0, abs(mean))
    if abs(sampled.mean - mean) > ERRORS * sampled.mean_se + tiny:
        return True
    return sd is not None and abs(sampled.sd - sd) > ERRORS * sampled.sd_se + slack * sd + 1e-6 * max(
        1.0, abs(mean)
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_oracle(seed: int) -> None:
    document = small(seed)
    (agent,) = oracle.agents(document)
    at = oracle.respond(document, agent, {})
    draws = monte_carlo.draw(document, agent, at.behaviour, 20, PERIODS, seed)
    want = oracle.figures(document, agent, at, {})
    for m, sampled in draws.measures.items():
        assert not far(sampled, *want.measures[m]), (m, sampled, want.measures[m])
    for (a, b), (estimate, error) in draws.covariance.items():
        assert math.isclose(estimate, at.covariance(a, b), rel_tol=1e-9, abs_tol=ERRORS * error + 1e-9), (
            a,
            b,
        )
    for k, sampled in draws.kpis.items():
        mean_sd = want.kpis[k]
        assert mean_sd is not None
        # Luck and sampling multiply: the contract leaves their product, cv^2 / 2 of the sd at most 0.5%, out.
        assert not far(sampled, *mean_sd, slack=0.006), (k, sampled, mean_sd)
    for r, sampled in draws.payouts.items():
        assert not far(sampled, want.payouts[r][1], None), (r, sampled, want.payouts[r])


@pytest.mark.parametrize("seed", range(40))
def test_the_engine(seed: int) -> None:
    backfire = pytest.importorskip("backfire")
    document = small(seed)
    (agent,) = oracle.agents(document)
    solution = backfire.solve(backfire.Scenario.from_dict(document))
    behaviour: oracle.Behaviour = {}
    for row in solution.behaviour.to_dicts():
        behaviour.setdefault(row["situation"], {})[row["action"]] = row["probability"]
    draws = monte_carlo.draw(document, agent, behaviour, 20, PERIODS, seed + 1000)
    for table, key, sampled_figures in (
        ("measures", "measure", draws.measures),
        ("kpis", "kpi", draws.kpis),
        ("payouts", "rule", draws.payouts),
    ):
        rows = {row[key]: row for row in getattr(solution, table).to_dicts()}
        for name, sampled in sampled_figures.items():
            row = rows[name]
            mean, sd = (row["money"], None) if table == "payouts" else (row["mean"], row["sd"])
            assert not far(sampled, mean, sd, slack=0.006), (table, name, sampled, row)
