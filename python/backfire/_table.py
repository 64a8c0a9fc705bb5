"""Table: named columns of equal length, the shape of every answer."""

import csv
import difflib
import math
import shutil
import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np

from backfire import _arrow, _html
from backfire._errors import MissingPackageError, UnknownNameError

_MOST_ROWS = 60  # a longer table shows its beginning and its end
_ENDS = 20
_WIDEST_CELL = 60
#: What a cell begins with that a spreadsheet program takes for a formula.
FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def _plain(value: Any) -> Any:
    """A cell as a plain Python value; null (NaN) is None."""
    if isinstance(value, str):
        return value
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def _cells(values: Any) -> list[Any]:
    """A column's cells as plain Python values."""
    return [_plain(value) for value in (values.tolist() if isinstance(values, np.ndarray) else values)]


def _guarded(value: Any) -> Any:
    """A cell that no spreadsheet program runs as a formula."""
    if not isinstance(value, str) or value.lstrip(" ")[:1] not in FORMULA:
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    """Columns a text takes in a terminal: full-width characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _cell(value: Any) -> str:
    """A cell on one line of a terminal, cut where it is very wide; what would move the cursor is escaped."""
    text = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in _shown(value)
    )
    while _width(text) > _WIDEST_CELL:
        text = text[:-2].rstrip() + "…"
    return text


def _is_number(values: Any) -> bool:
    if isinstance(values, np.ndarray):
        return values.dtype.kind in "iuf"
    present = [v for v in values if v is not None]
    return bool(present) and all(
        isinstance(v, int | float | np.number) and not isinstance(v, bool) for v in present
    )


class _Lines(list[str]):
    """What a CSV writer wrote, row by row, each without its end."""

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n"))


class Table:
    """Columns of equal length, immutable.

    Iterating gives rows as dicts; ``table["name"]`` gives a column (a list of texts or a numpy array, NaN for null), or raises
    UnknownNameError naming the nearest. Tables hand themselves over through the Arrow C stream interface:
    ``pyarrow.table(t)``, ``polars.DataFrame(t)``.

    Examples
    --------
    >>> Table([("rule", ["bonus"]), ("money", [12.5])]).to_dicts()
    [{'rule': 'bonus', 'money': 12.5}]
    """

    def __init__(self, columns: list[tuple[str, Any]]) -> None:
        self._columns = dict(columns)
        for values in self._columns.values():
            if isinstance(values, np.ndarray):
                values.flags.writeable = False

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self._columns)

    def __getitem__(self, name: str) -> Any:
        self._check(name)
        return self._columns[name]

    def _check(self, name: str) -> None:
        if name in self._columns:
            return
        near = difflib.get_close_matches(str(name), self.columns, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(self.columns)}"
        raise UnknownNameError(f"there is no column '{name}'; {hint}")

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), []))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = self.columns
        for row in zip(*map(_cells, self._columns.values()), strict=True):
            yield dict(zip(names, row, strict=True))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Rows as plain dicts; null is None."""
        return list(self)

    def where(self, **equals: Any) -> "Table":
        """Rows in which every named column has the given value, as a table of the same columns.

        Raises
        ------
        UnknownNameError
            For a column there is not; the message lists the nearest.

        Examples
        --------
        >>> Table([("rule", ["bonus", "fine"]), ("money", [12.5, -3.0])]).where(rule="fine").to_dicts()
        [{'rule': 'fine', 'money': -3.0}]
        """
        for name in equals:
            self._check(name)
        keep = list(range(len(self)))
        for name, value in equals.items():
            column = self._columns[name]
            keep = [i for i in keep if _plain(column[i]) == value]
        return Table(
            [
                (name, values[keep] if isinstance(values, np.ndarray) else [values[i] for i in keep])
                for name, values in self._columns.items()
            ]
        )

    def shown(self) -> list[list[str]]:
        """Rows as a terminal shows them: six significant digits, null as nothing, what would move the cursor escaped."""
        return [[_cell(v) for v in row.values()] for row in self]

    def to_csv(self) -> str:
        """Comma-separated text with a header line; null is an empty field.

        A spreadsheet program would take a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line's end for a
        formula: such a text gets an apostrophe in front, which `from_sheets` takes away again. Numbers, and texts that
        are numbers, stay as they are.
        """
        lines = _Lines()
        # Both characters in the ending, so that either is quoted within cells.
        writer = csv.writer(lines, lineterminator="\r\n")
        writer.writerow(map(_guarded, self.columns))
        writer.writerows(["" if v is None else _guarded(v) for v in row.values()] for row in self)
        return "".join(f"{line}\n" for line in lines)

    def to_pandas(self) -> Any:
        """A pandas DataFrame, NaN where a value does not exist.

        Raises
        ------
        MissingPackageError
            An ImportError, without pandas: ``pip install backfire[pandas]``.
        """
        try:
            import pandas
        except ImportError:
            raise MissingPackageError("to_pandas needs pandas: pip install backfire[pandas]") from None
        return pandas.DataFrame(
            {
                name: values.copy() if isinstance(values, np.ndarray) else list(values)
                for name, values in self._columns.items()
            }
        )

    def to_polars(self) -> Any:
        """A polars DataFrame, null where a value does not exist.

        Raises
        ------
        MissingPackageError
            An ImportError, without polars: ``pip install backfire[polars]``.
        """
        try:
            import polars
        except ImportError:
            raise MissingPackageError("to_polars needs polars: pip install backfire[polars]") from None
        return polars.DataFrame(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table through the Arrow PyCapsule interface: utf8, double, int64 and bool columns, NaN as null."""
        return _arrow.stream(self._columns, len(self), requested_schema)

    def text(self, most_rows: int | None = None, width: int | None = None) -> str:
        """The table as plain text.

        Parameters
        ----------
        most_rows : int, optional
            A longer table shows its beginning and its end; by default all of it.
        width : int, optional
            Columns of a terminal: what does not fit goes on below, in a block of its own; by default nothing is broken.
        """
        count = len(self)
        kept = range(count)
        cut = most_rows is not None and count > most_rows
        shown = [*range(_ENDS), *range(count - _ENDS, count)] if cut else list(kept)
        columns = []
        for name, values in self._columns.items():
            cells = [_cell(name), *(_cell(_plain(values[i])) for i in shown)]
            if cut:
                cells.insert(1 + _ENDS, "…")
            wide = max(map(_width, cells))
            right = _is_number(values)
            columns.append(
                [" " * (wide - _width(c)) + c if right else c + " " * (wide - _width(c)) for c in cells]
            )
        blocks = [
            "\n".join("  ".join(row).rstrip() for row in zip(*b, strict=True))
            for b in _blocks(columns, width)
        ]
        text = "\n\n".join(blocks)
        if cut:
            text += f"\n{count} rows, {count - 2 * _ENDS} of them not shown"
        return text

    def __repr__(self) -> str:
        return self.text(_MOST_ROWS, shutil.get_terminal_size((120, 24)).columns)

    def _repr_html_(self) -> str:
        rows = [list(row.values()) for row in self]
        texts = {k for row in rows for k, v in enumerate(row) if isinstance(v, str)}
        numeric = set(range(len(self.columns))) - texts
        rows = [
            [_html.number(v, _shown(v)) if k in numeric else v for k, v in enumerate(row)] for row in rows
        ]
        return _html.shown(_html.table(self.columns, rows, numeric=numeric, row_heads=0))


def _blocks(columns: list[list[str]], most: int | None) -> list[list[list[str]]]:
    """The columns side by side while they fit; what does not goes on below, in a block of its own."""
    blocks: list[list[list[str]]] = []
    taken = 0
    for column in columns:
        width = _width(column[0])
        if not blocks or (most is not None and taken + 2 + width > most):
            blocks.append([])
            taken = -2
        blocks[-1].append(column)
        taken += 2 + width
    return blocks
