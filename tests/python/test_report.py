"""The page somebody forwards: what it says, that every figure on it comes from a table, and that nothing on it can act."""

import base64
import hashlib
import itertools
import json
import math
import os
import re
import subprocess
import sys
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path

import pytest

import backfire
from backfire import _break_even, _html, _report
from page_reader import SVG, Reader

GOLDEN = Path(__file__).parent / "golden"
TABLES = ("behaviour", "measures", "kpis", "payouts", "values", "winners", "goodhart")
FIGURES = ("baseline", "value", "mechanical", "behavioural", "delta")
REFORMS = {
    "no deduction": {"disable": ["rules.callback_deduction"]},
    "two points": {"rules.callback_deduction.pay": 2},
    "no calling back": {"remove": ["situations.mistake_noticed.actions.call_back"], "add": {}},
    "looking up pays": {
        "scale": {"rules.aht_bonus": 0.5},
        "add": {"policy.rules.lookup": {"each": "enquiry.look_up", "pay": 0.2, "title": {"en": "look-up pay", "zh": "查询奖"}}},
    },
    "nothing": {},
}  # fmt: skip


#: Where the answer tips is looked for in a test of its own: it takes many solutions.
html_of = partial(backfire.report_html, break_even=False)
written = partial(backfire.report, break_even=False)


def shipped() -> backfire.Scenario:
    return backfire.scenario("corrective-callbacks")


@cache
def compared(*names: str) -> backfire.Comparison:
    scenario = shipped()
    if "no calling back" in names:  # what is removed may not be spoken of any more
        document = scenario.to_dict()
        del document["evidence"], document["policy"]["rules"]["callback_deduction"]
        del document["policy"]["kpis"]["repair_rate"]
        scenario = backfire.Scenario.from_dict(document)
    return backfire.compare(scenario, {name: REFORMS[name] for name in names})


CASES = [("no deduction",), ("two points",), ("no calling back",), ("looking up pays",), ("nothing",)]
CASES += [("no deduction", "two points", "nothing")]


