"""The slow oracle: solves a scenario by brute force, in plain Python, to judge the engine by.

It shares no code with the library. Its parts: oracle_contact (agents, one contact), oracle_schedules
(expected payouts), oracle_rules (pay, monitors, KPIs, prices), oracle_solve (fixed points), oracle_reforms
(reforms and comparisons); this file averages agents into the tables of section 5 of the design.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oracle_contact import Agent, Behaviour, Document, agents, contact_of
from oracle_rules import (
    Prices,
    Response,
    detection,
    kpi_moment,
    kpi_moments,
    new_prices,
    objective,
    respond,
    rules,
    standing,
)
from oracle_schedules import expected, felt, worth
from oracle_solve import AgentSolution, FixedPoint, solve_agent

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Starts = Callable[[Agent], list[Behaviour]]

__all__ = [
    "Agent", "AgentSolution", "Behaviour", "Document", "Figures", "FixedPoint", "Prices", "Response",
    "Row", "Tables", "agents", "contact_of", "figures", "groups", "kpi_moments", "new_prices",
    "objective", "respond", "solve", "solve_agent", "solve_all", "tables",
]  # fmt: skip


@dataclass
class Figures:
    """Every figure of one agent at one behaviour, in the units of the tables."""

    agent: Agent
    contacts: float
    probability: dict[tuple[str, str], float]
    visits: dict[tuple[str, str], float]  # of actions
    occasions: dict[str, float]  # visits of situations
    measures: dict[str, tuple[float, float]]
    kpis: dict[str, tuple[float, float] | None]
    payouts: dict[str, tuple[float, float]]  # in the rule's unit, in money
    values: dict[str, tuple[float, float]]  # work, payouts
    prices: dict[str, float]


def figures(document: Document, agent: Agent, at: Response, prices: Prices) -> Figures:
    """What a response is in the tables; `prices` are the p to report."""
    contacts, mean = at.contacts, at.mean
    probability = {(s, a): p for s, choice in at.behaviour.items() for a, p in choice.items()}
    visits = {(s, a): p * at.visits[s] for (s, a), p in probability.items()}
    measures = {m: (mean[m], math.sqrt(max(0.0, at.covariance(m, m)))) for m in at.contact.parts}
    moments = kpi_moments(document, at)
    payouts = {}
    for name, rule in rules(document).items():
        money = expected_money(document, agent, at, name)
        payouts[name] = money / worth(document, rule), money
    paid = math.fsum(money for _, money in payouts.values())
    values = {}
    for party, weights in document.get("values", {}).items():
        work = contacts * math.fsum(w * mean[m] for m, w in weights.items() if m != "payouts")
        values[party] = work, weights.get("payouts", 0.0) * paid
    direct = standing(document, agent, contacts).unit
    total = {m: prices.get(m, 0.0) + direct.get(m, 0.0) for m in at.contact.parts}
    passed = dict(total)
    for moved in at.contact.moved:
        passed[moved] = math.fsum(parts.get(moved, 0.0) * total[m] for m, parts in at.contact.parts.items())
    return Figures(
        agent=agent,
        contacts=contacts,
        probability=probability,
        visits=visits,
        occasions=dict(at.visits),
        measures=measures,
        kpis={name: (k.mean, k.sd) if k else None for name, k in moments.items()},
        payouts=payouts,
        values=values,
        prices=passed,
    )


def expected_money(document: Document, agent: Agent, at: Response, name: str) -> float:
    """What a rule pays per period, in money and unvalued."""
    rule = rules(document)[name]
    if "kpi" in rule:
        kpi = kpi_moment(document, at, rule["kpi"])
        return 0.0 if kpi is None else expected(felt(document, rule, None), kpi)[0]
    x = rule["pay"] * worth(document, rule)
    d, f = detection(document, rule, at.contacts)
    if "per" in rule:
        return float(at.contacts * d * x * at.mean[rule["per"]])
    events = at.mean[f"rule:{name}"]
    return float(at.contacts * x * (d * events + f * (1.0 - events)))


# ------------------------------------------------------------------------------------------ tables
def groups(document: Document) -> list[tuple[str, str, Callable[[Agent], bool]]]:
    """The (segment, condition) rows that tables have, `all` included, and who is in them."""
    segments = list(document["workforce"].get("segments") or {"all": {}})
    conditions = list(document.get("conditions") or {"all": {}})
    pairs = [(s, c) for s in segments for c in conditions]
    pairs += [(s, "all") for s in segments] + [("all", c) for c in conditions] + [("all", "all")]
    result: list[tuple[str, str, Callable[[Agent], bool]]] = []
    for s, c in dict.fromkeys(pairs):

        def inside(agent: Agent, s: str = s, c: str = c) -> bool:
            return s in ("all", agent.segment) and c in ("all", agent.condition)

        result.append((s, c, inside))
    return result


def average(pairs: list[tuple[float, float]]) -> float:
    """Of (weight, figure) pairs."""
    return math.fsum(w * x for w, x in pairs) / math.fsum(w for w, _ in pairs)


def tables(document: Document, everyone: list[Figures]) -> Tables:
    """Averages over agents, as section 5 of the design reads them."""
    result: Tables = {t: [] for t in ("behaviour", "measures", "kpis", "payouts", "values", "prices")}
    currency = document["currency"]
    for segment, condition, inside in groups(document):
        members = [f for f in everyone if inside(f.agent)]
        first = members[0]
        here = {"segment": segment, "condition": condition}

        def plain(pick: Callable[[Figures], float], members: list[Figures] = members) -> float:
            return average([(f.agent.weight, pick(f)) for f in members])

        def by_contact(pick: Callable[[Figures], float], members: list[Figures] = members) -> float:
            return average([(f.agent.weight * f.contacts, pick(f)) for f in members])

        for s, a in first.probability:
            occasions = [(f.agent.weight * f.contacts * f.occasions[s], f.probability[s, a]) for f in members]
            seldom = not math.fsum(w for w, _ in occasions) > 0.0
            p = plain(lambda f, s=s, a=a: f.probability[s, a]) if seldom else average(occasions)  # type: ignore[misc]
            v = by_contact(lambda f, s=s, a=a: f.visits[s, a])  # type: ignore[misc]
            result["behaviour"].append({**here, "situation": s, "action": a, "probability": p, "visits": v})
        for m in first.measures:
            mean, sd = (by_contact(lambda f, m=m, i=i: f.measures[m][i]) for i in (0, 1))  # type: ignore[misc]
            unit = document["measures"][m]["unit"]
            result["measures"].append({**here, "measure": m, "unit": unit, "mean": mean, "sd": sd})
        for k in first.kpis:
            known = [(f.agent.weight, x) for f in members if (x := f.kpis[k]) is not None]
            mean_sd = [average([(w, x[i]) for w, x in known]) if known else None for i in (0, 1)]
            result["kpis"].append({**here, "kpi": k, "mean": mean_sd[0], "sd": mean_sd[1]})
        for r in first.payouts:
            unit = rules(document)[r].get("unit", currency)
            own, money = (plain(lambda f, r=r, i=i: f.payouts[r][i]) for i in (0, 1))  # type: ignore[misc]
            result["payouts"].append({**here, "rule": r, "unit": unit, "expected": own, "money": money})
        for party in first.values:
            work, paid = (plain(lambda f, p=party, i=i: f.values[p][i]) for i in (0, 1))  # type: ignore[misc]
            result["values"].append(
                {**here, "party": party, "work": work, "payouts": paid, "money": work + paid}
            )
        for m in first.prices:
            result["prices"].append({**here, "measure": m, "price": plain(lambda f, m=m: f.prices[m])})  # type: ignore[misc]
    return result


def solve_all(document: Document, starts: Starts | None = None) -> list[AgentSolution]:
    """Every agent's fixed points."""
    return [solve_agent(document, agent, starts(agent) if starts else ()) for agent in agents(document)]


