"""The slow oracle: valued payouts, the response at given prices, KPIs as monitors see them, prices, and J.

A transcription of sections 3.1 (pay and frames), 3.2 and 3.3 of the design, standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from oracle_contact import (
    SECONDS,
    Agent,
    Behaviour,
    Contact,
    Document,
    Step,
    choose,
    contact_of,
    kept_back,
    most_often,
    response,
)
from oracle_schedules import Kpi, expected, felt, worth

Prices = dict[str, float]  # declared measure or inner name of an event set -> price


# ----------------------------------------------------------------------------- valued sure payouts
def value(x: float, agent: Agent) -> float:
    """Prospect-theory value of a payout in money."""
    curvature = agent.trait("curvature")
    if x >= 0.0:
        return float(x**curvature)
    return float(-agent.trait("loss_aversion") * (-x) ** curvature)


def weight(p: float, gamma: float) -> float:
    """Tversky and Kahneman's probability weight."""
    if p <= 0.0 or p >= 1.0:
        return min(max(p, 0.0), 1.0)
    return float(p**gamma / (p**gamma + (1.0 - p) ** gamma) ** (1.0 / gamma))


def rules(document: Document) -> dict[str, Any]:
    result: dict[str, Any] = document.get("policy", {}).get("rules", {})
    return result


def kpis(document: Document) -> dict[str, Any]:
    result: dict[str, Any] = document.get("policy", {}).get("kpis", {})
    return result


def monitor(document: Document, reader: dict[str, Any]) -> dict[str, Any]:
    """The monitor of a KPI, an event rule or a per-unit rule; none: everything is seen."""
    if "seen_by" not in reader:
        return {}
    result: dict[str, Any] = document["policy"]["monitors"][reader["seen_by"]] or {}
    return result


def looked_at(seen: dict[str, Any], contacts: float) -> float:
    """q: the chance that a monitor looks at a contact."""
    if "samples" in seen:
        return min(1.0, float(seen["samples"]) / contacts)
    return float(seen.get("rate", 1.0))


def detection(document: Document, rule: dict[str, Any], contacts: float) -> tuple[float, float]:
    """d and f: the chances that an event is found, and that one is found where there was none."""
    seen = monitor(document, rule)
    q = looked_at(seen, contacts)
    return q * (1.0 - seen.get("miss", 0.0)), q * seen.get("false_alarm", 0.0)


@dataclass
class Standing:
    """What contacts bring by event and per-unit rules alone, valued, at given detection chances."""

    event: dict[str, float]  # inner name of an event rule's set -> worth of one event
    unit: dict[str, float]  # declared measure -> u
    constant: float  # to every contact


def standing(document: Document, agent: Agent, contacts: float) -> Standing:
    event: dict[str, float] = {}
    unit: dict[str, float] = {}
    constant = 0.0
    gamma = agent.trait("weighting")
    for name, rule in rules(document).items():
        if "kpi" in rule:
            continue
        x = rule["pay"] * worth(document, rule)
        d, f = detection(document, rule, contacts)
        w_d, w_f = weight(d, gamma), weight(f, gamma)
        if "per" in rule:
            unit[rule["per"]] = unit.get(rule["per"], 0.0) + w_d * value(x, agent)
            continue
        constant += w_f * value(x, agent)
        if rule.get("frame") == "loss" and x > 0.0:
            constant += (w_d - w_f) * value(-x, agent)
            event[f"rule:{name}"] = -(w_d - w_f) * value(-x, agent)
        else:
            event[f"rule:{name}"] = (w_d - w_f) * value(x, agent)
    return Standing(event, unit, constant)


# -------------------------------------------------------------------- the response at given prices
@dataclass
class Response:
    """What an agent does at given prices, and what follows from it."""

    prices: Prices
    behaviour: Behaviour
    value: float  # V0
    flow: float  # f = V0 - p . m~
    contacts: float  # N
    mean: dict[str, float]  # per contact, of every key
    visits: dict[str, float]  # per contact, of every situation
    weights: list[float]  # probability of every path
    contact: Contact
    moments: dict[str, Kpi | None] = field(default_factory=dict, repr=False)  # of KPIs asked for before

    def covariance(self, a: str, b: str) -> float:
        """Of two keys, per contact: between the paths, and within them."""
        contact = self.contact
        i, j = contact.keys.index(a), contact.keys.index(b)
        shared = [
            (fa * fb, moved)
            for moved, fa in contact.parts.get(a, {}).items()
            for other, fb in contact.parts.get(b, {}).items()
            if moved == other
        ]
        total = []
        for w, path in zip(self.weights, contact.paths, strict=True):
            between = (path.amounts[i] - self.mean[a]) * (path.amounts[j] - self.mean[b])
            within = math.fsum(f * path.variances[moved] for f, moved in shared)
            total.append(w * (between + within))
        return math.fsum(total)


