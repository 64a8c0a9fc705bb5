"""Sheets out of CSV files and workbooks: cells as plain values, each problem with its sheet, row and column."""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backfire._core import MOST_BYTES, Diagnostic
from backfire._errors import MissingPackageError, ScenarioError
from backfire._table import FORMULA

MOST_ROWS = 10_000
MOST_COLUMNS = 200
_MOST_UNPACKED = 64 << 20  # a workbook is a compressed file: a small one could hold very much


@dataclass
class Sheet:
    """One sheet: rows of cells (text, number, truth value or None), row and column 1 first."""

    name: str
    file: str  # what a diagnostic names: the CSV file, or the workbook and its sheet
    rows: list[list[Any]] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)

    def problem(self, code: str, row: int, column: int, message: str, hint: str = "") -> None:
        """Notes what is wrong with a cell; row and column 1-based, 0 for the sheet as a whole."""
        self.problems.append(Diagnostic(code, message, "", row, column, hint, self.file))


def letters(column: int) -> str:
    """A column as spreadsheets name it: A, B, … Z, AA."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def read_sheets(path: Path) -> list[Sheet]:
    """Every sheet of a folder of CSV files, of one CSV file, or of an .xlsx workbook, in order of their names or tabs.

    Raises
    ------
    OSError
        Where nothing can be read at ``path``.
    ScenarioError
        Where it is no such file.
    MissingPackageError
        An ImportError, for workbooks without openpyxl.
    """
    if path.is_dir():
        return [_csv(file) for file in sorted(path.iterdir()) if file.suffix.lower() == ".csv"]
    if path.suffix.lower() == ".csv":
        return [_csv(path)]
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return list(_workbook(path))
    with path.open("rb"):  # a missing file is said to be missing
        pass
    message = f"'{path.name}' is neither a folder of CSV files nor an .xlsx workbook"
    raise ScenarioError([Diagnostic("syntax", message, hint="save it as .xlsx", file=path.name)])


def _plain(cell: str) -> str:
    """A text without the apostrophe that keeps a spreadsheet program from running it (`Table.to_csv`)."""
    guarded = cell.startswith("'") and cell[1:].lstrip(" ")[:1] in FORMULA
    return cell[1:] if guarded else cell


# ------------------------------------------------------------------------------------------------------------- CSV
def _text(sheet: Sheet, content: bytes) -> str | None:
    if len(content) > MOST_BYTES:
        sheet.problem("too_large", 0, 0, f"the file has more than {MOST_BYTES} bytes", "split it")
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        sheet.problem("encoding", 0, 0, "the file is UTF-16, not UTF-8", "save it as 'CSV UTF-8'")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        try:
            content.decode("gb18030")
            looks = "; it may be Chinese GBK"
        except UnicodeDecodeError:
            looks = ""
        sheet.problem("encoding", row, 1, f"the file is not UTF-8{looks}", "save it as 'CSV UTF-8'")
        return None


def _csv(path: Path) -> Sheet:
    sheet = Sheet(path.stem, path.name)
    with path.open("rb") as file:
        text = _text(sheet, file.read(MOST_BYTES + 1))
    if text is None:
        return sheet
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max((",", ";", "\t"), key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if len(sheet.rows) >= MOST_ROWS or len(cells) > MOST_COLUMNS:
                _too_many(sheet)
                break
            sheet.rows.append([_plain(cell) if cell.strip() else None for cell in cells])
    except csv.Error:
        row = len(sheet.rows) + 1
        sheet.problem("syntax", row, 1, "the row cannot be read: a quotation mark is not closed, or stands inside a text",
                      "write a quotation mark inside quotes twice")  # fmt: skip
    return sheet


def _too_many(sheet: Sheet) -> None:
    message = f"a sheet may have {MOST_ROWS} rows and {MOST_COLUMNS} columns"
    sheet.problem("too_many", len(sheet.rows) + 1, 1, message, "remove what is not needed")


# ------------------------------------------------------------------------------------------------------- workbooks
def _workbook(path: Path) -> Iterator[Sheet]:
    try:
        import openpyxl
    except ImportError:
        raise MissingPackageError("reading a workbook needs openpyxl: pip install backfire[sheets]") from None

    def refusal(code: str, message: str, hint: str = "") -> ScenarioError:
        return ScenarioError([Diagnostic(code, message, hint=hint, file=path.name)])

    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise refusal(
            "too_large", f"the workbook has more than {MOST_BYTES} bytes", "remove what is not needed"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > _MOST_UNPACKED:
            raise refusal("too_large", f"the workbook unpacks to more than {_MOST_UNPACKED} bytes")
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        written = openpyxl.load_workbook(io.BytesIO(content), data_only=False)
    except ScenarioError:
        raise
    except Exception:  # the package lets many kinds through on broken files
        raise refusal(
            "syntax", f"'{path.name}' cannot be read as a workbook", "save it as .xlsx again"
        ) from None
    for tab in values.worksheets:
        sheet = Sheet(tab.title.strip(), f"{path.name}, sheet {tab.title}")
        if tab.max_row > MOST_ROWS or tab.max_column > MOST_COLUMNS:
            _too_many(sheet)
        else:
            for merged in tab.merged_cells.ranges:
                sheet.problem("syntax", merged.min_row, merged.min_col, f"the cells {merged.coord} are merged",
                              "undo the merging: every row says all of its own")  # fmt: skip
            for row in tab.iter_rows():
                formulas = written[tab.title][row[0].row]
                sheet.rows.append([_cell(sheet, c, f) for c, f in zip(row, formulas, strict=False)])
        yield sheet


def _cell(sheet: Sheet, cell: Any, formula: Any) -> Any:
    value = cell.value
    if value is None and formula.data_type == "f":
        sheet.problem("wrong_type", cell.row, cell.column, "the formula has no stored result",
                      "open the workbook in the spreadsheet program and save it")  # fmt: skip
    elif cell.data_type == "e":
        sheet.problem(
            "wrong_type", cell.row, cell.column, f"the cell shows the error {value}", "mend its formula"
        )
        return None
    elif isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        sheet.problem("wrong_type", cell.row, cell.column, "the cell holds a date or a time of day",
                      "format the cell as text; points may also be written as x=y")  # fmt: skip
        return None
    if isinstance(value, str):
        return _plain(value) if value.strip() else None
    return value if isinstance(value, bool | int | float) else None
