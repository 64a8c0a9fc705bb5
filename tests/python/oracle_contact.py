"""The slow oracle: who the agents are and what one contact does, by listing every way a contact can go.

A transcription of sections 2 and 3.1 of the design, standard library only, to be read and not to be fast.
Documents are plain dicts that are assumed valid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

Document = dict[str, Any]
Behaviour = dict[str, dict[str, float]]  # situation -> action -> probability

NORMAL = NormalDist()
POINTS = 729  # quadrature points of a segment with one distributed trait
CUT = 1e-4  # unbounded shapes are cut at this quantile and at one minus it
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
PREFERENCES = {
    "care": 0.0,
    "loss_aversion": 1.0,
    "curvature": 1.0,
    "weighting": 1.0,
    "foresight": 1.0,
    "patience": 1.0,
}


# --------------------------------------------------------------------------------------- responses
def response(value: Any, context: dict[str, float]) -> float:
    """A number, or a linear predictor over the context with a link function."""
    if not isinstance(value, dict):
        return float(value)
    eta = float(value.get("base", 0.0))
    for name, coefficient in value.items():
        if name not in ("base", "link"):
            eta += coefficient * context[name]
    link = value.get("link", "identity")
    if link == "logit":
        return 1.0 / (1.0 + math.exp(-eta)) if eta >= 0 else math.exp(eta) / (1.0 + math.exp(eta))
    return math.exp(eta) if link == "log" else eta


def move(value: Any, context: dict[str, float]) -> tuple[float, float]:
    """Mean and variance of one move."""
    if isinstance(value, dict) and "mean" in value:
        mean = response(value["mean"], context)
        if "cv" in value:
            return mean, (response(value["cv"], context) * abs(mean)) ** 2
        return mean, response(value.get("sd", 0.0), context) ** 2
    return response(value, context), 0.0


def chances(outcomes: dict[str, Any], context: dict[str, float]) -> dict[str, float]:
    """The chance of every outcome; `rest` is what the others leave."""
    known = {name: response(o["chance"], context) for name, o in outcomes.items() if o["chance"] != "rest"}
    rest = 1.0 - math.fsum(known.values())
    return {name: known.get(name, rest) for name in outcomes}


# ------------------------------------------------------------------------------------------ agents
def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    front = (
        math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
        / a
    )
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    fraction = d
    for k in range(1, 10_000):
        even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
        odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
        for term in (even, odd):
            d = 1.0 / (1.0 + term * d)
            c = 1.0 + term / c
            fraction *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return front * fraction


def beta_quantile(a: float, b: float, q: float) -> float:
    """By bisection, down to neighbouring floating point numbers."""
    low, high = 0.0, 1.0
    while True:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            return middle
        if incomplete_beta(a, b, middle) < q:
            low = middle
        else:
            high = middle


def quantile(trait: dict[str, Any], q: float) -> float:
    """The trait at quantile q of its cut distribution (mean and sd are those before cutting)."""
    mean, sd, shape = float(trait["mean"]), float(trait["sd"]), trait["shape"]
    if sd == 0.0:
        return mean
    if shape == "uniform":
        return mean + sd * math.sqrt(3.0) * (2.0 * q - 1.0)
    if shape == "beta":
        strength = mean * (1.0 - mean) / sd**2 - 1.0
        return beta_quantile(mean * strength, (1.0 - mean) * strength, q)
    z = NORMAL.inv_cdf(CUT + (1.0 - 2.0 * CUT) * q)
    if shape == "normal":
        return mean + sd * z
    log_sd = math.sqrt(math.log1p((sd / mean) ** 2))
    return math.exp(math.log(mean) - 0.5 * log_sd**2 + log_sd * z)


@dataclass
class Agent:
    """One point of the workforce: a segment under a condition at one point of its traits."""

    segment: str
    condition: str
    point: int
    points: int
    weight: float  # quadrature weight x segment share x condition share
    context: dict[str, float]  # traits, preferences and numeric condition fields
    contact: Contact | None = field(default=None, repr=False)

    def trait(self, name: str) -> float:
        return self.context[name]


def shares(parts: dict[str, Any]) -> dict[str, float]:
    """The shares of segments or conditions, made to sum to one."""
    raw = {name: float((part or {}).get("share", 1.0)) for name, part in parts.items()}
    total = math.fsum(raw.values())
    return {name: share / total for name, share in raw.items()}


def agents(document: Document) -> list[Agent]:
    """Every agent the scenario contains, in document order, with weights that sum to one."""
    workforce = document["workforce"]
    segments = workforce.get("segments") or {"all": {}}
    conditions = document.get("conditions") or {"all": {}}
    segment_share, condition_share = shares(segments), shares(conditions)
    result = []
    for segment, about in segments.items():
        traits = {**PREFERENCES, **workforce.get("traits", {}), **(about or {}).get("traits", {})}
        spread = [name for name, trait in traits.items() if isinstance(trait, dict) and trait["sd"] != 0]
        if len(spread) > 1:
            raise NotImplementedError("the oracle takes one distributed trait per segment")
        points = POINTS if spread else 1
        for condition, fields in conditions.items():
            numbers = {k: float(v) for k, v in (fields or {}).items() if k != "share" and is_number(v)}
            for point in range(points):
                q = (point + 0.5) / points
                at = {n: quantile(t, q) if isinstance(t, dict) else float(t) for n, t in traits.items()}
                weight = segment_share[segment] * condition_share[condition] / points
                result.append(Agent(segment, condition, point, points, weight, {**at, **numbers}))
    return result


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# ------------------------------------------------------------------------------------------ events
def all_events(document: Document) -> list[str]:
    """`situation.action`, `situation.action.outcome`, and `situation.outcome` where nobody chooses."""
    events = []
    for s, situation in document["situations"].items():
        for a, action in situation.get("actions", {}).items():
            events.append(f"{s}.{a}")
            events += [f"{s}.{a}.{o}" for o in (action or {}).get("outcomes", {})]
        events += [f"{s}.{o}" for o in situation.get("outcomes", {})]
    return events


def matching(document: Document, patterns: str | list[str]) -> frozenset[str]:
    """The union of the events that the patterns match; `*` stands for one whole part."""
    found = set()
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        parts = pattern.split(".")
        for event in all_events(document):
            names = event.split(".")
            if len(names) == len(parts) and all(p in ("*", n) for p, n in zip(parts, names, strict=True)):
                found.add(event)
    return frozenset(found)


def event_sets(document: Document) -> dict[str, frozenset[str]]:
    """Events that rules or KPIs name count as measures of their own; these are their inner names."""
    policy = document.get("policy", {})
    sets = {}
    for name, kpi in policy.get("kpis", {}).items():
        if "share" in kpi:
            sets[f"kpi:{name}:share"] = matching(document, kpi["share"])
            if "of" in kpi:
                sets[f"kpi:{name}:of"] = matching(document, kpi["of"])
        for target in kpi.get("stands_for", {}).values():
            if not isinstance(target, str) or target not in document.get("measures", {}):
                sets[f"kpi:{name}:true"] = matching(document, target)
    for name, rule in policy.get("rules", {}).items():
        if "each" in rule:
            sets[f"rule:{name}"] = matching(document, rule["each"])
    return sets


# --------------------------------------------------------------------------- one contact, resolved
@dataclass
class Step:
    """An action or an outcome as this agent meets it: every response is a number now."""

    event: str
    moves: dict[str, tuple[float, float]]  # moved measure -> mean and variance
    effort: float = 0.0
    habit: float = 1.0
    opens: str | None = None
    outcomes: list[tuple[float, Step]] = field(default_factory=list)


@dataclass
class Place:
    """A situation as this agent meets it: options, or (where nobody chooses) one step that chance takes."""

    share: float
    noise: float
    options: dict[str, Step]
    chance: Step | None


@dataclass
class Path:
    """One way a contact can go: what chance makes of it, the choices it needs, and what it moves."""

    chance: float
    choices: list[tuple[str, str]]
    situations: list[str]
    amounts: list[float]  # of every key of the contact, mean given the path
    variances: dict[str, float]  # of the moved measures given the path


@dataclass
class Contact:
    """All that one agent's contact can be."""

    places: dict[str, Place]
    moved: list[str]
    parts: dict[str, dict[str, float]]  # declared measure -> moved measure -> factor
    sets: dict[str, frozenset[str]]
    keys: list[str]  # declared measures, then event sets
    paths: list[Path]
    noise: float
    shock: str


