"""What a reform comes to: one judgement and its sentences, the same on the page, in a notebook and in a terminal.

The judgement looks at *work*, what the organisation and the customer gain or lose by what is done, and never at payouts,
which only move money from one pocket to another. With o and c the changes of the two, and a change counting only where it
exceeds ``ACCURACY`` of the baseline:

==============  =====================================================================================================
backfires       one loses and the other does not gain as much; or nobody gains while a KPI misleads: it improves while
                what it stands for gets worse
trade_off       one loses and the other gains at least as much
misleads        somebody gains and nobody loses, but a KPI misleads
helps           somebody gains and nobody loses
hardly          people act differently, but no change of work counts
nothing         nobody acts differently
undecided       a value is missing, so that nothing can be said
==============  =====================================================================================================

Where a reform only takes rules away, the same judgement is about those rules as they stand (``Verdict.lifted``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backfire._messages import has
from backfire._scenario import Scenario, diff, new_warnings
from backfire._titles import Titles, reform_title
from backfire._words import Joined, Money, Name, Number, Sentence, Share, as_text, sentence

if TYPE_CHECKING:
    from backfire._answers import Comparison

#: Changes below this share of the baseline do not count: what averaging over agents is promised to keep within.
ACCURACY = 1e-3
#: Changes of probabilities, and of work in proportion, up to this are rounding: solutions are good to a little more.
ROUNDING = 1e-9
#: Actions whose probability moves less than this are not spoken of.
VISIBLE = 5e-3
#: From this share of a change of work on, what comes about though nobody chooses differently is spoken of.
_MECHANICAL = 0.1
_WHOLE = {"segment": "all", "condition": "all"}


@dataclass(frozen=True)
class Move:
    """How often an action is taken before and after; None where it cannot be taken."""

    situation: str
    action: str
    before: float | None
    after: float | None

    @property
    def size(self) -> float:
        """Change of the probability; an action that is not there counts as never taken."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True)
class Misled:
    """A KPI that improves while what it stands for gets worse, in the KPI's unit."""

    kpi: str
    unit: str
    seems: float
    true: float


@dataclass(frozen=True)
class Verdict:
    """What a reform comes to; money is per agent and period."""

    reform: str
    kind: str
    organisation: float | None
    customer: float | None
    transfer: float
    moves: tuple[Move, ...]
    misled: tuple[Misled, ...]
    lifted: tuple[str, ...]
    winners: float | None  #: None: nobody is there both before and after
    losers: float | None
    status: str
    currency: str
    agents: float | None
    #: By party: the change of work that comes about though nobody chooses differently, and the one from choosing differently.
    parts: tuple[tuple[float, float], ...] = ()

    @property
    def total(self) -> float | None:
        """Change of all work: the organisation's and the customer's together."""
        if self.organisation is None or self.customer is None:
            return None
        return self.organisation + self.customer

    @property
    def mechanical(self) -> float:
        """Share of the change of work that comes about though nobody chooses differently, 0…1, by size whatever the sign."""
        unmoved, moved = (sum(abs(part[k]) for part in self.parts) for k in (0, 1))
        return unmoved / (unmoved + moved) if unmoved else 0.0

    @property
    def backfires(self) -> bool:
        """Whether people do something else than the reform means."""
        return self.kind in ("backfires", "misleads")


def counts(change: float, baseline: float) -> bool:
    """Whether a change is larger than the answers' own accuracy."""
    return abs(change) > ACCURACY * abs(baseline) and abs(change) > 1e-9


