"""A scenario from a spreadsheet: monitors, KPIs, rules, units and values, laid over a scenario that says the rest."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backfire import _core, _tree
from backfire._errors import ScenarioError
from backfire._scenario import Scenario, load, scenario
from backfire._sheet_files import Sheet, letters, read_sheets
from backfire._tree import Placed

#: Full-width punctuation and digits, as an input method writes them where the half-width ones are meant.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，；：＊／＝－＋％（）　", "0123456789.,;:*/=-+%() ")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


class _Unreadable(Exception):  # noqa: N818 - carries code, message and hint to where the cell is known
    def __init__(self, message: str, hint: str = "", code: str = "wrong_type") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


# ------------------------------------------------------------------------------------------------ what a cell says
def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _pattern_text(value: Any) -> str:
    return _word(value).translate(_HALF_WIDTH).strip()


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise _Unreadable(f"expected a number, got {str(value).upper()}")
    if isinstance(value, int | float):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    text = str(value).translate(_HALF_WIDTH).replace("−", "-").strip()
    share = text.endswith("%")
    text = text.removesuffix("%").strip()
    if not _NUMBER.fullmatch(text):
        hint = "write the number alone: 1200, -0.5 or 5%"
        raise _Unreadable(f"expected a number, got '{_tree.brief(str(value))}'", hint)
    number = float(text)
    wrong = _tree.number_problem(number, text)
    if wrong is not None:
        raise _Unreadable(*wrong, code="number_range")
    number = float(f"{number / 100:.15g}") if share else number
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _patterns(value: Any) -> str | list[str]:
    found = [part.strip() for part in re.split(r"[;,\n]", _pattern_text(value)) if part.strip()]
    return found[0] if len(found) == 1 else found


def _pair(value: Any) -> list[str]:
    parts = [part.strip() for part in re.split(r"[/;,]", _pattern_text(value)) if part.strip()]
    if len(parts) != 2:
        raise _Unreadable(f"expected two measures, got '{_tree.brief(str(value))}'", "write above / below")
    return parts


def _points(value: Any) -> list[list[int | float | None]]:
    points: list[list[int | float | None]] = []
    for part in re.split(r"[;\n]", _pattern_text(value)):
        if not part.strip():
            continue
        x, mark, y = part.replace("=", ":").partition(":")
        if not mark or not y.strip():
            message = f"expected points x:y separated by ';', got '{_tree.brief(part.strip())}'"
            raise _Unreadable(message, "write 0:0; 300:5")
        points.append([None if x.strip().lower() in ("", "null") else _number(x), _number(y)])
    return points


def _chosen(**words: str) -> Callable[[Any], str]:
    """One of the document's words, or what a sheet may say for it."""
    meant = {said: word for word, others in words.items() for said in (word, *others.split())}

    def read(value: Any) -> str:
        text = _word(value)
        return meant.get(text.lower(), text)

    return read


def _truth(value: Any) -> bool:
    text = _word(value).lower()
    if text in ("yes", "y", "true", "1", "是", "启用"):
        return True
    if text in ("no", "n", "false", "0", "否", "停用"):
        return False
    raise _Unreadable(f"expected yes or no, got '{_tree.brief(text)}'")


def _stands_for(value: Any) -> dict[str, str | list[str]]:
    party, mark, what = _pattern_text(value).partition(":")
    party = {"机构": "organisation", "客户": "customer"}.get(party.strip(), party.strip())
    if not mark or not what.strip():
        message = f"expected party: measure or events, got '{_tree.brief(str(value))}'"
        raise _Unreadable(message, "write organisation: handle_time")
    return {party: _patterns(what)}


# ----------------------------------------------------------------------------------------- what the sheets look like
Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class _Kind:
    """One kind of sheet: its Chinese name, where its rows go, and its columns with their Chinese headings."""

    chinese: str
    place: tuple[str, ...]
    columns: dict[str, tuple[str, Reader]]
    word: str  # what one entry is
    entry: str = "name"  # the heading of the column that names the entry


