"""A layered layout of a directed graph, from top to bottom (Sugiyama, Tagawa and Toda 1981).

Boxes are put into layers band by band, as many beside each other as a width allows; edges over several layers pass through
way points, and edges into the same box share them. The order within layers comes from barycentre sweeps with exchanges of
neighbours, the places from repeated least squares under the order (pool adjacent violators). Everything is bounded by
fixed numbers of sweeps and nothing is random.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 14
_PLACING = 40
_GAP = 14.0
_WAY = 6.0


@dataclass(frozen=True)
class Node:
    """A box to be placed: its name, size and band (bands lie below each other, in rising order)."""

    name: str
    width: float
    height: float
    band: int


@dataclass
class Spot:
    """A placed box or way point: its layer and the middle of its place; way points have no height of their own."""

    key: str
    width: float
    height: float
    layer: int
    real: bool
    x: float = 0.0


@dataclass
class Layout:
    """Spots by key, layers as lists of keys from left to right, and the pieces of every edge between adjacent layers."""

    spots: dict[str, Spot]
    layers: list[list[str]]
    pieces: dict[tuple[str, str], list[tuple[str, str]]]
    width: float

    def links(self) -> list[tuple[str, str]]:
        """Every piece once."""
        return list(dict.fromkeys(piece for pieces in self.pieces.values() for piece in pieces))

    def crossings(self) -> int:
        """How many pairs of pieces cross."""
        return _crossings(self.layers, self.links(), self.spots)


def layered(nodes: list[Node], edges: list[tuple[str, str]], room: float) -> Layout:
    """Places the boxes; `room` bounds the boxes beside each other, not the way points.

    `edges` have no loops and never lead to an earlier band.
    """
    layer = _layers(nodes, edges, room)
    spots = {n.name: Spot(n.name, n.width, n.height, layer[n.name], True) for n in nodes}
    pieces: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for a, b in edges:
        chain = [a]
        for k in range(layer[a] + 1, layer[b]):
            way = f"{b}\n{k}"
            spots.setdefault(way, Spot(way, _WAY, 0.0, k, False))
            chain.append(way)
        chain.append(b)
        pieces[a, b] = list(pairwise(chain))
    rows: list[list[str]] = [[] for _ in range(max((s.layer for s in spots.values()), default=-1) + 1)]
    for key, spot in spots.items():
        rows[spot.layer].append(key)
    layout = Layout(spots, rows, pieces, 0.0)
    _order(layout)
    _place(layout)
    return layout


def _layers(nodes: list[Node], edges: list[tuple[str, str]], room: float) -> dict[str, int]:
    """The layer of each box: below its sources and the bands before, first where there is room."""
    sources: dict[str, list[str]] = {n.name: [] for n in nodes}
    for a, b in edges:
        sources[b].append(a)
    layer: dict[str, int] = {}
    used: list[float] = []
    first = 0
    for band in sorted({n.band for n in nodes}):
        waiting = [n for n in nodes if n.band == band]
        while waiting:
            ready = [n for n in waiting if all(s in layer for s in sources[n.name])]
            node = min(ready, key=lambda n: max((layer[s] for s in sources[n.name]), default=-1))
            waiting.remove(node)
            k = max([first, *(layer[s] + 1 for s in sources[node.name])])
            while k < len(used) and used[k] > 0 and used[k] + _GAP + node.width > room:
                k += 1
            used += [0.0] * (k + 1 - len(used))
            used[k] += node.width + _GAP
            layer[node.name] = k
        first = len(used)
    return layer


def _neighbours(links: Iterable[tuple[str, str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for a, b in links:
        above.setdefault(b, []).append(a)
        below.setdefault(a, []).append(b)
    return above, below


def _crossings(layers: list[list[str]], links: list[tuple[str, str]], spots: dict[str, Spot]) -> int:
    index = {key: i for row in layers for i, key in enumerate(row)}
    by_layer: dict[int, list[tuple[int, int]]] = {}
    for a, b in links:
        by_layer.setdefault(spots[a].layer, []).append((index[a], index[b]))
    total = 0
    for ends in by_layer.values():
        seen: list[int] = []
        for _, end in sorted(ends):
            total += len(seen) - bisect_left(seen, end + 1)
            insort(seen, end)
    return total


def _order(layout: Layout) -> None:
    """Orders each layer so that few pieces cross; keeps the best order seen."""
    links = layout.links()
    above, below = _neighbours(links)
    first = [list(row) for row in layout.layers]
    best, fewest = [list(row) for row in layout.layers], layout.crossings()
    for sweep in range(3 * _SWEEPS):
        if sweep and sweep % _SWEEPS == 0:  # once more from the other side, and from the other end
            layout.layers[:] = [row[::-1] for row in first]
        down = (sweep + sweep // _SWEEPS) % 2 == 0
        beside = above if down else below
        rows = layout.layers if down else layout.layers[::-1]
        for before, row in pairwise(rows):
            at = {key: i for i, key in enumerate(before)}
            middle = {
                key: sum(at[n] for n in beside[key]) / len(beside[key]) if beside.get(key) else float(i)
                for i, key in enumerate(row)
            }
            row.sort(key=middle.__getitem__)
        _exchange(layout.layers, above, below)
        count = layout.crossings()
        if count < fewest:
            best, fewest = [list(row) for row in layout.layers], count
    layout.layers[:] = best


def _exchange(layers: list[list[str]], above: dict[str, list[str]], below: dict[str, list[str]]) -> None:
    """Exchanges neighbours in a layer while that leaves fewer crossings, at most ten rounds."""
    index = {key: i for row in layers for i, key in enumerate(row)}

    def crossed(a: str, b: str) -> int:
        return sum(
            index[x] > index[y] for near in (above, below) for x in near.get(a, ()) for y in near.get(b, ())
        )

    for _ in range(10):
        moved = False
        for row in layers:
            for i in range(len(row) - 1):
                a, b = row[i], row[i + 1]
                if crossed(b, a) < crossed(a, b):
                    row[i], row[i + 1] = b, a
                    index[a], index[b] = i + 1, i
                    moved = True
        if not moved:
            return


def _between(a: Spot, b: Spot) -> float:
    """The distance of the middles of neighbours in a layer; way points may come closer."""
    return (a.width + b.width) / 2 + (_GAP if a.real and b.real else _GAP * 0.6)


def _place(layout: Layout) -> None:
    """Middles of all spots: close to their neighbours' mean, in order, apart, and not wider than the widest layer needs."""
    spots = layout.spots
    room = max((_packed([spots[key] for key in row]) for row in layout.layers), default=0.0)
    above, below = _neighbours(layout.links())
    for row in layout.layers:
        x = 0.0
        for key in row:
            spots[key].x = x + spots[key].width / 2
            x += spots[key].width + _GAP
    for sweep in range(_PLACING):
        for row in layout.layers if sweep % 2 == 0 else layout.layers[::-1]:
            wanted = []
            for key in row:
                near = above.get(key, []) + below.get(key, [])
                wanted.append(sum(spots[n].x for n in near) / len(near) if near else spots[key].x)
            _apart([spots[key] for key in row], wanted, room)
    left = min((s.x - s.width / 2 for s in spots.values()), default=0.0)
    for spot in spots.values():
        spot.x -= left
    layout.width = max((s.x + s.width / 2 for s in spots.values()), default=0.0)


def _packed(row: list[Spot]) -> float:
    return (row[0].width + row[-1].width) / 2 + sum(_between(a, b) for a, b in pairwise(row))


def _apart(row: list[Spot], wanted: list[float], room: float) -> None:
    """The places nearest to those wanted (least squares; way points count six times) that keep order and distance within `room`."""
    offsets = [0.0]
    for a, b in pairwise(row):
        offsets.append(offsets[-1] + _between(a, b))
    blocks: list[tuple[float, float, int]] = []  # mean, weight, count
    for spot, place, offset in zip(row, wanted, offsets, strict=True):
        mean, weight, count = place - offset, 1.0 if spot.real else 6.0, 1
        while blocks and blocks[-1][0] >= mean:
            other, heavy, more = blocks.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + more
        blocks.append((mean, weight, count))
    lo, hi = row[0].width / 2, room - offsets[-1] - row[-1].width / 2
    means = [min(max(mean, lo), hi) for mean, _, count in blocks for _ in range(count)]
    for spot, mean, offset in zip(row, means, offsets, strict=True):
        spot.x = mean + offset
