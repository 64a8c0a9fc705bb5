"""Explanations: why an action is taken or not, as a ledger, as paths through the incentive graph, and in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

from backfire import _core, _html
from backfire._answers import Comparison, Solution
from backfire._messages import check_language, has
from backfire._scenario import Scenario
from backfire._table import Table
from backfire._titles import Titles, reform_title
from backfire._words import Joined, Money, Name, Number, Sentence, Share, as_html, as_text, sentence

#: Parts smaller than this share of the largest are not spoken of one by one: several of them are one, the rest.
_SPOKEN = 0.01
#: Paid and felt are told apart where they differ by more than this share.
_FELT = 0.005
#: How often something is done, in words: (up to this share, word).
_OFTEN = ((0.02, "hardly"), (0.2, "few"), (0.45, "some"), (0.55, "half"), (0.8, "more"), (0.98, "most"))


class Explanation:
    """Why an action is taken or not, beside an alternative. Immutable.

    Money per occasion of the situation, as those who choose feel it: a mean over the occasions of the agents of ``segment``
    and ``condition``, as ``probability`` is.
    """

    def __init__(
        self, core: _core.Explanation, comparison: Comparison | None = None, reform: str = ""
    ) -> None:
        self._core = core
        self._comparison = comparison
        #: The reform explained; None where nothing is compared.
        self.reform = reform if comparison is not None else None

    @property
    def action(self) -> str:
        """The action explained, ``situation.action``."""
        return f"{self._core.situation}.{self._core.action}"

    @property
    def alternative(self) -> str | None:
        """What it is set beside, ``situation.action``; None where the situation has one action only."""
        return f"{self._core.situation}.{self._core.alternative}" if self._core.alternative else None

    @property
    def segment(self) -> str:
        """Whose choice is explained; ``all`` for everybody's."""
        return self._core.segment

    @property
    def condition(self) -> str:
        """Under which condition; ``all`` for any."""
        return self._core.condition

    @property
    def probability(self) -> float:
        """Share of occasions on which the action is taken."""
        return self._core.probability

    @property
    def value(self) -> float:
        """Q, what the action is worth on an occasion: the sum of the ledger's column."""
        return self._core.value

    @property
    def difference(self) -> float | None:
        """What the action is worth more than its alternative; None where there is none."""
        return self._core.value - self._core.alternative_value if self._core.alternative else None

    @cached_property
    def ledger(self) -> Table:
        """What the action and its alternative are worth, part by part.

        Columns part, name, action, alternative, difference, measure, money, alternative_money: the first two columns of
        figures sum to Q, ``money`` is the expected payout that is felt so (at the margin for a rule on a KPI; None where
        nothing is paid). Parts: effort, care, rule (one row per event rule and per-unit rule), price (one per KPI rule and
        measure it reads), time (with hours), continuation (foresight times the value of what follows), and unsettled
        where the search ended without a fixed point.
        """
        return Table(self._core.ledger())

    @cached_property
    def whole(self) -> Table:
        """The ledger with the continuation opened up along the behaviour that follows, columns as in ``ledger``.

        What is left of the continuation is the part ``choice``: what being able to choose later is worth.
        """
        return Table(self._core.whole())

    @cached_property
    def paths(self) -> Table:
        """The shortest paths that carry each part of ``whole``: columns part, name, path, measure, action, nodes."""
        return self.paths_in("en")

    def paths_in(self, language: str) -> Table:
        """The shortest paths with titles in ``language``: "en" or "zh"; raises ValueError for any other.

        Columns as in ``paths``; ``nodes`` are those of the incentive graph.
        """
        titles = self.scenario.titles(language)
        routes = self._core.routes()
        shown = [" → ".join(titles.get(n, n.partition(":")[2]) for n in nodes) for *_, nodes in routes]
        return Table(
            [
                ("part", [r[0] for r in routes]),
                ("name", [r[1] for r in routes]),
                ("path", shown),
                ("measure", [r[2] for r in routes]),
                ("action", [r[3] for r in routes]),
                ("nodes", [" → ".join(r[4]) for r in routes]),
            ]
        )

    @cached_property
    def changes(self) -> Table:
        """After a reform: part, name, baseline, value, delta (of the ledger's difference), measure. Otherwise empty."""
        return Table(self._core.changes())

    @property
    def baseline_probability(self) -> float | None:
        """After a reform: share of occasions before it; None where the action is new, or nothing is compared."""
        p = self._core.baseline_probability
        return None if self.reform is None or p != p else p

    @property
    def scenario(self) -> Scenario:
        """The scenario explained."""
        return Scenario(self._core.scenario())

    @property
    def text(self) -> str:
        """The explanation in English."""
        return self.text_in("en")

    def text_in(self, language: str) -> str:
        """The explanation in words, in ``language``: "en" or "zh"; raises ValueError for any other."""
        check_language(language)
        return "\n".join(as_text(s, language) for s in sentences(self, language))

    def __repr__(self) -> str:
        return f"{self.text}\n\n{self.ledger}"

    def _repr_html_(self) -> str:
        said = (_html.element("p", as_html(s, "en")) for s in sentences(self, "en"))
        return _html.shown(*said, _html.Markup(self.ledger._repr_html_()))