def judge(
    organisation: tuple[float | None, float | None],
    customer: tuple[float | None, float | None],
    *,
    misleads: bool,
    moved: bool,
) -> str:
    """The kind of verdict from each party's (baseline, change) of work; see the module's table."""
    (o_base, o), (c_base, c) = organisation, customer
    if o is None or c is None or o_base is None or c_base is None:
        return "undecided"
    changes = [(base, change) for base, change in ((o_base, o), (c_base, c)) if counts(change, base)]
    if any(change < 0 for _, change in changes):
        return "backfires" if o + c < 0 else "trade_off"
    if changes and o + c > 0:
        return "misleads" if misleads else "helps"
    if misleads:
        return "backfires"
    changed = any(abs(change) > ROUNDING * abs(base) for base, change in ((o_base, o), (c_base, c)))
    return "hardly" if moved or changed else "nothing"


def lifted_rules(baseline: Scenario, reformed: Scenario) -> tuple[str, ...]:
    """The rules a reform takes away, where it does nothing else; otherwise nothing."""
    before = baseline.to_dict().get("policy", {}).get("rules", {})
    after = reformed.to_dict().get("policy", {}).get("rules", {})
    lifted = [name for name, rule in before.items() if _pays(rule) and not _pays(after.get(name))]
    changed = [row["path"] for row in diff(baseline, reformed) if acts(row["path"])]
    alone = all(any(f"{p}.".startswith(f"rules.{name}.") for name in lifted) for p in changed)
    return tuple(lifted) if alone else ()


def acts(path: str) -> bool:
    """Whether what stands at a path can change an answer: titles, descriptions and evidence cannot."""
    keys = path.split(".")
    return keys[0] not in ("evidence", "name") and not {"title", "description"} & set(keys)


def _pays(rule: Mapping[str, Any] | None) -> bool:
    if rule is None:
        return False
    schedule = next((rule[form] for form in ("steps", "curve", "tiers") if form in rule), None)
    return bool(rule.get("pay")) if schedule is None else any(y != 0 for _, y in schedule)


def verdict(comparison: "Comparison", reform: str) -> Verdict:
    """What one reform of a comparison comes to."""
    solution = comparison.reforms[reform]
    work = {r["party"]: r for r in comparison.values.where(reform=reform, figure="work", **_WHOLE)}
    parties = [(work[p]["baseline"], work[p]["delta"]) for p in ("organisation", "customer")]
    moves = tuple(
        sorted(
            (
                Move(r["situation"], r["action"], r["baseline"], r["value"])
                for r in comparison.behaviour.where(reform=reform, figure="probability", **_WHOLE)
            ),
            key=lambda move: (-round(abs(move.size), 9), -round(move.size, 9)),
        )
    )
    bases = {r["kpi"]: r["baseline"] for r in comparison.kpis.where(reform=reform, figure="mean", **_WHOLE)}
    misled = tuple(
        Misled(r["kpi"], r["unit"], r["kpi_improvement"], r["true_improvement"])
        for r in comparison.goodhart.where(reform=reform, **_WHOLE)
        if (r["kpi_improvement"] or 0) > 0 > (r["true_improvement"] or 0)
        and counts(r["kpi_improvement"], bases.get(r["kpi"]) or 0)
        and counts(r["true_improvement"], bases.get(r["kpi"]) or 0)
    )
    paid = comparison.payouts.where(reform=reform, figure="money", **_WHOLE)
    (pay,) = comparison.winners.where(reform=reform, **_WHOLE)
    document = comparison.baseline.scenario.to_dict()
    return Verdict(
        reform=reform,
        kind=judge(*parties, misleads=bool(misled), moved=any(abs(m.size) > ROUNDING for m in moves)),
        organisation=parties[0][1],
        customer=parties[1][1],
        transfer=sum((r["value"] or 0.0) - (r["baseline"] or 0.0) for r in paid),
        moves=moves,
        misled=misled,
        lifted=lifted_rules(comparison.baseline.scenario, solution.scenario),
        winners=None if pay["winners"] is None else max(pay["winners"], 0.0),
        losers=None if pay["losers"] is None else max(pay["losers"], 0.0),
        status=max((comparison.baseline.status, solution.status), key=STATUSES.index),
        currency=comparison.baseline.scenario._core.currency(),
        agents=document.get("workforce", {}).get("agents"),
        parts=tuple((r["mechanical"] or 0.0, r["behavioural"] or 0.0) for r in work.values()),
    )


