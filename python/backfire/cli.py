"""The command line: check, run, compare, diff, graph, schema, scenarios. Exit codes: 0 fine, 1 a requirement failed, 2 bad input."""

import argparse
import json
import operator
import re
import sys
from pathlib import Path
from typing import Any

import backfire
from backfire import _core
from backfire._errors import BackfireError, ScenarioError
from backfire._table import Table

_OPERATORS = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_SOLUTION_TABLES = [
    "behaviour",
    "measures",
    "kpis",
    "payouts",
    "values",
    "prices",
    "fixed_points",
    "equilibria",
]
_COMPARISON_TABLES = ["behaviour", "measures", "kpis", "payouts", "values", "prices", "winners", "goodhart"]


class _UsageError(BackfireError):
    """A command line that cannot be understood."""


def _read(name: str) -> backfire.Scenario:
    if name == "-":
        return backfire.loads(sys.stdin.read())
    if Path(name).exists():
        return backfire.load(name)
    if name.endswith(".json") or "/" in name:
        raise _UsageError(f"there is no file '{name}'")
    return backfire.scenario(name)


def _reform(text: str) -> _core.Reform:
    if Path(text).is_file():
        return _core.Reform.parse(Path(text).read_text(encoding="utf-8"))
    if "=" not in text:
        raise _UsageError(f"'{text}' is neither a file nor PATH=VALUE")
    reform = _core.Reform()
    for part in text.split(";"):
        reform = reform.then(_core.Reform.assignment(part.strip()))
    return reform


def _named_reform(text: str) -> tuple[str, _core.Reform]:
    name, _, value = text.partition("=")
    if value and Path(value).is_file():
        return name, _reform(value)
    return text, _reform(text)


def _unmet(requirement: str, solutions: dict[str, backfire.Solution]) -> list[str]:
    match = re.fullmatch(r"\s*(\S+)\s*(<=|>=|==|!=|<|>|=)\s*(\S+)\s*", requirement)
    if match is None:
        raise _UsageError(
            f"'{requirement}' is no requirement; write 'FIGURE OP NUMBER', e.g. 'values.organisation >= 0'"
        )
    figure, symbol, text = match.groups()
    try:
        number = float(text)
    except ValueError:
        raise _UsageError(f"'{text}' in '{requirement}' is no number") from None
    failed = []
    for name, solution in solutions.items():
        value = solution.value(figure)
        if not _OPERATORS[symbol](value, number):
            failed.append(
                f"requirement failed{f' under {name}' if name else ''}: {figure} {symbol} {text}, it is {value:.6g}"
            )
    return failed


def _print_answer(
    answer: Any, tables: list[str], options: argparse.Namespace, scenario: backfire.Scenario
) -> None:
    if options.table is not None and options.table not in tables:
        raise _UsageError(f"there is no table '{options.table}'; there are {', '.join(tables)}")
    if options.json:
        wanted = [options.table] if options.table else tables
        out = {"fingerprint": scenario.fingerprint, "version": backfire.__version__}
        print(json.dumps(out | {t: getattr(answer, t).to_dicts() for t in wanted}, ensure_ascii=False))
    elif options.csv:
        print(getattr(answer, options.table or "behaviour").to_csv(), end="")
    else:
        print(getattr(answer, options.table) if options.table else answer)


def _show(table: Table, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(table.to_dicts(), ensure_ascii=False))
    else:
        print(table.to_csv() if options.csv else table, end="" if options.csv else "\n")


def _diagnostics(diagnostics: Any, options: argparse.Namespace) -> None:
    fields = ["code", "severity", "message", "pointer", "line", "column", "hint"]
    if options.json:
        print(json.dumps([{f: getattr(d, f) for f in fields} for d in diagnostics], ensure_ascii=False))
        return
    for d in diagnostics:
        print(d, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="backfire", description="What people do under KPIs, rewards and deductions."
    )
    parser.add_argument("--version", action="version", version=backfire.__version__)
    common = argparse.ArgumentParser(add_help=False)
    shape = common.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print JSON")
    shape.add_argument("--csv", action="store_true", help="print comma-separated values")
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[common])

    for name, text in [
        ("check", "Report every problem of a document."),
        ("graph", "Print the edges of the incentive graph."),
    ]:
        add(name, text).add_argument(
            "document", help="a file, a shipped scenario's name, or - for standard input"
        )
    run = add("run", "Say what people do.")
    comparing = add("compare", "Compare reforms with the document.")
    for command, text in [
        (run, "FILE or PATH=VALUE, composing"),
        (comparing, "NAME=FILE or PATH=VALUE[;PATH=VALUE], one column each"),
    ]:
        command.add_argument("document", help="a file, a shipped scenario's name, or - for standard input")
        command.add_argument("--reform", action="append", default=[], help=text)
        command.add_argument("--table", help="print one table")
        command.add_argument(
            "--require",
            action="append",
            default=[],
            metavar="'FIGURE OP NUMBER'",
            help="exit with 1 where it does not hold",
        )
    differ = add("diff", "Print what differs between two documents.")
    differ.add_argument("a")
    differ.add_argument("b")
    add("schema", "Print the JSON Schema of documents.")
    add("scenarios", "List the shipped scenarios.")
    return parser


def _answer(options: argparse.Namespace) -> int:
    if options.command == "schema":
        print(backfire.schema(), end="")
        return 0
    if options.command == "scenarios":
        _show(backfire.scenarios(), options)
        return 0
    if options.command == "diff":
        _show(backfire.diff(_read(options.a), _read(options.b)), options)
        return 0
    scenario = _read(options.document)
    if options.command == "check":
        _diagnostics(scenario.diagnostics, options)
        return 0
    if options.command == "graph":
        _show(backfire.graph(scenario).edges, options)
        return 0
    if options.command == "run":
        reform = _core.Reform()
        for text in options.reform:
            reform = reform.then(_reform(text))
        solution = backfire.solve(scenario, reform)
        _print_answer(solution, _SOLUTION_TABLES, options, solution.scenario)
        failed = [line for r in options.require for line in _unmet(r, {"": solution})]
    else:
        comparison = backfire.compare(scenario, dict(_named_reform(text) for text in options.reform))
        _print_answer(comparison, _COMPARISON_TABLES, options, scenario)
        failed = [line for r in options.require for line in _unmet(r, comparison.reforms)]
    for line in failed:
        print(line, file=sys.stderr)
    return 1 if failed else 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _answer(options)
    except ScenarioError as error:
        _diagnostics(error.diagnostics, options)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except (BackfireError, OSError, UnicodeError) as error:
        print(f"backfire: {error}", file=sys.stderr)
    return 2
