"""backfire: what people will do under a set of KPIs, rewards and deductions, and what it will cost."""

try:
    from backfire._core import Diagnostic, Reform, __version__, diagnostic_codes, schema
except ImportError as missing:
    raise ImportError(
        "backfire's compiled part is missing: install the package with `pip install .` from its folder"
    ) from missing

from backfire._answers import Comparison, Graph, Response, Solution, compare, graph, respond, solve
from backfire._break_even import BreakEven, break_even
from backfire._describe import describe
from backfire._errors import BackfireError, ScenarioError, UnknownNameError
from backfire._report import report, report_html
from backfire._scenario import Scenario, diff, load, loads, scenario, scenarios
from backfire._scenario import as_reform as reform
from backfire._sheets import from_sheets
from backfire._shipped import Family, families, page
from backfire._table import Table
from backfire._why import Explanation, explain

from backfire import pictures  # isort: skip  # draws what the modules above answer
from backfire._explore import Explorer, explore  # isort: skip  # shows pictures too

__all__ = [
    "BackfireError",
    "BreakEven",
    "Comparison",
    "Diagnostic",
    "Explanation",
    "Explorer",
    "Family",
    "Graph",
    "Reform",
    "Response",
    "Scenario",
    "ScenarioError",
    "Solution",
    "Table",
    "UnknownNameError",
    "__version__",
    "break_even",
    "compare",
    "describe",
    "diagnostic_codes",
    "diff",
    "explain",
    "explore",
    "families",
    "from_sheets",
    "graph",
    "load",
    "loads",
    "page",
    "pictures",
    "reform",
    "report",
    "report_html",
    "respond",
    "scenario",
    "scenarios",
    "schema",
    "solve",
]
