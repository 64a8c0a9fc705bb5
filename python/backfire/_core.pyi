# Made by `make stubs` from the compiled module; never edited by hand.
"""
Compiled core of backfire; use the package `backfire` instead.
"""

from __future__ import annotations
import collections.abc
import typing
import typing_extensions

__all__: list[str] = [
    "BreakEven",
    "BreakEvenPoint",
    "Comparison",
    "Diagnostic",
    "Explanation",
    "Graph",
    "MOST_BYTES",
    "MOST_DEPTH",
    "MOST_NODES",
    "Reform",
    "Scenario",
    "Solution",
    "arrow_stream",
    "break_even",
    "compare",
    "diagnostic_codes",
    "diff",
    "explain",
    "explain_reform",
    "from_tree",
    "graph",
    "load",
    "loads",
    "nearest_hint",
    "probability",
    "requested_formats",
    "respond",
    "scenario",
    "scenarios",
    "schema",
    "solve",
]

class Diagnostic:
    """
    One problem of a document, a reform or a call: what is wrong, where, and what would mend it.
    """
    def __getstate__(self) -> tuple[typing.Any, ...]: ...
    def __init__(
        self,
        code: str,
        message: str,
        pointer: str = "",
        line: typing.SupportsInt | typing.SupportsIndex = 0,
        column: typing.SupportsInt | typing.SupportsIndex = 0,
        hint: str = "",
        file: str = "",
        *,
        warning: bool = False,
    ) -> None: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple[typing.Any, ...]) -> None: ...
    @property
    def code(self) -> str:
        """
        Stable word from the table of codes.
        """
    @property
    def column(self) -> int:
        """
        1-based column, 0 where there is no text.
        """
    @property
    def file(self) -> str:
        """
        File of a part that has one of its own; else empty.
        """
    @property
    def hint(self) -> str:
        """
        What to do; may be empty.
        """
    @property
    def line(self) -> int:
        """
        1-based line, 0 where there is no text.
        """
    @property
    def message(self) -> str:
        """
        What was given and what was expected.
        """
    @property
    def pointer(self) -> str:
        """
        JSON Pointer of the place; '' is the root.
        """
    @property
    def severity(self) -> str:
        """
        'error' or 'warning'.
        """

class Reform:
    """
    An edit of a scenario as data; immutable.
    """
    @staticmethod
    def assignment(text: str) -> Reform:
        """
        A reform from one assignment, `PATH=VALUE`; raises ScenarioError for what is none.
        """
    @staticmethod
    def from_tree(tree: tuple[int, int, typing.Any]) -> Reform:
        """
        A reform from a value with its places in a text: (line, column, value).
        """
    @staticmethod
    def parse(json: str) -> Reform:
        """
        A reform from JSON text, one map or a list of maps; raises ScenarioError with every problem.
        """
    def __init__(self) -> None: ...
    def then(self, next: Reform) -> Reform:
        """
        This reform followed by `next`.
        """
    def to_json(self) -> str:
        """
        What it writes, as a list of maps in the order they are applied.
        """
    @property
    def conflicts(self) -> list[str]:
        """
        Paths written more than once, in the order they were first written; the last write wins.
        """

class Scenario:
    """
    A checked, compiled document; immutable.
    """
    def currency(self) -> str: ...
    def diagnostics(self) -> list[Diagnostic]: ...
    def equals(self, arg0: Scenario) -> bool: ...
    def fingerprint(self) -> str: ...
    def name(self) -> str: ...
    def reformed(self, reform: Reform) -> Scenario: ...
    def title(self, language: str) -> str: ...
    def titles(self, language: str) -> dict[str, str]: ...
    def to_json(self) -> str: ...
    def unit_at(self, path: str) -> str:
        """
        Unit of the number at a path; '' where nothing in the document says one.
        """

class Graph:
    """
    The incentive graph of a scenario; immutable.
    """
    def dominators(self, b: str) -> list[str]: ...
    def dot(self, language: str) -> str: ...
    def edges(self) -> list[tuple[str, typing.Any]]: ...
    def evaluation_order(self) -> list[str]: ...
    def mermaid(self, language: str) -> str: ...
    def nodes(self) -> list[tuple[str, typing.Any]]: ...
    def paths(self, a: str, b: str, limit: typing.SupportsInt | typing.SupportsIndex) -> list[list[str]]: ...
    def payouts_moved_by(self, a: str) -> list[str]: ...
    def reachable(self, a: str) -> list[str]: ...

class Solution:
    """
    What people do under a scenario; immutable.
    """
    def behaviour(self) -> list[tuple[str, typing.Any]]: ...
    def equilibria(self) -> list[tuple[str, typing.Any]]: ...
    def fixed_points(self) -> list[tuple[str, typing.Any]]: ...
    def kpis(self) -> list[tuple[str, typing.Any]]: ...
    def measures(self) -> list[tuple[str, typing.Any]]: ...
    def notes(self) -> list[Diagnostic]: ...
    def payouts(self) -> list[tuple[str, typing.Any]]: ...
    def prices(self) -> list[tuple[str, typing.Any]]: ...
    def quadrature_error(self) -> float: ...
    def scenario(self) -> Scenario: ...
    def status(self) -> str: ...
    def value(self, figure: str) -> float: ...
    def values(self) -> list[tuple[str, typing.Any]]: ...

