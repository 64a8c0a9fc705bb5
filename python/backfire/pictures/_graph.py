"""The incentive graph: from what people do, over what is counted and paid, to who gains and loses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from backfire._answers import graph as graph_of
from backfire._messages import say
from backfire._scenario import Scenario
from backfire._titles import Titles
from backfire.pictures import _graph_vega
from backfire.pictures._drawing import (
    BODY,
    DARK,
    GRID,
    LINE,
    MARGIN,
    MUTED,
    SMALL,
    WIDTH,
    Drawing,
    number_text,
)
from backfire.pictures._graph_places import BOX, FAINT, PAD, Placed, Way
from backfire.pictures._layers import Layout, Node, layered
from backfire.pictures._picture import Picture, finished
from backfire.pictures._type import width, wrapped
from backfire.pictures._weights import weights
from backfire.pictures._words import one_of

#: Bands from the top down; labels lie in the band of what their edge leads to.
_BANDS = {
    "situation": 0,
    "action": 0,
    "outcome": 0,
    "measure": 1,
    "kpi": 2,
    "rule": 3,
    "account": 4,
    "value": 4,
}
_CAPTIONS = ("work", "measures", "kpis", "rules", "values")
_REMARKS = ("seen_by", "stands_for")
#: Up to so many boxes outcomes are shown, and actions; beyond the last, nothing can be.
_WITH_OUTCOMES, _WITH_ACTIONS, _MOST = 30, 80, 200


@dataclass
class _Content:
    """Boxes and edges to be drawn; `stands` says which box a folded one belongs to."""

    kinds: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)
    stands: dict[str, str] = field(default_factory=dict)
    folded: str = ""


def graph(
    scenario: Scenario,
    highlight: Iterable[Sequence[str]] = (),
    *,
    language: str = "en",
    prefix: str | None = None,
) -> Picture:
    """The incentive graph of a scenario, from the top down: work, measures, KPIs, rules, who gains and loses.

    Edges are those along which influence travels; money stands on them: what a rule pays and what a unit of a measure is
    worth. Monitors, what KPIs stand for, and boxes that move nothing are left out (`Graph.nodes` has them). Edges into one
    box run together. With more than 30 boxes outcomes are folded into their actions, with more than 80 actions into
    their situations. The Vega-Lite form has the same places; tooltips say what leads where.

    Parameters
    ----------
    scenario : Scenario
    highlight : iterable of sequences of str
        Paths of node names, as `Graph.paths` and an explanation's paths give them, drawn thick.
    language : str
        ``en`` or ``zh``.
    prefix : str, optional
        What the SVG's ids begin with; by default a mark made of the content.

    Raises
    ------
    UnknownNameError
        A path names a node that the graph does not have.
    ValueError
        No such language, or more than 200 boxes even when folded.
    """
    titles = Titles(language, scenario)
    paths = [list(path) for path in highlight]
    content = _content(scenario, paths)
    if len(content.kinds) > _MOST:
        raise ValueError(
            f"the graph has {len(content.kinds)} boxes even when folded, and a picture holds {_MOST}: "
            "lay out its DOT text with another program, or ask Graph.paths for the part in question"
        )
    thick = {pair for path in paths for pair in _pairs(path, content)}
    names = {name: _title(name, titles) for name in content.kinds}
    nodes, edges, labels = _boxes(content, names, weights(scenario, titles))
    count = len(content.kinds)
    beside = 3 if count <= 32 else 4 if count <= 64 else 6
    layout = layered(nodes, edges, beside * (BOX + 14.0))
    title = say("picture.graph.title", language, title=titles.scenario())
    drawing = Drawing(max(WIDTH, layout.width + 2 * MARGIN))
    shown = say("picture.graph.shown", language) + (content.folded and say(content.folded, language))
    drawing.header(title, shown)
    lit = thick | {
        (a, k) for a, b in thick for k in labels if (a, k) in layout.pieces and (k, b) in layout.pieces
    }
    lit |= {
        (k, b) for a, k in list(lit) for b in [e[1] for e in layout.pieces if e[0] == k] if (a, b) in thick
    }
    placed = _place(drawing, layout, content, names, labels, lit)
    _draw(drawing, placed, language)
    sentences = [say("picture.graph.alt", language, boxes=count)]
    for (a, b), key in _labelled(content, weights(scenario, titles)).items():
        sentences.append(say("picture.graph.edge", language, source=names[a], target=names[b], money=key))
    for path in paths:
        steps = list(dict.fromkeys(_full(n, content) for n in path))
        between = say("picture.graph.arrow", language)
        chain = between.join(names.get(n) or _title(n, titles) for n in steps)
        sentences.append(say("picture.graph.path", language, path=chain))
    heading = {
        "text": wrapped(title, drawing.width, BODY, True),
        "subtitle": wrapped(shown, drawing.width, SMALL),
        "anchor": "start",
    }
    vega = {"title": heading} | _graph_vega.spec(placed, language)
    return finished(drawing, title, sentences, language, prefix, vega, widest=max(640, drawing.width * 1.1))


def _title(name: str, titles: Titles) -> str:
    kind, _, key = name.partition(":")
    if kind == "account":
        return say("picture.graph.payouts", titles.language)
    return titles.named(kind, key)


def _content(scenario: Scenario, paths: list[list[str]]) -> _Content:
    whole = graph_of(scenario)
    kinds = {r["name"]: r["kind"] for r in whole.nodes}
    for path in paths:
        path[:] = [n if n in kinds else _named(n, kinds) for n in path]
    asked = {n for path in paths for n in path}
    pairs = [(r["source"], r["target"]) for r in whole.edges if r["relation"] not in _REMARKS]
    parent = {
        b: a for a, b in pairs if (kinds[a], kinds[b]) in (("situation", "action"), ("action", "outcome"))
    }
    parent |= {b: a for a, b in pairs if (kinds[a], kinds[b]) == ("situation", "outcome")}
    content = _Content()
    for limit, fold in ((_WITH_OUTCOMES, ()), (_WITH_ACTIONS, ("outcome",)), (0, ("outcome", "action"))):
        stands = {}
        for name in kinds:
            root = name
            while kinds[root] in fold and root in parent:
                root = parent[root]
            stands[name] = root
        links = list(dict.fromkeys((stands[a], stands[b]) for a, b in pairs if stands[a] != stands[b]))
        used = {n for link in links for n in link}
        ends = {a for a, _ in links}
        idle = {n for n in used if kinds[n] in ("outcome", "action") and n not in ends and n not in asked}
        links = [link for link in links if link[1] not in idle]
        used = {n for link in links for n in link} | ({stands[n] for n in asked} & set(stands.values()))
        content = _Content({n: k for n, k in kinds.items() if n in used}, links, stands)
        content.folded = f"picture.graph.folded_{fold[-1]}" if fold else ""
        if len(content.kinds) <= limit:
            break
    return content


def _named(name: str, kinds: dict[str, str]) -> str:
    """A node by its id alone, or UnknownNameError."""
    full = [n for n in kinds if n.partition(":")[2] == name]
    return full[0] if full else one_of(name, kinds, "node")


def _full(name: str, content: _Content) -> str:
    return content.stands.get(name, name)


def _pairs(path: list[str], content: _Content) -> list[tuple[str, str]]:
    steps = [_full(n, content) for n in path]
    return [(a, b) for a, b in pairwise(steps) if a != b]


def _labelled(content: _Content, money: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    out: dict[tuple[str, str], str] = {}
    for (a, b), text in money.items():
        pair = (_full(a, content), _full(b, content))
        if pair in content.edges:
            out.setdefault(pair, text)
    return out


def _boxes(
    content: _Content, names: dict[str, str], money: dict[tuple[str, str], str]
) -> tuple[list[Node], list[tuple[str, str]], dict[str, str]]:
    """Boxes and labels as nodes to be placed, edges through their labels, and what the labels say."""
    nodes = []
    for name, kind in content.kinds.items():
        lines = wrapped(names[name], BOX - 2 * PAD, SMALL, kind == "action", 3)
        nodes.append(Node(name, BOX, len(lines) * LINE * SMALL + 2 * PAD, 2 * _BANDS[kind] + 1))
    labels: dict[str, str] = {}
    edges: list[tuple[str, str]] = []
    texts = _labelled(content, money)
    for a, b in content.edges:
        text = texts.get((a, b))
        if text is None:
            edges.append((a, b))
            continue
        key = f"{b}\n{text}"
        if key not in labels:
            labels[key] = text
            nodes.append(Node(key, width(text, SMALL, True) + 6, SMALL * 1.35, 2 * _BANDS[content.kinds[b]]))
            edges.append((key, b))
        edges.append((a, key))
    return nodes, edges, labels


def _place(
    drawing: Drawing,
    layout: Layout,
    content: _Content,
    names: dict[str, str],
    labels: dict[str, str],
    lit: set[tuple[str, str]],
) -> Placed:
    """Where everything stands, below what the drawing has already."""
    shift = (drawing.width - layout.width) / 2
    tops: list[float] = []
    bands = _bands(layout, content, labels)
    captions: list[tuple[float, str]] = []
    start = drawing.height
    for k, row in enumerate(layout.layers):
        if k == 0 or bands[k] != bands[k - 1]:
            captions.append((drawing.height, _CAPTIONS[bands[k]]))
            drawing.skip(30)
        tops.append(drawing.height)
        tall = max(layout.spots[key].height for key in row)
        drawing.skip(tall + (30 if k + 1 < len(layout.layers) else 8))
    return Placed(
        layout=layout,
        kinds=content.kinds,
        names=names,
        labels=labels,
        captions=captions,
        ways={key: spot.x + shift for key, spot in layout.spots.items()},
        tops=tops,
        heavy={piece for edge in lit for piece in layout.pieces.get(edge, ())},
        marked={n for edge in lit for n in edge},
        left=MARGIN,
        right=drawing.width - MARGIN,
        top=start,
        bottom=drawing.height,
    )


def _draw(drawing: Drawing, placed: Placed, language: str) -> None:
    for y, _ in placed.captions:
        drawing.line(placed.left, y, placed.right, y, GRID)
    for dark in (False, True):
        for piece in placed.layout.links():
            if (piece in placed.heavy) == dark:
                _draw_piece(drawing, placed.way(piece), dark)
    for y, caption in placed.captions:
        drawing.text(
            MARGIN, y + 17, say(f"picture.graph.{caption}", language), SMALL, bold=True, fill=MUTED, halo=True
        )
    for key, spot in placed.layout.spots.items():
        x, top = placed.ways[key], placed.tops[spot.layer]
        if key in placed.labels:
            drawing.text(x, top + SMALL, placed.labels[key], SMALL, "middle", bold=True, halo=True)
        elif spot.real:
            _draw_box(drawing, placed, key)


def _bands(layout: Layout, content: _Content, labels: dict[str, str]) -> list[int]:
    """The band of each layer."""
    out = []
    for row in layout.layers:
        band = max(
            _BANDS[content.kinds[key.partition("\n")[0]]]
            for key in row
            if key in labels or key in content.kinds
        )
        out.append(band)
    return out


def _draw_piece(drawing: Drawing, way: Way, dark: bool) -> None:
    bend = (way.turn + way.end) / 2
    tip = way.end - (7 if way.boxed else 0)
    text = [number_text(p) for p in (way.x, bend, way.to, bend, way.to, tip)]
    path = f"M{number_text(way.x)} {number_text(way.start)}V{number_text(way.turn)}C{' '.join(text)}"
    if way.through is not None:
        path += f"V{number_text(way.through)}"
    colour, thick = (DARK, 4.0) if dark else (FAINT, 1.3)
    drawing.shape("path", d=path, fill="none", stroke=colour, stroke_width=thick)
    if way.boxed:
        half = 6.0 if dark else 4.0
        corners = (
            (way.to, way.end),
            (way.to - half, way.end - 2 * half),
            (way.to + half, way.end - 2 * half),
        )
        drawing.shape(
            "polygon", points=" ".join(f"{number_text(p)},{number_text(q)}" for p, q in corners), fill=colour
        )


def _draw_box(drawing: Drawing, placed: Placed, key: str) -> None:
    spot, kind = placed.layout.spots[key], placed.kinds[key]
    middle, top, height = placed.ways[key], placed.tops[spot.layer], spot.height
    fill, stroke, thick, dashes = placed.look(key)
    corner = {"outcome": min(height / 2, 16.0), "situation": 5.0, "measure": 5.0}.get(kind, 0.0)
    drawing.shape(
        "rect",
        x=middle - BOX / 2,
        y=top,
        width=BOX,
        height=height,
        rx=corner or None,
        fill=fill,
        stroke=stroke,
        stroke_width=thick,
        stroke_dasharray=dashes,
    )
    for y, line in placed.lines(key):
        drawing.text(middle, y, line, SMALL, "middle", kind == "action")
