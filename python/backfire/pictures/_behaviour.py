"""What people do, before and after a reform, by segment; or under one scenario."""

from collections.abc import Sequence
from typing import Any

from backfire._answers import Comparison, Solution
from backfire._messages import percent, say
from backfire._titles import Titles
from backfire._verdict import reform_called
from backfire.pictures._drawing import BODY, DARK, GRID, INK, MARGIN, MUTED, PAPER, SMALL, Drawing
from backfire.pictures._picture import Picture, finished
from backfire.pictures._scales import Scale
from backfire.pictures._type import width, wrapped
from backfire.pictures._words import Row, one_of, titles_of

_LABELS = 136.0
_FIGURE = 50.0


def behaviour(
    answer: Comparison | Solution,
    reform: str | None = None,
    actions: Sequence[str] | None = None,
    *,
    language: str = "en",
    prefix: str | None = None,
) -> Picture:
    """How often each action is taken, by segment: before (ring) and after (disc) a reform; bars for a solution alone.

    Parameters
    ----------
    answer : Comparison or Solution
    reform : str, optional
        A reform of the comparison; its first by default. Not for a solution.
    actions : sequence of str, optional
        Actions ``situation.action`` to show. By default, where a situation offers two, the one that becomes more common
        (is the more common, for a solution), since the other is the rest; where it offers more, all of them.
    language : str
        ``en`` or ``zh``.
    prefix : str, optional
        What the SVG's ids begin with; by default a mark made of the content.

    Raises
    ------
    UnknownNameError
        No such reform or action.
    ValueError
        No such language.
    """
    if isinstance(answer, Comparison):
        reform = (
            one_of(reform, answer.reforms, "reform") if reform is not None else next(iter(answer.reforms))
        )
        rows = list(answer.behaviour.where(reform=reform, figure="probability", condition="all"))
    else:
        reform = None
        rows = [
            r | {"baseline": None, "value": r["probability"], "delta": None}
            for r in answer.behaviour.where(condition="all")
        ]
    titles = titles_of(answer, reform, language)
    shown = _picked(rows, actions)
    lead = max((r for r in shown if r["segment"] == "all"), key=lambda r: abs(r["delta"] or 0.0))
    name = titles.action(lead["situation"], lead["action"])
    if reform is None or isinstance(answer, Solution):
        title = say("picture.behaviour.alone", language)
        subtitle = say("picture.behaviour.shown_alone", language)
    else:
        key = "title" if abs(lead["delta"] or 0.0) >= 0.005 else "same"
        called = reform_called(answer, reform, language)
        title = say(
            f"picture.behaviour.{key}",
            language,
            action=name,
            before=_share(lead["baseline"], language),
            after=_share(lead["value"], language),
            reform=called,
        )
        subtitle = say("picture.behaviour.shown", language, reform=called)
    drawing = Drawing()
    drawing.header(title, subtitle)
    if reform is not None:
        _legend(drawing, language)
    scale = Scale(0.0, 1.0, MARGIN + _LABELS + _FIGURE, drawing.width - MARGIN - _FIGURE)
    sentences: list[str] = []
    one_segment = len({r["segment"] for r in rows}) <= 2
    for situation, action in dict.fromkeys((r["situation"], r["action"]) for r in shown):
        drawing.skip(4)
        drawing.line(MARGIN, drawing.height, drawing.width - MARGIN, drawing.height, GRID)
        drawing.skip(4)
        drawing.paragraph(titles.action(situation, action), BODY, bold=True, most=2)
        drawing.paragraph(titles.situation(situation), SMALL, fill=MUTED, most=2)
        drawing.skip(2)
        for row in shown:
            if (row["situation"], row["action"]) != (situation, action):
                continue
            if one_segment and row["segment"] != "all":
                continue
            _draw_row(drawing, row, titles, scale, reform is None)
            sentences.append(_sentence(row, titles, reform is None))
    _axis(drawing, scale)
    return finished(drawing, title, sentences, language, prefix, _vega(shown, titles, reform is None))


def _picked(rows: list[Row], actions: Sequence[str] | None) -> list[Row]:
    """The rows of the actions asked for, or of those that tell it all; everybody first."""
    whole = [r for r in rows if r["segment"] == "all"]
    names = [f"{r['situation']}.{r['action']}" for r in whole]
    if actions is not None:
        wanted = {one_of(a, names, "action") for a in actions}
    else:
        wanted = set()
        for situation in dict.fromkeys(r["situation"] for r in whole):
            offered = [r for r in whole if r["situation"] == situation]
            if len(offered) == 2:
                by = [r["value"] or 0.0 if r["delta"] is None else r["delta"] for r in offered]
                offered = [offered[0] if by[0] >= by[1] else offered[1]]
            wanted |= {f"{r['situation']}.{r['action']}" for r in offered}
    segments = ["all", *(s for s in dict.fromkeys(r["segment"] for r in rows) if s != "all")]
    chosen = [r for r in rows if f"{r['situation']}.{r['action']}" in wanted]
    return sorted(
        chosen, key=lambda r: (names.index(f"{r['situation']}.{r['action']}"), segments.index(r["segment"]))
    )