def factors(document: Document, measure: str) -> dict[str, float]:
    """A declared measure as a sum of moved ones; factors of sums in sums multiply, time is converted."""
    about = document["measures"][measure]
    if "sum" not in about:
        return {measure: 1.0}
    result: dict[str, float] = {}
    for source, factor in about["sum"].items():
        units = document["measures"][source]["unit"], about["unit"]
        convert = SECONDS[units[0]] / SECONDS[units[1]] if all(u in SECONDS for u in units) else 1.0
        for moved, inner in factors(document, source).items():
            result[moved] = result.get(moved, 0.0) + factor * convert * inner
    return result


def step_of(event: str, about: dict[str, Any] | None, context: dict[str, float]) -> Step:
    about = about or {}
    outcomes = about.get("outcomes", {})
    likely = chances(outcomes, context)
    return Step(
        event=event,
        moves={m: move(v, context) for m, v in about.get("moves", {}).items()},
        effort=response(about.get("effort", 0.0), context),
        habit=response(about.get("habit", 1.0), context),
        opens=about.get("opens"),
        outcomes=[(likely[o], step_of(f"{event}.{o}", v, context)) for o, v in outcomes.items()],
    )


def contact_of(document: Document, agent: Agent) -> Contact:
    """The contact of one agent (kept on the agent once made)."""
    if agent.contact is not None:
        return agent.contact
    context = agent.context
    raw = {s: response(v.get("share", 0.0), context) for s, v in document["situations"].items()}
    total = math.fsum(raw.values())
    places = {}
    for s, about in document["situations"].items():
        options = {a: step_of(f"{s}.{a}", v, context) for a, v in about.get("actions", {}).items()}
        chance = step_of(s, {"outcomes": about["outcomes"]}, context) if "outcomes" in about else None
        noise = agent.trait("noise") * response(about.get("noise", 1.0), context)
        places[s] = Place(raw[s] / total, noise, options, chance)
    parts = {m: factors(document, m) for m in document.get("measures", {})}
    sets = event_sets(document)
    contact = Contact(
        places=places,
        moved=[m for m, v in document.get("measures", {}).items() if "sum" not in v],
        parts=parts,
        sets=sets,
        keys=[*parts, *sets],
        paths=[],
        noise=agent.trait("noise"),
        shock=document["workforce"].get("shock", "logit"),
    )
    contact.paths = [path_of(contact, *walk) for walk in walks(contact)]
    agent.contact = contact
    return contact


