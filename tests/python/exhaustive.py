"""Every fixed point of a small scenario, by an exhaustive scan of everything its one agent could do.

Each situation's choice is a coordinate (two where there are three actions), in log odds. On a dense grid of
behaviours the prices they lead to, and the log odds those lead to in turn, are computed at once with arrays; wherever
all differences can vanish, Newton's method on the slow oracle's own functions finds the fixed point. The arrays only
say where to look: every number that is reported is the slow oracle's.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

import oracle
from oracle_contact import Document, Step
from oracle_rules import Valuation, contacts_given, kpis, monitor, rules
from oracle_schedules import Felt, Kpi, expected, felt
from oracle_solve import FixedPoint, Search, grows, jacobian, near, newton, scanned_points

Array = NDArray[np.float64]
AXIS = np.concatenate(
    [np.linspace(-40.0, -7.0, 18), np.log(np.linspace(0.002, 0.5, 90) / np.linspace(0.998, 0.5, 90))]
)
LOG_ODDS = np.concatenate([AXIS, -AXIS[-2::-1]])
CUMULATIVE = np.linspace(-8.0, 8.0, 4001)
CUMULATIVE_VALUES = np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in CUMULATIVE])


def exhaustive_points(document: Document) -> list[FixedPoint]:
    """All fixed points of the scenario's one agent, highest J first."""
    (agent,) = oracle.agents(document)
    search = Search(document, agent)
    if len(search.keys) == 1 and "contacts" in document["period"]:
        points = scanned_points(search)
    else:
        roots: list[list[float]] = []
        for start in starts(search):
            root = newton(search, start)
            if root is not None and not any(near(root, other) for other in roots):
                roots.append(root)
        points = [search.point(r, "between" if grows(jacobian(search, r)) else "peak") for r in roots]
    return sorted(points, key=lambda point: -point.objective)


def starts(search: Search) -> Iterator[list[float]]:
    """Prices to start from: of the whole grid, and of finer ones around the places it points at."""
    for start, box in Scan(search).candidates():
        yield start
        for finer, _ in Scan(search, box).candidates()[:3]:
            yield finer


