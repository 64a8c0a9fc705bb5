"""A scenario in words: what happens, what is reported, what pays for what, what it is worth, and what is not known."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from backfire._messages import check_language, known, money, percent, say, unit_name
from backfire._scenario import Scenario
from backfire._table import Table
from backfire._titles import Titles

#: Parts whose numbers are decisions or no statement about the work: nobody asks where they come from.
_UNASKED = {"backfire", "evidence", "policy", "title", "description"}


def describe(scenario: Scenario, language: str = "en") -> Table:
    """A scenario in words, for people who will not read the document.

    Parameters
    ----------
    scenario : Scenario
        What is described; nothing is solved.
    language : str
        ``en`` or ``zh``; titles fall back to the document's own language.

    Returns
    -------
    Table
        Columns section (question, period, situations, kpis, rules, values, people, evidence), name (an id, empty where
        a sentence is about all), text.

    Raises
    ------
    ValueError
        For a language there is not.

    Examples
    --------
    >>> import backfire
    >>> words = backfire.describe(backfire.scenario("corrective-callbacks"))
    >>> words.where(section="rules", name="callback_deduction")["text"]
    ['deduction for calling back: −2 points (−16 CNY) each time someone takes “the agent has noticed a mistake › call the customer back”']
    """
    check_language(language)
    rows = list(_Words(scenario, language).rows())
    columns = zip(*rows, strict=True)
    return Table(
        [(name, list(values)) for name, values in zip(("section", "name", "text"), columns, strict=True)]
    )


def evidence_gaps(document: dict[str, Any]) -> list[str]:
    """Paths of the numbers that describe the work and the people and for which `evidence` names no source."""
    known = [tuple(path.removeprefix("policy.").split(".")) for path in document.get("evidence", {})]
    return [
        ".".join(p)
        for p in _numbers(document, ())
        if not any(p[: len(k)] == k or k[: len(p)] == p for k in known)
    ]


def _numbers(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of numbers; a response or a spread counts as one."""
    if isinstance(node, dict):
        if path and {"base", "mean", "link"} & node.keys():
            yield path
            return
        for key, item in node.items():
            if not key.startswith("x-") and key not in (_UNASKED if not path else ("title", "description")):
                yield from _numbers(item, (*path, key))
    elif isinstance(node, int | float) and not isinstance(node, bool) and not _counts(path, node):
        yield path


def _counts(path: tuple[str, ...], number: float) -> bool:
    """Whether a number only says how things are counted: the calendar, money as money, one of a thing, all of a whole."""
    return path[-1] in ("days", "payouts") or (
        number == 1 and (path[-1] == "share" or path[-2:-1] == ("moves",))
    )


def _number(value: Any) -> str:
    return f"{value:,.6g}".replace("-", "−") if isinstance(value, int | float) else str(value)


def _response(value: Any) -> str:
    """A response as a formula: ``0.4 − 0.3·knowledge``."""
    if not isinstance(value, dict):
        return _number(value)
    terms = [_number(value["base"])] if value.get("base") else []
    for name, coefficient in value.items():
        if name not in ("base", "link") and coefficient != 0:
            sign = ("−" if coefficient < 0 else "") if not terms else (" − " if coefficient < 0 else " + ")
            size = "" if abs(coefficient) == 1 else f"{_number(abs(coefficient))}·"
            terms.append(f"{sign}{size}{name.replace('_', ' ')}")
    formula = "".join(terms) or "0"
    inverse = {"logit": "logistic", "log": "exp"}.get(value.get("link", "identity"))
    return f"{inverse}({formula})" if inverse else formula


def _fields(condition: dict[str, Any]) -> dict[str, Any]:
    """A condition's numeric fields."""
    return {k: v for k, v in condition.items() if isinstance(v, int | float) and k != "share"}


