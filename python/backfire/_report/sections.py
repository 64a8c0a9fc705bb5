"""The sections about one reform, in the order of the page."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from backfire import _html, _verdict, pictures
from backfire._messages import known, say
from backfire._report.chapter import WHOLE, Chapter
from backfire._scenario import diff
from backfire._words import Money, Name, Number, Part, Share, sentence

#: The picture of behaviour shows so many actions; all of them stand in the table below it.
_DRAWN = 4


def verdict(c: Chapter) -> _html.Markup:
    """The judgement with its size, what people do, and what to beware of: all of it on the first screen."""
    v = c.verdict
    tiles = [
        _tile(c, "row.organisation", v.organisation),
        _tile(c, "row.customer", v.customer),
        _tile(c, "row.paid", v.transfer, neutral=True),
    ]
    everybody = []
    if v.agents and v.total:
        total = Money(v.total * v.agents, v.currency, signed=True)
        everybody = [sentence("split.everybody", agents=Number(v.agents), total=total, period=c.period)]
    said = [*_verdict.deeds(v, c.titles), *everybody, *_verdict.mechanics(v)]
    said += [*_verdict.transfer(v, c.titles), _verdict.pay(v)]
    warned = _verdict.warnings(v, c.titles)
    return _html.element(
        "section",
        _html.element("p", c.show(_verdict.badge(v)), class_="badge"),
        _html.element("p", c.show(_verdict.headline(v, c.titles)), class_="headline"),
        _html.element("dl", *tiles, class_="tiles"),
        _html.element("ul", *(_html.element("li", c.show(s)) for s in said)),
        *(_html.element("p", c.show(s), class_="warning") for s in warned),
        class_=f"verdict {_colour(v)}",
        aria_label=say("head.verdict", c.language),
    )


def _colour(v: _verdict.Verdict) -> str:
    if v.kind in ("backfires", "undecided"):
        return "bad" if not v.lifted else "good"
    if v.lifted and v.kind in ("helps", "misleads"):
        return "bad"
    return {"helps": "good", "misleads": "mixed", "trade_off": "mixed"}.get(v.kind, "even")


def _tile(c: Chapter, key: str, amount: float | None, neutral: bool = False) -> _html.Markup:
    money = Money(amount, c.verdict.currency, signed=True)
    css = "" if neutral or not amount else " up" if amount > 0 else " down"
    return _html.element(
        "div",
        _html.element("dt", c.label(key)),
        _html.element(
            "dd",
            c.show(money),
            _html.element("small", c.label("say.per_agent", period=c.period)),
            class_=f"figure{css}",
        ),
    )


def changes(c: Chapter) -> _html.Markup:
    """The reform in words: every place it writes, before and after."""
    rows = [
        [
            _html.name(c.titles.path(row["path"])),
            _read(c, row["before"], row["unit"], missing="row.nothing"),
            _read(c, row["after"], row["unit"], missing="row.removed"),
        ]
        for row in diff(c.baseline, c.solution.scenario)
        if _verdict.acts(row["path"])
    ]
    if not rows:
        return c.section("changes", c.say(sentence("say.changes.none")))
    return c.section("changes", c.table(["what", "before", "after"], rows))


def _read(c: Chapter, text: str, unit: str, missing: str) -> _html.Markup:
    return written(c, json.loads(text), unit) if text else c.label(missing)


def written(c: Chapter, value: Any, unit: str = "1") -> _html.Markup:
    """A value of the document as people write it."""
    if isinstance(value, bool):
        return c.label("row.yes" if value else "row.no")
    if isinstance(value, int | float):
        return c.show(Number(value, unit))
    if isinstance(value, Mapping):
        shown = [
            _html.join([_key(c, k), " ", written(c, v)])
            for k, v in value.items()
            if k not in ("title", "description")
        ]
        return _html.join(shown, say("list.between", c.language))
    if isinstance(value, list):
        inner = [
            _html.join(["(", written(c, v), ")"]) if isinstance(v, list) else written(c, v) for v in value
        ]
        return _html.join(inner, say("list.between", c.language))
    if value is None:
        return c.nothing
    return _html.name(c.titles.event(value) if _is_event(c, value) else known("word", str(value), c.language))


def _key(c: Chapter, key: str) -> _html.Markup:
    """A key of the document: one of the format's own, or the name of a measure or ability."""
    word = known("key", key, c.language)
    return _html.name(c.titles.measure(key)) if word == key.replace("_", " ") else _html.text(word)


def _is_event(c: Chapter, value: str) -> bool:
    return "." in value and any(value.split(".")[0] in d.get("situations", {}) for d in c.documents)