class Valuation:
    """Values of steps and situations of one agent at given prices, found by walking down the contact."""

    def __init__(self, document: Document, agent: Agent, prices: Prices, contacts: float) -> None:
        self.contact = contact_of(document, agent)
        self.foresight = agent.trait("foresight")
        self.standing = standing(document, agent, contacts)
        customer = document.get("values", {}).get("customer", {})
        self.moved: dict[str, float] = dict.fromkeys(
            self.contact.moved, 0.0
        )  # p + u + care . w of moved measures
        self.moved_price: dict[str, float] = dict(self.moved)  # the p among them
        for measure, parts in self.contact.parts.items():
            p = prices.get(measure, 0.0)
            everything = (
                p + self.standing.unit.get(measure, 0.0) + agent.trait("care") * customer.get(measure, 0.0)
            )
            for moved, factor in parts.items():
                self.moved[moved] += factor * everything
                self.moved_price[moved] += factor * p
        self.prices = prices
        self.choices: dict[str, tuple[list[float], float]] = {}

    def now(self, step: Step) -> float:
        """What a step brings at once: effort, moves and pay."""
        total = -step.effort + sum(self.moved[m] * mean for m, (mean, _) in step.moves.items())
        for key, events in self.contact.sets.items():
            if step.event in events:
                total += self.standing.event.get(key, 0.0) + self.prices.get(key, 0.0)
        return total

    def now_priced(self, step: Step) -> float:
        """The part of `now` that is p times moves."""
        total = sum(self.moved_price[m] * mean for m, (mean, _) in step.moves.items())
        return total + sum(
            self.prices.get(k, 0.0) for k, events in self.contact.sets.items() if step.event in events
        )

    def step(self, step: Step) -> float:
        """Q of an action, or the value of a situation where nobody chooses."""
        total = self.now(step)
        for chance, outcome in step.outcomes:
            total += chance * (self.now(outcome) + self.foresight * self.situation(outcome.opens))
        return total + self.foresight * self.situation(step.opens)

    def situation(self, name: str | None) -> float:
        """V(s)."""
        return 0.0 if name is None else self.choice(name)[1]

    def choice(self, name: str) -> tuple[list[float], float]:
        if name not in self.choices:
            place = self.contact.places[name]
            if place.chance is not None:
                chance_step = place.chance
                total = sum(
                    c * (self.now(o) + self.foresight * self.situation(o.opens))
                    for c, o in chance_step.outcomes
                )
                self.choices[name] = [], total
            else:
                values = [self.step(option) for option in place.options.values()]
                habits = [option.habit for option in place.options.values()]
                self.choices[name] = choose(values, habits, place.noise, self.contact.shock)
        return self.choices[name]

    def behaviour(self) -> Behaviour:
        return {
            s: dict(zip(place.options, self.choice(s)[0], strict=True))
            for s, place in self.contact.places.items()
            if place.chance is None
        }

    def start(self) -> float:
        """V0."""
        return (
            sum(p.share * self.situation(s) for s, p in self.contact.places.items()) + self.standing.constant
        )

    def along(self, behaviour: Behaviour, now: Callable[[Step], float], shocks: bool) -> float:
        """The value of a contact at a behaviour, of what `now` counts (and of what the shocks are worth)."""
        known: dict[str, float] = {}

        def inside(name: str | None) -> float:
            if name is None:
                return 0.0
            if name not in known:
                place = self.contact.places[name]
                if place.chance is not None:
                    known[name] = sum(
                        c * (now(o) + self.foresight * inside(o.opens)) for c, o in place.chance.outcomes
                    )
                else:
                    total = 0.0
                    for a, option in place.options.items():
                        q = now(option) + self.foresight * inside(option.opens)
                        q += sum(c * (now(o) + self.foresight * inside(o.opens)) for c, o in option.outcomes)
                        total += behaviour[name][a] * q
                    if shocks:
                        habits = [option.habit for option in place.options.values()]
                        chosen = [behaviour[name][a] for a in place.options]
                        total += kept_back(chosen, habits, place.noise, self.contact.shock)
                    known[name] = total
            return known[name]

        return sum(place.share * inside(s) for s, place in self.contact.places.items())


