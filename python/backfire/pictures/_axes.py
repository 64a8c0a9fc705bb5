"""Two axes with round marks, for curves."""

from collections.abc import Callable

from backfire.pictures._drawing import GRID, INK, MARGIN, MUTED, SMALL, Drawing
from backfire.pictures._scales import Scale, ticks
from backfire.pictures._type import width


def plot_area(
    drawing: Drawing,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    height: float,
    x_text: Callable[[float], str],
    y_text: Callable[[float], str],
    x_title: str,
    y_title: str,
) -> tuple[Scale, Scale]:
    """Grid, marks and titles below the pen; leaves the pen under them and gives the two scales."""
    marks = ticks(*y_range)
    left = MARGIN + max(width(y_text(v), SMALL) for v in marks) + 8
    drawing.paragraph(y_title, SMALL, fill=MUTED, most=2)
    top = drawing.skip(10)
    x = Scale(*x_range, left, drawing.width - MARGIN - 8)
    y = Scale(*y_range, top + height, top)
    for value in marks:
        drawing.line(left, y(value), x.end, y(value), GRID)
        drawing.text(left - 6, y(value) + 5, y_text(value), SMALL, "end", fill=MUTED)
    drawing.line(left, top + height, x.end, top + height, INK)
    drawing.height = top + height
    edge = -1.0
    for value in ticks(*x_range):
        drawing.line(x(value), top + height, x(value), top + height + 5, INK)
        half = width(x_text(value), SMALL) / 2
        if x(value) - half > edge and x(value) + half < drawing.width - 2:
            edge = (
                drawing.text(x(value), top + height + 20, x_text(value), SMALL, "middle", fill=MUTED).right
                + 6
            )
    drawing.skip(30)
    drawing.paragraph(x_title, SMALL, fill=MUTED, most=2)
    return x, y
