"""Each KPI against what it stands for: whether it looks better, and whether it is."""

from typing import Any

from backfire._answers import Comparison
from backfire._messages import number, percent, say
from backfire._titles import Titles
from backfire._verdict import reform_called
from backfire.pictures._drawing import BODY, DARK, GRID, INK, LIGHT, MARGIN, MUTED, PAPER, SMALL, Drawing
from backfire.pictures._picture import Picture, finished
from backfire.pictures._scales import Scale
from backfire.pictures._words import WHOLE, Row, one_of, titles_of

_DIAL = 12.0


def goodhart(
    comparison: Comparison, reform: str | None = None, *, language: str = "en", prefix: str | None = None
) -> Picture:
    """The Goodhart plane: to the right the KPI looks better, upwards what it stands for is better.

    On the diagonal a KPI tells the truth; below it, it flatters. KPIs have different units, so each point's two figures
    are divided by the larger of them; the list below gives them in their own unit. Figures are those of
    `Comparison.goodhart` for everybody. Where no KPI says what it stands for, the picture says so.

    Parameters
    ----------
    comparison : Comparison
    reform : str, optional
        One reform; all by default.
    language : str
        ``en`` or ``zh``.
    prefix : str, optional
        What the SVG's ids begin with; by default a mark made of the content.

    Raises
    ------
    UnknownNameError
        No such reform.
    ValueError
        No such language.
    """
    if reform is not None:
        one_of(reform, comparison.reforms, "reform")
    rows = [
        r
        for r in comparison.goodhart.where(**WHOLE)
        if reform in (None, r["reform"]) and None not in (r["kpi_improvement"], r["true_improvement"])
    ]
    titles = titles_of(comparison, reform, language)
    misled = [r for r in rows if _kind(r) == "flatters"]
    title = _title(rows, misled, titles)
    drawing = Drawing()
    drawing.header(title, say("picture.goodhart.shown", language))
    sentences = []
    if rows:
        _plane(drawing, rows, language)
        several = len(comparison.reforms) > 1 and reform is None
        for k, row in enumerate(rows, 1):
            under = reform_called(comparison, row["reform"], language) if several else None
            sentences.append(_sentence(row, titles, under))
            y = drawing.skip(10)
            _mark(drawing, MARGIN + _DIAL, y + 9, str(k), _kind(row))
            drawing.paragraph(sentences[-1], BODY, x=MARGIN + 2 * _DIAL + 8)
    named = {r["reform"]: reform_called(comparison, r["reform"], language) for r in rows}
    return finished(drawing, title, sentences, language, prefix, _vega(rows, titles, named))


def _kind(row: Row) -> str:
    kpi, true = row["kpi_improvement"], row["true_improvement"]
    size = max(abs(kpi), abs(true))
    if size == 0 or abs(kpi - true) <= 1e-6 * size:
        return "honest"
    return "flatters" if kpi > 0 > true else "apart"


def _title(rows: list[Row], misled: list[Row], titles: Titles) -> str:
    if not rows:
        return say("picture.goodhart.none", titles.language)
    if misled:
        kpi = titles.kpi(max(misled, key=lambda r: r["gap"])["kpi"])
        return say("picture.goodhart.misled", titles.language, kpi=kpi)
    honest = all(_kind(r) == "honest" for r in rows)
    return say(f"picture.goodhart.{'honest' if honest else 'apart'}", titles.language)


def _change(value: float, unit: str, language: str) -> str:
    if unit == "1" and abs(value) <= 1:
        return say("picture.points", language, amount=percent(value, language, fine=True).removesuffix("%"))
    return number(float(f"{value:.3g}"), unit, language)


def _sentence(row: Row, titles: Titles, reform: str | None) -> str:
    language = titles.language
    kpi, true = row["kpi_improvement"], row["true_improvement"]

    def moved(side: str, value: float) -> str:
        way = "better" if value > 0 else "worse" if value < 0 else "same"
        amount = _change(abs(value), row["unit"], language)
        return say(f"picture.goodhart.{side}_{way}", language, amount=amount)

    text = say(
        "picture.goodhart.line",
        language,
        kpi=titles.kpi(row["kpi"]),
        looks=moved("looks", kpi),
        truth=moved("is", true),
    )
    return text if reform is None else say("picture.goodhart.under", language, reform=reform, text=text)