_TITLES: dict[str, tuple[str, Reader]] = {
    "title": ("标题", _word),
    "title_en": ("英文标题", _word),
    "title_zh": ("中文标题", _word),
    "description": ("说明", _word),
    "active": ("启用", _truth),
}
_KINDS = {
    "monitors": _Kind("监测", ("policy", "monitors"), {
        "name": ("名称", _word), **_TITLES, "samples": ("抽检数", _number), "rate": ("抽检率", _number),
        "miss": ("漏检率", _number), "false_alarm": ("误报率", _number), "error_sd": ("评分误差", _number)}, "monitor"),
    "kpis": _Kind("指标", ("policy", "kpis"), {
        "name": ("名称", _word), **_TITLES, "total": ("合计", _word), "mean": ("均值", _word), "ratio": ("比值", _pair),
        "share": ("占比", _patterns), "of": ("占比基数", _patterns), "scale": ("倍数", _number),
        "seen_by": ("监测", _word), "better": ("方向", _chosen(higher="越高越好 高", lower="越低越好 低")),
        "stands_for": ("代表", _stands_for), "unit": ("单位", _word)}, "KPI"),
    "rules": _Kind("规则", ("policy", "rules"), {
        "name": ("名称", _word), **_TITLES, "each": ("事件", _patterns), "per": ("计量", _word), "kpi": ("指标", _word),
        "pay": ("金额", _number), "unit": ("单位", _word), "seen_by": ("监测", _word), "steps": ("分段", _points),
        "curve": ("曲线", _points), "tiers": ("阶梯", _points),
        "frame": ("框架", _chosen(gain="收益", loss="损失"))}, "rule"),
    "units": _Kind("单位", ("policy", "units"), {
        "name": ("名称", _word), "worth": ("折合金额", _number), "active": ("启用", _truth)}, "unit"),
    "values": _Kind("价值", ("values",), {
        "measure": ("计量", _word), "organisation": ("机构", _number), "customer": ("客户", _number)}, "measure", "measure"),
}  # fmt: skip


def _heading(value: Any) -> str:
    return re.sub(r"[\s_]+", "_", str(value).strip().lower()) if value is not None else ""


def _near(name: str, known: list[str], what: str) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"{what} {', '.join(known)}"


