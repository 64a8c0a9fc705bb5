"""Where everything in a picture of the incentive graph stands, and how boxes look: the same for SVG and Vega-Lite."""

from dataclasses import dataclass

from backfire.pictures._drawing import DARK, INK, LINE, PAPER, SMALL
from backfire.pictures._layers import Layout
from backfire.pictures._type import wrapped

#: Width of a box, and what its text keeps from its edges.
BOX, PAD = 126.0, 7.0
#: Edges that are not highlighted.
FAINT = "#767676"


@dataclass(frozen=True)
class Way:
    """A piece of an edge: down from a box, over to the next layer, and through that where it is no box."""

    x: float
    start: float
    turn: float
    to: float
    end: float
    through: float | None
    boxed: bool


@dataclass(frozen=True)
class Placed:
    """A layout in a drawing's own coordinates, y downwards.

    `captions` are the bands' first lines, `heavy` and `marked` the pieces and boxes of highlighted paths; `left` to
    `bottom` bound all of it.
    """

    layout: Layout
    kinds: dict[str, str]
    names: dict[str, str]
    labels: dict[str, str]
    captions: list[tuple[float, str]]
    ways: dict[str, float]
    tops: list[float]
    heavy: set[tuple[str, str]]
    marked: set[str]
    left: float
    right: float
    top: float
    bottom: float

    def way(self, piece: tuple[str, str]) -> Way:
        """How a piece runs."""
        a, b = (self.layout.spots[key] for key in piece)
        end = self.tops[b.layer]
        return Way(
            x=self.ways[piece[0]],
            start=self.tops[a.layer] + a.height,
            turn=self.tops[a.layer] + max(self.layout.spots[k].height for k in self.layout.layers[a.layer]),
            to=self.ways[piece[1]],
            end=end,
            through=None if b.real else end + b.height,
            boxed=b.real and "\n" not in b.key,
        )

    def look(self, key: str) -> tuple[str, str, float, str | None]:
        """A box's fill, its edge's colour and width, and its dashes."""
        kind, marked = self.kinds[key], key in self.marked
        return (
            "#e4e4e4" if kind in ("situation", "value") else PAPER,
            DARK if marked else INK,
            3.5 if marked else 2 if kind in ("action", "rule") else 1,
            "5 3" if kind == "kpi" else None,
        )

    def lines(self, key: str) -> list[tuple[float, str]]:
        """The base line and text of each line in a box."""
        top = self.tops[self.layout.spots[key].layer] + PAD
        lines = wrapped(self.names[key], BOX - 2 * PAD, SMALL, self.kinds[key] == "action", 3)
        return [(top + (k + 0.82) * LINE * SMALL, line) for k, line in enumerate(lines)]
