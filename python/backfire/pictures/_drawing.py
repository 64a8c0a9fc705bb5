"""A picture under way: shapes and measured lines of text, written out as one SVG that needs nothing else."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from backfire.pictures._type import FAMILY, cleaned, shortened, width, wrapped

#: Width of every picture but the graph, in its own unit; at 360 CSS pixels on a phone, 15 of them are 11 pixels.
WIDTH = 480.0
MARGIN = 16.0

TITLE, BODY, SMALL = 17.0, 15.0, 14.0
LINE = 1.28

INK, MUTED, GRID, PAPER = "#1a1a1a", "#555555", "#d4d4d4", "#ffffff"
#: Told apart by lightness too: dark against light, for black-and-white print and for the colour-blind.
DARK, LIGHT = "#14508c", "#f0b06a"

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Box:
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether two rectangles share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def number_text(value: float) -> str:
    """A coordinate: at most two decimals, no negative zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _attributes(values: dict[str, object]) -> str:
    out = []
    for name, value in values.items():
        if value is not None:
            text = number_text(value) if isinstance(value, int | float) else str(value)
            quoted = escape(text, quote=False).replace('"', "&quot;")
            out.append(f' {name.replace("_", "-")}="{quoted}"')
    return "".join(out)


class Drawing:
    """Elements in the order in which they are painted, and where each line of text lies."""

    def __init__(self, width: float = WIDTH) -> None:
        self.width = width
        self.height = MARGIN
        self.texts: list[Box] = []
        self._elements: list[str] = []
        self._patterns: set[str] = set()

    # ------------------------------------------------------------------------------------------------ elements
    def shape(self, tag: str, **attributes: object) -> None:
        """An SVG element with these attributes (underscores as hyphens; numbers rounded to two decimals)."""
        self._elements.append(f"<{tag}{_attributes(attributes)}/>")

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = INK, **more: object) -> None:
        """A straight line."""
        self.shape("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more)

    def bar(self, x1: float, x2: float, top: float, height: float, fill: str, hatched: bool = False) -> None:
        """A horizontal bar between two places, in either order; a hatched one is striped besides its colour."""
        left, span = min(x1, x2), max(abs(x2 - x1), 1.0)
        self.shape("rect", x=left, y=top, width=span, height=height, fill=fill, stroke=INK, stroke_width=1)
        if hatched:
            self.shape("rect", x=left, y=top, width=span, height=height, fill=self.hatch())

    def hatch(self) -> str:
        """A reference to diagonal stripes, for `fill`."""
        self._patterns.add("hatch")
        return "url(#PREFIX-hatch)"

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        size: float = BODY,
        anchor: Anchor = "start",
        bold: bool = False,
        fill: str = INK,
        room: float | None = None,
        halo: bool = False,
    ) -> Box:
        """One line of text; with `room`, shortened to it; with a `halo`, lines below stop short of it. Gives its box."""
        text = cleaned(text)
        if room is not None:
            text = shortened(text, room, size, bold)
        wide = width(text, size, bold)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
        box = Box(left, baseline - 0.86 * size, left + wide, baseline + 0.22 * size)
        self.texts.append(box)
        attributes = _attributes(
            {
                "x": x,
                "y": baseline,
                "font_size": size,
                "text_anchor": None if anchor == "start" else anchor,
                "font_weight": "bold" if bold else None,
                "fill": None if fill == INK else fill,
                "stroke": PAPER if halo else None,
                "stroke_width": 5 if halo else None,
                "paint_order": "stroke" if halo else None,
            }
        )
        self._elements.append(f"<text{attributes}>{escape(text, quote=False)}</text>")
        return box

    # ------------------------------------------------------------------------------------------------ running text
    def skip(self, distance: float) -> float:
        """Moves the pen down; returns where it is."""
        self.height += distance
        return self.height

    def paragraph(
        self,
        text: str,
        size: float = BODY,
        bold: bool = False,
        fill: str = INK,
        x: float = MARGIN,
        room: float | None = None,
        most: int = 4,
    ) -> None:
        """Wrapped lines below what there is, over the whole width unless `x` and `room` say otherwise."""
        room = self.width - x - MARGIN if room is None else room
        for line in wrapped(text, room, size, bold, most):
            self.text(x, self.height + 0.9 * size, line, size, bold=bold, fill=fill)
            self.height += LINE * size

    def header(self, title: str, subtitle: str) -> None:
        """The picture's point in bold, and below it what is shown."""
        self.paragraph(title, TITLE, bold=True)
        self.skip(2)
        self.paragraph(subtitle, SMALL, fill=MUTED)
        self.skip(10)

    # ------------------------------------------------------------------------------------------------ the whole
    def svg(
        self, title: str, description: str, language: str, prefix: str | None, widest: float = 640
    ) -> str:
        """The SVG text; ids begin with `prefix`, or with a mark made of the content."""
        height = self.height + MARGIN
        body = "".join(self._elements)
        if prefix is None:
            mark = hashlib.sha256((title + description + body).encode("utf-8", "replace")).hexdigest()
            prefix = f"bf-{mark[:10]}"
        elif not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", prefix):
            raise ValueError(f"a prefix of ids is a letter and then letters, digits, _ and -, not {prefix!r}")
        patterns = ""
        if self._patterns:
            patterns = (
                f'<defs><pattern id="{prefix}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" stroke="{INK}" '
                'stroke-width="2.4"/></pattern></defs>'
            )
        size = f"{number_text(self.width)} {number_text(height)}"
        language = {"zh": "zh-Hans"}.get(language, language)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="100%" lang="{language}" '
            f'xml:lang="{language}" role="img" aria-labelledby="{prefix}-title {prefix}-desc" '
            f'style="display:block;max-width:{number_text(widest)}px;height:auto" '
            f'font-family="{FAMILY}" fill="{INK}">'
            f'<title id="{prefix}-title">{escape(cleaned(title), quote=False)}</title>'
            f'<desc id="{prefix}-desc">{escape(cleaned(description), quote=False)}</desc>{patterns}'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>{body.replace("#PREFIX-", f"#{prefix}-")}</svg>'
        )


def path_of(points: Sequence[tuple[float, float]]) -> str:
    """SVG path data of a line through points."""
    return "M" + "L".join(f"{number_text(x)} {number_text(y)}" for x, y in points)
