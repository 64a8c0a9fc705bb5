"""What a command prints: tables for people and programs, JSON, diagnostics."""

import json
import math
import sys
from typing import Any

from backfire._table import Table

DIAGNOSTIC_FIELDS = ("code", "severity", "message", "pointer", "file", "line", "column", "hint")


def print_json(answer: Any) -> None:
    """One JSON value on standard output, in ASCII where the output cannot hold more; a number without value is null."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    print(json.dumps(_finite(answer), ensure_ascii=encoding != "utf8", allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_table(table: Table, shape: str) -> None:
    """A table as ``json`` (a list of rows), ``csv`` or ``text``; with rich where a terminal reads."""
    if shape == "json":
        print_json(table.to_dicts())
    elif shape == "csv":
        print(table.to_csv(), end="")
    elif not _print_rich(table):
        print(table.text())


def _print_rich(table: Table) -> bool:
    """Whether the table could be printed with rich: only in a terminal, and only where rich is installed."""
    if not sys.stdout.isatty():
        return False
    try:
        import rich.box
        import rich.console
        import rich.table
        import rich.text
    except ImportError:
        return False
    shown = rich.table.Table(box=rich.box.SIMPLE_HEAD, header_style="bold")
    rows = list(table)
    for name in table.columns:
        numeric = any(isinstance(row[name], float | int) for row in rows)
        shown.add_column(rich.text.Text(name), justify="right" if numeric else "left", overflow="fold")
    for cells in table.shown():
        shown.add_row(*map(rich.text.Text, cells))
    rich.console.Console().print(shown)
    return True


def plain_diagnostics(diagnostics: Any) -> list[dict[str, Any]]:
    """Diagnostics as plain dicts."""
    return [{field: getattr(d, field) for field in DIAGNOSTIC_FIELDS} for d in diagnostics]


def diagnostic_lines(label: str, diagnostics: Any) -> list[str]:
    """One line per problem: ``file:line:column: severity code at pointer: message (hint)``."""
    lines = []
    for d in diagnostics:
        file = d.file or label
        place = f"{file}:{d.line}:{d.column}" if d.line else file
        pointer = f" at {d.pointer}" if d.pointer else ""
        hint = f" ({d.hint})" if d.hint else ""
        lines.append(f"{place}: {d.severity} {d.code}{pointer}: {d.message}{hint}")
    return lines


def remark(*lines: str) -> None:
    """Lines on standard error: what is said about an answer, never the answer itself."""
    if sys.stderr is None:  # closed; printing to None would mix with the answer
        return
    for line in lines:
        print(line, file=sys.stderr)
