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
    """What people do under a scenario, and what follows. Immutable; money is per agent and period."""

    def __init__(self, core: _core.Solution) -> None:
        self._core = core

    @cached_property
    def behaviour(self) -> Table:
        """Columns segment, condition, situation, action, probability, visits."""
        return Table(self._core.behaviour())

    @cached_property
    def measures(self) -> Table:
        """Columns segment, condition, measure, unit, mean, sd (per contact)."""
        return Table(self._core.measures())

    @cached_property
    def kpis(self) -> Table:
        """Columns segment, condition, kpi, unit, mean, sd."""
        return Table(self._core.kpis())

    @cached_property
    def payouts(self) -> Table:
        """Columns segment, condition, rule, unit, expected, money."""
        return Table(self._core.payouts())

    @cached_property
    def values(self) -> Table:
        """Columns segment, condition, party, work, payouts, money."""
        return Table(self._core.values())

    @cached_property
    def prices(self) -> Table:
        """Columns segment, condition, measure, price."""
        return Table(self._core.prices())

    @cached_property
    def fixed_points(self) -> Table:
        """Columns segment, condition, status, found, objective, residual, contacts."""
        return Table(self._core.fixed_points())

    @cached_property
    def equilibria(self) -> Table:
        """Columns segment, condition, point, weight, objective, kind, kept."""
        return Table(self._core.equilibria())

    def value(self, figure: str) -> float:
        """One number by name: ``table.key[.key][@segment[,condition]]``."""
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
        """The worst status of any agent, from converged to no_fixed_point."""
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
    """A baseline against reforms; every change split into mechanical and behavioural. Immutable."""

    def __init__(self, core: _core.Comparison) -> None:
        self._core = core

    @cached_property
    def behaviour(self) -> Table:
        """Keys, figure, baseline, value, delta, mechanical, behavioural."""
        return Table(self._core.behaviour())

    @cached_property
    def measures(self) -> Table:
        """Keys, figure, baseline, value, delta, mechanical, behavioural."""
        return Table(self._core.measures())

    @cached_property
    def kpis(self) -> Table:
        """Keys, figure, baseline, value, delta, mechanical, behavioural."""
        return Table(self._core.kpis())

    @cached_property
    def payouts(self) -> Table:
        """Keys, figure, baseline, value, delta, mechanical, behavioural."""
        return Table(self._core.payouts())

    @cached_property
    def values(self) -> Table:
        """Keys, figure, baseline, value, delta, mechanical, behavioural."""
        return Table(self._core.values())

    @cached_property
    def prices(self) -> Table:
        """Keys, figure, baseline, value, delta, mechanical, behavioural."""
        return Table(self._core.prices())

    @cached_property
    def winners(self) -> Table:
        """Columns reform, segment, condition, winners, losers, unchanged, gain, loss."""
        return Table(self._core.winners())

    @cached_property
    def goodhart(self) -> Table:
        """Columns reform, segment, condition, kpi, unit, kpi_improvement, true_improvement, gap."""
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
    """The incentive graph: what opens, moves, feeds, triggers and pays what. Immutable."""

    def __init__(self, core: _core.Graph, scenario: Scenario) -> None:
        self._core = core
        self._scenario = scenario

    @cached_property
    def nodes(self) -> Table:
        """Columns name, kind, id, title."""
        return Table(self._core.nodes())

    @cached_property
    def edges(self) -> Table:
        """Columns source, relation, target."""
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
        """Everything ``a`` can influence."""
        return self._core.reachable(a)

    def payouts_moved_by(self, a: str) -> list[str]:
        """Rules whose payout ``a`` can move."""
        return self._core.payouts_moved_by(a)

    def dominators(self, b: str) -> list[str]:
        """What every path from where contacts begin to ``b`` must pass, nearest first."""
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
    """What people do under a scenario, perhaps after a reform.

    ``progress`` is a callable given the share done, 0…1, now and then, or True for a bar. Ctrl-C stops the call, and so
    does a callable that returns False: `Interrupted` is then raised.

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
    progress : callable or True, optional
        Called now and then with the share done, 0…1, and may stop the call by returning False; True shows a bar.

    Raises
    ------
    ScenarioError
        With the problems of all reforms.
    Interrupted
        Where ``progress`` returns False.

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
    """
    given: dict[str, object] = {**prices}
    for measure, price in given.items():
        if not isinstance(price, SupportsFloat):
            raise TypeError(f"the price of '{measure}' is no number, but {type(price).__name__}")
    behaviour, measures = _core.respond(core_of(scenario), prices)
    return Response(Table(behaviour), Table(measures))


def graph(scenario: Scenario) -> Graph:
    """The incentive graph of a scenario."""
    return Graph(_core.graph(core_of(scenario)), scenario)
