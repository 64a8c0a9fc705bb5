"""Scenarios from spreadsheets: what sheets say, and what is wrong with broken ones, by sheet, row and column."""

import datetime
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import backfire

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
BASE = backfire.scenario("corrective-callbacks")
HEAD = "name,each,per,kpi,pay,unit,seen by,steps\n"
WHOLE = {
    "policy.monitors.qa.samples": 5,
    "rules.callback_deduction.pay": -1,
    "rules.aht_bonus.steps": [[None, 300], [300, 120], [330, 0]],
    "values.organisation.handle_time": -0.02,
}


def titles_gone(document: Any) -> Any:
    """The policy without titles and without the order of its names."""
    return {k: titles_gone(v) for k, v in document.items() if k not in ("title", "evidence", "order")} if isinstance(
        document, dict
    ) else document  # fmt: skip


def write(folder: Path, **sheets: str | bytes) -> Path:
    for name, text in sheets.items():
        (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return folder


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        tab = book.create_sheet(name)
        for row in rows:
            tab.append(row)
    book.save(path)
    return path


def test_the_example_sheets_say_what_a_reform_would() -> None:
    laid = backfire.from_sheets(FIXTURES / "sheets", BASE)
    assert titles_gone(laid.to_dict()) == titles_gone(BASE.reformed(WHOLE).to_dict())
    assert laid.to_dict()["policy"]["rules"]["aht_bonus"]["title"] == "bonus for short handling time"
    assert backfire.from_sheets(str(FIXTURES / "sheets"), "corrective-callbacks") == laid


def test_chinese_headings_full_width_signs_and_semicolons_are_read() -> None:
    policy = backfire.from_sheets(FIXTURES / "sheets-zh", BASE).to_dict()["policy"]
    assert list(policy["rules"]) == ["error_deduction", "aht_bonus"]
    assert policy["rules"]["error_deduction"] == {
        "title": "质检差错扣分",
        "each": ["left_wrong.*", "enquiry.*.wrong"],
        "pay": -4,
        "unit": "points",
        "seen_by": "qa",
    }
    assert policy["rules"]["aht_bonus"]["steps"] == [[None, 300], [300, 120], [330, 0]]
    assert policy["monitors"]["qa"]["rate"] == 0.05
    assert policy["monitors"]["qa"]["miss"] == 0.1
    assert policy["monitors"]["qa"]["title"] == BASE.to_dict()["policy"]["monitors"]["qa"]["title"]


def test_a_workbook_says_the_same_as_the_files(tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "plan.xlsx",
        rules=[
            [None, None, None],
            ["Name", "each", "Pay", "unit", "Seen By", "kpi", "Steps"],
            ["callback_deduction", "mistake_noticed.call_back", "-1", "points", None, None, None],
            [None, None, None, None, None, None, None],
            ["error_deduction", "left_wrong.*", -4.0, "points", "qa", None, None],
            ["aht_bonus", None, None, None, None, "aht", "=300; 300=120; 330=0"],
        ],
        单位=[["名称", "折合金额"], ["points", 8]],
    )
    sheet = openpyxl.load_workbook(book)
    sheet["rules"]["G6"].data_type = "s"  # a text that begins with '='
    sheet["rules"]["G6"].value = "null=300; 300=120; 330=0"
    sheet.save(book)
    laid = backfire.from_sheets(book, BASE)
    wanted = {k: v for k, v in WHOLE.items() if k.startswith("rules")}
    assert titles_gone(laid.to_dict()) == titles_gone(BASE.reformed(wanted).to_dict())


def test_one_file_and_a_base_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE.to_yaml(), encoding="utf-8")
    write(tmp_path, rules=HEAD + "tip,mistake_noticed.call_back,,,3,,,\n")
    laid = backfire.from_sheets(tmp_path / "rules.csv", tmp_path / "base.yaml")
    assert laid == BASE.reformed({"add": {"rules.tip": {"each": "mistake_noticed.call_back", "pay": 3}}})


def test_evidence_goes_with_what_a_sheet_takes_away(tmp_path: Path) -> None:
    write(tmp_path, rules="name,active\nerror_deduction,no\n")
    laid = backfire.from_sheets(tmp_path, BASE)
    assert laid == BASE.reformed({"remove": ["rules.error_deduction"]})
    assert [(d.code, d.file) for d in laid.diagnostics] == [("unused", "")]


def test_warnings_of_a_sheet_name_it(tmp_path: Path) -> None:
    write(tmp_path, monitors="name,samples\nqa,5\nsurvey,20\n")
    warning = backfire.from_sheets(tmp_path, BASE).diagnostics[-1]
    assert (warning.code, warning.file, warning.line, warning.column) == ("unused", "monitors.csv", 3, 1)


