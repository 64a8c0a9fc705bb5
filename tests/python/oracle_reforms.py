"""The slow oracle: reforms of a document, and a baseline against its reforms (sections 2, 3.7 and 5)."""

from __future__ import annotations

import copy
import math
from typing import Any

from oracle import Figures, Row, Starts, Tables, average, figures, groups, solve_all, tables
from oracle_contact import Agent, Behaviour, Contact, Document, contact_of
from oracle_rules import Response, held, kpis, new_prices
from oracle_solve import AgentSolution

ROOT = {
    "backfire", "name", "title", "description", "currency", "period", "measures", "values", "conditions",
    "situations", "workforce", "policy", "evidence",
}  # fmt: skip
KEYS = {  # of every table: the columns that name a row, and the figures
    "behaviour": (("situation", "action"), ("probability", "visits")),
    "measures": (("measure",), ("mean", "sd")),
    "kpis": (("kpi",), ("mean", "sd")),
    "payouts": (("rule",), ("expected", "money")),
    "values": (("party",), ("work", "payouts", "money")),
    "prices": (("measure",), ("price",)),
}


# ------------------------------------------------------------------------------------------------ reforms
def parts(path: str) -> list[str]:
    names = path.split(".")
    return names if names[0] in ROOT or names[0].startswith("x-") else ["policy", *names]


def place(document: Document, path: str) -> tuple[Any, Any]:
    """The container a path ends in, and the last key."""
    names = parts(path)
    here: Any = document
    for name in names[:-1]:
        here = here[int(name)] if isinstance(here, list) else here.setdefault(name, {})
    return here, int(names[-1]) if isinstance(here, list) else names[-1]


def apply_reform(document: Document, reform: Any) -> Document:
    """The reformed document; the one given is left as it is."""
    result = copy.deepcopy(document)
    for one in reform if isinstance(reform, list) else [reform]:
        for path in one.get("remove", []):
            container, key = place(result, path)
            del container[key]
        for path in one.get("disable", []):
            container, key = place(result, path)
            if parts(path)[:2] == ["policy", "rules"]:
                container[key] = scaled(container[key], 0.0)
            else:
                container[key] = {**(container[key] or {}), "habit": 0}
        for path, factor in one.get("scale", {}).items():
            container, key = place(result, path)
            container[key] = scaled(container[key], factor)
        plain = {k: v for k, v in one.items() if k not in ("remove", "disable", "scale", "replace", "add")}
        for path, value in {**one.get("replace", {}), **one.get("add", {}), **plain}.items():
            container, key = place(result, path)
            container[key] = copy.deepcopy(value)
    return result


def scaled(value: Any, factor: float) -> Any:
    """A number times the factor; of a rule, its pay or every y or rate."""
    if not isinstance(value, dict):
        return value * factor
    result = copy.deepcopy(value)
    if "pay" in result:
        result["pay"] *= factor
    for schedule in ("steps", "curve", "tiers"):
        if schedule in result:
            result[schedule] = [[x, y * factor] for x, y in result[schedule]]
    return result


# --------------------------------------------------------------------------------------------- comparison
def kept_behaviour(old: Behaviour, contact: Contact) -> Behaviour:
    """The baseline's action probabilities where the reformed contact still has the actions."""
    result: Behaviour = {}
    for s, about in contact.places.items():
        if not about.options:
            continue
        open_ = {a: option.habit for a, option in about.options.items() if option.habit > 0.0}
        if s not in old:
            total = math.fsum(open_.values())
            result[s] = {a: open_.get(a, 0.0) / total for a in about.options}
            continue
        chosen = {a: old[s].get(a, 0.0) if a in open_ else 0.0 for a in about.options}
        total = math.fsum(chosen.values())
        if total > 0.0:
            lost = any(p > 0.0 and a not in open_ for a, p in old[s].items())
            result[s] = {a: p / total for a, p in chosen.items()} if lost else chosen
        else:
            result[s] = {a: 1.0 / len(open_) if a in open_ else 0.0 for a in about.options}
    return result