class Comparison:
    """
    A baseline against reforms; immutable.
    """
    def baseline(self) -> Solution: ...
    def behaviour(self) -> list[tuple[str, typing.Any]]: ...
    def goodhart(self) -> list[tuple[str, typing.Any]]: ...
    def kpis(self) -> list[tuple[str, typing.Any]]: ...
    def measures(self) -> list[tuple[str, typing.Any]]: ...
    def payouts(self) -> list[tuple[str, typing.Any]]: ...
    def prices(self) -> list[tuple[str, typing.Any]]: ...
    def reforms(self) -> list[tuple[str, Solution]]: ...
    def values(self) -> list[tuple[str, typing.Any]]: ...
    def winners(self) -> list[tuple[str, typing.Any]]: ...

class Explanation:
    """
    Why an action is taken or not; immutable.
    """
    def changes(self) -> list[tuple[str, typing.Any]]: ...
    def ledger(self) -> list[tuple[str, typing.Any]]: ...
    def routes(self) -> list[tuple[str, str, str, str, list[str]]]: ...
    def scenario(self) -> Scenario: ...
    def whole(self) -> list[tuple[str, typing.Any]]: ...
    @property
    def action(self) -> str: ...
    @property
    def alternative(self) -> str: ...
    @property
    def alternative_probability(self) -> float: ...
    @property
    def alternative_value(self) -> float: ...
    @property
    def baseline_probability(self) -> float: ...
    @property
    def condition(self) -> str: ...
    @property
    def probability(self) -> float: ...
    @property
    def segment(self) -> str: ...
    @property
    def situation(self) -> str: ...
    @property
    def value(self) -> float: ...

class BreakEvenPoint:
    """
    One place where a target is met.
    """
    @property
    def direction(self) -> int: ...
    @property
    def jump(self) -> bool: ...
    @property
    def left(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def x(self) -> float: ...

class BreakEven:
    """
    Where a figure meets a target while one number runs over a range; immutable.
    """
    def curve(self) -> list[tuple[str, typing.Any]]: ...
    @property
    def figure(self) -> str: ...
    @property
    def high(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def now(self) -> float: ...
    @property
    def path(self) -> str: ...
    @property
    def points(self) -> list[BreakEvenPoint]: ...
    @property
    def stretches(self) -> list[tuple[float, float]]: ...
    @property
    def target(self) -> float: ...
    @property
    def unit(self) -> str: ...

def arrow_stream(
    columns: collections.abc.Sequence[
        tuple[str, str, typing.SupportsInt | typing.SupportsIndex, collections.abc.Sequence[bytes]]
    ],
    rows: typing.SupportsInt | typing.SupportsIndex,
) -> typing_extensions.CapsuleType:
    """
    A PyCapsule 'arrow_array_stream' of one batch; columns are (name, format, nulls, buffers).
    """

@typing.overload
def break_even(
    scenario: Scenario,
    path: str,
    figure: str,
    between: tuple[typing.SupportsFloat | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex],
    target: typing.SupportsFloat | typing.SupportsIndex,
    against: Reform | None,
    progress: typing.Any,
) -> BreakEven: ...
@typing.overload
def break_even(
    baseline: Solution,
    path: str,
    figure: str,
    between: tuple[typing.SupportsFloat | typing.SupportsIndex, typing.SupportsFloat | typing.SupportsIndex],
    target: typing.SupportsFloat | typing.SupportsIndex,
    against: Reform | None,
    progress: typing.Any,
) -> BreakEven: ...
@typing.overload
def compare(
    scenario: Scenario, reforms: collections.abc.Sequence[tuple[str, Reform]], progress: typing.Any
) -> Comparison: ...
@typing.overload
def compare(
    baseline: Solution, reforms: collections.abc.Sequence[tuple[str, Reform]], progress: typing.Any
) -> Comparison: ...
def diagnostic_codes() -> list[tuple[str, str, bytes]]:
    """
    Every code a diagnostic can carry: (code, meaning, example that triggers it).
    """

def diff(a: Scenario, b: Scenario) -> list[tuple[str, typing.Any]]: ...
def explain(solution: Solution, action: str, segment: str, condition: str, against: str) -> Explanation: ...
def explain_reform(
    comparison: Comparison, reform: str, action: str, segment: str, condition: str, against: str
) -> Explanation: ...
def from_tree(
    tree: tuple[int, int, typing.Any], files: collections.abc.Sequence[tuple[str, str]] = []
) -> Scenario:
    """
    The scenario of a tree; `files` says which pointers lie in a file of their own.
    """

def graph(scenario: Scenario) -> Graph: ...
def load(path: bytes, yaml: typing.Any) -> Scenario: ...
def loads(json: str) -> Scenario: ...
def nearest_hint(given: str, known: collections.abc.Sequence[str]) -> str:
    """
    "did you mean 'x'?" for the nearest known name; '' where none is near.
    """

def probability(solution: Solution, action: str, segment: str, condition: str) -> float: ...
def requested_formats(schema: typing.Any) -> dict[str, str]:
    """
    Formats by column of a PyCapsule 'arrow_schema'.
    """

def respond(
    scenario: Scenario, prices: collections.abc.Mapping[str, typing.SupportsFloat | typing.SupportsIndex]
) -> tuple[list[tuple[str, typing.Any]], list[tuple[str, typing.Any]]]: ...
def scenario(name: str) -> Scenario: ...
def scenarios() -> list[tuple[str, typing.Any]]: ...
def schema() -> str:
    """
    JSON Schema (2020-12) of documents, as JSON text; for editors.
    """

def solve(scenario: Scenario, progress: typing.Any) -> Solution: ...

MOST_BYTES: int = 8388608
MOST_DEPTH: int = 64
MOST_NODES: int = 400000
__version__: str
