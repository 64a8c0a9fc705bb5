"""Break-even points: every value of one number at which a figure meets a target, as a curve and in words."""

from functools import cached_property

from backfire import _core, _html
from backfire._answers import Solution
from backfire._messages import check_language
from backfire._progress import Progress, shown
from backfire._scenario import Edits, Scenario, as_reform
from backfire._table import Table
from backfire._titles import Titles
from backfire._words import Money, Name, Number, Part, Sentence, Share, as_html, as_text, sentence


class BreakEven:
    """Where a figure meets a target while one number of a scenario runs over a range. Immutable."""

    def __init__(self, core: _core.BreakEven, scenario: Scenario) -> None:
        self._core = core
        #: The scenario whose number is varied.
        self.scenario = scenario

    @property
    def points(self) -> list[float]:
        """Every value of the number at which the figure meets the target, in order.

        Where the figure jumps past the target (people switch to another fixed point) the jump is a point. Where it stays
        at the target for a while, both ends are.
        """
        return [p.x for p in self._core.points]

    @cached_property
    def curve(self) -> Table:
        """Columns x, value (None where the figure has none), jump: it jumps between the row before and this one."""
        return Table(self._core.curve())

    @property
    def path(self) -> str:
        """Where the number that is varied stands, as in reforms."""
        return self._core.path

    @property
    def figure(self) -> str:
        """The figure that is watched, as `Solution.value` reads it."""
        return self._core.figure

    @property
    def unit(self) -> str:
        """The figure's unit; "1" for a pure number."""
        return self._core.unit

    @property
    def between(self) -> tuple[float, float]:
        """The range of the number, in its own unit: both ends."""
        return self._core.low, self._core.high

    @property
    def target(self) -> float:
        """What the figure is held against, in the figure's unit."""
        return self._core.target

    @property
    def now(self) -> float:
        """The number as the scenario has it, in its own unit."""
        return self._core.now

    @property
    def text(self) -> str:
        """The answer in English."""
        return self.text_in("en")

    def text_in(self, language: str) -> str:
        """The answer in words, in ``language``: "en" or "zh"; raises ValueError for any other."""
        check_language(language)
        return "\n".join(as_text(s, language) for s in sentences(self, language))

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        said = (_html.element("p", as_html(s, "en")) for s in sentences(self, "en"))
        return _html.shown(*said, _html.Markup(self.curve._repr_html_()))


def subject_of(figure: str, titles: Titles) -> Sentence:
    """The figure in words."""
    name, _, place = figure.partition("@")
    table, _, key = name.partition(".")
    segment, _, condition = place.partition(",")
    values: dict[str, Part] = {
        "segment": Name(titles.segment(segment or "all")),
        "condition": Name(titles.condition(condition or "all")),
    }
    if table in ("behaviour", "visits"):
        situation, _, action = key.partition(".")
        what = titles.action(situation, action)
    elif table in ("values", "work"):
        values["party"] = sentence(f"party.{key}")
        what = ""
    else:
        what = {"kpis": titles.kpi, "payouts": titles.rule}.get(table, titles.measure)(key)
    values["what"] = Name(what)
    where = "everywhere" if not place else "segment" if not condition or condition == "all" else "both"
    return sentence(
        f"break_even.where.{where}", figure=sentence(f"break_even.figure.{table}", **values), **values
    )


def told(answer: BreakEven, x: float) -> float:
    """A value of the number as it is told: what is 0 within the search's own precision is 0."""
    low, high = answer.between
    return 0.0 if abs(x) < 1e-11 * (high - low) else x


def _amount(value: float, figure: str, unit: str, currency: str) -> Part:
    if figure.startswith("behaviour."):
        return Share(value)
    return Money(value, currency) if unit == currency else Number(value, unit)