def _share(value: float | None, language: str) -> str:
    return say("number.none", language) if value is None else percent(value, language)


def _sentence(row: Row, titles: Titles, alone: bool) -> str:
    same = _share(row["baseline"], titles.language) == _share(row["value"], titles.language)
    return say(
        f"picture.behaviour.{'alt_alone' if alone else 'alt_same' if same else 'alt'}",
        titles.language,
        action=titles.action(row["situation"], row["action"]),
        segment=titles.segment(row["segment"]),
        before=_share(row["baseline"], titles.language),
        after=_share(row["value"], titles.language),
    )


def _legend(drawing: Drawing, language: str) -> None:
    y = drawing.height + 11
    x = MARGIN + 7
    for key, fill in (("before", PAPER), ("after", DARK)):
        drawing.shape("circle", cx=x, cy=y, r=6, fill=fill, stroke=INK, stroke_width=2)
        x = drawing.text(x + 12, y + 5, say(f"picture.{key}", language), SMALL).right + 22
    drawing.skip(26)


def _draw_row(drawing: Drawing, row: Row, titles: Titles, scale: Scale, alone: bool) -> None:
    bold = row["segment"] == "all"
    lines = wrapped(titles.segment(row["segment"]), _LABELS - 8, BODY, bold, most=2)
    height = max(30.0, 19.0 * len(lines) + 8)
    middle = drawing.height + height / 2
    for k, line in enumerate(lines):
        drawing.text(MARGIN, middle + 5 + 19 * (k - (len(lines) - 1) / 2), line, BODY, bold=bold)
    drawing.line(scale(0), middle, scale(1), middle, GRID, stroke_width=1)
    before, after = row["baseline"], row["value"]
    if alone and after is not None:
        drawing.bar(scale(0), scale(after), middle - 8, 16, DARK)
        drawing.text(
            scale(after) + 6, middle + 5, percent(after, titles.language), BODY, bold=bold, halo=True
        )
    else:
        _dumbbell(drawing, before, after, middle, scale, bold, titles.language)
    drawing.skip(height)


def _dumbbell(
    drawing: Drawing,
    before: float | None,
    after: float | None,
    y: float,
    scale: Scale,
    bold: bool,
    language: str,
) -> None:
    if before is not None and after is not None:
        drawing.line(scale(before), y, scale(after), y, DARK, stroke_width=5)
    for value, fill in ((before, PAPER), (after, DARK)):
        if value is not None:
            drawing.shape("circle", cx=scale(value), cy=y, r=7, fill=fill, stroke=INK, stroke_width=2)
    if before is not None and after is not None and percent(before, language) == percent(after, language):
        drawing.text(
            scale(max(before, after)) + 12, y + 5, percent(after, language), BODY, bold=bold, halo=True
        )
        return
    rises = before is None or after is None or after >= before
    if before is not None:
        at, side = (-12, "end") if rises else (12, "start")
        drawing.text(scale(before) + at, y + 5, percent(before, language), SMALL, side, fill=MUTED, halo=True)  # type: ignore[arg-type]
    if after is not None:
        at, side = (12, "start") if rises else (-12, "end")
        drawing.text(scale(after) + at, y + 5, percent(after, language), BODY, side, bold=bold, halo=True)  # type: ignore[arg-type]


def _axis(drawing: Drawing, scale: Scale) -> None:
    y = drawing.skip(4)
    drawing.line(scale(0), y, scale(1), y, INK)
    for value in (0.0, 0.5, 1.0):
        drawing.line(scale(value), y, scale(value), y + 5, INK)
        text = f"{value:.0%}"
        assert width(text, SMALL) < _FIGURE
        drawing.text(scale(value), y + 20, text, SMALL, "middle", fill=MUTED)
    drawing.skip(22)


def _vega(rows: list[Row], titles: Titles, alone: bool) -> dict[str, Any]:
    say_ = titles.language
    data = [
        {
            "action": titles.action(r["situation"], r["action"]),
            "segment": titles.segment(r["segment"]),
            "before": r["baseline"],
            "after": r["value"],
        }
        for r in rows
    ]
    y = {"field": "segment", "type": "nominal", "sort": None, "title": None}
    domain = {"domain": [0, 1]}

    def place(field: str) -> dict[str, Any]:
        return {
            "field": field,
            "type": "quantitative",
            "scale": domain,
            "axis": {"format": "%"},
            "title": say("picture.share", say_),
        }

    if alone:
        layers: list[dict[str, Any]] = [{"mark": "bar", "encoding": {"y": y, "x": place("after")}}]
    else:
        layers = [
            {"mark": "rule", "encoding": {"y": y, "x": place("before"), "x2": {"field": "after"}}},
            {
                "mark": {"type": "point", "filled": False, "size": 90, "color": "#1a1a1a"},
                "encoding": {"y": y, "x": place("before")},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 90},
                "encoding": {"y": y, "x": place("after")},
            },
        ]
    return {
        "data": {"values": data},
        "facet": {"row": {"field": "action", "type": "nominal", "sort": None, "title": None}},
        "spec": {"width": 320, "layer": layers},
    }