@dataclass(frozen=True)
class _Weight:
    """One reason for or against: what it is felt as, and what is paid (None where nothing is)."""

    kind: str
    name: str
    felt: float
    paid: float | None


def _weights(table: Table, alone: bool) -> list[_Weight]:
    """The reasons a ledger holds, the largest first; a rule that reads several measures is one reason."""
    felt: dict[tuple[str, str], float] = {}
    paid: dict[tuple[str, str], float] = {}
    for row in table:
        key = ("rule" if row["part"] == "price" else row["part"], row["name"])
        felt[key] = felt.get(key, 0.0) + (row["action"] if alone else row["difference"])
        if row["money"] is not None:
            paid[key] = paid.get(key, 0.0) + row["money"] - (row["alternative_money"] or 0.0)
    found = [_Weight(*key, felt=f, paid=paid.get(key)) for key, f in felt.items()]
    told = _told({(w.kind, w.name): w.felt for w in found})
    known = {(w.kind, w.name): w for w in found}
    return [known.get(key, _Weight(*key, felt=amount, paid=None)) for key, amount in told]


def _told(parts: Mapping[tuple[str, str], float]) -> list[tuple[tuple[str, str], float]]:
    """The parts spoken of, the largest first, so that they add up: what is too small for a word of its own is the rest."""
    largest = max(map(abs, parts.values()), default=0.0)
    told = {k: x for k, x in parts.items() if abs(x) >= _SPOKEN * largest and _seen(x)}
    small = {k: x for k, x in parts.items() if k not in told and x != 0}
    rest = small if len(small) == 1 else {("rest", ""): sum(small.values())}
    told |= {k: x for k, x in rest.items() if _seen(x)}
    return sorted(told.items(), key=lambda item: -abs(item[1]))


def _seen(amount: float) -> bool:
    """Whether an amount reads as more than nothing."""
    return f"{abs(amount):.2f}" != "0.00"


def loss_aversion(scenario: Scenario, segment: str) -> float | None:
    """How much more losses count to everybody of a segment, where nothing else tells felt from paid."""
    workforce = scenario.to_dict()["workforce"]
    found = set()
    for name, about in (workforce.get("segments") or {"all": {}}).items():
        traits: Mapping[str, Any] = {**workforce.get("traits", {}), **(about or {}).get("traits", {})}
        if segment in ("all", name):
            found.add(repr(traits.get("loss_aversion", 1)))
            found.update(key for key in ("curvature", "weighting") if traits.get(key, 1) != 1)
    try:
        return float(found.pop()) if len(found) == 1 else None
    except ValueError:
        return None


