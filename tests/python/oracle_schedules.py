"""The slow oracle: payout schedules as they are felt, and what they are expected to bring (3.1 to 3.3)."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oracle_contact import Agent, Document


@dataclass
class Kpi:
    """A KPI at a behaviour: its law, and how its mean moves with the measures (spread held) and with N."""

    mean: float
    sd: float
    trials: int  # of a binomial KPI, else 0
    chance: float  # of a find, for a binomial KPI
    scale: float
    gradient: dict[str, float]
    by_contacts: float


def worth(document: Document, rule: dict[str, Any]) -> float:
    """What one of the rule's unit is worth in money."""
    unit = rule.get("unit", document["currency"])
    return 1.0 if unit == document["currency"] else float(document["policy"]["units"][unit])


# --------------------------------------------------------------------------------------- schedules
@dataclass
class Piece:
    """A straight part of a payout in money, on [low, high)."""

    low: float
    high: float
    anchor: float  # where the payout is `base`
    base: float
    slope: float

    def at(self, x: float) -> float:
        return self.base + (self.slope * (x - self.anchor) if self.slope else 0.0)


def pieces(rule: dict[str, Any], money: float) -> list[Piece]:
    """The schedule of a KPI rule as straight parts that cover the line."""
    inf = math.inf
    if "steps" in rule:
        steps = [(-inf if x is None else float(x), float(y)) for x, y in rule["steps"]]
        if steps[0][0] > -inf:
            steps.insert(0, (-inf, 0.0))
        ends = [x for x, _ in steps[1:]] + [inf]
        return [Piece(x, end, 0.0, money * y, 0.0) for (x, y), end in zip(steps, ends, strict=True)]
    if "curve" in rule:
        points = [(float(x), money * float(y)) for x, y in rule["curve"]]
        result = [Piece(-inf, points[0][0], 0.0, points[0][1], 0.0)]
        for (x, y), (x2, y2) in itertools.pairwise(points):
            result.append(Piece(x, x2, x, y, (y2 - y) / (x2 - x)))
        return [*result, Piece(points[-1][0], inf, 0.0, points[-1][1], 0.0)]
    bounds = [(float(x), money * float(rate)) for x, rate in rule["tiers"]]
    result, total = [Piece(-inf, bounds[0][0], 0.0, 0.0, 0.0)], 0.0
    for (x, rate), end in zip(bounds, [x for x, _ in bounds[1:]] + [inf], strict=True):
        result.append(Piece(x, end, x, total, rate))
        total += rate * (end - x) if end < inf else 0.0
    return result


def best_payout(rule: dict[str, Any], money: float) -> float:
    """The highest payout the schedule has anywhere."""
    result = -math.inf
    for piece in pieces(rule, money):
        for end in (piece.low, piece.high):
            result = max(result, piece.at(end) if math.isfinite(end) else piece.base)
    return result


def piece_at(parts: list[Piece], x: float) -> Piece:
    """The part that holds from x on; a KPI within 1e-12 (relative) of a bound has reached it."""
    found = parts[0]
    for piece in parts:
        if piece.low <= x or abs(x - piece.low) <= 1e-12 * max(abs(x), abs(piece.low)):
            found = piece
    return found


@dataclass
class Felt:
    """A payout schedule as it is felt: v(payout - reference), or the bare money where no agent is given."""

    parts: list[Piece]
    reference: float
    curvature: float
    loss_aversion: float

    def value(self, payout: float) -> float:
        x = payout - self.reference
        return float(x**self.curvature if x >= 0.0 else -self.loss_aversion * (-x) ** self.curvature)

    def at(self, x: float) -> float:
        return self.value(piece_at(self.parts, x).at(x))

    def slope_right(self, x: float) -> float:
        piece = piece_at(self.parts, x)
        if piece.slope == 0.0:
            return 0.0
        y = piece.at(x) - self.reference
        side = 1.0 if y > 0.0 or (y == 0.0 and piece.slope > 0.0) else self.loss_aversion
        bend = 1.0 if self.curvature == 1.0 else self.curvature * abs(y) ** (self.curvature - 1.0)
        return piece.slope * side * bend

    def split(self) -> list[Piece]:
        """The parts, cut where gains turn into losses."""
        result = []
        for piece in self.parts:
            zero = piece.anchor + (self.reference - piece.base) / piece.slope if piece.slope else math.nan
            if piece.low < zero < piece.high:
                result.append(Piece(piece.low, zero, zero, self.reference, piece.slope))
                result.append(Piece(zero, piece.high, zero, self.reference, piece.slope))
            else:
                result.append(piece)
        return result


def felt(document: Document, rule: dict[str, Any], agent: Agent | None) -> Felt:
    money = worth(document, rule)
    reference = best_payout(rule, money) if agent and rule.get("frame") == "loss" else 0.0
    parts = pieces(rule, money)
    if agent is None:
        return Felt(parts, reference, 1.0, 1.0)
    return Felt(parts, reference, agent.trait("curvature"), agent.trait("loss_aversion"))


# ----------------------------------------------------------------------- expectations of schedules
def density(z: float) -> float:
    return math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) if abs(z) < 40.0 else 0.0


def between(low: float, high: float) -> float:
    """The normal chance of an interval, from the tail that loses no digits."""
    root = math.sqrt(2.0)
    if low > 0.0:
        return 0.5 * (math.erfc(low / root) - math.erfc(high / root))
    return 0.5 * (math.erfc(-high / root) - math.erfc(-low / root))