class Scan:
    """Behaviours of the one agent on a grid, and what each leads to (logit, foresight, habit, curvature 1)."""

    def __init__(self, search: Search, box: list[tuple[float, float]] | None = None) -> None:
        self.search, self.document, self.contact = search, search.document, search.contact
        self.places = {s: place for s, place in self.contact.places.items() if place.options}
        sizes = [len(place.options) - 1 for place in self.places.values()]
        self.axes = sum(sizes)
        assert self.axes <= 2, "a scan of three coordinates would take too long"
        self.lines = [np.linspace(*side, 25) for side in box] if box else [LOG_ODDS] * self.axes
        self.grid = np.meshgrid(*self.lines, indexing="ij")
        odds = [axis.ravel() for axis in self.grid]
        self.behaviour: dict[tuple[str, str], Array] = {}
        for s, place in self.places.items():
            left = np.ones_like(odds[0])
            for a in list(place.options)[:-1]:
                share = 1.0 / (1.0 + np.exp(-odds.pop(0)))
                self.behaviour[s, a] = left * share
                left = left * (1.0 - share)
            self.behaviour[s, list(place.options)[-1]] = left

    def candidates(self) -> list[tuple[list[float], list[tuple[float, float]]]]:
        """Where every difference changes its sign close by, and the smallest ones: prices, and a box around."""
        prices = self.new_prices()
        new = np.clip(np.array(self.log_odds(prices)), -39.9, 39.9).reshape(self.axes, *self.grid[0].shape)
        gap = new - np.array(self.grid)
        near_zero = np.ones([n - 1 for n in self.grid[0].shape], dtype=bool)
        corners = list(itertools.product((slice(None, -1), slice(1, None)), repeat=self.axes))
        for part in gap:
            at_corners = np.array([part[corner] for corner in corners])
            mixed = (at_corners.min(axis=0) <= 0.0) & (at_corners.max(axis=0) >= 0.0)
            near_zero &= widened(mixed)
        size = np.abs(gap).max(axis=0)
        cells = lowest(near_zero, size)
        cells += [np.unravel_index(i, size.shape) for i in np.argsort(size, axis=None)[:3]]
        result = []
        for cell in dict.fromkeys(tuple(int(i) for i in c) for c in cells):
            flat = int(np.ravel_multi_index(cell, size.shape))
            vector = [
                float(prices[k][flat]) / u for k, u in zip(self.search.keys, self.search.units, strict=True)
            ]
            sides = [
                (float(line[max(0, i - 2)]), float(line[min(len(line) - 1, i + 2)]))
                for line, i in zip(self.lines, cell, strict=True)
            ]
            result.append((vector, sides))
        return result

    # ---------------------------------------------------------------------------- from behaviours to prices
    def new_prices(self) -> dict[str, Array]:
        weights = [np.full(self.grid[0].size, path.chance) for path in self.contact.paths]
        for w, path in zip(weights, self.contact.paths, strict=True):
            for choice in path.choices:
                w *= self.behaviour[choice]
        amounts = np.array([path.amounts for path in self.contact.paths])
        self.weights, self.amounts = np.array(weights).T, amounts
        index = {key: i for i, key in enumerate(self.contact.keys)}
        mean = {key: self.weights @ amounts[:, i] for key, i in index.items()}
        hours = "hours" in self.document["period"]
        if hours:
            n = contacts_given(self.document, self.search.agent, mean)
        else:
            n = contacts_given(self.document, self.search.agent, {})
        contacts = np.zeros(self.grid[0].size) + n
        result = {key: np.zeros(self.grid[0].size) for key in self.search.keys}
        for rule in rules(self.document).values():
            if "kpi" in rule:
                slope, gradient = self.slope(rule, mean, contacts)
                for key, by in gradient.items():
                    result[key] += slope * by / contacts
                kpi = kpis(self.document)[rule["kpi"]]
                if hours and "total" in kpi:
                    time = self.document["period"]["time"]
                    result[time] -= slope * kpi.get("scale", 1.0) * mean[kpi["total"]] / mean[time]
        if hours:
            time = self.document["period"]["time"]
            result[time] -= self.flow() / mean[time]
        return result

    def slope(
        self, rule: Document, mean: dict[str, Array], contacts: Array
    ) -> tuple[Array, dict[str, Array]]:
        """dE/dKPI, and the KPI's gradient."""
        kpi, name = kpis(self.document)[rule["kpi"]], rule["kpi"]
        scale, seen = float(kpi.get("scale", 1.0)), monitor(self.document, kpi)
        looked = np.minimum(seen.get("samples", np.inf), contacts)
        one = np.ones_like(contacts)
        schedule = felt(self.document, rule, self.search.agent)
        if "share" in kpi:
            key = f"kpi:{name}:share"
            centre, gradient = mean[key], {key: one}
            if looked[0] <= 100:
                trials, places = round(float(looked[0])), np.linspace(0.0, 1.0, 201)
                table = [
                    expected(schedule, Kpi(scale * p, 0.0, trials, p, scale, {}, 0.0))[1] for p in places
                ]
                return np.interp(centre, places, table), {key: scale * one}
        elif "ratio" in kpi:
            a, b = kpi["ratio"]
            centre = mean[a] / mean[b]
            gradient = {a: one / mean[b], b: -centre / mean[b]}
        else:
            key = kpi.get("mean", kpi.get("total"))
            gradient = {key: contacts if "total" in kpi else one}
            centre = mean[key] * gradient[key]
        variance = np.zeros_like(contacts)
        for a, b in itertools.product(gradient, gradient):
            i, j = (self.contact.keys.index(key) for key in (a, b))
            both = self.weights @ (self.amounts[:, i] * self.amounts[:, j]) - mean[a] * mean[b]
            if a == b and a in self.contact.moved:
                both += self.weights @ np.array([path.variances[a] for path in self.contact.paths])
            variance += gradient[a] * gradient[b] * both / looked
        for key, by in gradient.items():
            luck = self.document["measures"].get(key, {}).get("period_cv", 0.0)
            variance += (by * luck * mean[key]) ** 2
        sd = scale * np.sqrt(np.maximum(variance, 0.0))
        return expected_slopes(schedule, scale * centre, sd), {
            key: scale * by for key, by in gradient.items()
        }

    # -------------------------------------------------------------------------- from prices to log odds again
    def log_odds(self, prices: dict[str, Array]) -> list[Array]:
        valuation = Valuation(self.document, self.search.agent, {}, self.some_contacts())
        known: dict[str, list[Array]] = {}

        def now(step: Step) -> Array:
            total = np.full(self.grid[0].size, valuation.now(step))
            for key, price in prices.items():
                for moved, factor in self.contact.parts.get(key, {}).items():
                    total += price * factor * step.moves.get(moved, (0.0, 0.0))[0]
                if step.event in self.contact.sets.get(key, frozenset()):
                    total += price
            return total

        def inside(name: str | None) -> Array:
            if name is None:
                return np.zeros(self.grid[0].size)
            noise = self.places[name].noise
            return np.asarray(noise * np.logaddexp.reduce([q / noise for q in actions(name)], axis=0))

        def actions(name: str) -> list[Array]:
            if name not in known:
                known[name] = []
                for option in self.places[name].options.values():
                    q = now(option) + inside(option.opens)
                    known[name].append(q + sum(c * (now(o) + inside(o.opens)) for c, o in option.outcomes))
            return known[name]

        result = []
        for s, place in self.places.items():
            scaled = [q / place.noise for q in actions(s)]
            for k in range(len(scaled) - 1):
                result.append(scaled[k] - np.logaddexp.reduce(scaled[k + 1 :], axis=0))
        return result

    def flow(self) -> Array:
        """f at every behaviour: what it brings without KPI and time prices, less noise times divergence."""
        valuation = Valuation(self.document, self.search.agent, {}, self.some_contacts())

        def inside(name: str | None) -> Array:
            total = np.zeros(self.grid[0].size)
            if name is None:
                return total
            place = self.places[name]
            for a, option in place.options.items():
                p = self.behaviour[name, a]
                q = valuation.now(option) + inside(option.opens)
                q = q + sum(c * (valuation.now(o) + inside(o.opens)) for c, o in option.outcomes)
                total += p * q - place.noise * p * np.log(np.maximum(p, 1e-300))
            return total

        begin = sum(place.share * inside(s) for s, place in self.places.items())
        return np.asarray(begin + valuation.standing.constant)

    def some_contacts(self) -> float:
        """Any number: no detection chance hangs on it here."""
        return float(self.document["period"].get("contacts", 1.0))


