"""The report as a browser shows it: on a phone, on a desk and on paper, in both languages, with any title."""

import io
import re
import unicodedata
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

import backfire

OpenPage = Callable[..., Page]
SameAsKept = Callable[[bytes, str], None]

OFF = {"disable": ["rules.callback_deduction"]}
REWARD = {"rules.callback_deduction.pay": 2}
NAMES = {"en": ["no deduction", "a reward of two points"], "zh": ["取消扣分", "奖励两分"]}
HOSTILE = '<img src=x onerror="document.body.id=1">\u202e</style><script>document.body.id=2</script>'


def written(language: str, several: bool = False) -> str:
    reforms = dict(zip(NAMES[language], [OFF, REWARD] if several else [OFF], strict=False))
    scenario = backfire.scenario("corrective-callbacks")
    return backfire.report_html(backfire.compare(scenario, reforms), language, break_even=False)


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def one(language: str) -> str:
    return written(language)


@pytest.fixture(scope="module")
def several(language: str) -> str:
    return written(language, several=True)


@pytest.mark.parametrize("width", [360, 1000])
def test_it_fits_the_screen_and_looks_as_kept(
    one: str, language: str, width: int, open_page: OpenPage, same_as_kept: SameAsKept
) -> None:
    page = open_page(one, width=width, height=1600)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.body.scrollWidth") <= width
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll,svg')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []
    same_as_kept(page.screenshot(), f"report-{language}-{width}")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1000, 700)])
def test_the_verdict_is_on_the_first_screen(one: str, width: int, height: int, open_page: OpenPage) -> None:
    page = open_page(one, width=width, height=height)
    for part in (".badge", ".headline", ".tiles div:first-child dd"):
        box = page.locator(part).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height


def test_every_table_is_reached_by_keyboard_and_scrolls_where_it_is_too_wide(
    one: str, open_page: OpenPage
) -> None:
    page = open_page(one, width=360)
    ways = page.eval_on_selector_all(
        ".scroll",
        "all => all.map(e => [getComputedStyle(e).overflowX, e.tabIndex, e.scrollWidth > e.clientWidth])",
    )
    assert {(overflow, tab) for overflow, tab, _ in ways} == {("auto", 0)}
    assert any(wider for *_, wider in ways)


def test_the_overview_leads_to_each_reform(several: str, language: str, open_page: OpenPage) -> None:
    page = open_page(several, width=1000, height=700)
    page.click(f"text={NAMES[language][1]} >> nth=0")
    assert page.url.endswith("#reform-2")
    assert page.locator("#reform-2 h2").bounding_box()["y"] < 700  # type: ignore[index]


def sheets(html: str, chromium: Browser) -> list[str]:
    """The text of every printed sheet."""
    page = chromium.new_page()
    try:
        page.set_content(html)
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    finally:
        page.close()
    for sheet in printed.pages:
        assert (float(sheet.mediabox.width), float(sheet.mediabox.height)) == pytest.approx((595, 842), abs=1)
    return [plain(sheet.extract_text()) for sheet in printed.pages]


def plain(text: str) -> str:
    """Text without spaces; printed Chinese may come back with look-alike code points."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(
        {0x6236: "户", 0x2ED3: "长", 0x301C: "~"}
    )


def test_it_prints_on_few_sheets_and_cuts_no_picture(one: str, chromium: Browser) -> None:
    found = sheets(one, chromium)
    assert 5 <= len(found) <= 10
    assert all(len(text) > 60 for text in found)
    pictures = re.findall(r"<figure[^>]*>(.*?)</figure>", one, flags=re.DOTALL)
    assert len(pictures) >= 3
    for picture in pictures:
        labels = [plain(re.sub(r"<[^>]*>", "", t)) for t in re.findall(r"<text[^>]*>(.*?)</text>", picture)]
        labels = [label.replace("&lt;", "<").replace("&amp;", "&") for label in labels if label]
        assert any(all(label in text for label in labels) for text in found), labels


def test_the_second_reform_begins_a_sheet(several: str, language: str, chromium: Browser) -> None:
    found = sheets(several, chromium)
    name = plain(NAMES[language][1])
    begun = [text for text in found if re.match(f"(If|方案):{name}", text)]
    assert len(begun) == 1
    assert name in found[0]


def test_hostile_titles_stay_text_and_nothing_is_asked_for(open_page: OpenPage) -> None:
    document = backfire.scenario("corrective-callbacks").to_dict()
    document["title"] = document["description"] = HOSTILE
    document["policy"]["rules"]["callback_deduction"]["title"] = HOSTILE
    document["situations"]["mistake_noticed"]["actions"]["call_back"]["title"] = HOSTILE
    document["currency"] = "</b>\u202e"
    comparison = backfire.compare(backfire.Scenario.from_dict(document), {HOSTILE: OFF, "b": REWARD})
    page = open_page(backfire.report_html(comparison, break_even=False), width=360)
    assert page.evaluate("document.body.id") == ""
    assert page.evaluate("document.querySelectorAll('img,script,iframe,object,embed,form,input').length") == 0
    assert HOSTILE in page.inner_text("h1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


def test_it_says_the_same_without_scripts(one: str, open_page: OpenPage) -> None:
    with_scripts = open_page(one).inner_text("main")
    assert open_page(one, scripts=False).inner_text("main") == with_scripts


def test_the_policy_of_the_page_allows_no_script(one: str, chromium: Browser) -> None:
    page = chromium.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.set_content(one.replace("</main>", "<script>document.title='ran'</script></main>"))
    assert page.title() != "ran"
    assert any("Content Security Policy" in text for text in refused)
    page.close()