def expected(schedule: Felt, kpi: Kpi | None) -> tuple[float, float]:
    """E of the felt payout, and its derivative in the KPI's mean (spread held; exact if binomial)."""
    if kpi is None:
        return schedule.value(0.0), 0.0
    if kpi.trials:
        return expected_binomial(schedule, kpi)
    if kpi.sd == 0.0:
        return schedule.at(kpi.mean), schedule.slope_right(kpi.mean)
    if schedule.curvature == 1.0:
        return expected_straight(schedule, kpi)
    return expected_curved(schedule, kpi)


def expected_binomial(schedule: Felt, kpi: Kpi) -> tuple[float, float]:
    n, p = kpi.trials, kpi.chance
    worths = [schedule.at(kpi.scale * k / n) for k in range(n + 1)]
    total = math.fsum(math.comb(n, k) * p**k * (1.0 - p) ** (n - k) * worths[k] for k in range(n + 1))
    slope = math.fsum(
        n * math.comb(n - 1, k) * p**k * (1.0 - p) ** (n - 1 - k) * (worths[k + 1] - worths[k])
        for k in range(n)
    )
    return total, slope / kpi.scale


def expected_straight(schedule: Felt, kpi: Kpi) -> tuple[float, float]:
    mu, sigma = kpi.mean, kpi.sd
    total, slope, previous = [], [], None
    for piece in schedule.split():
        low, high = (piece.low - mu) / sigma, (piece.high - mu) / sigma
        middle = max(piece.low, min(piece.high, mu))
        sign = 1.0 if piece.at(inner(piece)) >= schedule.reference else schedule.loss_aversion
        steep = sign * piece.slope
        ends = [
            sign * (piece.at(x) - schedule.reference) if math.isfinite(x) else 0.0
            for x in (piece.low, piece.high)
        ]
        at_mean = sign * (piece.at(middle) - schedule.reference) + steep * (mu - middle)
        total.append(at_mean * between(low, high) + steep * sigma * (density(low) - density(high)))
        slope.append(steep * between(low, high))
        if previous is not None:
            slope.append((ends[0] - previous) * density(low) / sigma)
        previous = ends[1]
    return math.fsum(total), math.fsum(slope)


def inner(piece: Piece) -> float:
    """Some point inside a piece."""
    if math.isinf(piece.low) and math.isinf(piece.high):
        return 0.0
    if math.isinf(piece.low):
        return piece.high - 1.0 - abs(piece.high)
    if math.isinf(piece.high):
        return piece.low + 1.0 + abs(piece.low)
    return 0.5 * (piece.low + piece.high)


def expected_curved(schedule: Felt, kpi: Kpi) -> tuple[float, float]:
    """By quadrature on every smooth part; the derivative as E[(g(K) - g(mean)) Z] / sd."""
    mu, sigma = kpi.mean, kpi.sd
    here = schedule.at(mu)
    total, score = [here], []
    for piece in schedule.split():
        low, high = max(-10.0, (piece.low - mu) / sigma), min(10.0, (piece.high - mu) / sigma)
        if low >= high:
            continue
        if piece.slope == 0.0:
            gap = schedule.value(piece.base) - here
            total.append(gap * between(low, high))
            score.append(gap * (density(low) - density(high)))
            continue
        shift = (mu - piece.anchor) * piece.slope + piece.base
        rise = piece.slope * sigma
        cuts = [low, *(float(k) for k in range(math.ceil(low), math.floor(high) + 1) if low < k < high), high]
        for a, b in itertools.pairwise(cuts):

            def weighted(z: float, shift: float = shift, rise: float = rise) -> tuple[float, float]:
                gap = (schedule.value(shift + rise * z) - here) * density(z)
                return gap, gap * z

            whole, first = integrals(weighted, a, b)
            total.append(whole)
            score.append(first)
    return math.fsum(total), math.fsum(score) / sigma


Nodes = list[tuple[float, float]]


@functools.cache
def gauss(n: int) -> Nodes:
    """Nodes and weights on (-1, 1) of the rule of Gauss and Legendre."""
    result = []
    for i in range(n):
        x = math.cos(math.pi * (i + 0.75) / (n + 0.5))
        for _ in range(20):
            p, before = 1.0, 0.0
            for k in range(1, n + 1):
                p, before = ((2 * k - 1) * x * p - (k - 1) * before) / k, p
            slope = n * (x * p - before) / (x * x - 1.0)
            x -= p / slope
        result.append((x, 2.0 / ((1.0 - x * x) * slope * slope)))
    return result


@functools.cache
def tanh_sinh(level: int) -> Nodes:
    """Nodes and weights on (-1, 1) of the double exponential rule; ends may be singular."""
    step, result = 2.0**-level, []
    for k in range(-int(3.6 / step), int(3.6 / step) + 1):
        inside = 0.5 * math.pi * math.sinh(k * step)
        slope = 0.5 * math.pi * math.cosh(k * step)
        result.append((math.tanh(inside), step * slope / math.cosh(inside) ** 2))
    return result


def integrals(
    function: Callable[[float], tuple[float, float]], low: float, high: float
) -> tuple[float, float]:
    """Two integrals at once: by finer and finer rules until two of them agree."""
    centre, half = 0.5 * (low + high), 0.5 * (high - low)
    previous = math.nan, math.nan
    for nodes in [gauss(16), gauss(24), *(tanh_sinh(level) for level in range(3, 9))]:
        pairs = [(w, *function(centre + half * x)) for x, w in nodes]
        size = half * math.fsum(w * abs(f) for w, f, _ in pairs)
        result = half * math.fsum(w * f for w, f, _ in pairs), half * math.fsum(w * g for w, _, g in pairs)
        if abs(result[0] - previous[0]) <= 1e-14 * size and abs(result[1] - previous[1]) <= 1e-13 * size:
            break
        previous = result
    return result
