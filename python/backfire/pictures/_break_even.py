"""A figure while one number of the scenario runs over a range, and where it meets its target."""

from typing import Any

from backfire._break_even import BreakEven, subject_of, told
from backfire._messages import check_language, number, percent, say
from backfire._titles import Titles
from backfire._words import as_text
from backfire.pictures._axes import plot_area
from backfire.pictures._drawing import DARK, INK, MUTED, PAPER, SMALL, Drawing, path_of
from backfire.pictures._picture import Picture, finished
from backfire.pictures._scales import around
from backfire.pictures._words import axis_title


def break_even(result: BreakEven, *, language: str = "en", prefix: str | None = None) -> Picture:
    """The curve of a break-even question: the target dashed, break-even points marked, jumps dotted.

    Parameters
    ----------
    result : BreakEven
        What `backfire.break_even` found.
    language : str
        ``en`` or ``zh``.
    prefix : str, optional
        What the SVG's ids begin with; by default a mark made of the content.

    Raises
    ------
    ValueError
        No such language.
    """
    check_language(language)
    scenario = result.scenario
    titles = Titles(language, scenario)
    unit = scenario._core.unit_at(result.path)
    figure = as_text(subject_of(result.figure, titles), language)
    figure_unit = result.unit
    subject = titles.path(result.path)

    def x_text(value: float) -> str:
        return number(told(result, value), unit, language)

    def x_short(value: float) -> str:
        return number(value, "1", language)

    def y_text(value: float) -> str:
        return (
            percent(value, language)
            if result.figure.startswith("behaviour.")
            else number(value, "1", language)
        )

    points = result.points
    between = say("list.between", language)
    title = (
        say("picture.break_even.title", language, subject=subject, points=between.join(map(x_text, points)))
        if points
        else say("picture.break_even.none", language, subject=subject)
    )
    rows = [r for r in result.curve if r["value"] is not None]
    drawing = Drawing()
    drawing.header(title, say("picture.break_even.shown", language, figure=figure))
    x, y = plot_area(
        drawing,
        around(list(result.between)),
        around([*(r["value"] for r in rows), result.target], 0.08),
        260.0,
        x_short,
        y_text,
        axis_title(subject, unit, language),
        axis_title(figure, figure_unit, language),
    )
    level = y(result.target)
    drawing.line(x.start, level, x.end, level, INK, stroke_width=1.5, stroke_dasharray="7 5")
    piece: list[tuple[float, float]] = []
    for row in rows:
        at = (x(row["x"]), y(row["value"]))
        if row["jump"] and piece:
            drawing.line(*piece[-1], *at, DARK, stroke_width=2, stroke_dasharray="2 4")
            _stroke(drawing, piece)
            piece = []
        piece.append(at)
    _stroke(drawing, piece)
    for point in points:
        drawing.line(x(point), level, x(point), y.start, DARK, stroke_dasharray="2 3")
        drawing.shape("circle", cx=x(point), cy=level, r=7, fill=PAPER, stroke=DARK, stroke_width=3)
    now = result.now
    if result.between[0] <= now <= result.between[1]:
        base = y.start
        corners = ((x(now), base), (x(now) - 6, base - 11), (x(now) + 6, base - 11))
        drawing.shape("polygon", points=" ".join(f"{a:.2f},{b:.2f}" for a, b in corners), fill=INK)
    drawing.skip(6)
    for mark, text in (
        ("now", say("picture.break_even.now", language, value=x_text(now))),
        ("target", say("picture.break_even.target", language, value=y_text(result.target))),
    ):
        base, left = drawing.height + 8, 24.0
        if mark == "now":
            drawing.shape(
                "polygon",
                points=f"{left:.2f},{base + 6:.2f} {left - 6:.2f},{base - 5:.2f} {left + 6:.2f},{base - 5:.2f}",
                fill=INK,
            )
        else:
            drawing.line(left - 8, base, left + 12, base, INK, stroke_width=1.5, stroke_dasharray="7 5")
        drawing.paragraph(text, SMALL, fill=MUTED, x=44.0)
    sentences = result.text_in(language).split("\n")
    data = [dict(r) | {"jump": bool(r["jump"])} for r in rows]
    return finished(drawing, title, sentences, language, prefix, _vega(data, result, subject, figure))


def _stroke(drawing: Drawing, piece: list[tuple[float, float]]) -> None:
    if len(piece) > 1:
        drawing.shape(
            "path", d=path_of(piece), fill="none", stroke=DARK, stroke_width=3, stroke_linejoin="round"
        )


def _vega(rows: list[dict[str, Any]], result: BreakEven, subject: str, figure: str) -> dict[str, Any]:
    group = 0
    for row in rows:
        group += row["jump"]
        row["piece"] = group
    x = {"field": "x", "type": "quantitative", "title": subject}
    return {
        "width": "container",
        "data": {"values": rows},
        "layer": [
            {
                "mark": "line",
                "encoding": {
                    "x": x,
                    "y": {
                        "field": "value",
                        "type": "quantitative",
                        "title": figure,
                        "scale": {"zero": False},
                    },
                    "detail": {"field": "piece"},
                },
            },
            {"mark": {"type": "rule", "strokeDash": [7, 5]}, "encoding": {"y": {"datum": result.target}}},
            *(
                {"mark": {"type": "rule", "strokeDash": [2, 3]}, "encoding": {"x": {"datum": p}}}
                for p in result.points
            ),
        ],
    }