def follow(contact: Contact, behaviour: Behaviour) -> tuple[list[float], dict[str, float], dict[str, float]]:
    """Probabilities of the paths, means of the keys and visits of the situations under a behaviour."""
    weights = []
    for path in contact.paths:
        w = path.chance
        for s, a in path.choices:
            w *= behaviour[s][a]
        weights.append(w)
    mean = {
        key: math.fsum(w * path.amounts[i] for w, path in zip(weights, contact.paths, strict=True))
        for i, key in enumerate(contact.keys)
    }
    visits = {
        s: math.fsum(w for w, path in zip(weights, contact.paths, strict=True) if s in path.situations)
        for s in contact.places
    }
    return weights, mean, visits


def contacts_given(document: Document, agent: Agent, mean: dict[str, float]) -> float:
    """N: as given, or the hours over the mean time of a contact."""
    period = document["period"]
    if "contacts" in period:
        return response(period["contacts"], agent.context)
    unit = SECONDS["h"] / SECONDS[document["measures"][period["time"]]["unit"]]
    return response(period["hours"], agent.context) * unit / mean[period["time"]]


def respond(document: Document, agent: Agent, prices: Prices) -> Response:
    """The choice of section 3.1 at given prices; with hours, N and what is done fit each other."""
    contact = contact_of(document, agent)

    def at(contacts: float) -> Response:
        valuation = Valuation(document, agent, prices, contacts)
        behaviour = valuation.behaviour()
        weights, mean, visits = follow(contact, behaviour)
        start = valuation.start()
        flow = start - valuation.along(behaviour, valuation.now_priced, shocks=False)
        number = contacts_given(document, agent, mean)
        return Response(prices, behaviour, start, flow, number, mean, visits, weights, contact)

    if "contacts" in document["period"]:
        return at(contacts_given(document, agent, {}))
    answer = at(1.0)
    if not any("samples" in monitor(document, rule) for rule in rules(document).values()):
        return answer  # no detection chance hangs on N
    for _ in range(100):
        again = at(answer.contacts)
        if abs(again.contacts - answer.contacts) <= 1e-14 * answer.contacts:
            return again
        answer = again
    low, high = 1e-9, 1e15
    while high - low > 1e-15 * high:
        middle = math.sqrt(low * high) if high > 4.0 * low else 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if at(middle).contacts > middle else (low, middle)
    return at(high)


def held(document: Document, agent: Agent, behaviour: Behaviour) -> Response:
    """What follows when a behaviour is simply kept, whatever the prices."""
    contact = contact_of(document, agent)
    weights, mean, visits = follow(contact, behaviour)
    contacts = contacts_given(document, agent, mean)
    valuation = Valuation(document, agent, {}, contacts)
    flow = valuation.along(behaviour, valuation.now, shocks=True) + valuation.standing.constant
    return Response({}, behaviour, math.nan, flow, contacts, mean, visits, weights, contact)


# -------------------------------------------------------------------------------------------- KPIs
def kpi_moments(document: Document, at: Response) -> dict[str, Kpi | None]:
    """Every KPI as its monitor sees it; None for a ratio over nothing."""
    return {name: kpi_moment(document, at, name) for name in kpis(document)}


def kpi_moment(document: Document, at: Response, name: str) -> Kpi | None:
    if name not in at.moments:
        at.moments[name] = moments_of(document, at, name)
    return at.moments[name]