NEARLY = HEAD + "callback_deducton,mistake_noticed.call_back,,,-1,points,,\n"


def test_a_new_name_that_is_nearly_an_old_one_is_a_warning(tmp_path: Path) -> None:
    laid = backfire.from_sheets(write(tmp_path, rules=NEARLY, units="name,worth\npoint,8\n"), BASE)
    assert set(laid.to_dict()["policy"]["rules"]) > {"callback_deduction", "callback_deducton"}
    rule, unit = (d for d in laid.diagnostics if d.code == "unknown_name")
    assert (rule.severity, rule.pointer, rule.file, rule.line, rule.column) == (
        "warning", f"{RULES}/callback_deducton", "rules.csv", 2, 1)  # fmt: skip
    assert rule.message == (
        "rules.csv, row 2, column A 'name': the base has no rule called 'callback_deducton', so this adds one"
    )
    assert rule.hint == "did you mean 'callback_deduction'? if not, nothing is wrong"
    assert (unit.file, unit.line, unit.hint.split("?")[0]) == ("units.csv", 2, "did you mean 'points'")
    assert "callback_deducton" in laid._repr_html_()
    assert repr(laid).endswith("3 warnings>")
    assert backfire.compare(BASE, {"plan": laid}).reforms["plan"].scenario == laid


def test_new_names_that_resemble_nothing_or_stand_beside_what_they_resemble_are_no_warning(
    tmp_path: Path,
) -> None:
    rows = "callback_deduction,mistake_noticed.call_back,,,-1,points,,\ncallback_deduction2,left_wrong.*,,,-1,points,,\n"
    laid = backfire.from_sheets(write(tmp_path, rules=HEAD + rows + "tip,left_wrong.*,,,1,,,\n"), BASE)
    assert [d for d in laid.diagnostics if d.code == "unknown_name"] == []


def test_what_csv_guards_from_spreadsheet_programs_is_read_back(tmp_path: Path) -> None:
    title = "=HYPERLINK(1)"
    table = backfire.Table(
        [
            ("name", ["aht_bonus"]),
            ("title", [title]),
            ("kpi", ["aht"]),
            ("steps", ["=300; 300=120"]),
        ]
    )
    text = table.to_csv()
    assert "'=HYPERLINK(1)" in text
    assert "'=300; 300=120" in text
    rule = backfire.from_sheets(write(tmp_path, rules=text), BASE).to_dict()["policy"]["rules"]["aht_bonus"]
    assert rule == {"title": title, "kpi": "aht", "steps": [[None, 300], [300, 120]]}
    rows = [
        list(table.columns),
        [f"'{v}" if str(v).startswith("=") else v for v in next(iter(table)).values()],
    ]
    book = backfire.from_sheets(workbook(tmp_path / "plan.xlsx", rules=rows), BASE)
    assert book.to_dict()["policy"]["rules"]["aht_bonus"] == rule


