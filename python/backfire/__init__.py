"""backfire: what people will do under a set of KPIs, rewards and deductions, and what it will cost."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

try:
    from backfire._core import Diagnostic, Reform, __version__, diagnostic_codes, schema
except ImportError as missing:
    raise ImportError(
        "backfire's compiled part is missing: install the package with `pip install .` from its folder"
    ) from missing

from backfire._answers import Comparison, Graph, Response, Solution, compare, graph, respond, solve
from backfire._break_even import BreakEven, break_even
from backfire._errors import BackfireError, Interrupted, ScenarioError, UnknownNameError
from backfire._scenario import Scenario, diff, load, loads, reform, scenario, scenarios
from backfire._shipped import Family, families, page
from backfire._table import Table
from backfire._why import Explanation, explain

if TYPE_CHECKING:
    from backfire import pictures
    from backfire._describe import describe
    from backfire._explore import Explorer, explore
    from backfire._report import report, report_html
    from backfire._sheets import from_sheets

#: What is loaded when it is first asked for, so that scripts that only solve start quickly: name, module.
_ON_DEMAND = {
    "Explorer": "_explore",
    "describe": "_describe",
    "explore": "_explore",
    "from_sheets": "_sheets",
    "pictures": "pictures",
    "report": "_report",
    "report_html": "_report",
}


def __getattr__(name: str) -> Any:
    if name not in _ON_DEMAND:
        raise AttributeError(f"module 'backfire' has no attribute '{name}'")
    module = import_module(f"backfire.{_ON_DEMAND[name]}")
    value = module if name == "pictures" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_ON_DEMAND})


__all__ = [
    "BackfireError",
    "BreakEven",
    "Comparison",
    "Diagnostic",
    "Explanation",
    "Explorer",
    "Family",
    "Graph",
    "Interrupted",
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