@dataclass
class _Laying:
    """Lays sheets over a document, noting where everything came from."""

    document: dict[str, Any]
    problems: list[_core.Diagnostic] = field(default_factory=list)
    warnings: list[_core.Diagnostic] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)  # pointer of an entry, file
    headings: dict[tuple[str, int], str] = field(default_factory=dict)  # (file, column), heading
    doubtful: set[str] = field(default_factory=set)  # entries with a cell that could not be read

    def named(self, d: _core.Diagnostic) -> _core.Diagnostic:
        """The diagnostic, its message beginning with the place as a reader of the spreadsheet knows it."""
        if not d.file:
            return d
        words = [d.file]
        if d.line > 0:
            words.append(f"row {d.line}")
        if d.column > 0:
            heading = self.headings.get((d.file, d.column), "")
            words.append(f"column {letters(d.column)}" + (f" '{heading}'" if heading else ""))
        message = f"{', '.join(words)}: {d.message}"
        return _core.Diagnostic(
            d.code, message, d.pointer, d.line, d.column, d.hint, d.file, warning=d.severity != "error"
        )

    def lay(self, sheet: Sheet, kind: _Kind) -> None:
        at = next((i for i, row in enumerate(sheet.rows) if any(c is not None for c in row)), None)
        if at is None:
            if not sheet.problems:
                sheet.problem("empty", 0, 0, "the sheet is empty", "begin with a row of headings")
            return
        columns = self.columns(sheet, kind, at)
        if kind.entry not in columns.values():
            hint = f"add a column '{kind.entry}' ({kind.columns[kind.entry][0]})"
            sheet.problem("missing_key", at + 1, 1, f"no column is headed '{kind.entry}'", hint)
            return
        seen: dict[str, int] = {}
        based = [] if kind.entry == "measure" else list(self.map_at(*kind.place))
        for r in range(at + 1, len(sheet.rows)):
            cells = sheet.rows[r]
            if any(cell is not None for cell in cells):
                self.row(sheet, kind, columns, r, cells, seen)
        place = next(c for c, name in columns.items() if name == kind.entry)
        self.doubt(sheet, kind, based, seen, place + 1)

    def doubt(self, sheet: Sheet, kind: _Kind, based: list[str], seen: dict[str, int], column: int) -> None:
        """Warns of new names that are nearly those of entries the sheet leaves alone: one may be meant."""
        alone = [name for name in based if name not in seen]
        for name, row in seen.items():
            near = "" if name in based else _core.nearest_hint(name, alone)
            if near:
                message = f"the base has no {kind.word} called '{_tree.brief(name)}', so this adds one"
                hint = f"{near} if not, nothing is wrong"
                pointer = self.pointer((*kind.place, name))
                self.warnings.append(
                    _core.Diagnostic(
                        "unknown_name", message, pointer, row, column, hint, sheet.file, warning=True
                    )
                )

    def columns(self, sheet: Sheet, kind: _Kind, at: int) -> dict[int, str]:
        """Column index to canonical heading."""
        chinese = {heading: name for name, (heading, _) in kind.columns.items()}
        found: dict[int, str] = {}
        row = at + 1
        for c, cell in enumerate(sheet.rows[at]):
            written = _heading(cell)
            name = chinese.get(written, written)
            self.headings[sheet.file, c + 1] = str(cell).strip() if cell is not None else ""
            if name in found.values():
                sheet.problem(
                    "duplicate_key", row, c + 1, f"two columns are headed '{written}'", "remove one"
                )
            elif name in kind.columns:
                found[c] = name
            elif name and not name.startswith("x_") and not name.startswith("x-"):
                hint = _near(name, list(kind.columns), "there are")
                sheet.problem(
                    "unknown_key", row, c + 1, f"nothing reads a column '{_tree.brief(written)}'", hint
                )
        width = max(map(len, sheet.rows))
        for c in range(width):
            headed = c < len(sheet.rows[at]) and sheet.rows[at][c] is not None
            below = next((r for r in range(at + 1, len(sheet.rows)) if c < len(sheet.rows[r]) and sheet.rows[r][c] is not None), None)  # fmt: skip
            if not headed and below is not None:
                sheet.problem("unknown_key", below + 1, c + 1, "the column of this cell has no heading",
                              "give it one, or empty the cell")  # fmt: skip
        return found

    def row(self, sheet: Sheet, kind: _Kind, columns: dict[int, str], r: int, cells: list[Any],
            seen: dict[str, int]) -> None:  # fmt: skip
        place = next(c for c, name in columns.items() if name == kind.entry)
        name_cell = cells[place] if place < len(cells) else None
        if name_cell is None:
            sheet.problem(
                "missing_key", r + 1, place + 1, f"this row has no {kind.entry}", "name it, or empty the row"
            )
            return
        name = _word(name_cell)
        if name in seen:
            message = f"'{_tree.brief(name)}' stands in row {seen[name]} already"
            sheet.problem("duplicate_key", r + 1, place + 1, message, "rename one of them, or remove it")
            return
        seen[name] = r + 1
        pointer = self.pointer((*kind.place, name))
        said: dict[str, Placed] = {}
        for c, heading in columns.items():
            if c == place or c >= len(cells) or cells[c] is None:
                continue
            try:
                said[heading] = Placed(kind.columns[heading][1](cells[c]), r + 1, c + 1)
            except _Unreadable as unreadable:
                self.doubtful.add(pointer)
                sheet.problem(unreadable.code, r + 1, c + 1, unreadable.message, unreadable.hint)
        self.enter(sheet, kind, name, said, (r + 1, place + 1))

    @staticmethod
    def pointer(parts: tuple[str, ...]) -> str:
        text = ""
        for part in parts:
            text = _tree.child(text, part)
        return text

    def map_at(self, *way: str) -> dict[str, Any]:
        here = self.document
        for part in way:
            here = here.setdefault(part, {})
        return here

    def enter(
        self, sheet: Sheet, kind: _Kind, name: str, said: dict[str, Placed], at: tuple[int, int]
    ) -> None:
        if kind.entry == "measure":
            for party, weight in said.items():
                self.map_at("values", party)[name] = Placed(weight.value, weight.line, weight.column)
                self.files.append((self.pointer(("values", party, name)), sheet.file))
            return
        here = self.map_at(*kind.place)
        before = here.get(name, {})
        active = said.pop("active", None)
        if active is not None and active.value is False:
            if name not in here:
                hint = _near(name, list(here), "there are")
                sheet.problem(
                    "unknown_name", *at, f"'{_tree.brief(name)}' is not there to be switched off", hint
                )
            here.pop(name, None)
            return
        self.files.append((self.pointer((*kind.place, name)), sheet.file))
        if "worth" in kind.columns:
            if "worth" in said:
                here[name] = said["worth"]
            elif self.pointer((*kind.place, name)) not in self.doubtful:
                sheet.problem(
                    "missing_key",
                    *at,
                    f"nothing says what one '{_tree.brief(name)}' is worth",
                    "fill in 'worth'",
                )
            return
        titles = {lang: said.pop(f"title_{lang}") for lang in ("en", "zh") if f"title_{lang}" in said}
        if titles and "title" not in said:
            said["title"] = Placed(dict(titles), *at)
        kept = {k: before[k] for k in ("title", "description") if k in before and k not in said}
        here[name] = Placed({**kept, **said}, *at)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Placed) else value


def _leads(document: Any, path: str) -> bool:
    """Whether a path of `evidence` leads somewhere."""
    parts = path.split(".")
    if parts[0] in ("monitors", "kpis", "rules", "units"):
        parts.insert(0, "policy")
    for part in parts:
        document = _plain(document)
        if isinstance(document, dict) and part in document:
            document = document[part]
        elif isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        else:
            return False
    return True


