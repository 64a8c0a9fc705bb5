"""The slow oracle: every fixed point of one agent, found by brute force (section 3.3 of the design)."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from oracle_contact import Agent, Behaviour, Document, contact_of
from oracle_rules import (
    Prices,
    Response,
    held,
    kpi_moment,
    kpi_moments,
    kpis,
    new_prices,
    objective,
    priced_keys,
    respond,
    rules,
)
from oracle_schedules import felt

Vector = list[float]


@dataclass
class FixedPoint:
    """One fixed point: what is done there, J, and whether anybody would stay."""

    response: Response
    objective: float
    kind: str  # `peak` or `between`
    residual: float


@dataclass
class AgentSolution:
    agent: Agent
    points: list[FixedPoint]
    kept: FixedPoint | None

    @property
    def found(self) -> int:
        return sum(point.kind == "peak" for point in self.points)


class Search:
    """p_new - p as a function of p, with p in units in which one unit moves a choice noticeably."""

    def __init__(self, document: Document, agent: Agent) -> None:
        self.document, self.agent = document, agent
        self.contact = contact_of(document, agent)
        self.keys = priced_keys(document)
        noises = [place.noise for place in self.contact.places.values() if place.options]
        self.exact = min(noises, default=1.0) == 0.0  # somewhere the best response is exact
        scale = min((n for n in noises if n > 0.0), default=1.0)
        self.units = []
        for key in self.keys:
            amounts = [path.amounts[self.contact.keys.index(key)] for path in self.contact.paths]
            reach = max(amounts) - min(amounts)
            self.units.append(scale / (reach if reach > 0.0 else max(map(abs, amounts)) or 1.0))

    def prices(self, x: Vector) -> Prices:
        return {key: xi * unit for key, xi, unit in zip(self.keys, x, self.units, strict=True)}

    def vector(self, prices: Prices) -> Vector:
        return [prices[key] / unit for key, unit in zip(self.keys, self.units, strict=True)]

    def response(self, x: Vector) -> Response:
        return respond(self.document, self.agent, self.prices(x))

    def answer(self, at: Response) -> Vector:
        return self.vector(new_prices(self.document, self.agent, at))

    def gap(self, x: Vector) -> Vector:
        """Infinite where a ratio loses its denominator, or prices run beyond all numbers."""
        try:
            return [new - old for new, old in zip(self.answer(self.response(x)), x, strict=True)]
        except (ArithmeticError, ValueError):
            return [math.inf] * len(x)

    def point(self, x: Vector, kind: str) -> FixedPoint:
        at = self.response(x)
        new = new_prices(self.document, self.agent, at)
        residual = max((abs(new[k] - at.prices[k]) * abs(at.mean[k]) for k in self.keys), default=0.0)
        return FixedPoint(at, objective(self.document, self.agent, at), kind, residual)


def solve_agent(document: Document, agent: Agent, starts: Iterable[Behaviour] = ()) -> AgentSolution:
    """All fixed points that brute force finds, and the best of those where somebody would stay.

    `starts` are behaviours to search from as well (what another solver answered, say): places to look.
    """
    search = Search(document, agent)
    if not search.keys:
        points = [search.point([], "peak")]
    elif search.exact:
        points = exact_points(search)
    elif len(search.keys) == 1 and "contacts" in document["period"]:
        points = scanned_points(search)
    else:
        points = polished_points(search, starts)
    return AgentSolution(agent, points, best(document, points))


def best(document: Document, points: list[FixedPoint]) -> FixedPoint | None:
    """The peak with the highest J; within 1e-9, the smaller sum of |p m|, then the lower KPIs by id."""
    peaks = [point for point in points if point.kind == "peak"]
    if not peaks:
        return None
    top = max(point.objective for point in peaks)
    tied = [p for p in peaks if top - p.objective <= 1e-9 * max(abs(top), abs(p.objective))]

    def order(point: FixedPoint) -> tuple[float, list[float]]:
        at = point.response
        moments = kpi_moments(document, at)
        levels = [m.mean if m else -math.inf for m in (moments[name] for name in sorted(moments))]
        return math.fsum(abs(p * at.mean[key]) for key, p in at.prices.items()), levels

    return min(tied, key=order)


# -------------------------------------------------------------------- one unknown: scan and bisect
def scanned_points(search: Search) -> list[FixedPoint]:
    """Every sign change of p_new - p along the one price there is."""
    known: dict[float, tuple[float, Response]] = {}
    agent = search.agent

    def gap(x: float) -> float:
        if x not in known:
            at = search.response([x])
            known[x] = search.answer(at)[0] - x, at
        return known[x][0]

    reach = 40.0
    while True:
        top = math.asinh(reach)
        half = 100 if agent.points == 1 else 30
        grid = [math.sinh(top * k / half) for k in range(-half, half + 1)]
        furthest = max(abs(gap(x) + x) for x in refine(search, grid, gap, known))
        if furthest < 0.9 * reach:
            break
        reach = 2.0 * furthest
    xs = refine(search, grid, gap, known)
    brackets = [(a, b) for a, b in itertools.pairwise(xs) if gap(a) * gap(b) < 0.0]
    for a, b, c in zip(xs, xs[1:], xs[2:], strict=False):  # two roots between neighbours
        same = gap(a) * gap(b) > 0.0 and gap(b) * gap(c) > 0.0
        if same and abs(gap(b)) <= min(abs(gap(a)), abs(gap(c))):
            low = golden(lambda x: abs(gap(x)), a, c)
            if gap(low) * gap(a) < 0.0:
                brackets += [(a, low), (low, c)]
    points = [search.point([x], "peak") for x in xs if gap(x) == 0.0]
    for a, b in brackets:
        kind = "peak" if gap(a) > 0.0 else "between"
        root = bisected(gap, a, b)
        if abs(gap(root)) <= 1e-6 * max(1e-3, abs(root)):  # else a jump of p_new, and no fixed point
            points.append(search.point([root], kind))
    return points


def refine(
    search: Search,
    grid: list[float],
    gap: Callable[[float], float],
    known: dict[float, tuple[float, Response]],
) -> list[float]:
    """Halves the steps of a grid until neither behaviour nor any KPI moves much in one step."""
    document = search.document
    step = 1.0 if search.agent.points == 1 else 3.0  # coarser where there are hundreds of agents
    names = {rule["kpi"] for rule in rules(document).values() if "kpi" in rule}

    def far(a: float, b: float) -> bool:
        gap(a), gap(b)
        one, two = known[a][1], known[b][1]
        if any(
            abs(one.behaviour[s][i] - two.behaviour[s][i]) > 0.04 * step
            for s in one.behaviour
            for i in one.behaviour[s]
        ):
            return True
        for name in names:
            low, high = (kpi_moment(document, at, name) for at in (one, two))
            if (
                low
                and high
                and not low.trials
                and abs(low.mean - high.mean) > 0.5 * step * min(low.sd, high.sd) > 0.0
            ):
                return True
        return False

    result = [grid[0]]
    for b in grid[1:]:
        todo = [(b, 0)]
        while todo:
            x, depth = todo.pop()
            if depth < 7 and far(result[-1], x):
                todo += [(x, depth + 1), (0.5 * (result[-1] + x), depth + 1)]
            else:
                result.append(x)
    return result


def bisected(function: Callable[[float], float], low: float, high: float) -> float:
    sign = math.copysign(1.0, function(low))
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if sign * function(middle) > 0.0:
            low = middle
        else:
            high = middle
    return min(low, high, key=lambda x: abs(function(x)))


def golden(function: Callable[[float], float], low: float, high: float) -> float:
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    for _ in range(40):
        if function(a) < function(b):
            high, b = b, a
            a = high - ratio * (high - low)
        else:
            low, a = a, b
            b = low + ratio * (high - low)
    return 0.5 * (low + high)


# ------------------------------------------------------------------- several unknowns: many starts
def corners(search: Search, most: int = 32) -> list[Behaviour]:
    """Behaviours that favour one action in every situation (all combinations, or some of them)."""
    places = {
        s: [a for a, o in p.options.items() if o.habit > 0]
        for s, p in search.contact.places.items()
        if p.options
    }
    picks = list(itertools.product(*places.values()))
    if len(picks) > most:
        picks = random.Random(len(picks)).sample(picks, most)
    result = []
    for pick in picks:
        behaviour: Behaviour = {}
        for favourite, (s, open_) in zip(pick, places.items(), strict=True):
            others = 0.05 / max(1, len(open_) - 1)
            behaviour[s] = dict.fromkeys(search.contact.places[s].options, 0.0)
            behaviour[s] |= {
                a: (0.95 if len(open_) > 1 else 1.0) if a == favourite else others for a in open_
            }
        result.append(behaviour)
    return result


def start_vectors(search: Search, starts: Iterable[Behaviour]) -> list[Vector]:
    document, agent, size = search.document, search.agent, len(search.keys)
    result = [[0.0] * size]
    for behaviour in [*starts, *corners(search)]:
        result.append(search.answer(held(document, agent, behaviour)))
    for name in kpis(document):  # a KPI right at one of its bounds: the steepest place of a jump
        for rule in rules(document).values():
            if rule.get("kpi") == name:
                at = search.response([0.0] * size)
                kpi = kpi_moment(document, at, name)
                if kpi is None or kpi.sd == 0.0:
                    continue
                parts = felt(document, rule, agent).parts
                for before, after in itertools.pairwise(parts):
                    jump = after.at(after.low) - before.at(after.low)
                    slope = jump / kpi.sd * 0.4 + 0.5 * (before.slope + after.slope)
                    prices = dict.fromkeys(search.keys, 0.0)
                    for key, by in kpi.gradient.items():
                        prices[key] += slope * by / at.contacts
                    result.append(search.vector(prices))
    draw = random.Random(size)
    for _ in range(8 * size):
        result.append([draw.choice((-1, 1)) * 10 ** draw.uniform(-1.0, 1.3) for _ in range(size)])
    return result


def polished_points(search: Search, starts: Iterable[Behaviour]) -> list[FixedPoint]:
    """Damped iteration, then Newton's method with finite differences, from many starts."""
    roots: list[Vector] = []
    for start in start_vectors(search, starts):
        calm = start
        for _ in range(25):
            step = search.gap(calm)
            if not size_of(step) < 1e100:
                break
            calm = [x + 0.4 * g for x, g in zip(calm, step, strict=True)]
        for begin in (start, calm):
            root = newton(search, begin)
            if root is not None and not any(near(root, other) for other in roots):
                roots.append(root)
    return [search.point(root, "between" if grows(jacobian(search, root)) else "peak") for root in roots]


