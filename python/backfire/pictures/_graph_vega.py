"""The incentive graph as Vega-Lite: rules, rectangles and texts at the places of the drawing, all from one list of data."""

from itertools import pairwise
from typing import Any

from backfire._messages import say
from backfire.pictures._drawing import DARK, GRID, INK, MUTED, PAPER, SMALL
from backfire.pictures._graph_places import BOX, FAINT, Placed
from backfire.pictures._type import cleaned


def spec(placed: Placed, language: str) -> dict[str, Any]:
    """The data and the layers; each row's `part` says which layer shows it."""
    rows = [*_captions(placed, language), *_edges(placed, language), *_boxes(placed)]
    left, right, top, bottom = (round(p, 2) for p in (placed.left, placed.right, placed.top, placed.bottom))
    return {
        "width": right - left,
        "height": bottom - top,
        "data": {"values": [{k: _short(v) for k, v in row.items()} for row in rows]},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "axis": None}
            | {"scale": {"domain": [left, right], "nice": False}},
            "y": {"field": "y", "type": "quantitative", "axis": None}
            | {"scale": {"domain": [bottom, top], "nice": False}},
        },
        "layer": [
            _rules("band", GRID, 1),
            _rules("edge", FAINT, 1.3),
            _arrows("edge", FAINT, 60),
            _rules("highlight", DARK, 4),
            _arrows("highlight", DARK, 160),
            *_texts("caption", MUTED, "left", bold=True),
            *_texts("money", INK, "center", bold=True),
            _rectangles([1, 0], "datum.kind !== 'kpi'"),
            _rectangles([5, 3], "datum.kind === 'kpi'"),
            *_texts("action", INK, "center", bold=True)[1:],
            *_texts("title", INK, "center", bold=False)[1:],
        ],
        "config": {"view": {"stroke": None}},
    }


def _short(value: Any) -> Any:
    """A coordinate as the drawing writes it."""
    return round(value, 2) if isinstance(value, float) else value


def _captions(placed: Placed, language: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for y, caption in placed.captions:
        out.append({"part": "band", "x": placed.left, "x2": placed.right, "y": y, "y2": y})
        text = say(f"picture.graph.{caption}", language)
        out.append({"part": "caption", "x": placed.left, "y": y + 17, "text": text})
    return out


def _edges(placed: Placed, language: str) -> list[dict[str, Any]]:
    """Straight rules along the way of each piece; an arrow stands at what it leads to."""
    arrow = say("picture.graph.arrow", language)
    along: dict[tuple[str, str], list[str]] = {}
    for (a, b), pieces in placed.layout.pieces.items():
        ends = [_named(placed, a), _named(placed, b)]
        for piece in pieces:
            along.setdefault(piece, []).append(arrow.join(ends))
    out = []
    for piece, edges in along.items():
        way = placed.way(piece)
        row = {"part": "highlight" if piece in placed.heavy else "edge", "edge": "; ".join(edges)}
        points = [(way.x, way.start), (way.x, way.turn), (way.to, way.end), (way.to, way.through or way.end)]
        for (x, y), (x2, y2) in pairwise(points):
            if (x, y) != (x2, y2):
                out.append(row | {"x": x, "y": y, "x2": x2, "y2": y2})
        if way.boxed:
            out.append(row | {"x": way.to, "y": way.end, "x2": way.to, "y2": way.end, "arrow": True})
    return out


def _named(placed: Placed, key: str) -> str:
    return cleaned(placed.labels.get(key) or placed.names[key])


def _boxes(placed: Placed) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for key, spot in placed.layout.spots.items():
        x, top = placed.ways[key], placed.tops[spot.layer]
        if key in placed.labels:
            out.append({"part": "money", "x": x, "y": top + SMALL, "text": cleaned(placed.labels[key])})
        elif spot.real:
            fill, stroke, thick, _ = placed.look(key)
            box = {"x": x - BOX / 2, "x2": x + BOX / 2, "y": top, "y2": top + spot.height}
            look = {"fill": fill, "stroke": stroke, "thick": thick}
            what = {"node": key, "kind": placed.kinds[key], "name": _named(placed, key)}
            out.append({"part": "box"} | box | look | what)
            part = "action" if placed.kinds[key] == "action" else "title"
            out += [{"part": part, "x": x, "y": y, "text": cleaned(line)} for y, line in placed.lines(key)]
    return out


def _at(part: str, where: str = "true") -> dict[str, Any]:
    return {"transform": [{"filter": f"datum.part === '{part}' && {where}"}]}


def _rules(part: str, colour: str, thick: float) -> dict[str, Any]:
    ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    tooltip = {} if part == "band" else {"tooltip": {"field": "edge", "type": "nominal"}}
    mark = {"type": "rule", "color": colour, "strokeWidth": thick, "strokeCap": "round"}
    return _at(part, "!datum.arrow") | {"mark": mark, "encoding": ends | tooltip}


def _arrows(part: str, colour: str, size: float) -> dict[str, Any]:
    mark = {
        "type": "point",
        "shape": "triangle-down",
        "filled": True,
        "opacity": 1,
        "color": colour,
        "size": size,
        "yOffset": -(size**0.5) / 2,
    }
    return _at(part, "datum.arrow") | {
        "mark": mark,
        "encoding": {"tooltip": {"field": "edge", "type": "nominal"}},
    }


def _rectangles(dashes: list[float], where: str) -> dict[str, Any]:
    def plain(name: str, kind: str) -> dict[str, Any]:
        return {"field": name, "type": kind, "scale": None, "legend": None}

    return _at("box", where) | {
        "mark": {"type": "rect", "strokeDash": dashes, "fillOpacity": 1},
        "encoding": {
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "fill": plain("fill", "nominal"),
            "stroke": plain("stroke", "nominal"),
            "strokeWidth": plain("thick", "quantitative"),
            "tooltip": {"field": "name", "type": "nominal"},
        },
    }


def _texts(part: str, colour: str, align: str, bold: bool) -> list[dict[str, Any]]:
    """A halo that keeps edges away from the letters, and the letters."""
    look = {
        "type": "text",
        "align": align,
        "baseline": "alphabetic",
        "fontSize": SMALL,
        "fontWeight": "bold" if bold else "normal",
    }
    encoding = {"text": {"field": "text", "type": "nominal"}}
    halo = {"color": PAPER, "stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    return [_at(part) | {"mark": look | shown, "encoding": encoding} for shown in (halo, {"color": colour})]
