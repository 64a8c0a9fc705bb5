"""The slow oracle: ledgers of what actions are worth, and what each rule does when it is switched off in turn.

A transcription of section 3.1 of the design, part by part, at a behaviour that somebody names; standard library only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from oracle_contact import Agent, Behaviour, Document, Step, kept_back
from oracle_rules import (
    Response,
    Valuation,
    detection,
    held,
    kpi_moment,
    kpis,
    new_prices,
    rules,
    standing,
)
from oracle_schedules import expected, felt, worth

#: part, name, measure (or the patterns of events)
Part = tuple[str, str, str]
Amounts = dict[Part, float]


def patterns(events: str | list[str]) -> str:
    return events if isinstance(events, str) else ", ".join(events)


def label(document: Document, key: str) -> str:
    """What a priced key is called in a ledger."""
    if not key.startswith("kpi:"):
        return key
    _, name, side = key.split(":")
    return patterns(kpis(document)[name][side])


def prices_by_rule(
    document: Document, agent: Agent, at: Response, paid: bool = False
) -> dict[tuple[str, str], float]:
    """(rule, key) -> the part of the key's price that the rule makes; `paid`: in money, as nobody feels it."""
    result: dict[tuple[str, str], float] = {}
    for name, rule in rules(document).items():
        if "kpi" not in rule:
            continue
        kpi = kpi_moment(document, at, rule["kpi"])
        if kpi is None:
            continue
        slope = expected(felt(document, rule, None if paid else agent), kpi)[1]
        for key, by_measure in kpi.gradient.items():
            result[name, key] = result.get((name, key), 0.0) + slope * by_measure / at.contacts
        if "hours" in document["period"] and kpi.by_contacts:
            time = document["period"]["time"]
            result[name, time] = result.get((name, time), 0.0) - slope * kpi.by_contacts / at.mean[time]
    return result


@dataclass
class Ledgers:
    """Every part of what steps and situations of one agent are worth at a behaviour that is kept."""

    document: Document
    agent: Agent
    behaviour: Behaviour
    without: str = ""  # a rule to leave out of everything but the behaviour and the other prices
    known: dict[str, Amounts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at = held(self.document, self.agent, self.behaviour)
        self.by_rule = prices_by_rule(self.document, self.agent, self.at)
        self.paid_by_rule = prices_by_rule(self.document, self.agent, self.at, paid=True)
        self.standing = standing(self.document, self.agent, self.at.contacts)
        self.foresight = self.agent.trait("foresight")
        self.valuation = Valuation(
            self.document, self.agent, new_prices(self.document, self.agent, self.at), self.at.contacts
        )

    def amount(self, step: Step, key: str) -> float:
        """What a step alone adds to a key."""
        contact = self.at.contact
        if key in contact.parts:
            return sum(
                factor * step.moves[moved][0]
                for moved, factor in contact.parts[key].items()
                if moved in step.moves
            )
        return float(step.event in contact.sets[key])

    def step_parts(self, step: Step) -> Amounts:
        """What a step brings at once."""
        document, agent = self.document, self.agent
        customer = document.get("values", {}).get("customer", {})
        found: Amounts = {
            ("effort", "", ""): -step.effort,
            ("care", "", ""): agent.trait("care")
            * sum(w * self.amount(step, m) for m, w in customer.items()),
        }
        for name, rule in rules(document).items():
            if name == self.without or "kpi" in rule:
                continue
            if "per" in rule:
                alone = standing(
                    {**document, "policy": {**document["policy"], "rules": {name: rule}}},
                    agent,
                    self.at.contacts,
                )
                found["rule", name, rule["per"]] = alone.unit[rule["per"]] * self.amount(step, rule["per"])
            else:
                each = self.standing.event[f"rule:{name}"]
                found["rule", name, patterns(rule["each"])] = each * self.amount(step, f"rule:{name}")
        for (name, key), price in self.by_rule.items():
            if name != self.without:
                part = ("price", name, label(document, key))
                found[part] = found.get(part, 0.0) + price * self.amount(step, key)
        if "hours" in document["period"]:
            time = document["period"]["time"]
            found["time", "", time] = -self.at.flow / self.at.mean[time] * self.amount(step, time)
        return found

    def step_money(self, step: Step) -> Amounts:
        """What rules pay for a step at once, in money."""
        found: Amounts = {}
        for name, rule in rules(self.document).items():
            if "kpi" in rule:
                continue
            d, f = detection(self.document, rule, self.at.contacts)
            x = rule["pay"] * worth(self.document, rule)
            if "per" in rule:
                found["rule", name, rule["per"]] = x * d * self.amount(step, rule["per"])
            else:
                found["rule", name, patterns(rule["each"])] = x * (d - f) * self.amount(step, f"rule:{name}")
        for (name, key), price in self.paid_by_rule.items():
            part = ("price", name, label(self.document, key))
            found[part] = found.get(part, 0.0) + price * self.amount(step, key)
        return found

    def direct(self, step: Step, parts: Callable[[Step], Amounts] | None = None) -> Amounts:
        """An action with its outcomes, without what follows."""
        parts = parts or self.step_parts
        total = parts(step)
        for chance, outcome in step.outcomes:
            add(total, parts(outcome), chance)
        return total

    def ledger(self, situation: str, action: str) -> Amounts:
        step = self.at.contact.places[situation].options[action]
        total = self.direct(step)
        later = sum(c * self.valuation.situation(o.opens) for c, o in step.outcomes)
        total["continuation", "", ""] = self.foresight * (later + self.valuation.situation(step.opens))
        return total

    def whole(self, situation: str, action: str) -> Amounts:
        return self.onward(self.at.contact.places[situation].options[action])

    def onward(self, step: Step) -> Amounts:
        """A step with all that follows, at the behaviour that is kept."""
        total = self.direct(step)
        for chance, opens in [*((c, o.opens) for c, o in step.outcomes), (1.0, step.opens)]:
            add(total, self.inside(opens), self.foresight * chance)
        return total

    def inside(self, situation: str | None) -> Amounts:
        if situation is None:
            return {}
        if situation not in self.known:
            place = self.at.contact.places[situation]
            total: Amounts = {}
            if place.chance is not None:
                total = self.onward(place.chance)
                total["effort", "", ""] = total.get(("effort", "", ""), 0.0)
            else:
                chosen = self.behaviour[situation]
                for name, option in place.options.items():
                    add(total, self.onward(option), chosen[name])
                habits = [option.habit for option in place.options.values()]
                shocks = kept_back(
                    [chosen[a] for a in place.options], habits, place.noise, self.at.contact.shock
                )
                add(total, {("choice", "", ""): shocks}, 1.0)
            self.known[situation] = total
        return self.known[situation]


def add(total: Amounts, more: Amounts, weight: float) -> None:
    for part, amount in more.items():
        total[part] = total.get(part, 0.0) + weight * amount


def switched_off(
    document: Document, agent: Agent, behaviour: Behaviour, situation: str, action: str, alternative: str
) -> dict[str, float]:
    """By rule: how much less the action would be worth beside its alternative if the rule alone were gone, with the other
    prices and what is done later as they are."""

    def beside(without: str) -> float:
        ledgers = Ledgers(document, agent, behaviour, without)
        own, other = (sum(ledgers.whole(situation, a).values()) for a in (action, alternative))
        return own - other

    everything = beside("")
    return {name: everything - beside(name) for name in rules(document)}