def from_sheets(path: str | Path, base: Scenario | str | Path) -> Scenario:
    """A scenario from a spreadsheet laid over another scenario.

    ``path`` is a folder of CSV files, one CSV file, or an ``.xlsx`` workbook (``pip install backfire[sheets]``). The
    sheets (files) are called ``monitors`` (监测), ``kpis`` (指标), ``rules`` (规则), ``units`` (单位) and ``values``
    (价值); any of them may be missing, others are refused unless their names begin with ``x-``. The first row that is not
    empty holds the headings, in English or as the Chinese in brackets; their order is free, columns whose headings begin
    with ``x-`` are remarks.

    ========  ================================================================================================
    monitors  name (名称), samples (抽检数), rate (抽检率), miss (漏检率), false alarm (误报率), error sd (评分误差)
    kpis      name, total (合计), mean (均值), ratio (比值, ``above / below``), share (占比), of (占比基数), scale (倍数),
              seen by (监测), better (方向), stands for (代表, ``organisation: handle_time``), unit (单位)
    rules     name, each (事件), per (计量), kpi (指标), pay (金额), unit (单位), seen by (监测), frame (框架), and
              steps (分段), curve (曲线) or tiers (阶梯) as ``0:0; 300:5`` (or ``0=0; 300=5``; an empty x has no lower
              bound)
    units     name, worth (折合金额, in money)
    values    measure (计量, or payouts), organisation (机构), customer (客户)
    ========  ================================================================================================

    Monitors, KPIs and rules may also have title (标题), title en (英文标题), title zh (中文标题), description (说明); all
    but values may have active (启用): ``no`` takes the entry out of the base. A row says all of its entry: what the base
    said of it is gone, except its title and description. In ``values`` an empty cell keeps the base's. Entries without a
    row stay as the base has them. Full-width digits and punctuation are read; ``5%`` is 0.05; several events are
    separated by ``;`` or ``,``. A new name that is nearly that of an entry without a row is a warning among the scenario's
    ``diagnostics``: new entries are welcome, misspelt ones are not.

    Parameters
    ----------
    path : str or Path
        The folder, file or workbook.
    base : Scenario, str or Path
        What says the rest: a scenario, the name of a shipped one, or the path of a document.

    Raises
    ------
    ScenarioError
        With every problem; ``file`` is the sheet, ``line`` the row, ``column`` the column (A is 1), and the message says
        them in words.
    OSError
        Where nothing can be read at ``path``.
    MissingPackageError
        An ImportError, for a workbook without openpyxl.
    """
    laying = _Laying(_base(base).to_dict())
    evidence = laying.document.get("evidence", {})
    kept = {where: _leads(laying.document, where) for where in evidence}
    sheets = read_sheets(Path(path))
    chinese = {kind.chinese: name for name, kind in _KINDS.items()}
    laid: dict[str, Sheet] = {}
    order = list(_KINDS)
    for sheet in sheets:
        name = chinese.get(sheet.name, sheet.name.lower())
        if name in laid:
            sheet.problem("duplicate_key", 0, 0, f"there are two sheets '{name}'", "remove one of them")
        elif name in _KINDS:
            laid[name] = sheet
        elif not name.startswith("x-"):
            hint = _near(name, order, "sheets are called")
            sheet.problem("unknown_name", 0, 0, f"no sheet is called '{_tree.brief(sheet.name)}'", hint)
    for name in sorted(laid, key=order.index):
        laying.lay(laid[name], _KINDS[name])
    for sheet in sheets:
        laying.problems += sheet.problems
    if not sheets:
        hint = f"call them {', '.join(order)}"
        laying.problems.append(_core.Diagnostic("empty", f"there is no sheet in '{path}'", hint=hint))
    for where, led in kept.items():
        if led and not _leads(laying.document, where):
            del evidence[where]
    return _checked(laying)


def _base(base: Scenario | str | Path) -> Scenario:
    if isinstance(base, Scenario):
        return base
    text = str(base)
    is_path = isinstance(base, Path) or Path(text).suffix in (".json", ".yaml", ".yml") or "/" in text
    return load(base) if is_path else scenario(text)


def _checked(laying: _Laying) -> Scenario:
    tree, _ = _tree.grown(laying.document)
    problems = list(laying.problems)
    known = {(d.file, d.line, d.column) for d in problems if d.line > 0}
    try:
        checked = Scenario(_core.from_tree(tree, laying.files))
    except ScenarioError as error:
        problems += [
            d
            for d in error.diagnostics
            if (d.file, d.line, d.column) not in known and d.pointer not in laying.doubtful
        ]
        raise ScenarioError([laying.named(d) for d in problems]) from None
    if problems:
        raise ScenarioError([laying.named(d) for d in problems])
    return Scenario(checked._core, tuple(laying.named(d) for d in laying.warnings))
