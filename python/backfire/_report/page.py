"""The page around the sections: head, overview of several reforms, and where it came from."""

import base64
import hashlib

from backfire import _core, _html
from backfire._answers import Comparison
from backfire._break_even import BreakEven
from backfire._messages import say
from backfire._progress import Progress
from backfire._report import basis, reasons, sections
from backfire._report.chapter import Chapter
from backfire._report.style import STYLE
from backfire._verdict import badge
from backfire._words import Name

_SECTIONS = (
    sections.verdict,
    sections.changes,
    sections.behaviour,
    reasons.why,
    sections.money,
    sections.goodhart,
    sections.sides,
    sections.winners,
)


def page(comparison: Comparison, language: str, break_even: bool, progress: Progress) -> str:
    """The whole page as text."""
    chapters = [Chapter(comparison, name, language, k) for k, name in enumerate(comparison.reforms, start=1)]
    if not chapters:
        raise ValueError("a report is about reforms, and this comparison has none")
    first = chapters[0]
    title = first.titles.scenario()
    tips = reasons.searched(chapters, progress) if break_even else None
    body = _html.element(
        "main",
        _header(first, title),
        _overview(chapters) if len(chapters) > 1 else None,
        *(_chapter(c, len(chapters), tips) for c in chapters),
        reasons.whole(first),
        basis.assumptions(first),
        basis.notes(first, {"": comparison.baseline, **comparison.reforms}),
        _footer(first),
    )
    head = _html.element(
        "head",
        _html.element("meta", charset="utf-8"),
        _html.element("meta", http_equiv="Content-Security-Policy", content=_security()),
        _html.element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        _html.element("meta", name="generator", content=f"backfire {_core.__version__}"),
        _html.element("title", say("page.title", language, scenario=title)),
        _html.element("style", _html.Markup(STYLE)),
    )
    lang = {"en": "en", "zh": "zh-Hans"}[language]
    return f"<!DOCTYPE html>\n{_html.element('html', head, _html.element('body', body), lang=lang)}\n"


def _security() -> str:
    """Nothing may be loaded, sent or run; the one style sheet is known by its digest."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _header(c: Chapter, title: str) -> _html.Markup:
    description = c.titles.description()
    return _html.element(
        "header",
        _html.element("p", c.label("page.kind"), class_="kind"),
        _html.element("h1", _html.name(title)),
        _html.element("p", _html.name(description), class_="lead") if description else None,
    )


def _overview(chapters: list[Chapter]) -> _html.Markup:
    """Every reform in one line."""
    c = chapters[0]
    rows = [
        [
            _html.link(f"reform-{x.place}", _html.name(x.title)),
            x.show(badge(x.verdict)),
            x.money(x.verdict.organisation, signed=True),
            x.money(x.verdict.customer, signed=True),
            x.money(x.verdict.total, signed=True),
            x.money(x.verdict.transfer, signed=True),
        ]
        for x in chapters
    ]
    columns = ["reform", "verdict", "organisation", "customer", "both", "paid"]
    caption = c.label("say.overview", currency=c.currency, period=c.period)
    table = c.table(columns, rows, numeric=range(2, 6), caption=caption)
    return _html.element("section", _html.element("h2", c.label("page.overview")), table)


def _chapter(c: Chapter, count: int, tips: dict[str, BreakEven] | None) -> _html.Markup:
    heading = _html.element("h2", c.label("page.reform", reform=Name(c.title)))
    if c.title != c.reform:
        written = _html.element("p", _html.element("code", c.reform))
        heading = _html.join([heading, written])
    css = "reform" if count == 1 else "reform several"
    made = [section(c) for section in _SECTIONS]
    if tips is not None:
        made.append(reasons.tipping(c, tips))
    return _html.element("article", heading, *made, class_=css, id=f"reform-{c.place}")


def _footer(c: Chapter) -> _html.Markup:
    return _html.element(
        "footer",
        _html.element("p", c.label("page.basis", period=c.period)),
        _html.element("p", c.label("page.fingerprint"), " ", _html.element("code", c.baseline.fingerprint)),
        _html.element(
            "p",
            c.label("page.version", version=Name(_core.__version__)),
            " ",
            c.label("page.reproduce"),
        ),
    )