def solve(document: Document, starts: Starts | None = None) -> Tables:
    """The tables of a solution; raises where an agent has no fixed point to keep."""
    solutions = solve_all(document, starts)
    everyone = []
    for solution in solutions:
        if solution.kept is None:
            raise ArithmeticError("no fixed point")
        at = solution.kept.response
        everyone.append(figures(document, solution.agent, at, at.prices))
    result = tables(document, everyone)
    result["fixed_points"] = fixed_points(document, solutions)
    return result


def fixed_points(document: Document, solutions: list[AgentSolution]) -> list[Row]:
    rows = []
    for segment in dict.fromkeys(s.agent.segment for s in solutions):
        for condition in dict.fromkeys(s.agent.condition for s in solutions):
            members = [s for s in solutions if (s.agent.segment, s.agent.condition) == (segment, condition)]
            kept = [(s.agent.weight, s.kept) for s in members if s.kept is not None]
            found = max(s.found for s in members)
            rows.append(
                {
                    "segment": segment,
                    "condition": condition,
                    "status": "several_equilibria" if found > 1 else "converged",
                    "found": found,
                    "objective": average([(w, k.objective) for w, k in kept]),
                    "residual": max(k.residual for _, k in kept),
                    "contacts": average([(w, k.response.contacts) for w, k in kept]),
                }
            )
    return rows