class Figures(HTMLParser):
    """Figures of a page: value and how it is shown; and the text that is neither figure nor name."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.figures: list[tuple[float, str]] = []
        self.rest: list[str] = []
        self.inside: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.inside.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.inside]
        if tags and tags[-1] == "data":
            self.figures.append((float(self.inside[-1][1]["value"] or "nan"), data))
        elif not {"bdi", "code", "style", "title", "desc", "text"} & set(tags):
            self.rest.append(data)


def visible(page: str) -> str:
    """The text of a page, one line per block."""
    reader = Reader()
    body = re.sub(r"</(p|h1|h2|h3|tr|li|caption|dt|dd|header|title|figcaption|text)>", r"\n</\1>", page)
    body = re.sub(r"</(td|th)>", r" | </\1>", body)
    reader.feed(body)
    lines = (re.sub(r"\s+", " ", line).strip(" |") for line in "".join(reader.texts).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [n for member in value.values() for n in numbers(member)]
    if isinstance(value, list):
        return [n for member in value for n in numbers(member)]
    return [float(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def sources(comparison: backfire.Comparison) -> list[float]:
    """Every number a page may show: those of the tables and documents, and the sums it says it makes of them."""
    found = [0.0]
    documents = [comparison.baseline.scenario.to_dict()]
    documents += [s.scenario.to_dict() for s in comparison.reforms.values()]
    agents = documents[0]["workforce"]["agents"]
    for document in documents:
        found += numbers(document)
    for table in TABLES:
        for row in getattr(comparison, table):
            figures = [v for v in row.values() if isinstance(v, float)]
            found += figures
            if table == "measures":
                found += [1000 * v for v in figures]
            if table in ("values", "payouts"):
                found += [agents * v for v in figures]
                ends = (row["baseline"] or 0.0, row["value"] or 0.0)
                found += [ends[1] - ends[0], agents * (ends[1] - ends[0])]
    for reform, column in itertools.product(comparison.reforms, FIGURES):
        whole = {"reform": reform, "segment": "all", "condition": "all"}
        work = [r[column] for r in comparison.values.where(figure="work", **whole)]
        paid = [r[column] or 0.0 for r in comparison.payouts.where(figure="money", **whole)]
        found += [sum(work), agents * sum(work), sum(paid), agents * sum(paid)]
        rows = list(comparison.payouts.where(figure="money", **whole))
        transfer = sum((r["value"] or 0.0) - (r["baseline"] or 0.0) for r in rows)
        found += [transfer, agents * transfer, transfer - work[0]]
    for name in comparison.reforms:
        found += reasons(comparison, name)
    evidence = documents[0].get("evidence", {})
    plain = {k: v for k, v in documents[0].items() if k not in ("backfire", "evidence")}
    found += [float(len(numbers(plain))), float(len(evidence))]
    found += [float(sum(entry["code"] in "AJM" for entry in evidence.values()))]
    return sorted({abs(v) for v in found})


def reasons(comparison: backfire.Comparison, reform: str) -> list[float]:
    """Numbers of the explanations of all actions: parts, those of one rule and smaller things together, and sums."""
    found: list[float] = []
    solution = comparison.reforms[reform].behaviour.where(segment="all", condition="all")
    before = {(r["situation"], r["action"]) for r in comparison.baseline.behaviour}
    for row in solution:
        if (row["situation"], row["action"]) not in before:
            continue
        told = backfire.explain(comparison, reform, f"{row['situation']}.{row['action']}")
        found += [told.probability, told.baseline_probability or 0.0, told.difference or 0.0]
        for table in (told.ledger, told.whole, told.changes):
            together: dict[tuple[str, str], float] = {}
            for line in table:
                figures = {k: v or 0.0 for k, v in line.items() if isinstance(v, float) or v is None}
                figures["paid"] = figures.get("money", 0.0) - figures.get("alternative_money", 0.0)
                for column, figure in figures.items():
                    found.append(figure)
                    together[line["name"], column] = together.get((line["name"], column), 0.0) + figure
            found += together.values()
        for table, column in ((told.whole, "difference"), (told.whole, "action"), (told.changes, "delta")):
            found.append(smaller(table, column))
    return found


def smaller(table: backfire.Table, column: str) -> float:
    """All parts together that are below a hundredth of the largest."""
    parts: dict[str, float] = {}
    for line in table:
        key = line["name"] or line["part"]
        parts[key] = parts.get(key, 0.0) + (line[column] or 0.0)
    largest = max(map(abs, parts.values()), default=0.0)
    return sum(v for v in parts.values() if abs(v) < 0.01 * largest)


def close(value: float, known: list[float]) -> bool:
    return any(math.isclose(abs(value), k, rel_tol=1e-9, abs_tol=1e-9) for k in known)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("names", CASES, ids="+".join)
def test_every_figure_comes_from_a_table(names: tuple[str, ...], language: str) -> None:
    comparison = compared(*names)
    page = Figures(html_of(comparison, language))
    known = sources(comparison)
    assert len(page.figures) > 40
    assert [(v, shown) for v, shown in page.figures if not close(v, known)] == []
    for value, shown in page.figures:
        text = re.sub(r"[^0-9.\-]", "", shown.replace("−", "-")).rstrip(".")
        scale = 0.01 if re.search("%|pct|百分点", shown) else 1.0
        digits = len(text.partition(".")[2])
        off = abs(abs(float(text) * scale) - abs(value))
        assert off <= max(0.501 * 10**-digits * scale, 5e-4 * abs(value)), (value, shown)
    left = " ".join(page.rest).replace("1,000", "")
    assert re.findall(r"\d+", left) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", list(backfire.scenarios()["name"]))
def test_the_page_of_every_shipped_question(name: str, language: str) -> None:
    family = next(iter(backfire.families(name, language).values()))
    comparison = backfire.compare(backfire.scenario(name), family["reforms"])
    html = html_of(comparison, language)
    checked(html)
    page = Figures(html)
    known = sources(comparison)
    assert [(v, shown) for v, shown in page.figures if not close(v, known)] == []
    assert re.findall(r"\d+", " ".join(page.rest).replace("1,000", "")) == []
    if language == "zh":
        assert set(re.findall(r"[A-Za-z]{2,}", " ".join(page.rest))) <= {"backfire"}


@pytest.mark.parametrize("names", CASES, ids="+".join)
def test_a_chinese_page_is_chinese(names: tuple[str, ...]) -> None:
    page = Figures(html_of(compared(*names), "zh"))
    words = set(re.findall(r"[A-Za-z]{2,}", " ".join(page.rest)))
    assert words <= {"backfire"}
    assert not re.search(r"[\u3400-\u9fff]", " ".join(Figures(html_of(compared(*names))).rest))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_visible_text_is_the_kept_one(language: str, request: pytest.FixtureRequest) -> None:
    text = visible(html_of(compared("no deduction"), language))
    text = text.replace(backfire.__version__, "VERSION").replace(shipped().fingerprint, "FINGERPRINT")
    file = GOLDEN / f"report-corrective-callbacks-{language}.txt"
    if request.config.getoption("--update-golden"):
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), "write it with --update-golden, and read it"
    assert text == file.read_text(encoding="utf-8")


def test_the_verdict_comes_first_and_several_reforms_begin_with_an_overview() -> None:
    one = visible(html_of(compared("no deduction")))
    assert one.index("Today’s rule backfires") < one.index("What changes") < one.index("What this rests on")
    several = visible(html_of(compared("no deduction", "two points", "nothing")))
    assert several.index("At a glance") < several.index("If: no deduction") < several.index("If: two points")
    assert "nothing | Nothing changes | 0.00 | 0.00 | 0.00 | 0.00" in several


def test_a_reform_without_effect_finds_no_harm() -> None:
    text = visible(html_of(compared("nothing")))
    assert "the work would be worth the same" in text
    assert "The reform changes nothing in the document." in text
    assert "Nothing else moves." in text


def test_how_far_a_kpi_is_off_is_said_so_that_it_holds_where_both_get_worse() -> None:
    scenario = backfire.scenario("utilisation-by-shift")
    reform = backfire.families("utilisation-by-shift")["target"]["reforms"]["no utilisation score"]
    comparison = backfire.compare(scenario, {"off": reform})
    (row,) = comparison.goodhart.where(kpi="utilisation", segment="all", condition="all")
    assert row["kpi_improvement"] < row["true_improvement"] < 0
    text = visible(html_of(comparison))
    assert "makes the change look 0.02474 worse than it is" in text
    assert "improvement than there is" not in text


def test_why_says_that_its_table_counts_what_follows_apart() -> None:
    english, chinese = (visible(html_of(compared("no deduction"), language)) for language in ("en", "zh"))
    assert "the sentences count it where it belongs" in english
    assert "文字则把它计入各自的理由" in chinese
    unforeseen = shipped().reformed({"workforce.traits.foresight": 0})
    text = visible(html_of(backfire.compare(unforeseen, {"r": REFORMS["no deduction"]})))
    assert "the sentences count it" not in text


def test_codes_and_references_of_evidence_are_explained() -> None:
    english, chinese = (visible(html_of(compared("nothing"), language)) for language in ("en", "zh"))
    assert "The letter in brackets is the code the document gives each kind of evidence" in english
    assert "括号里的字母是文档为每类依据写的代码" in chinese


def test_what_is_added_and_removed_is_said() -> None:
    text = visible(html_of(compared("looking up pays")))
    assert "look-up pay | – | pays for each a customer asks › look the answer up, pay 0.2" in text
    assert "bonus for short handling time › steps › point 1 › value | 300 CNY | 150 CNY" in text
    text = visible(html_of(compared("no calling back")))
    assert "“call the customer back” is no longer possible" in text


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    '"><b onclick="alert(1)">',
    "javascript:alert(1)",
    "{0.__class__} {rules} %s",
    "回电 <扣分> 😀",
    "\u202eחוק\u2066",
    "a\x00b\x1b[31m\x7f",
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_text(title: str, language: str) -> None:
    document = shipped().to_dict()

    def renamed(value: object) -> object:
        if isinstance(value, dict):
            return {
                k: title if k in ("title", "description", "source") else renamed(v) for k, v in value.items()
            }
        return value

    document = renamed(document)
    document["currency"] = title[:12]
    document["measures"]["handle_time"]["unit"] = "s"
    scenario = backfire.Scenario.from_dict(document)
    comparison = backfire.compare(scenario, {title: REFORMS["no deduction"], "other": REFORMS["two points"]})
    page = html_of(comparison, language)
    checked(page)
    shown = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "\ufffd", title)
    reader = Reader()
    reader.feed(page)
    assert reader.texts.count(shown) > 20


def checked(page: str) -> None:
    """Fails where a page could do, load or send anything, or is not well made."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert reader.tags <= _html.TAGS | {"a"} | SVG
    for name, value in reader.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "srcset", "action", "formaction", "data", "style", "xlink:href", "ping")
        assert name != "href" or re.fullmatch("#[a-z0-9-]+", value or "")
    assert not re.search(r"url\(|@import|expression\(", page.split("</style>")[0])
    (policy,) = [v or "" for k, v in reader.attributes if k == "content" and "-src" in (v or "")]
    digest = base64.b64encode(hashlib.sha256(page.split("<style>")[1].split("</style>")[0].encode()).digest())
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest.decode()}'" in policy