def behaviour(c: Chapter) -> _html.Markup:
    """How often each choice is made, before and after."""
    rows = [
        [
            _html.name(c.titles.situation(m.situation)),
            _html.name(c.titles.action(m.situation, m.action)),
            c.label("row.nothing") if m.before is None else c.show(Share(m.before, fine=True)),
            c.label("row.removed") if m.after is None else c.show(Share(m.after, fine=True)),
        ]
        for m in c.verdict.moves
    ]
    table = c.table(
        ["situation", "action", "before", "after"],
        rows,
        numeric=[2, 3],
        row_heads=2,
        caption=c.label("say.behaviour"),
    )
    spoken = [f"{m.situation}.{m.action}" for m in _verdict.spoken(c.verdict, _DRAWN)]
    drawn = c.figure(pictures.behaviour, "behaviour", actions=spoken) if spoken else None
    return c.section("behaviour", drawn, table)


def money(c: Chapter) -> _html.Markup:
    """What the work is worth, what is paid, and what each rule pays."""
    values = {(r["party"], r["figure"]): r for r in c.comparison.values.where(reform=c.reform, **WHOLE)}
    paid = c.comparison.payouts.where(reform=c.reform, figure="money", **WHOLE).to_dicts()
    organisation, customer = values["organisation", "work"], values["customer", "work"]
    lines = {
        "row.organisation": _ends(organisation),
        "row.customer": _ends(customer),
        "row.both": _plus(_ends(organisation), _ends(customer)),
        "row.paid": (sum(r["baseline"] or 0.0 for r in paid), sum(r["value"] or 0.0 for r in paid)),
        "row.net": _ends(values["organisation", "money"]),
    }
    agents = c.verdict.agents
    rows = [_money_row(c, c.label(key), *ends, agents) for key, ends in lines.items()]
    columns = [c.label("col.what"), c.label("col.before"), c.label("col.after"), c.label("col.change")]
    if agents:
        columns.append(c.label("col.everybody", agents=Number(agents)))
    caption = c.label("say.money", currency=c.currency, period=c.period)
    tables = [_html.table(columns, rows, numeric=range(1, len(columns)), caption=caption)]
    tables += _reaction(c, organisation, customer)
    rules = [
        _money_row(c, _html.name(c.titles.rule(r["rule"])), r["baseline"], r["value"], agents) for r in paid
    ]
    columns[0] = c.label("col.rule")
    caption = c.label("say.payouts", currency=c.currency, period=c.period)
    if rules:
        tables.append(_html.table(columns, rules, numeric=range(1, len(columns)), caption=caption))
    moved = c.verdict.organisation or c.verdict.transfer
    drawn = c.figure(pictures.waterfall, "waterfall") if moved else None
    return c.section("money", drawn, *tables, *_units(c))