class _Words:
    """The sentences of one document in one language."""

    def __init__(self, scenario: Scenario, language: str) -> None:
        self._document = scenario.to_dict()
        self._unit_at = scenario._core.unit_at
        self._titles = Titles(language, scenario)
        self._name = scenario.name
        self._language = language
        self._currency = self._document.get("currency", "")
        self._policy = self._document.get("policy", {})

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Section, name and text of every sentence."""
        d = self._document
        yield "question", self._name, self._titles.scenario()
        if description := self._titles.description():
            yield "question", "", description
        yield "period", "", self._period(d["period"])
        for id, situation in d["situations"].items():
            yield from (("situations", *row) for row in self._situation(id, situation))
        for id, kpi in self._policy.get("kpis", {}).items():
            yield "kpis", id, self._kpi(id, kpi)
        for id, rule in self._policy.get("rules", {}).items():
            yield "rules", id, self._rule(id, rule)
        for party, weights in d.get("values", {}).items():
            for id, weight in weights.items():
                yield "values", f"{party}.{id}", self._value(party, id, weight)
        yield from (("people", *row) for row in self._people(d["workforce"]))
        yield from (("evidence", *row) for row in self._evidence())

    def _say(self, key: str, **values: object) -> str:
        return say(f"show.{key}", self._language, **values)

    def _money(self, amount: float) -> str:
        if 0 < abs(amount) < 0.1 or float(amount).is_integer():  # cents would round it away, or say nothing
            return say(
                "number.money",
                self._language,
                amount=_number(amount),
                currency=known("unit", self._currency, self._language),
            )
        return money(amount, self._currency, self._language)

    def _unit(self, id: str) -> str:
        """A measure's unit with a space before it; nothing where it is a plain number."""
        return self._after_number(self._document.get("measures", {}).get(id, {}).get("unit", "1"))

    def _after_number(self, unit: str) -> str:
        name = unit_name(unit, self._language)
        return f" {name}" if name else ""

    def _events(self, patterns: Any) -> str:
        return self._say("or").join(
            self._say("event.titled", title=self._titles.event(p))
            for p in ([patterns] if isinstance(patterns, str) else patterns)
        )

    def _period(self, period: dict[str, Any]) -> str:
        name = self._titles.period()
        if "contacts" in period:
            return self._say("period.contacts", period=name, contacts=_response(period["contacts"]))
        time = self._titles.measure(period.get("time", ""))
        return self._say("period.hours", period=name, hours=_response(period["hours"]), time=time)

    def _situation(self, id: str, situation: dict[str, Any]) -> Iterator[tuple[str, str]]:
        title = self._titles.situation(id)
        where = self._begins(situation.get("share", 0))
        if "actions" not in situation:
            yield id, self._say("chance_situation", title=title, where=where)
            yield from self._outcomes(id, situation)
            return
        yield id, self._say("situation", title=title, where=where)
        for name, action in situation["actions"].items():
            parts = []
            if action.get("effort"):
                currency = known("unit", self._currency, self._language)
                parts.append(self._say("effort", effort=f"{_response(action['effort'])} {currency}".rstrip()))
            if "habit" in action:
                parts.append(self._say("habit", habit=_response(action["habit"])))
            yield f"{id}.{name}", self._line(self._titles.action(id, name), action, parts)
            yield from self._outcomes(f"{id}.{name}", action)

    def _begins(self, share: Any) -> str:
        if isinstance(share, dict):
            return self._say("begins", share=_response(share))
        shares = [s.get("share", 0) for s in self._document["situations"].values()]
        whole = sum(s for s in shares if not isinstance(s, dict))
        known_share = not any(isinstance(s, dict) for s in shares)
        shown = percent(share / whole) if known_share and whole else _number(share)
        return self._say("begins", share=shown) if share else self._say("opened")

    def _outcomes(self, path: str, node: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for id, outcome in node.get("outcomes", {}).items():
            chance = outcome.get("chance", 1)
            part = self._say("rest") if chance == "rest" else self._say("chance", chance=_response(chance))
            yield f"{path}.{id}", self._line(self._titles.outcome(f"{path}.{id}"), outcome, [part])

    def _line(self, title: str, node: dict[str, Any], parts: list[str]) -> str:
        """An action or outcome: its title, what it takes, what it moves, where it leads."""
        parts = parts + [self._move(m, move) for m, move in node.get("moves", {}).items()]
        if "opens" in node:
            parts.append(self._say("opens", situation=self._titles.situation(node["opens"])))
        return self._say("line", title=title, parts=self._say("comma").join(parts) or self._say("nothing"))

    def _move(self, id: str, move: Any) -> str:
        mean = move["mean"] if isinstance(move, dict) and "mean" in move else move
        amount = f"{_response(mean)}{self._unit(id)}"
        if isinstance(move, dict) and "cv" in move:
            spread = move["cv"]
            shown = percent(spread) if isinstance(spread, int | float) else _response(spread)
            amount = self._say("spread", amount=amount, spread=shown)
        elif isinstance(move, dict) and "sd" in move:
            amount = self._say("spread", amount=amount, spread=f"{_response(move['sd'])}{self._unit(id)}")
        return self._say("moves", measure=self._titles.measure(id), amount=amount)

    def _kpi(self, id: str, kpi: dict[str, Any]) -> str:
        if "share" in kpi:
            key = "kpi.share_of" if "of" in kpi else "kpi.share"
            form = (
                self._say(key, events=self._events(kpi["share"]))
                if "of" not in kpi
                else self._say(key, events=self._events(kpi["share"]), of=self._events(kpi["of"]))
            )
        elif "ratio" in kpi:
            form = self._say(
                "kpi.ratio",
                above=self._titles.measure(kpi["ratio"][0]),
                below=self._titles.measure(kpi["ratio"][1]),
            )
        else:
            key = "total" if "total" in kpi else "mean"
            form = self._say(f"kpi.{key}", measure=self._titles.measure(kpi[key]))
        parts = [form]
        if kpi.get("scale", 1) != 1:
            parts.append(self._say("kpi.scale", scale=_number(kpi["scale"])))
        parts += self._seen(kpi)
        if "better" in kpi:
            parts.append(self._say(f"kpi.{kpi['better']}"))
        for party, meant in kpi.get("stands_for", {}).items():
            meaning = (
                self._titles.measure(meant)
                if isinstance(meant, str) and meant in self._document.get("measures", {})
                else self._events(meant)
            )
            parts.append(
                self._say("kpi.stands_for", party=say(f"party.{party}", self._language), meaning=meaning)
            )
        return self._say("line", title=self._titles.kpi(id), parts=self._say("semicolon").join(parts))

    def _bound_unit(self, id: str, rule: dict[str, Any], schedule: str) -> str:
        """The unit a rule's bounds are in, with a space before it; nothing for a plain number."""
        kpi = self._policy["kpis"][rule["kpi"]]
        if "unit" not in kpi and kpi.get("scale", 1) != 1:
            return ""  # no longer that of what the KPI is made of
        return self._after_number(self._unit_at(f"rules.{id}.{schedule}.0.0"))

    def _seen(self, node: dict[str, Any]) -> list[str]:
        if "seen_by" not in node:
            return []
        monitor = self._policy["monitors"][node["seen_by"]]
        title = self._titles.monitor(node["seen_by"])
        if "samples" in monitor:
            return [self._say("seen.samples", monitor=title, samples=_number(monitor["samples"]))]
        if "rate" in monitor:
            return [self._say("seen.rate", monitor=title, rate=percent(monitor["rate"]))]
        return [self._say("seen.all", monitor=title)]

    def _rule(self, id: str, rule: dict[str, Any]) -> str:
        unit = rule.get("unit", self._currency)
        worth = self._policy.get("units", {}).get(unit)

        def pay(amount: float) -> str:
            if worth is None:
                return self._money(amount)
            return self._say(
                "points",
                amount=_number(amount),
                unit=known("unit", unit, self._language),
                money=self._money(amount * worth),
            )

        if "each" in rule:
            key = "rule.each_action" if self._is_action(rule["each"]) else "rule.each"
            form = self._say(key, pay=pay(rule["pay"]), events=self._events(rule["each"]))
        elif "per" in rule:
            unit_of = self._unit(rule["per"]).strip() or "1"
            form = self._say(
                "rule.per", pay=pay(rule["pay"]), unit=unit_of, measure=self._titles.measure(rule["per"])
            )
        else:
            kpi = self._titles.kpi(rule["kpi"])
            form = self._say("rule.kpi", kpi=kpi, schedule=self._schedule(id, rule, pay))
        parts = [form, *self._seen(rule)]
        if rule.get("frame") == "loss":
            parts.append(self._say("frame.loss"))
        return self._say("line", title=self._titles.rule(id), parts=self._say("semicolon").join(parts))

    def _is_action(self, patterns: Any) -> bool:
        if not isinstance(patterns, str) or "*" in patterns:
            return False
        situation, _, action = patterns.partition(".")
        return action in self._document["situations"].get(situation, {}).get("actions", {})

    def _schedule(self, id: str, rule: dict[str, Any], pay: Callable[[float], str]) -> str:
        kind = next((k for k in ("steps", "curve", "tiers") if k in rule), None)
        if kind is None:
            return json.dumps(
                {k: v for k, v in rule.items() if k not in ("kpi", "title", "unit")}, ensure_ascii=False
            )
        unit = self._bound_unit(id, rule, kind)
        parts = []
        for i, (x, y) in enumerate(rule[kind]):
            if x is not None:
                parts.append(self._say(f"{kind}.from", pay=pay(y), bound=_number(x) + unit))
            elif len(rule[kind]) > 1:
                parts.append(self._say("steps.below", pay=pay(y), bound=_number(rule[kind][i + 1][0]) + unit))
            else:
                parts.append(self._say("steps.always", pay=pay(y)))
        return self._say("semicolon").join(parts)

    def _value(self, party: str, id: str, weight: float) -> str:
        if id == "payouts":
            return self._say("value.payouts", weight=_number(weight))
        unit = self._unit(id).strip()
        each = self._say("value.unit", unit=unit) if unit else self._say("value.one")
        return self._say(
            "value",
            party=say(f"party.{party}", self._language),
            measure=self._titles.measure(id),
            each=each,
            money=self._money(weight),
        )

    def _people(self, workforce: dict[str, Any]) -> Iterator[tuple[str, str]]:
        if "agents" in workforce:
            yield "", self._say("agents", agents=_number(workforce["agents"]))
        segments = workforce.get("segments", {})
        yield from self._groups(segments, self._titles.segment, lambda s: s.get("traits", {}))
        conditions = self._document.get("conditions", {})
        yield from self._groups(conditions, self._titles.condition, _fields)
        if workforce.get("traits"):
            yield "", self._say("everyone") + self._traits(workforce["traits"])

    def _groups(
        self,
        groups: dict[str, Any],
        title: Callable[[str], str],
        fields: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> Iterator[tuple[str, str]]:
        whole = sum(node.get("share", 1) for node in groups.values())
        for id, node in groups.items():
            share = percent(node.get("share", 1) / whole) if whole else _number(0)
            yield id, self._say("group", title=title(id), share=share) + self._traits(fields(node))

    def _traits(self, traits: dict[str, Any]) -> str:
        parts = []
        for key, trait in traits.items():
            name = known("key", key, self._language)
            if isinstance(trait, dict) and "mean" in trait:
                spread = " ".join(filter(None, [_number(trait.get("sd", 0)), str(trait.get("shape", ""))]))
                parts.append(f"{name} {self._say('spread', amount=_number(trait['mean']), spread=spread)}")
            else:
                parts.append(f"{name} {_number(trait)}")
        return self._say("traits", traits=self._say("comma").join(parts)) if parts else ""

    def _evidence(self) -> Iterator[tuple[str, str]]:
        known = self._document.get("evidence", {})
        for path, entry in known.items():
            kind = self._say(f"code.{entry['code']}")
            yield (
                path,
                self._say("source", kind=kind, source=entry["source"]) if entry.get("source") else kind,
            )
        gaps = evidence_gaps(self._document)
        yield "", self._say("gaps", gaps=len(gaps)) if gaps else self._say("no_gaps")
        for path in gaps:
            yield path, self._say("gap")