def moments_of(document: Document, at: Response, name: str) -> Kpi | None:
    kpi = kpis(document)[name]
    seen = monitor(document, kpi)
    scale, contacts, mean = float(kpi.get("scale", 1.0)), at.contacts, at.mean
    n = contacts * looked_at(seen, contacts)
    n = min(float(seen["samples"]), contacts) if "samples" in seen else n
    trials, chance, by_contacts = 0, 0.0, 0.0
    if "total" in kpi or "mean" in kpi:
        key = kpi.get("total", kpi.get("mean"))
        times = contacts if "total" in kpi else 1.0
        centre = times * mean[key]
        variance = times**2 * (at.covariance(key, key) + seen.get("error_sd", 0.0) ** 2) / n
        gradient = {key: times}
        by_contacts = mean[key] if "total" in kpi else 0.0
    elif "ratio" in kpi or "of" in kpi:
        a, b = kpi.get("ratio", (f"kpi:{name}:share", f"kpi:{name}:of"))
        if mean[b] == 0.0:
            return None
        centre = mean[a] / mean[b]
        g = {a: 1.0 / mean[b]}
        g[b] = g.get(b, 0.0) - centre / mean[b]
        variance = math.fsum(g[i] * g[j] * at.covariance(i, j) for i in g for j in g) / n
        gradient = g
    else:
        key = f"kpi:{name}:share"
        miss, false_alarm = seen.get("miss", 0.0), seen.get("false_alarm", 0.0)
        a, mu = 1.0 - miss - false_alarm, mean[key]
        centre = false_alarm + a * mu
        variance = a**2 * at.covariance(key, key) + mu * miss * (1.0 - miss)
        variance = (variance + (1.0 - min(mu, 1.0)) * false_alarm * (1.0 - false_alarm)) / n
        gradient = {key: a}
        if n <= 100.0 * (1 + 1e-9) and is_whole(n) and most_often(document, at.contact.sets[key]) <= 1:
            trials, chance = round(n), min(max(centre, 0.0), 1.0)
    luck = dict.fromkeys(at.contact.moved, 0.0)
    for key, slope in gradient.items():
        for moved, factor in at.contact.parts.get(key, {}).items():
            luck[moved] += slope * factor
    for moved, slope in luck.items():
        variance += (slope * document["measures"][moved].get("period_cv", 0.0) * mean[moved]) ** 2
    if variance < 1e-12 * (centre**2 + variance):
        variance = 0.0
    return Kpi(
        mean=scale * centre,
        sd=abs(scale) * math.sqrt(variance),
        trials=trials,
        chance=chance,
        scale=scale,
        gradient={key: scale * slope for key, slope in gradient.items()},
        by_contacts=scale * by_contacts,
    )


def is_whole(n: float) -> bool:
    return n >= 1.0 - 1e-9 and abs(n - round(n)) <= 1e-9 * n


# -------------------------------------------------------------------------------- new prices and J
def priced_keys(document: Document) -> list[str]:
    """The measures and event sets that KPI rules, or time, can give a price."""
    keys: list[str] = []
    for rule in rules(document).values():
        if "kpi" in rule:
            kpi, name = kpis(document)[rule["kpi"]], rule["kpi"]
            if "ratio" in kpi:
                keys += kpi["ratio"]
            elif "share" in kpi:
                keys += [f"kpi:{name}:{part}" for part in ("share", "of") if part in kpi]
            else:
                keys.append(kpi.get("total", kpi.get("mean")))
    if "hours" in document["period"]:
        keys.append(document["period"]["time"])
    return list(dict.fromkeys(keys))


def new_prices(document: Document, agent: Agent, at: Response) -> Prices:
    """p = (1/N) dPhi/dm at what is done (and, with hours, time's further price)."""
    prices = dict.fromkeys(priced_keys(document), 0.0)
    for rule in rules(document).values():
        if "kpi" not in rule:
            continue
        kpi = kpi_moment(document, at, rule["kpi"])
        if kpi is None:
            continue
        _, slope = expected(felt(document, rule, agent), kpi)
        for key, by_measure in kpi.gradient.items():
            prices[key] += slope * by_measure / at.contacts
        if "hours" in document["period"]:
            time = document["period"]["time"]
            prices[time] -= slope * kpi.by_contacts / at.mean[time]
    if "hours" in document["period"]:
        time = document["period"]["time"]
        prices[time] -= at.flow / at.mean[time]
    return prices


def objective(document: Document, agent: Agent, at: Response) -> float:
    """J = N f + Phi."""
    total = at.contacts * at.flow
    for rule in rules(document).values():
        if "kpi" in rule:
            total += expected(felt(document, rule, agent), kpi_moment(document, at, rule["kpi"]))[0]
    return total