# ------------------------------------------------------------------------------------------------- broken sheets
#: Sheets, and code, pointer, row and column of every problem.
Broken = tuple[dict[str, str | bytes], list[tuple[str, str, str, int, int]]]
RULES = "/policy/rules"
BROKEN: dict[str, Broken] = {
    "an unknown heading": ({"rules": "name,each,amount\nx,left_wrong.*,3\n"},
        [("unknown_key", "", "rules.csv", 1, 3), ("missing_key", f"{RULES}/x", "rules.csv", 2, 1)]),
    "a heading twice": ({"units": "name,worth,Worth\npoints,8,9\n"}, [("duplicate_key", "", "units.csv", 1, 3)]),
    "no names": ({"rules": "each,pay\nleft_wrong.*,3\n"}, [("missing_key", "", "rules.csv", 1, 1)]),
    "a row without a name": ({"rules": HEAD + ",left_wrong.*,,,3,,,\n"}, [("missing_key", "", "rules.csv", 2, 1)]),
    "a name twice": ({"units": "name,worth\npoints,8\n\npoints,9\n"}, [("duplicate_key", "", "units.csv", 4, 1)]),
    "a name that is none": ({"rules": HEAD + "a b,left_wrong.*,,,3,,,\n"}, [("bad_id", f"{RULES}/a b", "rules.csv", 2, 1)]),
    "an amount in words": ({"rules": HEAD + "x,left_wrong.*,,,three,,,\n"}, [("wrong_type", "", "rules.csv", 2, 5)]),
    "an amount with thousands": ({"rules": HEAD + 'x,left_wrong.*,,,"1,200",,,\n'}, [("wrong_type", "", "rules.csv", 2, 5)]),
    "an amount with its currency": ({"rules": HEAD + "x,left_wrong.*,,,¥8,,,\n"}, [("wrong_type", "", "rules.csv", 2, 5)]),
    "an amount too large": ({"rules": HEAD + "x,left_wrong.*,,,1e999,,,\n"}, [("number_range", "", "rules.csv", 2, 5)]),
    "an unknown unit": ({"rules": HEAD + "x,left_wrong.*,,,3,point,,\n"}, [("unknown_name", f"{RULES}/x/unit", "rules.csv", 2, 6)]),
    "an unknown monitor": ({"rules": HEAD + "x,left_wrong.*,,,3,,qaa,\n"}, [("unknown_name", f"{RULES}/x/seen_by", "rules.csv", 2, 7)]),
    "an unknown event": ({"rules": HEAD + "x,left_rong.*,,,3,,,\n"}, [("unmatched_event", f"{RULES}/x/each", "rules.csv", 2, 2)]),
    "one event of two": ({"rules": HEAD + "x,left_wrong.*; left_rong.*,,,3,,,\n"}, [("unmatched_event", f"{RULES}/x/each/1", "rules.csv", 2, 2)]),
    "an event and a KPI": ({"rules": HEAD + "x,left_wrong.*,,aht,3,,,\n"}, [("exclusive_keys", f"{RULES}/x", "rules.csv", 2, 1)]),
    "points without a colon": ({"rules": HEAD + "x,,,aht,,,,300\n"}, [("wrong_type", "", "rules.csv", 2, 8)]),
    "a point without a payout": ({"rules": HEAD + "x,,,aht,,,,0:1; 300:\n"}, [("wrong_type", "", "rules.csv", 2, 8)]),
    "points that fall": ({"rules": HEAD + "x,,,aht,,,,300:1; 200:2\n"}, [("schedule_order", f"{RULES}/x/steps/1", "rules.csv", 2, 8)]),
    "two KPI forms": ({"kpis": "name,mean,total\nx,handle_time,handle_time\n"}, [("exclusive_keys", "/policy/kpis/x", "kpis.csv", 2, 1)]),
    "a ratio of one": ({"kpis": "name,ratio\nx,handle_time\n"}, [("wrong_type", "", "kpis.csv", 2, 2)]),
    "neither better nor worse": ({"kpis": "name,mean,better\nx,handle_time,up\n"}, [("wrong_value", "/policy/kpis/x/better", "kpis.csv", 2, 3)]),
    "a truth without a party": ({"kpis": "name,mean,better,stands for\nx,handle_time,lower,handle_time\n"}, [("wrong_type", "", "kpis.csv", 2, 4)]),
    "half a sample": ({"monitors": "name,samples\nqa,0.5\n"}, [("out_of_range", "/policy/monitors/qa/samples", "monitors.csv", 2, 2)]),
    "a chance above 1": ({"monitors": "name,rate\nqa,120%\n"}, [("out_of_range", "/policy/monitors/qa/rate", "monitors.csv", 2, 2)]),
    "neither yes nor no": ({"rules": "name,active\nerror_deduction,maybe\n"}, [("wrong_type", "", "rules.csv", 2, 2)]),
    "switching off what is not there": ({"rules": "name,active\nerror_deducton,no\n"}, [("unknown_name", "", "rules.csv", 2, 1)]),
    "a unit without a worth": ({"units": "name,worth\nstars,\n"}, [("missing_key", "", "units.csv", 2, 1)]),
    "an unknown measure": ({"values": "measure,organisation\nhandel_time,-1\n"}, [("unknown_name", "/values/organisation/handel_time", "values.csv", 2, 2)]),
    "payouts for the customer": ({"values": "measure,customer\npayouts,-1\n"}, [("reserved_id", "/values/customer/payouts", "values.csv", 2, 2)]),
    "a cell without a heading": ({"units": "name,worth\npoints,8,hello\n"}, [("unknown_key", "", "units.csv", 2, 3)]),
    "an unknown sheet": ({"rule": HEAD}, [("unknown_name", "", "rule.csv", 0, 0)]),
    "an empty sheet": ({"rules": "\n\n"}, [("empty", "", "rules.csv", 0, 0)]),
    "no sheets": ({}, [("empty", "", "", 0, 0)]),
    "a quotation mark that is never closed": ({"rules": HEAD + '"x,left_wrong.*,,,3,,,\n'}, [("syntax", "", "rules.csv", 2, 1)]),
    "GBK": ({"rules": "名称,金额\n奖金,3\n".encode("gbk")}, [("encoding", "", "rules.csv", 1, 1)]),
    "Latin-1": ({"units": b"name,worth\npr\xe4mie\n"}, [("encoding", "", "units.csv", 2, 1)]),
    "UTF-16": ({"rules": HEAD.encode("utf-16")}, [("encoding", "", "rules.csv", 0, 0)]),
    "too many rows": ({"units": "name,worth\n" + "".join(f"u{i},1\n" for i in range(10_001))}, [("too_many", "", "units.csv", 10_001, 1)]),
    "too many columns": ({"units": "," * 300}, [("too_many", "", "units.csv", 1, 1)]),
    "three sheets at once": (
        {"rules": HEAD + "x,left_rong.*,,,3,,,\ny,left_wrong.*,,,three,,,\n", "units": "name,worth\nstars,many\n",
         "kpis": "name,maen\nz,handle_time\n"},
        [("unknown_key", "", "kpis.csv", 1, 2), ("missing_key", "/policy/kpis/z", "kpis.csv", 2, 1),
         ("unmatched_event", f"{RULES}/x/each", "rules.csv", 2, 2), ("wrong_type", "", "rules.csv", 3, 5),
         ("wrong_type", "", "units.csv", 2, 2)]),
}  # fmt: skip


