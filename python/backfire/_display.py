"""What a notebook shows for scenarios, solutions, comparisons and graphs: static markup, safe with any title."""

from typing import TYPE_CHECKING

from backfire import _html, _verdict
from backfire._messages import known
from backfire._scenario import Scenario
from backfire._titles import Titles
from backfire._words import Money, Name, Number, Part, as_html, sentence

if TYPE_CHECKING:
    from backfire._answers import Comparison, Graph, Solution

_WHOLE = {"segment": "all", "condition": "all"}


def _label(key: str, **values: Part) -> _html.Markup:
    return as_html(sentence(key, **values), "en")


def _show(part: Part) -> _html.Markup:
    return as_html(part, "en")


def scenario(shown: Scenario) -> str:
    """A scenario: its question, how large it is, and what its rules pay for."""
    titles = Titles("en", shown)
    document = shown.to_dict()
    situations = document["situations"].values()
    segments = document.get("workforce", {}).get("segments") or {"all": None}
    size = {
        "situations": len(situations),
        "actions": sum(len(s.get("actions", ())) for s in situations),
        "segments": len(segments),
        "conditions": len(document.get("conditions") or {"all": None}),
    }
    rules = []
    for key, rule in document.get("policy", {}).get("rules", {}).items():
        form = next(f for f in ("each", "per", "kpi") if f in rule)
        events = rule[form] if isinstance(rule[form], list) else [rule[form]]
        named = [titles.kpi(e) if form == "kpi" else titles.measure(e) for e in events]
        paid_for = _html.join([known("key", form), " ", _html.join(map(_html.name, named), ", ")])
        rules.append([_html.name(titles.rule(key)), paid_for])
    table = _html.table([_label("col.rule"), _label("show.rules")], rules)
    # What lies in a sheet or a file of its own was just read and may hold a slip; its warnings are seen nowhere else.
    warned = [_html.element("li", d.message, " (", d.hint, ")") for d in shown.diagnostics if d.file]
    description = titles.description()
    return _html.shown(
        _html.element("p", _html.element("strong", _html.name(titles.scenario()))),
        _html.element("p", _html.name(description)) if description else None,
        _html.element("p", _label("show.size", **{k: Number(n) for k, n in size.items()})),
        table if rules else None,
        _html.element("ul", *warned) if warned else None,
        _html.element("p", _html.element("small", _html.element("code", shown.fingerprint))),
    )


def solution(shown: "Solution") -> str:
    """A solution: what people do as a picture, the KPIs and the value of the work."""
    from backfire import pictures  # which draws answers, and so comes after them

    titles = Titles("en", shown.scenario)
    currency = shown.scenario._core.currency()
    kpis = [
        [
            _html.name(titles.kpi(r["kpi"])),
            _show(Number(r["mean"], r["unit"])),
            _show(Number(r["sd"], r["unit"])),
        ]
        for r in shown.kpis.where(**_WHOLE)
    ]
    values = {r["party"]: r for r in shown.values.where(**_WHOLE)}
    money = [
        [_label("row.organisation"), _show(Money(values["organisation"]["work"], currency))],
        [_label("row.customer"), _show(Money(values["customer"]["work"], currency))],
        [_label("row.net"), _show(Money(values["organisation"]["money"], currency))],
    ]
    warned = [] if shown.status == "converged" else [_label(f"status.{shown.status}")]
    warned += [_html.text(note.message) for note in shown.notes]
    return _html.shown(
        _html.element("p", _html.element("strong", _html.name(titles.scenario()))),
        *(_html.element("p", w) for w in warned),
        _html.figure(pictures.behaviour(shown).svg),
        _html.table(
            [_label("col.kpi"), _label("col.value"), _label("col.spread")],
            kpis,
            numeric=[1, 2],
            caption=_label("show.kpis"),
        )
        if kpis
        else None,
        _html.table(
            [_label("col.what"), _label("say.money", currency=Name(currency), period=Name(titles.period()))],
            money,
            numeric=[1],
        ),
    )


def comparison(shown: "Comparison") -> str:
    """A comparison: each reform's verdict and how often each choice is made."""
    from backfire import pictures  # which draws answers, and so comes after them

    parts: list[_html.Markup] = []
    for reform in shown.reforms:
        titles = _verdict.comparison_titles(shown, reform, "en")
        v = _verdict.verdict(shown, reform)
        said = [
            *_verdict.deeds(v, titles),
            *_verdict.split(v, titles),
            _verdict.pay(v),
            *_verdict.warnings(v, titles),
            *_verdict.brought(shown, reform),
        ]
        name = Name(_verdict.reform_called(shown, reform, "en"))
        badge = _html.element("strong", _label("reform.named", reform=name), _show(_verdict.badge(v)))
        parts += [
            _html.element("p", badge, _html.element("br"), _show(_verdict.headline(v, titles))),
            _html.element("ul", *(_html.element("li", _show(s)) for s in said)),
        ]
        if any(abs(m.size) >= _verdict.VISIBLE for m in v.moves):
            parts.append(_html.figure(pictures.behaviour(shown, reform).svg))
    question = Titles("en", shown.baseline.scenario).scenario()
    return _html.shown(_html.element("p", _html.element("strong", _html.name(question))), *parts)


def graph(shown: "Graph") -> str:
    """The incentive graph as a picture; one too large to be drawn by its relations, by the titles of what they join."""
    from backfire import pictures  # which draws answers, and so comes after them

    question = Titles("en", shown._scenario).scenario()
    try:
        drawn = _html.figure(pictures.graph(shown._scenario).svg)
    except ValueError as too_large:
        drawn = _html.join([_html.element("p", _html.text(str(too_large))), _relations(shown)], "")
    return _html.shown(_html.element("p", _html.element("strong", _html.name(question))), drawn)


def _relations(shown: "Graph") -> _html.Markup:
    titles = {r["name"]: r["title"] for r in shown.nodes}
    rows = [
        [_html.name(titles[r["source"]]), r["relation"].replace("_", " "), _html.name(titles[r["target"]])]
        for r in shown.edges
    ]
    columns = [_label("col.from"), _label("col.relation"), _label("col.to")]
    return _html.table(columns, rows, caption=_label("show.graph"))