def same_agent(old: list[AgentSolution], agent: Agent) -> AgentSolution | None:
    """The baseline's agent of the same segment and condition that stands where this one does among all people.

    Point i of n stands for the quantiles from i/n to (i + 1)/n, and is looked up by their middle: where only one side is
    spread, the other's one point is met from everywhere, or at the median.
    """
    found = [s for s in old if (s.agent.segment, s.agent.condition) == (agent.segment, agent.condition)]
    if not found:
        return None
    return found[(2 * agent.point + 1) * len(found) // (2 * agent.points)]


def settled(solution: AgentSolution) -> Response:
    if solution.kept is None:
        raise ArithmeticError("no fixed point")
    return solution.kept.response


def compare(
    document: Document,
    reforms: dict[str, Any],
    starts: dict[str, Starts] | None = None,
    base_starts: Starts | None = None,
) -> Tables:
    """The tables of a comparison, the mechanical and behavioural split included."""
    old = solve_all(document, base_starts)
    old_tables = tables(document, [figures(document, s.agent, settled(s), settled(s).prices) for s in old])
    result: Tables = {name: [] for name in [*KEYS, "winners", "goodhart"]}
    for name, reform in reforms.items():
        new_document = apply_reform(document, reform)
        new = solve_all(new_document, (starts or {}).get(name))
        new_figures = [figures(new_document, s.agent, settled(s), settled(s).prices) for s in new]
        pairs = [(same_agent(old, s.agent), s) for s in new]
        frozen = None
        if all(before is not None for before, _ in pairs):
            frozen = tables(new_document, [frozen_figures(new_document, b, s.agent) for b, s in pairs if b])
        new_tables = tables(new_document, new_figures)
        for table, (names, columns) in KEYS.items():
            result[table] += split(
                name, names, columns, old_tables[table], new_tables[table], frozen[table] if frozen else None
            )
        result["winners"] += winners(name, document, new_document, old, new)
        result["goodhart"] += goodhart(name, document, new_document, old, new)
    return result


def frozen_figures(document: Document, before: AgentSolution, agent: Agent) -> Figures:
    """Old behaviour under the new rules; all else recomputed, prices included."""
    at = held(document, agent, kept_behaviour(settled(before).behaviour, contact_of(document, agent)))
    return figures(document, agent, at, new_prices(document, agent, at))


def split(
    reform: str,
    names: tuple[str, ...],
    columns: tuple[str, ...],
    old: list[Row],
    new: list[Row],
    frozen: list[Row] | None,
) -> list[Row]:
    def index(rows: list[Row] | None) -> dict[tuple[str, ...], Row]:
        return {tuple(r[k] for k in ("segment", "condition", *names)): r for r in rows or []}

    before, after, between = index(old), index(new), index(frozen)
    result = []
    for key in dict.fromkeys([*before, *after]):
        for column in columns:
            a, b, m = (rows[key][column] if key in rows else None for rows in (before, after, between))
            result.append(
                {
                    "reform": reform,
                    **dict(zip(("segment", "condition", *names), key, strict=True)),
                    "figure": column,
                    "baseline": a,
                    "value": b,
                    "delta": difference(b, a),
                    "mechanical": None if b is None else difference(m, a),
                    "behavioural": None if a is None else difference(b, m),
                }
            )
    return result


def difference(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def paid(document: Document, solution: AgentSolution) -> float:
    at = settled(solution)
    return math.fsum(money for _, money in figures(document, solution.agent, at, {}).payouts.values())


def winners(
    reform: str,
    document: Document,
    new_document: Document,
    old: list[AgentSolution],
    new: list[AgentSolution],
) -> list[Row]:
    changes = []
    for solution in new:
        before = same_agent(old, solution.agent)
        if before is not None:
            was, is_ = paid(document, before), paid(new_document, solution)
            still = abs(is_ - was) <= 1e-9 * max(1.0, abs(was))
            changes.append((solution.agent, 0.0 if still else is_ - was))
    rows = []
    for segment, condition, inside in groups(new_document):
        here = [(agent.weight, change) for agent, change in changes if inside(agent)]
        total = math.fsum(w for w, _ in here)
        up, down = [(w, c) for w, c in here if c > 0.0], [(w, c) for w, c in here if c < 0.0]
        share_up, share_down = (math.fsum(w for w, _ in some) / total for some in (up, down))
        rows.append(
            {
                "reform": reform,
                "segment": segment,
                "condition": condition,
                "winners": share_up,
                "losers": share_down,
                "unchanged": 1.0 - share_up - share_down,
                "gain": average(up) if up else 0.0,
                "loss": average(down) if down else 0.0,
            }
        )
    return rows


def true_side(document: Document, name: str, at: Response) -> float | None:
    """The KPI's form applied to what it stands for, everything seen."""
    kpi = kpis(document)[name]
    target = next(iter(kpi["stands_for"].values()))
    measure = isinstance(target, str) and target in at.contact.parts
    amount = at.mean[target if measure else f"kpi:{name}:true"]
    scale = float(kpi.get("scale", 1.0))
    if "total" in kpi:
        return scale * at.contacts * amount
    if "ratio" in kpi or "of" in kpi:
        below = at.mean[kpi["ratio"][1] if "ratio" in kpi else f"kpi:{name}:of"]
        return scale * amount / below if below else None
    return scale * amount


def signed(sign: float, ends: list[float | None]) -> float | None:
    change = difference(ends[1], ends[0])
    return None if change is None else sign * change


def meaning(document: Document, kpi: dict[str, Any]) -> tuple[list[str], float]:
    """What a KPI stands for, a measure or sorted events, and 1 or −1: which way that is good."""
    party, target = next(iter(kpi["stands_for"].items()))
    if isinstance(target, str) and target in document.get("measures", {}):
        return [target], math.copysign(1.0, document["values"][party][target])
    return sorted([target] if isinstance(target, str) else target), 1.0 if kpi["better"] == "higher" else -1.0


def goodhart(
    reform: str,
    document: Document,
    new_document: Document,
    old: list[AgentSolution],
    new: list[AgentSolution],
) -> list[Row]:
    rows = []
    for name, kpi in kpis(new_document).items():
        if "stands_for" not in kpi or name not in kpis(document):
            continue
        before = kpis(document)[name]
        up = 1.0 if kpi["better"] == "higher" else -1.0
        meant = meaning(new_document, kpi)
        # What is better, or true, differently on the two sides has no change.
        one_way = before.get("better", kpi["better"]) == kpi["better"]
        one_truth = "stands_for" in before and meaning(document, before) == meant
        for segment, condition, inside in groups(new_document):
            seen: list[float | None] = []
            true: list[float | None] = []
            for about, solutions in ((document, old), (new_document, new)):
                members = [s for s in solutions if inside(s.agent)]
                moments = [
                    (s.agent.weight, figures(about, s.agent, settled(s), {}).kpis[name]) for s in members
                ]
                truths = [
                    (s.agent.weight, true_side(about, name, settled(s)) if one_truth else None)
                    for s in members
                ]
                known = [(w, k[0]) for w, k in moments if k is not None]
                truly_known = [(w, t) for w, t in truths if t is not None]
                seen.append(average(known) if known else None)
                true.append(average(truly_known) if truly_known else None)
            improvement, truly = signed(up, seen) if one_way else None, signed(meant[1], true)
            rows.append(
                {
                    "reform": reform,
                    "segment": segment,
                    "condition": condition,
                    "kpi": name,
                    "kpi_improvement": improvement,
                    "true_improvement": truly,
                    "gap": difference(improvement, truly),
                }
            )
    return rows
