"""Tables: how they print, and how they cross into Arrow, pandas, polars, CSV and plain rows."""

import csv
import gc
import io
import sys
from typing import Any

import numpy as np
import pandas
import polars
import pyarrow
import pytest

import backfire
from backfire import Table


def mixed() -> Table:
    return Table(
        [
            ("名称", ["a", "中文名", ""]),
            ("money", np.array([1.5, np.nan, -3e-7])),
            ("count", np.array([1, -2, 2**62])),
            ("kept", np.array([True, False, True])),
            ("note", ["x", None, "z"]),
            ("nothing", [None, None, None]),
        ]
    )


ROWS: list[dict[str, Any]] = [
    {"名称": "a", "money": 1.5, "count": 1, "kept": True, "note": "x", "nothing": None},
    {"名称": "中文名", "money": None, "count": -2, "kept": False, "note": None, "nothing": None},
    {"名称": "", "money": -3e-7, "count": 2**62, "kept": True, "note": "z", "nothing": None},
]


def test_rows_are_plain_values() -> None:
    assert mixed().to_dicts() == ROWS
    assert [type(v) for v in mixed().to_dicts()[0].values()] == [str, float, int, bool, str, type(None)]


def test_arrow_reads_the_table_with_its_types_and_nulls() -> None:
    table = pyarrow.table(mixed())
    table.validate(full=True)
    assert table.to_pylist() == ROWS
    text, number = pyarrow.string(), pyarrow.float64()
    assert table.schema.types == [text, number, pyarrow.int64(), pyarrow.bool_(), text, number]
    assert table["money"].null_count == 1
    assert table["note"].null_count == 1


def test_polars_reads_the_table_with_its_nulls() -> None:
    assert polars.DataFrame(mixed()).to_dicts() == ROWS
    frame = mixed().to_polars()
    assert frame.to_dicts() == ROWS
    assert frame["money"].null_count() == 1


def test_pandas_gets_copies_it_may_write_to() -> None:
    table = mixed()
    frame = table.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == table.columns
    frame.loc[0, "money"] = 99
    assert table["money"][0] == 1.5


def test_answers_cross_as_they_are() -> None:
    solution = backfire.solve(backfire.scenario("corrective-callbacks"))
    for name in (
        "behaviour",
        "measures",
        "kpis",
        "payouts",
        "values",
        "prices",
        "fixed_points",
        "equilibria",
    ):
        table = getattr(solution, name)
        assert pyarrow.table(table).to_pylist() == table.to_dicts()
        assert polars.DataFrame(table).to_dicts() == table.to_dicts()


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 1000])
def test_every_length_crosses(rows: int) -> None:
    table = Table(
        [("t", [str(i) for i in range(rows)]), ("x", np.arange(rows) / 3), ("b", np.arange(rows) % 3 == 0)]
    )
    arrow = pyarrow.table(table)
    arrow.validate(full=True)
    assert arrow.num_rows == rows
    assert arrow.to_pylist() == table.to_dicts()
    assert len(polars.DataFrame(table)) == rows


def test_a_table_without_columns_crosses() -> None:
    assert pyarrow.table(Table([])).num_columns == 0


def test_a_requested_schema_chooses_between_texts_and_leaves_the_rest() -> None:
    wanted = pyarrow.schema([("名称", pyarrow.large_string()), ("count", pyarrow.int8())])
    capsule = mixed().__arrow_c_stream__(wanted.__arrow_c_schema__())
    reader = pyarrow.RecordBatchReader._import_from_c_capsule(capsule)
    assert reader.schema.field("名称").type == pyarrow.large_string()
    assert reader.schema.field("count").type == pyarrow.int64()
    assert reader.schema.field("note").type == pyarrow.string()
    assert reader.read_all().to_pylist() == ROWS
    with pytest.raises(ValueError, match="PyCapsule"):
        mixed().__arrow_c_stream__(object())
    with pytest.raises(ValueError, match="PyCapsule"):
        mixed().__arrow_c_stream__(mixed().__arrow_c_stream__())


