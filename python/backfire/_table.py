"""Table: named columns of equal length, the shape of every answer."""

import csv
import io
import math
import unicodedata
from collections.abc import Iterator
from typing import Any

from backfire import _html


def _plain(value: Any) -> Any:
    """A cell as a plain Python value; null (NaN) is None."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    """Columns a text takes in a terminal; full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Table:
    """Columns of equal length, immutable.

    Iterating gives rows as dicts; ``table["name"]`` gives a column (a list of texts or a numpy array).

    Examples
    --------
    >>> Table([("rule", ["bonus"]), ("money", [12.5])]).to_dicts()
    [{'rule': 'bonus', 'money': 12.5}]
    """

    def __init__(self, columns: list[tuple[str, Any]]) -> None:
        self._columns = dict(columns)
        for values in self._columns.values():
            if hasattr(values, "flags"):
                values.flags.writeable = False

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self._columns)

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), []))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = self.columns
        for row in zip(*self._columns.values(), strict=True):
            yield dict(zip(names, map(_plain, row), strict=True))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Rows as plain dicts; null is None."""
        return list(self)

    def where(self, **equals: Any) -> "Table":
        """Rows in which every named column has the given value."""
        keep = [i for i, row in enumerate(self) if all(row[k] == v for k, v in equals.items())]
        return Table([(name, [values[i] for i in keep]) for name, values in self._columns.items()])

    def to_csv(self) -> str:
        """Comma-separated text with a header line; null is an empty field."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(["" if v is None else v for v in row.values()] for row in self)
        return out.getvalue()

    def to_pandas(self) -> Any:
        """A pandas DataFrame; needs ``pip install backfire[pandas]``."""
        try:
            import pandas
        except ImportError:
            raise ImportError("to_pandas needs pandas: pip install backfire[pandas]") from None
        return pandas.DataFrame(self._columns)

    def to_polars(self) -> Any:
        """A polars DataFrame; needs ``pip install backfire[polars]``."""
        try:
            import polars
        except ImportError:
            raise ImportError("to_polars needs polars: pip install backfire[polars]") from None
        return polars.DataFrame(self.to_dicts())

    def __repr__(self) -> str:
        rows = [self.columns, *[[_shown(v) for v in row.values()] for row in self]]
        widths = [max(_width(row[k]) for row in rows) for k in range(len(self.columns))]
        lines = [
            "  ".join(c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [list(row.values()) for row in self]
        texts = {k for row in rows for k, v in enumerate(row) if isinstance(v, str)}
        numeric = set(range(len(self.columns))) - texts
        rows = [
            [_html.number(v, _shown(v)) if k in numeric else v for k, v in enumerate(row)] for row in rows
        ]
        return _html.shown(_html.table(self.columns, rows, numeric=numeric, row_heads=0))