#: From the best to the worst.
STATUSES = ("converged", "several_equilibria", "coarse_quadrature", "iteration_limit", "no_fixed_point")


def _of_rules(key: str, v: Verdict) -> str:
    """The message about the lifted rules: that for several, where it reads otherwise than that for one."""
    several = f"{key}.several"
    return several if len(v.lifted) > 1 and has(several) else key


def badge(v: Verdict) -> Sentence:
    """The judgement in a few words."""
    return sentence(_of_rules(f"badge.lifted.{v.kind}", v) if v.lifted else f"badge.{v.kind}")


def headline(v: Verdict, titles: Titles) -> Sentence:
    """The judgement with its size: what the work of both is worth more or less, per agent and period."""
    if v.organisation is None or v.customer is None:
        return sentence("headline.undecided")
    total = v.organisation + v.customer
    key = f"headline.lifted.{v.kind}" if v.lifted else f"headline.{v.kind}"
    if v.kind == "backfires" and total >= 0:
        key += ".kpi"
    if key == "headline.helps" and v.transfer > v.organisation:
        key += ".costly"
    if v.mechanical > 0.5 and has(f"{key}.mechanical"):
        key += ".mechanical"
    ends = sorted((("organisation", v.organisation), ("customer", v.customer)), key=lambda end: end[1])
    (loser, loss), (winner, gain) = ends
    return sentence(
        _of_rules(key, v),
        rules=Joined(tuple(Name(titles.rule(name)) for name in v.lifted)),
        total=Money(abs(total), v.currency),
        gain=Money(abs(gain), v.currency),
        loss=Money(abs(loss), v.currency),
        winner=sentence(f"side.{winner}"),
        loser=sentence(f"side.{loser}"),
        period=Name(titles.period()),
    )


def split(v: Verdict, titles: Titles) -> list[Sentence]:
    """Where the money goes: each party's work, all agents together, and the transfer."""
    if v.total is None:
        return []
    if v.organisation == v.customer == v.transfer == 0:
        return []
    said = [
        sentence(
            "split.parties",
            organisation=Money(v.organisation, v.currency, signed=True),
            customer=Money(v.customer, v.currency, signed=True),
            period=Name(titles.period()),
        )
    ]
    if v.agents:
        said.append(
            sentence(
                "split.everybody",
                agents=Number(v.agents),
                total=Money(v.total * v.agents, v.currency, signed=True),
                period=Name(titles.period()),
            )
        )
    return [*said, *mechanics(v), *transfer(v, titles)]


def mechanics(v: Verdict) -> list[Sentence]:
    """How much of the change of work comes about though nobody chooses differently, where that is a good part of it."""
    if v.mechanical < _MECHANICAL or v.kind in ("nothing", "hardly", "undecided"):
        return []
    unmoved, moved = (Money(sum(p[k] for p in v.parts), v.currency, signed=True) for k in (0, 1))
    return [sentence("split.mechanical", mechanical=unmoved, behavioural=moved)]


def transfer(v: Verdict, titles: Titles) -> list[Sentence]:
    """What only moves from one pocket to another, and whether it costs more than the work brings."""
    if abs(v.transfer) < 0.005:
        return [sentence("transfer.none")]
    amount, period = Money(abs(v.transfer), v.currency), Name(titles.period())
    said = [sentence("transfer.more" if v.transfer > 0 else "transfer.less", amount=amount, period=period)]
    if v.organisation is not None and 0 < v.organisation < v.transfer:
        net = Money(v.transfer - v.organisation, v.currency)
        said.append(sentence("transfer.exceeds", net=net, period=period))
    return said