def _ends(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    return row["baseline"], row["value"]


def _plus(
    one: tuple[float | None, float | None], other: tuple[float | None, float | None]
) -> tuple[float | None, float | None]:
    before, after = (None if a is None or b is None else a + b for a, b in zip(one, other, strict=True))
    return before, after


def _money_row(
    c: Chapter, head: object, before: float | None, after: float | None, agents: float | None
) -> list[object]:
    change = (after or 0.0) - (before or 0.0)
    row = [head, c.money(before), c.money(after), c.money(change, signed=True)]
    return [*row, c.money(change * agents, signed=True)] if agents else row


def _reaction(c: Chapter, *work: Mapping[str, Any]) -> list[_html.Markup]:
    """How much of the change is people's reaction, where some of it is not."""
    mechanical = sum(r["mechanical"] or 0.0 for r in work)
    if not any(_verdict.counts(r["mechanical"] or 0.0, r["baseline"] or 0.0) for r in work):
        return []
    behavioural = sum(r["behavioural"] or 0.0 for r in work)
    parts = {"mechanical": mechanical, "behavioural": behavioural}
    amounts = {k: Money(v, c.verdict.currency, signed=True) for k, v in parts.items()}
    return [c.say(sentence("say.mechanical", **amounts))]


def _units(c: Chapter) -> Iterator[_html.Markup]:
    """What a unit other than money counts as, where a rule pays in it."""
    paid = {r["unit"] for r in c.comparison.payouts.where(reform=c.reform, **WHOLE)}
    units = c.documents[1].get("policy", {}).get("units", {})
    for unit, worth in units.items():
        if unit in paid:
            name = Name(known("unit", unit, c.language))
            yield c.say(sentence("say.unit", unit=name, money=Money(worth, c.verdict.currency)))


def goodhart(c: Chapter) -> _html.Markup:
    """Whether each KPI still shows what it stands for."""
    rows, said = [], []
    apart = bool(c.verdict.misled)
    baseline = {r["kpi"]: r for r in c.comparison.kpis.where(reform=c.reform, figure="mean", **WHOLE)}
    found = c.comparison.goodhart.where(reform=c.reform, **WHOLE).to_dicts()
    for r in found:
        seems, true, gap, unit = r["kpi_improvement"], r["true_improvement"], r["gap"], r["unit"]
        figures = [c.show(Number(x, unit, signed=True)) for x in (seems, true, gap)]
        rows.append([_html.name(c.titles.kpi(r["kpi"])), *figures])
        if gap is None or r["kpi"] in {m.kpi for m in c.verdict.misled}:
            continue
        told = _verdict.counts(gap, baseline[r["kpi"]]["baseline"] or 0.0)
        apart = apart or told
        key = "honest" if not told else "gap" if gap > 0 else "modest"
        kpi, size = Name(c.titles.kpi(r["kpi"])), Number(abs(gap), unit)
        said.append(c.say(sentence(f"say.goodhart.{key}", kpi=kpi, gap=size)))
    if not rows:
        return c.section("goodhart", c.say(sentence("say.goodhart.none")))
    misled = [c.say(s) for s in _verdict.warnings(c.verdict, c.titles) if s.key == "misled"]
    caption = c.label("say.goodhart")
    table = c.table(["kpi", "seems", "true", "gap"], rows, numeric=[1, 2, 3], caption=caption)
    drawn = c.figure(pictures.goodhart, "goodhart") if apart else None
    return c.section("goodhart", *misled, *said, drawn, table)


def sides(c: Chapter) -> _html.Markup:
    """Measures and KPIs that move, the relatively largest change first."""
    moved: list[tuple[float, list[object]]] = []
    for r in c.comparison.measures.where(reform=c.reform, figure="mean", **WHOLE):
        factor = 1000.0 if r["unit"] == "1" else 1.0
        key = "say.per_thousand" if r["unit"] == "1" else "say.per_contact"
        head = c.label(key, measure=Name(c.titles.measure(r["measure"])))
        ends = [None if r[k] is None else r[k] * factor for k in ("baseline", "value", "delta")]
        parts = [Number(v, r["unit"], signed=k == 2) for k, v in enumerate(ends)]
        _moved(c, moved, r, head, parts)
    for r in c.comparison.kpis.where(reform=c.reform, figure="mean", **WHOLE):
        head = _html.name(c.titles.kpi(r["kpi"]))
        ends = [r["baseline"], r["value"], r["delta"]]
        parts = [c.kpi_figure(r["kpi"], v, r["unit"], signed=k == 2) for k, v in enumerate(ends)]
        _moved(c, moved, r, head, parts)
    if not moved:
        return c.section("sides", c.say(sentence("say.sides.none")))
    rows = [row for _, row in sorted(moved, key=lambda item: -item[0])]
    caption = c.label("say.sides")
    return c.section(
        "sides", c.table(["what", "before", "after", "change"], rows, numeric=[1, 2, 3], caption=caption)
    )


def _moved(
    c: Chapter,
    moved: list[tuple[float, list[object]]],
    row: Mapping[str, Any],
    head: object,
    parts: list[Part],
) -> None:
    """Adds a row where something moved; what is on one side only comes first."""
    before, delta = row["baseline"], row["delta"]
    if delta is None:
        if before is None and row["value"] is None:
            return
        size = float("inf")
    elif not _verdict.counts(delta, before):
        return
    else:
        size = abs(delta / before) if before else float("inf")
    moved.append((round(size, 9), [head, *(c.show(p) for p in parts)]))


def winners(c: Chapter) -> _html.Markup:
    """Whose pay rises and falls, by segment and condition."""
    rows = []
    seen = set()
    for r in sorted(
        c.comparison.winners.where(reform=c.reform),
        key=lambda r: (r["segment"] != "all", r["condition"] != "all"),
    ):
        if (r["segment"], r["condition"]) in seen:
            continue
        seen.add((r["segment"], r["condition"]))
        rows.append(
            [
                _html.name(c.titles.segment(r["segment"])),
                _html.name(c.titles.condition(r["condition"])),
                c.share(r["winners"]),
                c.money(r["gain"] if r["winners"] else None, signed=True),
                c.share(r["losers"]),
                c.money(r["loss"] if r["losers"] else None, signed=True),
                c.share(r["unchanged"]),
            ]
        )
    caption = c.label("say.winners", currency=c.currency, period=c.period)
    columns = ["segment", "condition", "winners", "gain", "losers", "loss", "unchanged"]
    table = c.table(columns, rows, numeric=range(2, 7), row_heads=2, caption=caption)
    return c.section("winners", c.say(_verdict.pay(c.verdict)), table)