@pytest.mark.parametrize("names", CASES, ids="+".join)
def test_the_page_is_well_made(names: tuple[str, ...]) -> None:
    page = html_of(compared(*names))
    checked(page)
    levels = [int(n) for n in re.findall(r"<h([1-6])>", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert len(re.findall("<th[ >]", page)) == len(re.findall(r'<th scope="(?:col|row)"', page))
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)
    assert '<html lang="en">' in page
    assert '<html lang="zh-Hans">' in html_of(compared(*names), "zh")


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    here = written(compared("no deduction"), tmp_path / "here.html", "zh").read_bytes()
    program = (
        "import backfire, json, sys; s = backfire.scenario('corrective-callbacks');"
        "backfire.report(backfire.compare(s, {'no deduction': json.loads(sys.argv[1])}), sys.argv[2], 'zh', break_even=False)"
    )
    there = tmp_path / "there.html"
    arguments = [sys.executable, "-c", program, json.dumps(REFORMS["no deduction"]), str(there)]
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run(arguments, check=True, env=environment)
    assert there.read_bytes() == here
    here.decode("utf-8")


def test_a_report_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    target.write_text("before", encoding="utf-8")
    assert written(compared("nothing"), str(target)) == target
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError):  # noqa: PT011 (which error is the system's matter)
        written(compared("nothing"), folder)
    with pytest.raises(FileNotFoundError):
        written(compared("nothing"), tmp_path / "nowhere" / "page.html")
    with pytest.raises(ValueError, match="en, zh"):
        written(compared("nothing"), tmp_path / "other.html", "fr")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "page.html"]
    assert list(folder.iterdir()) == []
    with pytest.raises(ValueError, match="none"):
        backfire.report_html(backfire.compare(shipped(), {}))


