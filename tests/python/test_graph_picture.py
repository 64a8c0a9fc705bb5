"""The layout of the incentive graph: nothing overlaps, few edges cross, paths stand out, size is bounded."""

import random
import time
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

import backfire
from backfire import pictures
from backfire._titles import Titles
from backfire.pictures import _graph, _layers, _weights
from pictured import large

SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = [row["name"] for row in backfire.scenarios()]


def _layout(scenario: backfire.Scenario) -> _layers.Layout:
    titles = Titles("en", scenario)
    content = _graph._content(scenario, [])
    names = {n: _graph._title(n, titles) for n in content.kinds}
    nodes, edges, _ = _graph._boxes(content, names, _weights.weights(scenario, titles))
    return _layers.layered(nodes, edges, 3 * 140.0)


def _no_overlap(layout: _layers.Layout) -> None:
    for row in layout.layers:
        for a, b in pairwise(row):
            left, right = layout.spots[a], layout.spots[b]
            assert right.x - left.x >= (left.width + right.width) / 2 - 1e-6


@pytest.mark.parametrize("name", SHIPPED)
def test_boxes_stand_apart_below_their_sources_and_few_edges_cross(name: str) -> None:
    layout = _layout(backfire.scenario(name))
    _no_overlap(layout)
    for (a, b), pieces in layout.pieces.items():
        assert layout.spots[a].layer < layout.spots[b].layer
        assert pieces[0][0] == a
        assert pieces[-1][1] == b
        assert all(layout.spots[q].layer == layout.spots[p].layer + 1 for p, q in pieces)
    # How many must cross depends on the graph; a random order within the layers says how many might.
    crossings = layout.crossings()
    by_chance = []
    for seed in range(20):
        rng = random.Random(seed)
        for row in layout.layers:
            rng.shuffle(row)
        by_chance.append(layout.crossings())
    assert crossings <= sum(by_chance) / len(by_chance) / 3


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_label_lies_in_its_box(name: str, language: str) -> None:
    root = ET.fromstring(pictures.graph(backfire.scenario(name), language=language).svg)
    boxes = [
        tuple(float(r.get(k, "nan")) for k in ("x", "y", "width", "height"))
        for r in root.iter(f"{SVG}rect")
        if r.get("x") is not None
    ]
    for k, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:k]:
            assert not (x < x2 + w2 and x2 < x + w and y < y2 + h2 and y2 < y + h)
    assert len(boxes) > 5


def test_crossings_are_counted() -> None:
    nodes = [_layers.Node(n, 10, 10, band) for n, band in (("a", 0), ("b", 0), ("c", 1), ("d", 1))]
    layout = _layers.layered(nodes, [("a", "d"), ("b", "c")], 100)
    assert layout.crossings() == 0
    layout.layers[1].reverse()
    assert layout.crossings() == 1


def test_a_highlighted_path_is_thick_and_said() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    graph = backfire.graph(scenario)
    paths = graph.paths("mistake_noticed.call_back", "account:payouts", 1)
    plain, lit = pictures.graph(scenario), pictures.graph(scenario, paths)
    assert 'stroke-width="4"' not in plain.svg
    assert (
        lit.svg.count('stroke-width="4"') >= 3
    )  # to the label, from it to the rule, from the rule to the payouts
    assert lit.svg.count('stroke-width="3.5"') >= 3
    assert "Highlighted: call the customer back → deduction for calling back → all payouts." in lit.alt
    assert "Call the customer back → deduction for calling back: −2 points." in plain.alt
    assert "Mistakes never corrected → customer: −12 CNY" in plain.alt.replace("the customer", "customer")
    assert graph.svg(highlight=paths) == lit.svg
    with pytest.raises(backfire.UnknownNameError, match=r"mistake_noticed\.call_back"):
        pictures.graph(scenario, [["action:mistake_noticed.callback"]])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_vega_lite_form_has_the_same_boxes_words_and_edges(name: str) -> None:
    scenario = backfire.scenario(name)
    picture = pictures.graph(scenario)
    spec = picture.vega
    assert spec is not None
    rows = spec["data"]["values"]
    left, right = spec["encoding"]["x"]["scale"]["domain"]
    bottom, top = spec["encoding"]["y"]["scale"]["domain"]
    assert spec["width"] == right - left
    assert spec["height"] == bottom - top
    for row in rows:
        assert all(left <= row[x] <= right for x in ("x", "x2") if x in row)
        assert all(top <= row[y] <= bottom for y in ("y", "y2") if y in row)
    root = ET.fromstring(picture.svg)
    drawn = {
        (float(r.get("x", "nan")), float(r.get("y", "nan"))) for r in root.iter(f"{SVG}rect") if r.get("x")
    }
    boxes = [row for row in rows if row["part"] == "box"]
    assert {(b["x"], b["y"]) for b in boxes} == drawn
    texts = {t.text for t in root.iter(f"{SVG}text")}
    assert {row["text"] for row in rows if "text" in row} <= texts
    assert {b["node"] for b in boxes} <= {n["name"] for n in backfire.graph(scenario).nodes}
    heads = [row for row in rows if row.get("arrow")]
    for row in heads:  # each arrow ends on the upper edge of a box that its tooltip names
        below = [b for b in boxes if b["x"] < row["x"] < b["x2"] and b["y"] == row["y"]]
        assert all(edge.endswith(f"→ {below[0]['name']}") for edge in row["edge"].split("; "))


def test_a_highlighted_path_is_a_layer_of_its_own_in_vega_lite() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    paths = backfire.graph(scenario).paths("mistake_noticed.call_back", "account:payouts", 1)
    plain, lit = pictures.graph(scenario).vega, pictures.graph(scenario, paths).vega
    assert plain is not None
    assert lit is not None
    assert not [row for row in plain["data"]["values"] if row["part"] == "highlight"]
    thick = [row["edge"] for row in lit["data"]["values"] if row["part"] == "highlight" and row.get("arrow")]
    assert thick[0] == "−2 points → deduction for calling back"
    assert thick[1].split("; ")[0] == "deduction for calling back → all payouts"  # others run into it
    marked = [row["node"] for row in lit["data"]["values"] if row.get("thick") == 3.5]
    assert set(paths[0]) <= set(marked)


def test_large_graphs_fold_and_the_largest_are_refused_in_words() -> None:
    folded = pictures.graph(large(12))
    assert "Outcomes are folded" in folded.svg
    start = time.perf_counter()
    tight = pictures.graph(large(60), language="zh")
    assert time.perf_counter() - start < 20
    assert "各种做法已并入所属的情境" in tight.svg
    with pytest.raises(ValueError, match="boxes even when folded"):
        pictures.graph(large(220))


def test_layouts_of_random_graphs_stay_apart() -> None:
    for seed in range(20):
        rng = random.Random(seed)
        names = [f"n{k}" for k in range(rng.randint(2, 50))]
        nodes = [_layers.Node(n, rng.uniform(20, 140), 30, k * 3 // len(names)) for k, n in enumerate(names)]
        edges = sorted(
            {tuple(sorted(rng.sample(range(len(names)), 2))) for _ in range(60)} if len(names) > 1 else []
        )
        layout = _layers.layered(nodes, [(names[a], names[b]) for a, b in edges], 500)
        _no_overlap(layout)