def spoken(v: Verdict, most: int) -> list[Move]:
    """The moves worth speaking of, the largest first; of two options that mirror each other, the rising one."""
    told: list[Move] = []
    sizes: dict[str, float] = {}
    for move in v.moves:
        mirrored = move.situation in sizes and abs(sizes[move.situation] + move.size) < 1e-9
        gone = move.before is None or move.after is None
        if len(told) < most and (gone or (abs(move.size) >= VISIBLE and not mirrored)):
            sizes[move.situation] = move.size
            told.append(move)
    return told


def deeds(v: Verdict, titles: Titles, most: int = 3) -> list[Sentence]:
    """Who does what more or less."""
    said: list[Sentence] = []
    for move in spoken(v, most):
        fine = abs(move.size) < 0.02
        key = (
            "gone"
            if move.after is None
            else "new"
            if move.before is None
            else "up"
            if move.size > 0
            else "down"
        )
        said.append(
            sentence(
                f"deed.{key}",
                action=Name(titles.action(move.situation, move.action)),
                situation=Name(titles.situation(move.situation)),
                before=Share(move.before, fine),
                after=Share(move.after, fine),
            )
        )
    if said:
        return said
    still = all(abs(move.size) <= ROUNDING for move in v.moves)
    return [sentence("deed.none" if still else "deed.hardly")]


def pay(v: Verdict) -> Sentence:
    """Whose pay rises and falls."""
    if v.winners is None or v.losers is None:
        return sentence("pay.others")
    if v.winners < 5e-4 and v.losers < 5e-4:
        return sentence("pay.same")
    if v.winners < 5e-4 or v.losers < 5e-4:
        rises = v.winners >= 5e-4
        share = v.winners if rises else v.losers
        return sentence("pay.rises" if rises else "pay.falls", share=Share(share))
    return sentence("pay.both", winners=Share(v.winners), losers=Share(v.losers))


def warnings(v: Verdict, titles: Titles) -> list[Sentence]:
    """KPIs that mislead, and what the solver could not settle."""
    said = [
        sentence(
            "misled",
            kpi=Name(titles.kpi(m.kpi)),
            seems=Number(m.seems, m.unit),
            true=Number(-m.true, m.unit),
        )
        for m in v.misled
    ]
    return said if v.status == "converged" else [*said, sentence(f"status.{v.status}")]


def sentences(v: Verdict, titles: Titles) -> list[Sentence]:
    """The verdict in full: what happens, what it costs, whose pay moves, what to beware of."""
    return [headline(v, titles), *deeds(v, titles), *split(v, titles), pay(v), *warnings(v, titles)]


def brought(comparison: "Comparison", reform: str) -> list[Sentence]:
    """One sentence with the warnings a reform brings, where it does: a misspelt name, say, which nothing reads."""
    found = new_warnings(comparison.baseline.scenario, comparison.reforms[reform].scenario)
    told = Joined(tuple(Name(f"{d.pointer}: {d.message}") for d in found))
    return [sentence("brought", warnings=told)] if found else []


def comparison_titles(comparison: "Comparison", reform: str, language: str) -> Titles:
    """Titles for speaking about a reform: the baseline's, then those the reform brings."""
    return Titles(language, comparison.baseline.scenario, comparison.reforms[reform].scenario)


def reform_called(comparison: "Comparison", reform: str, language: str) -> str:
    """What people call a reform of a comparison."""
    return reform_title(reform, comparison.baseline.scenario, comparison.reforms[reform].scenario, language)


def comparison_text(comparison: "Comparison", language: str = "en") -> str:
    """Every reform's verdict as plain text."""
    lines = [Titles(language, comparison.baseline.scenario).scenario()]
    for reform in comparison.reforms:
        titles = comparison_titles(comparison, reform, language)
        v = verdict(comparison, reform)
        name = sentence("reform.named", reform=Name(reform_called(comparison, reform, language)))
        lines += ["", as_text(name, language) + as_text(badge(v), language)]
        lines += [f"  {as_text(s, language)}" for s in [*sentences(v, titles), *brought(comparison, reform)]]
    return "\n".join(lines)