def near(a: Vector, b: Vector) -> bool:
    return all(abs(x - y) <= 1e-6 * max(1.0, abs(x), abs(y)) for x, y in zip(a, b, strict=True))


def size_of(v: Vector) -> float:
    return max(map(abs, v))


def jacobian(search: Search, x: Vector) -> list[Vector]:
    """Of p_new - p, by central differences; entry [i][j] is d gap_i / d x_j."""
    columns = []
    for j in range(len(x)):
        h = 1e-6 * max(1.0, abs(x[j]))
        up, down = ([*x[:j], x[j] + d, *x[j + 1 :]] for d in (h, -h))
        columns.append([(a - b) / (2 * h) for a, b in zip(search.gap(up), search.gap(down), strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]


def newton(search: Search, x: Vector) -> Vector | None:
    gap = search.gap(x)
    for _ in range(40):
        if not size_of(gap) < 1e100:
            return None
        tolerance = 1e-12 * max(1.0, size_of(x))
        if size_of(gap) <= tolerance:
            return x
        step = solve_linear(jacobian(search, x), gap)
        if step is None:
            return None
        for halving in range(12):
            new = [a - b / 2**halving for a, b in zip(x, step, strict=True)]
            new_gap = search.gap(new)
            if size_of(new_gap) < size_of(gap):
                break
        else:
            return x if size_of(gap) <= 1e-8 * max(1.0, size_of(x)) else None
        x, gap = new, new_gap
    return None


def solve_linear(matrix: list[Vector], right: Vector) -> Vector | None:
    """Gauss with pivots."""
    rows = [[*row, r] for row, r in zip(matrix, right, strict=True)]
    n = len(rows)
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(rows[k][i]))
        if rows[pivot][i] == 0.0 or not all(map(math.isfinite, rows[pivot])):
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(n):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def grows(matrix: list[Vector]) -> bool:
    """Whether some eigenvalue has a positive real part (characteristic polynomial, then all its roots)."""
    n = len(matrix)
    coefficients = [1.0 + 0j]
    power = [[0.0] * n for _ in range(n)]
    for k in range(1, n + 1):  # Faddeev and LeVerrier
        last = coefficients[-1].real
        power = [[power[i][j] + (last if i == j else 0.0) for j in range(n)] for i in range(n)]
        power = [
            [math.fsum(matrix[i][m] * power[m][j] for m in range(n)) for j in range(n)] for i in range(n)
        ]
        coefficients.append(complex(-math.fsum(power[i][i] for i in range(n)) / k))
    radius = 1.0 + max(abs(c) for c in coefficients)
    roots = [radius * complex(0.4, 0.9) ** k for k in range(n)]
    for _ in range(500):  # Durand and Kerner
        for i, root in enumerate(roots):
            top = sum(c * root ** (n - k) for k, c in enumerate(coefficients))
            roots[i] = root - top / math.prod(root - other for j, other in enumerate(roots) if j != i)
    return any(root.real > 1e-9 for root in roots)


# --------------------------------------------------------------------------- noise 0: pure answers
def exact_points(search: Search) -> list[FixedPoint]:
    """Prices whose best response asks for the same prices again; there may be none."""
    size = len(search.keys)
    starts = start_vectors(search, ())
    for k in range(-60, 61):
        for j in range(size):
            starts.append([math.sinh(k / 6.0) if i == j else 0.0 for i in range(size)])
    roots: list[Vector] = []
    for x in starts:
        for _ in range(30):
            new = search.answer(search.response(x))
            again = search.answer(search.response(new))
            if near(new, again):
                if not any(near(again, root) for root in roots):
                    roots.append(again)
                break
            x = new
    return [search.point(root, "peak") for root in roots]
