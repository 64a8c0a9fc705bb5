"""Brute force: draws the contacts of many periods at a given behaviour, and what monitors see of them.

Every contact is walked step by step; moves spread normally, a period's luck multiplies what its measures sum to, and
reviewers miss, raise false alarms and err. Means and spreads come with their standard errors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from oracle_contact import Agent, Behaviour, Document, Step, contact_of
from oracle_rules import kpis, monitor, rules
from oracle_schedules import worth

Array = NDArray[np.float64]


@dataclass
class Sampled:
    """A mean and a standard deviation from draws, with their standard errors."""

    mean: float
    mean_se: float
    sd: float
    sd_se: float


@dataclass
class Draws:
    """What many periods of one agent came to."""

    measures: dict[str, Sampled] = field(default_factory=dict)  # per contact
    covariance: dict[tuple[str, str], tuple[float, float]] = field(
        default_factory=dict
    )  # estimate, standard error
    kpis: dict[str, Sampled] = field(default_factory=dict)  # `total`, `mean`, `share`
    payouts: dict[str, Sampled] = field(default_factory=dict)  # money per period, of event and per-unit rules


def sampled(values: Array) -> Sampled:
    """Of independent draws; the error of the sd from the fourth moment."""
    n, mean = len(values), float(values.mean())
    spread = (values - mean) ** 2
    variance = float(spread.mean())
    sd = math.sqrt(variance)
    error = float(spread.std()) / math.sqrt(n) / (2.0 * sd) if sd > 0.0 else 0.0
    return Sampled(mean, sd / math.sqrt(n), sd, error)


def draw(
    document: Document, agent: Agent, behaviour: Behaviour, contacts: int, periods: int, seed: int
) -> Draws:
    """`periods` periods of `contacts` contacts each."""
    rng = np.random.default_rng(seed)
    contact = contact_of(document, agent)
    size = contacts * periods
    moved = {m: np.zeros(size) for m in contact.moved}
    events = {e: np.zeros(size) for events in contact.sets.values() for e in events}

    def take(step: Step, who: NDArray[np.int64]) -> None:
        for measure, (mean, variance) in step.moves.items():
            moved[measure][who] += mean + math.sqrt(variance) * rng.standard_normal(len(who))
        if step.event in events:
            events[step.event][who] += 1.0

    def visit(situation: str | None, who: NDArray[np.int64]) -> None:
        if situation is None or len(who) == 0:
            return
        place = contact.places[situation]
        if place.chance is not None:
            after(place.chance, who)
            return
        names = list(place.options)
        picks = rng.choice(len(names), size=len(who), p=normalised([behaviour[situation][a] for a in names]))
        for k, name in enumerate(names):
            option = place.options[name]
            chosen = who[picks == k]
            take(option, chosen)
            after(option, chosen)

    def after(step: Step, who: NDArray[np.int64]) -> None:
        if not step.outcomes:
            visit(step.opens, who)
            return
        picks = rng.choice(len(step.outcomes), size=len(who), p=normalised([c for c, _ in step.outcomes]))
        for k, (_, outcome) in enumerate(step.outcomes):
            some = who[picks == k]
            take(outcome, some)
            visit(outcome.opens, some)

    begins = list(contact.places)
    first = rng.choice(len(begins), size=size, p=normalised([contact.places[s].share for s in begins]))
    for k, name in enumerate(begins):
        visit(name, np.flatnonzero(first == k))

    declared = {
        m: sum((f * moved[i] for i, f in parts.items()), np.zeros(size)) for m, parts in contact.parts.items()
    }
    counted = {key: sum((events[e] for e in some), np.zeros(size)) for key, some in contact.sets.items()}
    result = Draws()
    for m, values in declared.items():
        result.measures[m] = sampled(values)
        for other, its in declared.items():
            product = (values - values.mean()) * (its - its.mean())
            result.covariance[m, other] = float(product.mean()), float(product.std()) / math.sqrt(size)
    luck = {
        m: 1.0 + document["measures"][m].get("period_cv", 0.0) * rng.standard_normal(periods)
        for m in contact.moved
    }
    for name, kpi in kpis(document).items():
        if "ratio" in kpi or "of" in kpi:
            continue
        seen = monitor(document, kpi)
        who = reviewed(seen, contacts)
        scale = float(kpi.get("scale", 1.0))
        if "share" in kpi:
            found = detected(counted[f"kpi:{name}:share"], seen, rng).reshape(periods, contacts)[:, :who]
            result.kpis[name] = sampled(scale * found.mean(axis=1))
            continue
        key = kpi.get("total", kpi.get("mean"))
        average = np.zeros(periods)
        for m, factor in contact.parts[key].items():
            average += factor * moved[m].reshape(periods, contacts)[:, :who].mean(axis=1) * luck[m]
        if seen.get("error_sd"):
            average += seen["error_sd"] * rng.standard_normal((periods, who)).mean(axis=1)
        result.kpis[name] = sampled(scale * average * (contacts if "total" in kpi else 1))
    for name, rule in rules(document).items():
        if "kpi" in rule:
            continue
        seen = monitor(document, rule)
        x = rule["pay"] * worth(document, rule)
        looked = looked_at(seen, contacts, periods, rng)
        if "each" in rule:
            paid = looked * detected(counted[f"rule:{name}"], seen, rng)
        else:
            paid = looked * declared[rule["per"]] * (rng.random(size) >= seen.get("miss", 0.0))
        result.payouts[name] = sampled(x * paid.reshape(periods, contacts).sum(axis=1))
    return result


def normalised(chances: list[float]) -> Array:
    p = np.maximum(np.array(chances), 0.0)
    return np.asarray(p / p.sum())


def reviewed(seen: Document, contacts: int) -> int:
    """How many contacts a KPI is estimated from; contacts are alike, so they may be the first ones."""
    if "samples" in seen:
        return min(int(seen["samples"]), contacts)
    n = float(seen.get("rate", 1.0)) * contacts
    if abs(n - round(n)) > 1e-9:
        raise ValueError("a whole number of reviewed contacts is needed")
    return round(n)


def looked_at(seen: Document, contacts: int, periods: int, rng: np.random.Generator) -> Array:
    """Which contacts a rule's monitor looks at: so many of each period without replacement, or each by chance."""
    if "samples" in seen:
        order = rng.random((periods, contacts)).argsort(axis=1)
        return np.asarray(order < min(int(seen["samples"]), contacts), dtype=float).ravel()
    return np.asarray(rng.random(contacts * periods) < seen.get("rate", 1.0), dtype=float)


def detected(counts: Array, seen: Document, rng: np.random.Generator) -> Array:
    """Finds per reviewed contact: each event missed by chance, and alarms where there was none."""
    finds = rng.binomial(counts.astype(np.int64), 1.0 - seen.get("miss", 0.0)).astype(float)
    alarms = (counts == 0) & (rng.random(len(counts)) < seen.get("false_alarm", 0.0))
    return np.asarray(finds + alarms)