def _reason(weight: _Weight, currency: str, titles: Titles, aversion: float | None) -> Sentence:
    """One reason with its size; where it is felt otherwise than paid, both."""
    felt = Money(abs(weight.felt), currency)
    if weight.kind != "rule":
        saved = f"explain.{weight.kind}.saved"
        return sentence(saved if weight.felt > 0 and has(saved) else f"explain.{weight.kind}", amount=felt)
    rule = Name(titles.rule(weight.name))
    paid = weight.paid or 0.0
    if abs(weight.felt - paid) <= _FELT * abs(weight.felt):
        return sentence("explain.rule", amount=felt, rule=rule)
    if paid * weight.felt <= 0:
        return sentence("explain.rule.felt", amount=felt, rule=rule)
    values = {"paid": Money(abs(paid), currency), "rule": rule, "felt": felt}
    if aversion is None or abs(weight.felt / paid - aversion) > _FELT * aversion:
        return sentence("explain.rule.other", **values)
    if aversion == 2:
        return sentence("explain.rule.double", **values)
    return sentence("explain.rule.times", times=Number(aversion), **values)


def _often(share: float) -> Sentence:
    for most, word in _OFTEN:
        if share < most:
            return sentence(f"explain.often.{word}")
    return sentence("explain.often.all")


def sentences(explanation: Explanation, language: str) -> list[Sentence]:
    """The explanation in words: who does what how often, what speaks for and against it, and what a reform changed."""
    titles = Titles(language, explanation.scenario)
    core = explanation._core
    currency = explanation.scenario._core.currency()
    aversion = loss_aversion(explanation.scenario, explanation.segment)
    action = Name(titles.action(core.situation, core.action))
    who = {
        "segment": Name(titles.segment(explanation.segment)),
        "condition": Name(titles.condition(explanation.condition)),
    }
    alone = explanation.alternative is None
    beside = {} if alone else {"alternative": Name(titles.action(core.situation, core.alternative))}
    weights = _weights(explanation.whole, alone)
    against = tuple(_reason(w, currency, titles, aversion) for w in weights if w.felt < 0)
    speaking = tuple(_reason(w, currency, titles, aversion) for w in weights if w.felt > 0)
    said = [
        sentence(
            "explain.alone" if alone else "explain.who",
            action=action,
            share=Share(explanation.probability),
            **who,
            **beside,
        )
    ]
    key = ".".join(
        [
            "explain.reasons",
            *(["alone"] if alone else []),
            ("both" if speaking else "costs") if against else "brings" if speaking else "none",
        ]
    )
    parts = {"costs": Joined(against)} if against else {}
    parts |= {"brings": Joined(speaking)} if speaking else {}
    said.append(sentence(key, **beside, **parts, often=_often(explanation.probability)))
    if explanation.difference is not None and weights:
        worth = "more" if explanation.difference >= 0 else "less"
        amount = Money(abs(explanation.difference), currency)
        said.append(sentence(f"explain.worth.{worth}", amount=amount, action=action, **beside))
    return [*said, *_changed(explanation, titles, currency)]


def _changed(explanation: Explanation, titles: Titles, currency: str) -> list[Sentence]:
    if explanation.reform is None or explanation._comparison is None:
        return []
    called = reform_title(
        explanation.reform, explanation._comparison.baseline.scenario, explanation.scenario, titles.language
    )
    reform, after = Name(called), Share(explanation.probability)
    before = explanation.baseline_probability
    if before is None:
        return [sentence("explain.changed.new", reform=reform, after=after)]
    moved: dict[tuple[str, str], float] = {}
    for row in explanation.changes:
        key = ("rule" if row["part"] == "price" else row["part"], row["name"])
        moved[key] = moved.get(key, 0.0) + (row["value"] or 0.0) - (row["baseline"] or 0.0)
    told = _told(moved)
    values = {"reform": reform, "before": Share(before), "after": after}
    new = _offered(explanation.scenario, explanation) - _offered(
        explanation._comparison.baseline.scenario, explanation
    )
    rivals = [
        sentence("explain.changed.rival", action=Name(titles.action(explanation._core.situation, rival)))
        for rival in sorted(new)
    ]
    if not told:
        return [sentence("explain.changed.nothing", **values), *rivals]
    causes = []
    for (kind, name), delta in told:
        what = Name(titles.rule(name)) if kind == "rule" else sentence(f"explain.part.{kind}")
        causes.append(
            sentence(
                f"explain.cause.{'rule' if kind == 'rule' else 'part'}",
                what=what,
                amount=Money(delta, currency, signed=True),
            )
        )
    return [sentence("explain.changed", causes=Joined(tuple(causes)), **values), *rivals]


