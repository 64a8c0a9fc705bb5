"""Bars side by side on one line of money, each below its name: the shape of the split and of the ledger."""

from dataclasses import dataclass

from backfire.pictures._drawing import BODY, DARK, INK, LIGHT, MARGIN, MUTED, SMALL, Anchor, Drawing
from backfire.pictures._scales import Scale, around
from backfire.pictures._type import width

_THICK = 18.0


@dataclass(frozen=True)
class Bar:
    """A bar from one value to another, its name above it and its figure at its end."""

    name: str
    start: float
    end: float
    figure: str
    note: str = ""
    hatched: bool = False
    total: bool = False


def draw_bars(drawing: Drawing, bars: list[Bar], zero: str) -> None:
    """The bars from the top down; `zero` is what the upright line at 0 says.

    Rising bars are dark and falling ones light; a thin line leads from each bar's end to the next bar.
    """
    room = max(width(b.figure, BODY, bold=True) for b in bars) + 10
    lo, hi = around([v for b in bars for v in (b.start, b.end)], zero=True)
    scale = Scale(lo, hi, MARGIN + room, drawing.width - MARGIN - room)
    top = drawing.height
    anchor: Anchor = (
        "start" if scale(0) < drawing.width * 0.4 else "end" if scale(0) > drawing.width * 0.6 else "middle"
    )
    drawing.text(scale(0), top + SMALL, zero, SMALL, anchor, fill=MUTED)
    drawing.skip(SMALL * 1.5)
    rail = drawing.height
    marks: list[tuple[float, float, float]] = []
    for k, bar in enumerate(bars):
        if bar.total and k:
            drawing.skip(5)
            drawing.line(MARGIN, drawing.height, drawing.width - MARGIN, drawing.height, INK, stroke_width=1)
            drawing.skip(5)
        drawing.skip(4)
        drawing.paragraph(bar.name, BODY, bold=bar.total, most=2)
        if bar.note:
            drawing.paragraph(bar.note, SMALL, fill=MUTED, most=2)
        y = drawing.skip(3)
        rises = bar.end >= bar.start
        drawing.bar(scale(bar.start), scale(bar.end), y, _THICK, DARK if rises else LIGHT, bar.hatched)
        at = scale(bar.end) + (6 if rises else -6)
        drawing.text(at, y + _THICK - 4, bar.figure, BODY, "start" if rises else "end", bold=True)
        marks.append((scale(bar.end), y, y + _THICK))
        drawing.skip(_THICK + 6)
    _rail(drawing, scale(0), rail, drawing.height)


def _rail(drawing: Drawing, x: float, top: float, bottom: float) -> None:
    """The line at zero, left out where a line of text crosses it."""
    crossed = sorted(
        (b.top, b.bottom) for b in drawing.texts if b.left - 3 < x < b.right + 3 and b.bottom > top
    )
    y = top
    for upper, lower in crossed:
        if upper > y + 1:
            drawing.line(x, y, x, upper, INK, stroke_width=1.5)
        y = max(y, lower)
    if bottom > y + 1:
        drawing.line(x, y, x, bottom, INK, stroke_width=1.5)
