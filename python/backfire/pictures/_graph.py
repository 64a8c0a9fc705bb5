"""The incentive graph: from what people do, over what is counted and paid, to who gains and loses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from backfire._answers import graph as graph_of
from backfire._messages import say
from backfire._scenario import Scenario
from backfire._titles import Titles
from backfire.pictures._drawing import (
    DARK,
    GRID,
    INK,
    LINE,
    MARGIN,
    MUTED,
    PAPER,
    SMALL,
    WIDTH,
    Drawing,
    number_text,
)
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
_BOX, _PAD = 126.0, 7.0
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
    their situations. There is no Vega-Lite form: `.vega` is None.

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
    layout = layered(nodes, edges, beside * (_BOX + 14.0))
    title = say("picture.graph.title", language, title=titles.scenario())
    drawing = Drawing(max(WIDTH, layout.width + 2 * MARGIN))
    drawing.header(
        title, say("picture.graph.shown", language) + (content.folded and say(content.folded, language))
    )
    lit = thick | {
        (a, k) for a, b in thick for k in labels if (a, k) in layout.pieces and (k, b) in layout.pieces
    }
    lit |= {
        (k, b) for a, k in list(lit) for b in [e[1] for e in layout.pieces if e[0] == k] if (a, b) in thick
    }
    _draw(drawing, layout, content, names, labels, lit, language)
    sentences = [say("picture.graph.alt", language, boxes=count)]
    for (a, b), key in _labelled(content, weights(scenario, titles)).items():
        sentences.append(say("picture.graph.edge", language, source=names[a], target=names[b], money=key))
    for path in paths:
        shown = list(dict.fromkeys(_full(n, content) for n in path))
        between = say("picture.graph.arrow", language)
        chain = between.join(names.get(n) or _title(n, titles) for n in shown)
        sentences.append(say("picture.graph.path", language, path=chain))
    return finished(drawing, title, sentences, language, prefix, None, widest=max(640, drawing.width * 1.1))


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
        lines = wrapped(names[name], _BOX - 2 * _PAD, SMALL, kind == "action", 3)
        nodes.append(Node(name, _BOX, len(lines) * LINE * SMALL + 2 * _PAD, 2 * _BANDS[kind] + 1))
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


def _draw(
    drawing: Drawing,
    layout: Layout,
    content: _Content,
    names: dict[str, str],
    labels: dict[str, str],
    lit: set[tuple[str, str]],
    language: str,
) -> None:
    shift = (drawing.width - layout.width) / 2
    tops: list[float] = []
    bands = _bands(layout, content, labels)
    captions: list[tuple[float, str]] = []
    for k, row in enumerate(layout.layers):
        caption = _CAPTIONS[bands[k]]
        if k == 0 or bands[k] != bands[k - 1]:
            captions.append((drawing.height, caption))
            drawing.skip(30)
        tops.append(drawing.height)
        tall = max(layout.spots[key].height for key in row)
        drawing.skip(tall + (30 if k + 1 < len(layout.layers) else 8))
    for y, _ in captions:
        drawing.line(MARGIN, y, drawing.width - MARGIN, y, GRID)
    ways = {key: layout.spots[key].x + shift for key in layout.spots}
    heavy = {piece for edge in lit for piece in layout.pieces.get(edge, ())}
    for dark in (False, True):
        for piece in layout.links():
            if (piece in heavy) == dark:
                _draw_piece(drawing, layout, piece, ways, tops, dark)
    for y, caption in captions:
        drawing.text(
            MARGIN, y + 17, say(f"picture.graph.{caption}", language), SMALL, bold=True, fill=MUTED, halo=True
        )
    marked = {n for edge in lit for n in edge}
    for key, spot in layout.spots.items():
        top = tops[spot.layer]
        if key in labels:
            drawing.text(ways[key], top + SMALL, labels[key], SMALL, "middle", bold=True, halo=True)
        elif spot.real:
            _draw_box(drawing, content.kinds[key], names[key], ways[key], top, spot.height, key in marked)


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


def _draw_piece(
    drawing: Drawing,
    layout: Layout,
    piece: tuple[str, str],
    ways: dict[str, float],
    tops: list[float],
    dark: bool,
) -> None:
    a, b = (layout.spots[key] for key in piece)
    start = tops[a.layer] + a.height
    turn = tops[a.layer] + max(layout.spots[key].height for key in layout.layers[a.layer])
    end = tops[b.layer]
    x, y = ways[piece[0]], ways[piece[1]]
    boxed = b.real and "\n" not in b.key
    points = [x, start, x, turn, x, (turn + end) / 2, y, (turn + end) / 2, y, end - (7 if boxed else 0)]
    text = [number_text(p) for p in points]
    path = f"M{text[0]} {text[1]}V{text[3]}C{' '.join(text[4:])}"
    if not b.real:
        path += f"V{number_text(tops[b.layer] + b.height)}"
    colour, thick = (DARK, 4.0) if dark else ("#767676", 1.3)
    drawing.shape("path", d=path, fill="none", stroke=colour, stroke_width=thick)
    if boxed:
        half = 6.0 if dark else 4.0
        corners = ((y, end), (y - half, end - 2 * half), (y + half, end - 2 * half))
        drawing.shape(
            "polygon", points=" ".join(f"{number_text(p)},{number_text(q)}" for p, q in corners), fill=colour
        )


def _draw_box(
    drawing: Drawing, kind: str, name: str, middle: float, top: float, height: float, marked: bool
) -> None:
    bold = kind == "action"
    corner = {"outcome": min(height / 2, 16.0), "situation": 5.0, "measure": 5.0}.get(kind, 0.0)
    dashes = "5 3" if kind == "kpi" else None
    drawing.shape(
        "rect",
        x=middle - _BOX / 2,
        y=top,
        width=_BOX,
        height=height,
        rx=corner or None,
        fill="#e4e4e4" if kind in ("situation", "value") else PAPER,
        stroke=DARK if marked else INK,
        stroke_width=3.5 if marked else 2 if kind in ("action", "rule") else 1,
        stroke_dasharray=dashes,
    )
    lines = wrapped(name, _BOX - 2 * _PAD, SMALL, bold, 3)
    for k, line in enumerate(lines):
        drawing.text(middle, top + _PAD + (k + 0.82) * LINE * SMALL, line, SMALL, "middle", bold)
