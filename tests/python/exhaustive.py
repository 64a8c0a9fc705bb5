"""Every fixed point of a small scenario by an exhaustive scan of a box of prices that holds them all.

A fixed point's prices are p_new at some behaviour, so they lie in the box of p_new over all behaviours; the box is
scanned on a dense grid, cells where all parts of p_new - p can vanish are followed by Newton's method. Uses the slow
oracle's primitives for every number that is reported; nothing of the library.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

import oracle
from oracle_contact import Document, contact_of
from oracle_rules import kpis, rules
from oracle_schedules import Kpi, expected, felt
from oracle_solve import FixedPoint, Search, grows, jacobian, near, newton, scanned_points

Array = NDArray[np.float64]


def fixed_points(document: Document) -> list[FixedPoint]:
    """All fixed points of the scenario's one agent, best first."""
    (agent,) = oracle.agents(document)
    search = Search(document, agent)
    if len(search.keys) == 1 and "contacts" in document["period"]:
        points = scanned_points(search)
    else:
        points = grid_points(search)
    return sorted(points, key=lambda point: -point.objective)


class Tiny:
    """The one agent's contact as arrays: p_new - p at many prices at once (foresight 1, logit, no weighting needed)."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.document, self.agent = search.document, search.agent
        contact = contact_of(self.document, self.agent)
        self.choices = [(s, a) for s, place in contact.places.items() for a in place.options]
        self.amounts = np.array([path.amounts for path in contact.paths])
        self.within = np.array([[path.variances[m] for m in contact.moved] for path in contact.paths])
        self.chance = np.array([path.chance for path in contact.paths])
        self.index = {key: i for i, key in enumerate(contact.keys)}
        self.contact = contact

    def weights(self, behaviour: dict[tuple[str, str], Array], size: int) -> Array:
        result = np.tile(self.chance, (size, 1))
        for j, path in enumerate(self.contact.paths):
            for choice in path.choices:
                result[:, j] *= behaviour[choice]
        return result

    def behaviours(self, grid: int) -> dict[tuple[str, str], Array]:
        """A grid over the product of the simplices of all situations."""
        sides = []
        for s, place in self.contact.places.items():
            if place.options:
                corners = [np.linspace(0.0, 1.0, grid)] * (len(place.options) - 1)
                points = np.array(list(itertools.product(*corners)))
                points = points[points.sum(axis=1) <= 1.0 + 1e-12]
                sides.append((s, np.column_stack([points, np.maximum(0.0, 1.0 - points.sum(axis=1))])))
        picks = np.array(list(itertools.product(*(range(len(points)) for _, points in sides))))
        result = {}
        for column, (s, points) in enumerate(sides):
            for k, a in enumerate(self.contact.places[s].options):
                result[s, a] = points[picks[:, column], k]
        return result

    def new_prices(self, weights: Array) -> Array:
        """p_new (in the search's units) for rows of path probabilities, contacts given."""
        n = float(self.document["period"]["contacts"])
        mean = weights @ self.amounts
        result = np.zeros((len(weights), len(self.search.keys)))
        for rule in rules(self.document).values():
            if "kpi" not in rule:
                continue
            gradient, centre, sd, trials = self.moments(rule["kpi"], weights, mean, n)
            schedule = felt(self.document, rule, self.agent)
            slope = slopes(schedule, centre, sd, trials, float(kpis(self.document)[rule["kpi"]].get("scale", 1.0)))
            for key, by in gradient.items():
                result[:, self.search.keys.index(key)] += slope * by / n
        return result / np.array(self.search.units)

    def moments(
        self, name: str, weights: Array, mean: Array, n: float
    ) -> tuple[dict[str, Array], Array, Array, int]:
        kpi = kpis(self.document)[name]
        scale = float(kpi.get("scale", 1.0))
        seen = self.document["policy"].get("monitors", {}).get(kpi.get("seen_by", ""), {})
        looked = min(float(seen.get("samples", n)), n)
        one = np.ones(len(weights))
        trials = 0
        if "ratio" in kpi:
            a, b = kpi["ratio"]
            centre = mean[:, self.index[a]] / mean[:, self.index[b]]
            gradient = {a: one / mean[:, self.index[b]], b: -centre / mean[:, self.index[b]]}
        elif "share" in kpi:
            key = f"kpi:{name}:share"
            centre, gradient = mean[:, self.index[key]], {key: one}
            trials = round(looked) if looked <= 100 else 0
        else:
            key = kpi.get("mean", kpi.get("total"))
            times = n if "total" in kpi else 1.0
            centre, gradient = times * mean[:, self.index[key]], {key: times * one}
        variance = np.zeros(len(weights))
        for a, b in itertools.product(gradient, gradient):
            i, j = self.index[a], self.index[b]
            both = weights @ (self.amounts[:, i] * self.amounts[:, j]) - mean[:, i] * mean[:, j]
            if a == b and a in self.contact.moved:
                both = both + weights @ self.within[:, self.contact.moved.index(a)]
            variance += gradient[a] * gradient[b] * both / looked
        for key, by in gradient.items():
            cv = self.document["measures"].get(key, {}).get("period_cv", 0.0)
            variance += (by * cv * mean[:, self.index[key]]) ** 2
        sd = scale * np.sqrt(np.maximum(variance, 0.0))
        return {key: scale * by for key, by in gradient.items()}, scale * centre, sd, trials


def slopes(schedule: object, centre: Array, sd: Array, trials: int, scale: float) -> Array:
    """The derivative of a schedule's expectation, from a table where the law has one parameter, else in closed form."""
    from oracle_schedules import Felt

    assert isinstance(schedule, Felt)
    if trials:
        grid = np.linspace(0.0, 1.0, 2001)
        table = [expected(schedule, Kpi(scale * p, 0.0, trials, p, scale, {}, 0.0))[1] for p in grid[::20]]
        return np.asarray(np.interp(centre / scale, grid[::20], table))
    from numpy import exp, sqrt

    result = np.zeros(len(centre))
    safe = np.maximum(sd, 1e-300)
    previous = None
    for piece in schedule.split():
        inside = 0.5 * (max(piece.low, -1e300) + min(piece.high, 1e300))
        loss = piece.at(inside) < schedule.reference
        steep = piece.slope * (schedule.loss_aversion if loss else 1.0)
        result += steep * (cumulative((piece.high - centre) / safe) - cumulative((piece.low - centre) / safe))
        if previous is not None:
            jump = schedule.value(piece.at(piece.low)) - schedule.value(previous.at(piece.low))
            z = np.clip((piece.low - centre) / safe, -40.0, 40.0)
            result += jump * exp(-0.5 * z * z) / sqrt(2.0 * math.pi) / safe * (sd > 0.0)
        previous = piece
    return result


def cumulative(z: Array) -> Array:
    """The normal distribution function, by a table: only used to find where to look."""
    grid = np.linspace(-8.0, 8.0, 4001)
    table = np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in grid])
    return np.asarray(np.interp(np.clip(z, -8.0, 8.0), grid, table))