Walk = tuple[float, list[tuple[str, str]], list[str], list[Step]]


def walks(contact: Contact) -> Iterator[Walk]:
    """Every way a contact can go, from every situation it can begin in."""
    for s, place in contact.places.items():
        if place.share > 0.0:
            for chance, choices, situations, steps in onward(contact, s):
                yield place.share * chance, choices, situations, steps


def onward(contact: Contact, situation: str | None) -> Iterator[Walk]:
    if situation is None:
        yield 1.0, [], [], []
        return
    place = contact.places[situation]
    for name, option in [("", place.chance)] if place.chance else place.options.items():
        assert option is not None
        chosen = [(situation, name)] if name else []
        ways: list[tuple[float, Step | None]] = [*option.outcomes] or [(1.0, None)]
        for chance, outcome in ways:
            taken = ([option] if name else []) + ([outcome] if outcome is not None else [])
            for later, choices, situations, steps in onward(
                contact, outcome.opens if outcome else option.opens
            ):
                yield chance * later, chosen + choices, [situation, *situations], taken + steps


def path_of(
    contact: Contact, chance: float, choices: list[tuple[str, str]], situations: list[str], steps: list[Step]
) -> Path:
    mean = dict.fromkeys(contact.moved, 0.0)
    variance = dict.fromkeys(contact.moved, 0.0)
    for step in steps:
        for measure, (m, v) in step.moves.items():
            mean[measure] += m
            variance[measure] += v
    events = [step.event for step in steps]
    amounts = [math.fsum(f * mean[i] for i, f in contact.parts[key].items()) for key in contact.parts]
    amounts += [float(sum(event in contact.sets[key] for event in events)) for key in contact.sets]
    return Path(chance, choices, situations, amounts, variance)


def most_often(document: Document, events: frozenset[str]) -> int:
    """How often one contact can hold these events at most, whatever the chances."""

    def inside(situation: str | None) -> int:
        if situation is None:
            return 0
        about = document["situations"][situation]
        best = 0
        for a, action in about.get("actions", {}).items():
            action = action or {}
            tails = [
                (f"{situation}.{a}.{o}" in events) + inside((v or {}).get("opens"))
                for o, v in action.get("outcomes", {}).items()
            ] or [inside(action.get("opens"))]
            best = max(best, (f"{situation}.{a}" in events) + max(tails))
        for o, outcome in about.get("outcomes", {}).items():
            best = max(best, (f"{situation}.{o}" in events) + inside((outcome or {}).get("opens")))
        return best

    return max(inside(s) for s in document["situations"])


# ------------------------------------------------------------------------------------------ choice
def choose(values: list[float], habits: list[float], noise: float, shock: str) -> tuple[list[float], float]:
    """Probabilities of the options of one situation, and what the situation is worth."""
    open_ = [i for i, habit in enumerate(habits) if habit > 0.0]
    probabilities = [0.0] * len(values)
    best = max(values[i] for i in open_)
    if noise == 0.0:
        tied = [i for i in open_ if best - values[i] <= 1e-12 * max(abs(best), abs(values[i]))]
        for i in tied:
            probabilities[i] = 1.0 / len(tied)
        return probabilities, best
    if shock == "normal":
        if len(open_) == 1:
            probabilities[open_[0]] = 1.0
            return probabilities, values[open_[0]]
        difference = values[0] - values[1]
        z = difference / noise
        probabilities = [0.5 * math.erfc(-z / math.sqrt(2.0)), 0.5 * math.erfc(z / math.sqrt(2.0))]
        density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        return probabilities, values[1] + difference * probabilities[0] + noise * density
    terms = [habit * math.exp((value - best) / noise) for value, habit in zip(values, habits, strict=True)]
    total = math.fsum(terms)
    return [t / total for t in terms], best + noise * math.log(total)


def kept_back(probabilities: list[float], habits: list[float], noise: float, shock: str) -> float:
    """What the shocks are worth at these probabilities: V less the mean value of what is chosen."""
    if noise == 0.0 or (shock == "normal" and min(probabilities) == 0.0):
        return 0.0
    if shock == "normal":
        if len(probabilities) == 1:
            return 0.0
        return noise * NORMAL.pdf(NORMAL.inv_cdf(min(probabilities)))
    return -noise * math.fsum(
        p * math.log(p / h) for p, h in zip(probabilities, habits, strict=True) if p > 0.0
    )