def test_a_report_that_could_not_be_written_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = backfire.compare(backfire.scenario("corrective-callbacks"), {"none": {}})

    def worked(*_: object, **__: object) -> str:
        raise AssertionError("the page was made first")

    monkeypatch.setattr(_report, "report_html", worked)
    nowhere = tmp_path / "no folder" / "page.html"
    for path, error in ((nowhere, FileNotFoundError), (tmp_path, IsADirectoryError)):
        with pytest.raises(error) as caught:
            backfire.report(comparison, path)
        assert caught.value.filename == str(path)


def test_numbers_without_a_source_are_counted() -> None:
    document = shipped().to_dict()
    del document["evidence"]["period.contacts"]
    del document["evidence"]["values.customer"]
    comparison = backfire.compare(backfire.Scenario.from_dict(document), {"r": REFORMS["no deduction"]})
    count = len(numbers({k: v for k, v in document.items() if k not in ("backfire", "evidence")}))
    lost = 1 + len(document["values"]["customer"])
    text = visible(html_of(comparison))
    assert (
        f"{count - lost} of the {count} numbers in this document name where they come from; {lost} do not."
        in text
    )
    del document["evidence"]
    comparison = backfire.compare(backfire.Scenario.from_dict(document), {"r": REFORMS["no deduction"]})
    assert f"None of the {count} numbers" in visible(html_of(comparison))


