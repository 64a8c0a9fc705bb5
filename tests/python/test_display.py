"""What a notebook shows: readable, the same figures as the tables, and safe with any title."""

import re

import pytest

import backfire
from backfire import _html
from page_reader import SVG, Reader
from pictured import large

TITLE = '<img src=x onerror=alert(1)> "回电" \u202e'


def hostile() -> backfire.Scenario:
    document = backfire.scenario("corrective-callbacks").to_dict()

    def renamed(value: object) -> object:
        if isinstance(value, dict):
            return {k: TITLE if k in ("title", "description") else renamed(v) for k, v in value.items()}
        return value

    return backfire.Scenario.from_dict(renamed(document))


def answers(scenario: backfire.Scenario) -> dict[str, object]:
    solution = backfire.solve(scenario)
    comparison = backfire.compare(scenario, {"off": {"disable": ["rules.callback_deduction"]}, "none": {}})
    return {
        "scenario": scenario,
        "solution": solution,
        "comparison": comparison,
        "graph": backfire.graph(scenario),
        "table": solution.kpis,
    }


KINDS = ["scenario", "solution", "comparison", "graph", "table"]


@pytest.fixture(scope="module")
def tame() -> dict[str, object]:
    return answers(backfire.scenario("corrective-callbacks"))


@pytest.fixture(scope="module")
def wild() -> dict[str, object]:
    return answers(hostile())


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_title_stays_text(kind: str, wild: dict[str, object]) -> None:
    reader = Reader()
    reader.feed(wild[kind]._repr_html_())  # type: ignore[attr-defined]
    reader.close()
    assert reader.open == []
    assert "img" not in reader.tags
    assert "script" not in reader.tags
    assert not [name for name, _ in reader.attributes if name.startswith("on") or name in ("src", "href")]
    if kind != "table":
        assert TITLE in reader.texts


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("scenario", "4 situations, 4 actions, 2 segments, 2 conditions"),
        ("scenario", "deduction for calling back"),
        ("scenario", "pays for each the agent has noticed a mistake › call the customer back"),
        ("solution", "Stay silent, everybody: 99.0%"),
        ("solution", "average handling time314.6 s"),
        ("comparison", "off: Today’s rule backfires"),
        ("comparison", "none: Nothing changes"),
        ("comparison", "“call the customer back” rises from 1.0% to 71%"),
        ("graph", "Call the customer back → deduction for calling back: −2 points."),
        ("table", "repair_rate"),
    ],
)
def test_it_says(kind: str, said: str, tame: dict[str, object]) -> None:
    reader = Reader()
    reader.feed(tame[kind]._repr_html_())  # type: ignore[attr-defined]
    assert said in "".join(reader.texts)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_made_of_known_tags_and_nothing_from_elsewhere(kind: str, tame: dict[str, object]) -> None:
    shown = tame[kind]._repr_html_()  # type: ignore[attr-defined]
    reader = Reader()
    reader.feed(shown)
    assert reader.tags <= _html.TAGS | SVG
    plain = shown.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|url\([^#]|@import", plain)


def test_a_graph_is_a_picture_and_one_too_large_for_that_a_table(tame: dict[str, object]) -> None:
    graph = tame["graph"]
    assert isinstance(graph, backfire.Graph)
    drawn = graph._repr_html_()
    assert "<svg" in drawn
    assert "<table" not in drawn
    listed = backfire.graph(large(220))._repr_html_()
    assert "<svg" not in listed
    assert "boxes even when folded" in listed
    reader = Reader()
    reader.feed(listed)
    assert reader.open == []
    assert "What can influence what" in reader.texts