def found(path: Path) -> list[backfire.Diagnostic]:
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.from_sheets(path, BASE)
    return [d for d in caught.value.diagnostics if d.severity == "error"]


@pytest.mark.parametrize("name", BROKEN)
def test_broken_sheets_are_answered_with_sheet_row_and_column(name: str, tmp_path: Path) -> None:
    sheets, expected = BROKEN[name]
    problems = found(write(tmp_path, **sheets))
    assert sorted((d.code, d.pointer, d.file, d.line, d.column) for d in problems) == sorted(expected), (
        problems
    )
    for d in problems:
        if d.line > 0:
            assert f"{d.file}, row {d.line}, column " in d.message


def test_messages_say_the_place_in_words_and_what_is_near(tmp_path: Path) -> None:
    problem = found(write(tmp_path, rules=HEAD + "x,left_wrong.*,,,3,point,,\n"))[0]
    assert problem.message == "rules.csv, row 2, column F 'unit': there is no unit called 'point'"
    assert problem.hint == "did you mean 'points'?"
    gbk = found(write(tmp_path, rules="名称,金额\n奖金,3\n".encode("gbk")))[0]
    assert "GBK" in gbk.message
    assert "CSV UTF-8" in gbk.hint


# ------------------------------------------------------------------------------------------------ broken workbooks
def broken_book(path: Path, name: str) -> Path:
    book = openpyxl.load_workbook(workbook(path, units=[["name", "worth", "active"], ["points", 8, "yes"], ["stars", 2, "yes"]]))  # fmt: skip
    tab = book["units"]
    if name == "merged cells":
        tab.merge_cells("A2:A3")
    elif name == "a date":
        tab["B2"] = datetime.date(2024, 1, 2)
    elif name == "a time":
        tab["B2"] = datetime.time(5, 30)
    elif name == "an error":
        tab["B2"].value, tab["B2"].data_type = "#N/A", "e"
    elif name == "a formula without a result":
        tab["B2"] = "=1+1"
    elif name == "a truth value":
        tab["B2"] = True
    elif name == "rows far below":
        tab["A20000"] = "x"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("merged cells", ("syntax", 2, 1)),
        ("a date", ("wrong_type", 2, 2)),
        ("a time", ("wrong_type", 2, 2)),
        ("an error", ("wrong_type", 2, 2)),
        ("a formula without a result", ("wrong_type", 2, 2)),
        ("a truth value", ("wrong_type", 2, 2)),
        ("rows far below", ("too_many", 1, 1)),
    ],
)
def test_broken_workbooks(name: str, expected: tuple[str, int, int], tmp_path: Path) -> None:
    problems = found(broken_book(tmp_path / "plan.xlsx", name))
    assert expected in [(d.code, d.line, d.column) for d in problems]
    assert all(d.file == "plan.xlsx, sheet units" for d in problems)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("name,pay\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as packed:
        packed.writestr("hello.txt", "hello")
    (tmp_path / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    for name in ("a.xlsx", "b.xlsx", "c.xls"):
        problem = found(tmp_path / name)[0]
        assert (problem.code, problem.file) == ("syntax", name)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (70 << 20))
    assert found(tmp_path / "bomb.xlsx")[0].code == "too_large"
    with pytest.raises(FileNotFoundError):
        backfire.from_sheets(tmp_path / "none.xlsx", BASE)
    with pytest.raises(FileNotFoundError):
        backfire.from_sheets(tmp_path / "none", BASE)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    book = workbook(tmp_path / "plan.xlsx", units=[["name", "worth"], ["points", 8]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ImportError, match=r"pip install backfire\[sheets\]"):
        backfire.from_sheets(book, BASE)
    folder = tmp_path / "files"
    shutil.copytree(FIXTURES / "sheets", folder)
    assert backfire.from_sheets(folder, BASE).name == BASE.name