def expected_slopes(schedule: Felt, centre: Array, sd: Array) -> Array:
    """The derivative of a straight schedule's expectation over many normal laws (to a few digits)."""
    result = np.zeros_like(centre)
    safe = np.maximum(sd, 1e-12 * (1.0 + np.abs(centre)))
    previous = None
    for piece in schedule.split():
        inside = 0.5 * (max(piece.low, -1e9) + min(piece.high, 1e9))
        loss = piece.at(inside) < schedule.reference
        steep = piece.slope * (schedule.loss_aversion if loss else 1.0)
        low, high = (
            np.interp((x - centre) / safe, CUMULATIVE, CUMULATIVE_VALUES) for x in (piece.low, piece.high)
        )
        result += steep * (high - low)
        if previous is not None:
            jump = schedule.value(piece.at(piece.low)) - schedule.value(previous.at(piece.low))
            z = np.clip((piece.low - centre) / safe, -38.0, 38.0)
            result += jump * np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) / safe
        previous = piece
    return result


def widened(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells and their neighbours."""
    result = mask.copy()
    for axis in range(mask.ndim):
        before, after = np.roll(result, 1, axis), np.roll(result, -1, axis)
        result = result | before | after
    return result


def lowest(mask: NDArray[np.bool_], size: Array) -> list[tuple[int, ...]]:
    """Of marked cells that touch, those smaller than all marked ones near them."""
    todo = sorted((tuple(int(i) for i in index) for index in np.argwhere(mask)), key=lambda cell: size[cell])
    result: list[tuple[int, ...]] = []
    passed: set[tuple[int, ...]] = set()
    for cell in todo:
        around = [
            tuple(i + d for i, d in zip(cell, shift, strict=True))
            for shift in itertools.product((-1, 0, 1), repeat=mask.ndim)
        ]
        if not passed.intersection(around):
            result.append(cell)
        passed.add(cell)
    return result[:40]