def _mark(drawing: Drawing, x: float, y: float, text: str, kind: str) -> None:
    fill, ink = (LIGHT, INK) if kind == "flatters" else (DARK, PAPER) if kind == "honest" else (PAPER, INK)
    drawing.shape("circle", cx=x, cy=y, r=_DIAL, fill=fill, stroke=INK, stroke_width=1.5)
    drawing.text(x, y + 5, text, SMALL, "middle", bold=True, fill=ink)


def _plane(drawing: Drawing, rows: list[Row], language: str) -> None:
    top = drawing.height + SMALL + 6
    left, side = MARGIN, drawing.width - 2 * MARGIN
    height = 320.0
    x = Scale(-1.25, 1.25, left, left + side)
    y = Scale(-1.5, 1.5, top + height, top)
    drawing.text(
        x(0),
        drawing.height + SMALL - 1,
        say("picture.goodhart.up", language),
        SMALL,
        "middle",
        fill=MUTED,
        room=side,
    )
    drawing.shape("rect", x=left, y=top, width=side, height=height, fill=PAPER, stroke=GRID)
    drawing.shape("rect", x=x(0), y=y(0), width=x(1.25) - x(0), height=y(-1.5) - y(0), fill="#fbe7d2")
    drawing.shape(
        "rect",
        x=x(0),
        y=y(0),
        width=x(1.25) - x(0),
        height=y(-1.5) - y(0),
        fill=drawing.hatch(),
        opacity=0.12,
    )
    drawing.line(x(-1.25), y(0), x(1.25), y(0), INK, stroke_width=1.5)
    drawing.line(x(0), y(-1.5), x(0), y(1.5), INK, stroke_width=1.5)
    drawing.line(x(-1.25), y(-1.25), x(1.25), y(1.25), MUTED, stroke_dasharray="6 5")
    half = side / 2 - 16
    for key, across, level in (
        ("worse_better", "start", top + 20),
        ("better_better", "end", top + 20),
        ("worse_worse", "start", top + height - 10),
        ("better_worse", "end", top + height - 10),
    ):
        place = left + 8 if across == "start" else left + side - 8
        bold = key == "better_worse"
        drawing.text(place, level, say(f"picture.goodhart.{key}", language), SMALL, across, bold, room=half)  # type: ignore[arg-type]
    places: list[tuple[float, float]] = []
    for k, row in enumerate(rows, 1):
        size = max(abs(row["kpi_improvement"]), abs(row["true_improvement"])) or 1.0
        at = (x(row["kpi_improvement"] / size), y(row["true_improvement"] / size))
        shift = sum(abs(at[0] - a) + abs(at[1] - b) < 4 for a, b in places)
        places.append(at)
        _mark(drawing, at[0] + (2.2 if at[0] < x(0) else -2.2) * _DIAL * shift, at[1], str(k), _kind(row))
    drawing.height = top + height
    drawing.text(
        left + side,
        drawing.height + SMALL + 4,
        say("picture.goodhart.right", language),
        SMALL,
        "end",
        fill=MUTED,
        room=side,
    )
    drawing.skip(SMALL + 12)


def _vega(rows: list[Row], titles: Titles, named: dict[str, str]) -> dict[str, Any]:
    data = [
        {
            "reform": named[r["reform"]],
            "kpi": titles.kpi(r["kpi"]),
            "unit": r["unit"],
            "kpi_improvement": r["kpi_improvement"],
            "true_improvement": r["true_improvement"],
        }
        for r in rows
    ]
    language = titles.language
    axes = {
        "x": {
            "field": "kpi_improvement",
            "type": "quantitative",
            "title": say("picture.goodhart.right", language),
        },
        "y": {
            "field": "true_improvement",
            "type": "quantitative",
            "title": say("picture.goodhart.up", language),
        },
    }
    return {
        "data": {"values": data},
        "facet": {"row": {"field": "kpi", "type": "nominal", "title": None}},
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
        "spec": {
            "width": 300,
            "height": 200,
            "layer": [
                {"mark": {"type": "rule", "color": "#1a1a1a"}, "encoding": {"x": {"datum": 0}}},
                {"mark": {"type": "rule", "color": "#1a1a1a"}, "encoding": {"y": {"datum": 0}}},
                {
                    "mark": {"type": "line", "strokeDash": [6, 5], "color": "#555555"},
                    "encoding": {
                        "x": {"field": "kpi_improvement", "type": "quantitative"},
                        "y": {"field": "kpi_improvement", "type": "quantitative"},
                    },
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 120},
                    "encoding": {**axes, "shape": {"field": "reform", "type": "nominal", "title": None}},
                },
            ],
        },
    }