def sentences(answer: BreakEven, language: str) -> list[Sentence]:
    """The answer in words: what is asked, and every point with what happens there."""
    core = answer._core
    titles = Titles(language, answer.scenario)
    currency = answer.scenario._core.currency()
    unit = answer.scenario._core.unit_at(core.path)

    def at(x: float) -> Number:
        return Number(told(answer, x), unit)

    def amount(value: float) -> Part:
        return _amount(value, core.figure, core.unit, currency)

    figure, target = subject_of(core.figure, titles), amount(core.target)
    said = [
        sentence(
            "break_even.question",
            number=Name(titles.path(core.path)),
            low=at(core.low),
            high=at(core.high),
            now=at(core.now),
        )
    ]
    ends = {x for pair in core.stretches for x in pair}
    for low, high in core.stretches:
        said.append(sentence("break_even.stays", low=at(low), high=at(high), figure=figure, target=target))
    for p in core.points:
        if p.x in ends:
            continue
        way = {1: "rises", -1: "falls", 0: "touches"}[p.direction]
        if p.jump:
            said.append(
                sentence(
                    f"break_even.jumps.{way}",
                    x=at(p.x),
                    figure=figure,
                    target=target,
                    left=amount(p.left),
                    right=amount(p.right),
                )
            )
        elif p.direction and core.figure.startswith("behaviour.") and abs(core.target - 0.5) < 1e-9:
            said.append(sentence(f"break_even.half.{way}", x=at(p.x), figure=figure))
        else:
            said.append(sentence(f"break_even.{way}", x=at(p.x), figure=figure, target=target))
    if core.points:
        return said
    values = [v for v in answer.curve.to_dicts() if v["value"] is not None]
    if not values:
        return [*said, sentence("break_even.nothing", figure=figure)]
    least, most = (pick(v["value"] for v in values) for pick in (min, max))
    return [
        *said,
        sentence("break_even.never", figure=figure, target=target, least=amount(least), most=amount(most)),
    ]


def break_even(
    scenario: Scenario | Solution,
    path: str,
    of: str,
    between: tuple[float, float],
    target: float | None = None,
    against: Edits = None,
    *,
    progress: Progress = None,
) -> BreakEven:
    """Every value of one number at which a figure meets a target, or another reform's value.

    The scenario is solved for many values of the number, more where the figure moves fast; each change of sign is narrowed
    to 1e-12 of the range, and near misses are looked into. What begins and ends within a thirty-second of the range and
    leaves no trace at its ends can be missed.

    Parameters
    ----------
    scenario : Scenario or Solution
        The scenario; or a solution of it, which is not solved again.
    path : str
        Where the number stands, as in reforms, e.g. ``rules.callback_deduction.pay``.
    of : str
        The figure, ``table.key[.key][@segment[,condition]]``, as ``Solution.value`` reads it.
    between : (float, float)
        The range, the lower end first.
    target : float, optional
        What the figure is to be, in its own unit; 0 where neither this nor ``against`` is given.
    against : dict, list of dict or Reform, optional
        A reform of the scenario as it stands, whose figure is the target.
    progress : callable or bool, optional
        A callable told the share done, 0…1, now and then, which may stop the search by returning False; True for a bar.

    Raises
    ------
    ScenarioError
        Where the path holds no number, the range is empty, or the document is broken in part of it (from where on, and
        why).
    UnknownNameError
        Naming the nearest figure there is.
    Interrupted
        Where ``progress`` returns False.
    TypeError
        For both a target and a reform to hold the figure against, and for what is no scenario or no reform.

    Examples
    --------
    How large may the deduction be if half of them are to call back all the same?

    >>> import backfire
    >>> care = {f"workforce.segments.{name}.traits.care": 0.5 for name in ("novice", "seasoned")}
    >>> alike = backfire.scenario("corrective-callbacks").reformed(care)
    >>> repair = "behaviour.mistake_noticed.call_back"
    >>> answer = backfire.break_even(alike, "rules.callback_deduction.pay", of=repair, between=(-4, 6), target=0.5)
    >>> print(answer.text)
    deduction for calling back › pay, from −4 points to 6 points (−2 points now):
    From −0.2433 points on, the share of “call the customer back” is half or more.
    """
    if target is not None and against is not None:
        raise TypeError("break_even takes a target or a reform to hold it against, not both")
    low, high = between
    reform = None if against is None else as_reform(against)
    with shown(progress) as call:
        core = _core.break_even(scenario._core, path, of, (low, high), target or 0.0, reform, call)
    return BreakEven(core, scenario.scenario if isinstance(scenario, Solution) else scenario)
