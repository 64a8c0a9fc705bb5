"""Solutions, comparisons and the graph: what the engine answers."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import SupportsFloat

from backfire import _core, _display, _verdict
from backfire._errors import UnknownNameError
from backfire._messages import check_language
from backfire._progress import Progress, shown
from backfire._scenario import Edits, Scenario, as_reform, core_of
from backfire._table import Table

#: More paths than the core ever gives.
_MOST_PATHS = 2**31


def _most(limit: object) -> int:
    if isinstance(limit, int) and not isinstance(limit, bool) and limit >= 1:
        return min(limit, _MOST_PATHS)
    raise ValueError(f"limit is how many paths to give at most, a whole number from 1 on, not {limit!r}")


class Solution:
    """What people do under a scenario, and what follows. Immutable.

    Every table has rows for each segment and condition and for ``all`` of either, except ``fixed_points`` and ``equilibria``,
    which have those of the agents alone. Money is per agent and period, in the scenario's currency. What has no value is NaN
    in a column, None in a row.
    """

    def __init__(self, core: _core.Solution) -> None:
        self._core = core

    @cached_property
    def behaviour(self) -> Table:
        """What people do.

        Columns segment, condition, situation, action, probability (share of the situation's occasions), visits (times per
        contact that the action is taken).
        """
        return Table(self._core.behaviour())

    @cached_property
    def measures(self) -> Table:
        """What a contact moves: columns segment, condition, measure, unit, mean, sd (both per contact, in the unit)."""
        return Table(self._core.measures())

    @cached_property
    def kpis(self) -> Table:
        """What is reported of an agent and period: columns segment, condition, kpi, unit, mean, sd (both in the unit)."""
        return Table(self._core.kpis())

    @cached_property
    def payouts(self) -> Table:
        """What each rule pays: columns segment, condition, rule, unit, expected (in the unit), money."""
        return Table(self._core.payouts())

    @cached_property
    def values(self) -> Table:
        """What it is all worth to the organisation and to the customer.

        Columns segment, condition, party, work (what the measures are worth), payouts, money (their sum).
        """
        return Table(self._core.values())

    @cached_property
    def prices(self) -> Table:
        """What agents get for one more unit of a measure at the margin: columns segment, condition, measure, price (money)."""
        return Table(self._core.prices())

    @cached_property
    def fixed_points(self) -> Table:
        """How the search for behaviour ended.

        Columns segment, condition, status (as ``status``), found (how many peaks), objective, residual (money per contact by
        which prices and what they lead to differ), contacts (per agent and period).
        """
        return Table(self._core.fixed_points())

    @cached_property
    def equilibria(self) -> Table:
        """Every fixed point found, that of each agent's trait point by itself.

        Columns segment, condition, point (of the traits), weight, objective, kind (``peak``, or ``between`` where nobody would
        stay), kept (whether it is the answer).
        """
        return Table(self._core.equilibria())

    def value(self, figure: str) -> float:
        """One number by name.

        Parameters
        ----------
        figure : str
            ``table.key[.key][@segment[,condition]]``, of the tables behaviour (a probability), visits, measures, kpis (means),
            payouts, values (both money), work (money without payouts) and prices.

        Returns
        -------
        float
            In the unit the table says; NaN where the figure has no value.

        Raises
        ------
        UnknownNameError
            For a figure there is not; the message lists the nearest.

        Examples
        --------
        >>> import backfire
        >>> today = backfire.solve(backfire.scenario("corrective-callbacks"))
        >>> round(today.value("kpis.aht@all,night"), 1)
        316.4
        """
        return self._core.value(figure)

    def probability(self, action: str, segment: str = "all", condition: str = "all") -> float:
        """Share of a situation's occasions on which an action is taken, 0…1.

        Parameters
        ----------
        action : str
            ``situation.action``.
        segment, condition : str
            Whose choice; ``all`` for everybody's.

        Raises
        ------
        UnknownNameError
            For an action, segment or condition there is not; the message lists the nearest.
        """
        return _core.probability(self._core, action, segment, condition)

    @property
    def status(self) -> str:
        """The worst status of any agent.

        From best to worst: converged, several_equilibria, coarse_quadrature, iteration_limit, no_fixed_point.
        """
        return self._core.status()

    @property
    def quadrature_error(self) -> float:
        """Largest estimated error of a probability from averaging over traits."""
        return self._core.quadrature_error()

    @property
    def notes(self) -> tuple[_core.Diagnostic, ...]:
        """Remarks a reader must see, e.g. a KPI without a value."""
        return tuple(self._core.notes())

    @property
    def scenario(self) -> Scenario:
        """The scenario that was solved."""
        return Scenario(self._core.scenario())

    def __repr__(self) -> str:
        s = self.scenario
        whole = {"segment": "all", "condition": "all"}
        lines = [s.title, f"status: {self.status}", "", "What people do:"]
        lines += [
            f"  {r['situation']}.{r['action']}: {r['probability']:.1%}" for r in self.behaviour.where(**whole)
        ]
        lines += ["", "KPIs:"]
        lines += [
            f"  {r['kpi']}: no value" if r["mean"] is None else f"  {r['kpi']}: {r['mean']:.4g} {r['unit']}"
            for r in self.kpis.where(**whole)
        ]
        lines += ["", f"Value per agent and period ({s._core.currency()}):"]
        lines += [f"  {r['party']}: {r['money']:,.0f}" for r in self.values.where(**whole)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return _display.solution(self)


class _ByName(dict[str, Solution]):
    """Solutions by the names of reforms."""

    def __missing__(self, name: object) -> Solution:
        near = _core.nearest_hint(str(name), list(self))
        hint = near or (f"there are {', '.join(self)}" if self else "nothing is compared")
        raise UnknownNameError(f"there is no reform '{name}'; {hint}")


class Comparison:
    """A baseline against reforms; every change split into mechanical and behavioural. Immutable.

    The tables that a `Solution` has too hold one row for each reform, key and figure (a column of the solution's table):
    columns reform, segment, condition, the table's own keys, figure, baseline, value, delta (value less baseline),
    mechanical (old behaviour under new rules, less baseline) and behavioural (the rest of delta), all in the figure's unit.
    What one side does not have is NaN in a column, None in a row.
    """

    def __init__(self, core: _core.Comparison) -> None:
        self._core = core

    @cached_property
    def behaviour(self) -> Table:
        """What people do, before and after: keys situation, action, figures as in `Solution.behaviour`."""
        return Table(self._core.behaviour())

    @cached_property
    def measures(self) -> Table:
        """What a contact moves, before and after: keys measure, figures as in `Solution.measures`."""
        return Table(self._core.measures())

    @cached_property
    def kpis(self) -> Table:
        """What is reported, before and after: keys kpi, figures as in `Solution.kpis`."""
        return Table(self._core.kpis())

    @cached_property
    def payouts(self) -> Table:
        """What each rule pays, before and after: keys rule, figures as in `Solution.payouts`."""
        return Table(self._core.payouts())

    @cached_property
    def values(self) -> Table:
        """What it is all worth, before and after: keys party, figures as in `Solution.values`."""
        return Table(self._core.values())

    @cached_property
    def prices(self) -> Table:
        """What one more unit of a measure brings at the margin, before and after: keys measure, figures as in `Solution.prices`."""
        return Table(self._core.prices())

    @cached_property
    def winners(self) -> Table:
        """Whose pay rises and falls.

        Columns reform, segment, condition, winners, losers, unchanged (shares of agents whose expected payouts rise, fall or
        stay), gain, loss (mean change of those who win and who lose, money per period).
        """
        return Table(self._core.winners())

    @cached_property
    def goodhart(self) -> Table:
        """What KPIs show beside what they stand for, for each KPI that says so.

        Columns reform, segment, condition, kpi, unit, kpi_improvement, true_improvement, gap (their difference), all in the
        unit and positive where it is for the better.
        """
        return Table(self._core.goodhart())

    @property
    def baseline(self) -> Solution:
        """The scenario as it stands, solved."""
        return Solution(self._core.baseline())

    @property
    def reforms(self) -> dict[str, Solution]:
        """Each reform's solution by its name; a name there is not raises UnknownNameError naming the nearest."""
        return _ByName({name: Solution(s) for name, s in self._core.reforms()})

    def __repr__(self) -> str:
        return _verdict.comparison_text(self)

    def _repr_html_(self) -> str:
        return _display.comparison(self)


class Response:
    """Behaviour and measures at prices somebody named.

    Attributes
    ----------
    behaviour : Table
        Columns as in `Solution.behaviour`.
    measures : Table
        Columns as in `Solution.measures`.
    """

    def __init__(self, behaviour: Table, measures: Table) -> None:
        self.behaviour = behaviour
        self.measures = measures

    def __repr__(self) -> str:
        return f"{self.behaviour!r}\n\n{self.measures!r}"


class Graph:
    """The incentive graph: what opens, moves, feeds, triggers and pays what. Immutable.

    A node goes by its ``name``, ``kind:id``; every method that takes one raises UnknownNameError, naming the nearest, for a node
    there is not.
    """

    def __init__(self, core: _core.Graph, scenario: Scenario) -> None:
        self._core = core
        self._scenario = scenario

    @cached_property
    def nodes(self) -> Table:
        """One row for each node: columns name (``kind:id``), kind, id, title (in English)."""
        return Table(self._core.nodes())

    @cached_property
    def edges(self) -> Table:
        """One row for each arrow: columns source, relation, target (names of nodes)."""
        return Table(self._core.edges())

    def paths(self, a: str, b: str, limit: int = 1000) -> list[list[str]]:
        """Every path along which ``a`` can influence ``b``, shortest first, at most ``limit`` (1 or more).

        Raises
        ------
        UnknownNameError
            For a node there is not; the message lists the nearest.
        ValueError
            Where ``limit`` is no such number.
        """
        return self._core.paths(a, b, _most(limit))

    def reachable(self, a: str) -> list[str]:
        """Names of everything ``a`` can influence."""
        return self._core.reachable(a)

    def payouts_moved_by(self, a: str) -> list[str]:
        """Rules whose payout ``a`` can move."""
        return self._core.payouts_moved_by(a)

    def dominators(self, b: str) -> list[str]:
        """Names of what every path from where contacts begin to ``b`` must pass, nearest first."""
        return self._core.dominators(b)

    @property
    def evaluation_order(self) -> list[str]:
        """Situations, each before those it opens."""
        return self._core.evaluation_order()

    def dot(self, language: str = "en") -> str:
        """Graphviz text, titles in ``language``; raises ValueError for a language there is not."""
        return self._core.dot(check_language(language))

    def svg(self, language: str = "en", highlight: Iterable[Sequence[str]] = ()) -> str:
        """The graph as a drawing, paths to ``highlight`` thick; see `backfire.pictures.graph`."""
        from backfire.pictures import graph as draw

        return draw(self._scenario, highlight, language=language).svg

    def mermaid(self, language: str = "en") -> str:
        """Mermaid flowchart text, titles in ``language``; raises ValueError for a language there is not."""
        return self._core.mermaid(check_language(language))

    def _repr_html_(self) -> str:
        return _display.graph(self)


def solve(scenario: Scenario, reform: Edits = None, *, progress: Progress = None) -> Solution:
    """What people do under a scenario, perhaps after a reform. Ctrl-C stops the call.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    reform : dict, list of dict, Reform or None
        As `reform` takes it.
    progress : callable or bool, optional
        Called now and then with the share done, 0…1, and may stop the call by returning False; True shows a bar.

    Raises
    ------
    ScenarioError
        With every problem of the reform.
    Interrupted
        Where ``progress`` returns False.
    TypeError
        For what is no scenario, no reform or no progress.

    Examples
    --------
    >>> import backfire
    >>> answer = backfire.solve(backfire.scenario("corrective-callbacks"))
    >>> round(answer.probability("mistake_noticed.call_back"), 4)
    0.0095
    """
    core = core_of(scenario)
    if reform is not None:
        core = core_of(scenario.reformed(reform))
    with shown(progress) as call:
        return Solution(_core.solve(core, call))


def compare(
    scenario: Scenario | Solution, reforms: dict[str, Edits | Scenario], *, progress: Progress = None
) -> Comparison:
    """Each reform against the scenario.

    Parameters
    ----------
    scenario : Scenario or Solution
        The baseline; where it is solved already, it is not solved again.
    reforms : dict
        By name: a reform as `reform` takes it, or a whole scenario, such as a plan that `from_sheets` read.
    progress : callable or bool, optional
        Called now and then with the share done, 0…1, and may stop the call by returning False; True shows a bar.

    Raises
    ------
    ScenarioError
        With the problems of all reforms.
    Interrupted
        Where ``progress`` returns False.
    TypeError
        For what is no scenario, no map of reforms or no progress.

    Examples
    --------
    >>> import backfire
    >>> today = backfire.scenario("corrective-callbacks")
    >>> plan = today.reformed({"rules.callback_deduction.pay": 0})
    >>> comparison = backfire.compare(today, {"the new plan": plan})
    >>> comparison.reforms["the new plan"].scenario == plan
    True
    """
    base = scenario.scenario if isinstance(scenario, Solution) else scenario
    baseline = scenario._core if isinstance(scenario, Solution) else core_of(scenario)
    if not isinstance(reforms, Mapping):
        raise TypeError(f'expected reforms by name, {{"name": reform}}, got {type(reforms).__name__}')
    pairs = [
        (name, as_reform(base.edits_to(edits) if isinstance(edits, Scenario) else edits))
        for name, edits in reforms.items()
    ]
    with shown(progress) as call:
        return Comparison(_core.compare(baseline, pairs, call))


def respond(scenario: Scenario, prices: dict[str, float]) -> Response:
    """What people do when one more unit of each measure is worth so much to them, KPI rules left out.

    Event rules, per-unit rules and care count as they do in `solve`.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    prices : dict of str to float
        Money per unit of a measure, derived ones included; a measure left out has none.

    Raises
    ------
    UnknownNameError
        For a measure the scenario does not have; the message lists the nearest.
    ScenarioError
        With every price that is no finite number.
    TypeError
        For what is no scenario, or a price that is no number.

    Examples
    --------
    If every second of handling time cost those who answer 0.05 CNY, fewer answers would be looked up.

    >>> import backfire
    >>> scenario = backfire.scenario("corrective-callbacks")
    >>> asked = {"situation": "enquiry", "action": "look_up", "segment": "all", "condition": "all"}
    >>> for price in (0, -0.05):
    ...     (row,) = backfire.respond(scenario, {"handle_time": price}).behaviour.where(**asked)
    ...     print(round(row["probability"], 2))
    0.46
    0.19
    """
    given: dict[str, object] = {**prices}
    for measure, price in given.items():
        if not isinstance(price, SupportsFloat):
            raise TypeError(f"the price of '{measure}' is no number, but {type(price).__name__}")
    behaviour, measures = _core.respond(core_of(scenario), prices)
    return Response(Table(behaviour), Table(measures))


def graph(scenario: Scenario) -> Graph:
    """The incentive graph of a scenario; raises TypeError for what is none.

    Examples
    --------
    >>> import backfire
    >>> drawn = backfire.graph(backfire.scenario("corrective-callbacks"))
    >>> drawn.paths("action:mistake_noticed.call_back", "rule:callback_deduction")
    [['action:mistake_noticed.call_back', 'rule:callback_deduction']]
    """
    return Graph(_core.graph(core_of(scenario)), scenario)