def test_states_of_the_search_are_put_in_words() -> None:
    document = shipped().to_dict()
    del document["evidence"]
    document["policy"]["kpis"]["repair_rate"]["of"] = "enquiry.look_up.wrong"
    document["situations"]["enquiry"]["actions"]["look_up"]["habit"] = 0
    comparison = backfire.compare(backfire.Scenario.from_dict(document), {"r": REFORMS["no deduction"]})
    text = visible(html_of(comparison))
    assert "“repair rate” has no value for some agents" in text
    assert "部分员工的“纠错率”没有数值" in visible(html_of(comparison, "zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_the_answer_tips(language: str) -> None:
    scenario = backfire.scenario("handle-time-target")
    (rule,) = (n for n, r in scenario.to_dict()["policy"]["rules"].items() if "curve" in r)
    path = f"rules.{rule}.curve.0.1"
    now = scenario.to_dict()["policy"]["rules"][rule]["curve"][0][1]
    comparison = backfire.compare(scenario, {"half": {path: now / 2}})
    html = backfire.report_html(comparison, language)
    checked(html)
    answer = backfire.break_even(scenario, path, of="work.organisation", between=(0, 1.5 * now), against={})
    best = max(r["value"] for r in answer.curve if r["value"] is not None)
    known = sorted(
        {*sources(comparison), *answer.points, *answer.between, best - answer.target, abs(answer.target)}
    )
    known += [r["x"] for r in answer.curve]
    assert [(v, s) for v, s in Figures(html).figures if not close(v, known)] == []
    for line in answer.text_in(language).splitlines():
        assert line in visible(html)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_amounts_say_whether_pay_is_counted(language: str) -> None:
    """A tile counts the work alone, the picture under it pay as well: both say so."""
    comparison = compared("no deduction")
    before, after = {"en": ("before pay", "after pay"), "zh": ("未扣薪酬", "已扣薪酬")}[language]
    rows = {
        r["figure"]: r["delta"]
        for r in comparison.values.where(party="organisation", segment="all", condition="all")
    }
    work, money = (f"+{rows[k]:.0f}" for k in ("work", "money"))
    assert work != money
    lines = visible(html_of(comparison, language)).splitlines()
    tile = next(k for k, line in enumerate(lines) if line.startswith(work))
    assert before in lines[tile - 1]
    titles = [line for line in lines if money in line and ("no deduction" in line)]
    assert titles
    assert all(after in line for line in titles)
    overview = visible(html_of(compared("no deduction", "two points", "nothing"), language))
    assert before in next(line for line in overview.splitlines() if line.count(" | ") == 5)


PATHS = {
    "rules.callback_deduction.pay=0": {"rules.callback_deduction.pay": 0},
    "rules.callback_deduction.pay=2": {"rules.callback_deduction.pay": 2},
}


@pytest.mark.parametrize(
    ("language", "named"),
    [("en", "deduction for calling back › pay: −2 → 0 points"), ("zh", "回电扣分 › 金额：−2 → 0 分")],
)
def test_a_reform_that_goes_by_its_path_has_a_title_and_the_path_in_small_print(
    language: str, named: str
) -> None:
    page = html_of(backfire.compare(shipped(), PATHS), language)
    checked(page)
    text = visible(page)
    head = {"en": f"If: {named}", "zh": f"方案：{named}"}[language]
    lines = text.splitlines()
    assert lines[lines.index(head) + 1] == "rules.callback_deduction.pay=0"
    for path in PATHS:
        assert page.count(path) == page.count(f"<code>{path}</code>") == 1
    assert text.count(named) >= 5


def test_a_number_that_several_reforms_change_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[float, float]]] = []
    search = _break_even.break_even

    def counted(scenario: object, path: str, of: str, between: tuple[float, float], **more: object) -> object:
        assert isinstance(scenario, backfire.Solution)  # the baseline is solved already
        asked.append((path, between))
        return search(scenario, path, of, between, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(_break_even, "break_even", counted)
    comparison = backfire.compare(shipped(), PATHS)
    page = backfire.report_html(comparison)
    assert asked == [("rules.callback_deduction.pay", (-6, 6))]
    checked(page)
    assert visible(page).count("deduction for calling back › pay, from −6 points to 6 points") == 2
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