def test_capsules_that_nobody_reads_or_that_outlive_the_table_are_safe() -> None:
    for _ in range(200):
        mixed().__arrow_c_stream__()
    capsule = mixed().__arrow_c_stream__()
    gc.collect()
    arrow = pyarrow.RecordBatchReader._import_from_c_capsule(capsule).read_all()
    column = arrow["名称"]
    del arrow, capsule
    gc.collect()
    assert column.to_pylist() == ["a", "中文名", ""]


def test_a_column_of_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match="'when' holds"):
        Table([("when", np.array(["2024-01-01"], dtype="datetime64[D]"))]).__arrow_c_stream__()


def test_csv_quotes_what_it_must() -> None:
    table = Table([("a,b", ['say "so"', "two\nlines"]), ("x", np.array([0.1, np.nan]))])
    assert table.to_csv() == '"a,b",x\n"say ""so""",0.1\n"two\nlines",\n'


def test_a_column_there_is_not_is_answered_with_near_names() -> None:
    table = mixed()
    with pytest.raises(backfire.UnknownNameError, match="did you mean money"):
        table["mony"]
    with pytest.raises(backfire.UnknownNameError, match="there are 名称, money"):
        table["zzz"]
    with pytest.raises(backfire.UnknownNameError, match="did you mean count"):
        table.where(cuont=1)


def test_where_keeps_types() -> None:
    part = mixed().where(kept=True)
    assert part["money"].dtype == float
    assert [r["名称"] for r in part] == ["a", ""]
    assert len(mixed().where(名称="none")) == 0


@pytest.mark.parametrize(("method", "package"), [("to_pandas", "pandas"), ("to_polars", "polars")])
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, method: str, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"{method} needs {package}: pip install backfire\[{package}\]"):
        getattr(mixed(), method)()


def test_print_aligns_texts_left_numbers_right_and_counts_full_width() -> None:
    table = Table([("名称", ["奖金", "x"]), ("money", np.array([12.5, np.nan])), ("n", np.array([1, 22]))])
    assert repr(table).splitlines() == ["名称  money   n", "奖金   12.5   1", "x            22"]


def test_a_long_table_shows_both_ends_and_says_how_much_it_left_out() -> None:
    lines = repr(Table([("i", np.arange(1000))])).splitlines()
    assert len(lines) == 43
    assert lines[0].strip() == "i"
    assert lines[20].strip() == "19"
    assert lines[21].strip() == "…"
    assert lines[-2].strip() == "999"
    assert lines[-1] == "1000 rows, 960 of them not shown"


def test_a_wide_table_goes_on_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    table = Table([(f"column_{i}", np.array([1.0])) for i in range(7)])
    lines = repr(table).splitlines()
    assert max(map(len, lines)) <= 30
    assert sum(line.count("column_") for line in lines) == 7


def test_what_would_move_the_cursor_is_escaped_and_a_very_wide_cell_is_cut() -> None:
    text = repr(Table([("a", ["x\ny\x1b[2J", "z" * 500])]))
    assert "x\\ny\\x1b[2J" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 60


def test_html_escapes() -> None:
    assert "&lt;b&gt;" in Table([("a", ["<b>"])])._repr_html_()


#: What a spreadsheet program would run, were it a cell of its own.
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "  =1+1", "=cmd|' /C calc'!A0", "＝1+1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_csv_is_a_formula(text: str) -> None:
    table = Table([(text, [text, "plain"]), ("n", np.array([-1.5, 2.0]))])
    head, first, second = csv.reader(io.StringIO(table.to_csv(), newline=""))
    assert head == [f"'{text}", "n"]
    assert first == [f"'{text}", "-1.5"]
    assert second == ["plain", "2.0"]


@pytest.mark.parametrize("text", ["-2", "+3.5", "-1e-3", "", "a=b", "–", "−2 points"])
def test_numbers_and_plain_texts_stay_as_they_are_in_csv(text: str) -> None:
    assert list(csv.reader(io.StringIO(Table([("a", [text]), ("b", ["x"])]).to_csv())))[1] == [text, "x"]