def _offered(scenario: Scenario, explanation: Explanation) -> set[str]:
    """Actions of the situation explained."""
    return set(scenario.to_dict()["situations"].get(explanation._core.situation, {}).get("actions", {}))


@overload
def explain(
    answer: Solution,
    action: str,
    /,
    segment: str = "all",
    condition: str = "all",
    against: str | None = None,
) -> Explanation: ...
@overload
def explain(
    answer: Comparison,
    reform: str,
    action: str,
    /,
    segment: str = "all",
    condition: str = "all",
    against: str | None = None,
) -> Explanation: ...
def explain(answer: Solution | Comparison, /, *names: Any, **whose: Any) -> Explanation:
    """Why an action is taken or not: ``explain(solution, "situation.action")``.

    Of a comparison, ``explain(comparison, "reform name", "situation.action")`` explains the reform's solution and adds what
    the reform changed.

    Parameters
    ----------
    answer : Solution or Comparison
        A solution, or a comparison and the name of one of its reforms.
    action : str
        ``situation.action``.
    segment, condition : str
        Whose choice; ``all`` for everybody's.
    against : str, optional
        The action of the same situation to set it beside; the likeliest other one where it is not named (of a comparison,
        the likeliest in the baseline).

    Raises
    ------
    UnknownNameError
        Naming the nearest action, segment, condition or reform there is.
    TypeError
        For other arguments than these.

    Examples
    --------
    >>> import backfire
    >>> answer = backfire.solve(backfire.scenario("corrective-callbacks"))
    >>> why = backfire.explain(answer, "mistake_noticed.call_back", segment="novice")
    >>> [(r["name"], r["difference"], r["money"]) for r in why.ledger.where(part="rule", name="callback_deduction")]
    [('callback_deduction', -32.0, -16.0)]
    >>> print(why.text)
    For novices, all conditions: “call the customer back” is chosen on 0.5% of occasions, set beside “stay
    silent”.
    It costs 16.00 CNY through “deduction for calling back”, felt as 32.00 CNY because losses count
    double, 3.00 CNY of effort, 0.65 CNY through “bonus for short handling time”; it brings 7.01 CNY of
    care for the customer, 0.16 CNY through “deduction per mistake found”, felt as 0.32 CNY because
    losses count double: hardly anyone does it.
    In all, “call the customer back” is worth 28.32 CNY less than “stay silent” to those who choose.
    """
    words = 1 if isinstance(answer, Solution) else 2
    given = dict(zip(("segment", "condition", "against"), names[words:], strict=False))
    unknown = set(whose) - {"segment", "condition", "against"}
    if len(names) < words or len(names) > words + 3 or unknown or set(given) & set(whose):
        raise TypeError(
            "explain takes a solution and an action, or a comparison, a reform and an action; "
            "then segment, condition and against"
        )
    asked = {"segment": "all", "condition": "all", "against": None, **given, **whose}
    place = (asked["segment"], asked["condition"], asked["against"] or "")
    if isinstance(answer, Solution):
        return Explanation(_core.explain(answer._core, names[0], *place))
    return Explanation(_core.explain_reform(answer._core, names[0], names[1], *place), answer, names[0])
