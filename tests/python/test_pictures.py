"""Pictures as text: valid and harmless XML, nothing on top of anything, words that hold the numbers."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import FrozenInstanceError
from pathlib import Path

import altair
import pytest

import backfire
from backfire import pictures
from backfire.pictures import _drawing, _payout_curve, _scales, _type
from pictured import HOSTILE, NAMES, REFORM, compared, makers

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "desc", "defs", "pattern", "rect", "line", "path", "circle", "polygon", "text", "g"}
CASES = [
    (name, language, hostile) for name in NAMES for language in ("en", "zh") for hostile in (False, True)
]


def _boxes(root: ET.Element) -> list[tuple[str, _drawing.Box]]:
    boxes = []
    for element in root.iter(f"{SVG}text"):
        text, size = element.text or "", float(element.get("font-size", "nan"))
        x, y = float(element.get("x", "nan")), float(element.get("y", "nan"))
        wide = _type.width(text, size, element.get("font-weight") == "bold")
        left = x - {None: 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor")] * wide
        boxes.append((text, _drawing.Box(left, y - 0.8 * size, left + wide, y + 0.2 * size)))
    return boxes


@pytest.mark.parametrize(("name", "language", "hostile"), CASES)
def test_svg_is_valid_and_harmless(name: str, language: str, hostile: bool) -> None:
    picture = makers(hostile)[name](language)
    root = ET.fromstring(picture.svg)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= TAGS
    for element in root.iter():
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith("on")
            assert "href" not in attribute
            assert "url(" not in value or re.fullmatch(r"url\(#[\w-]+\)", value)
    titles = root.get("aria-labelledby", "").split()
    assert [
        e.get("id") for e in (root.find(f"{SVG}title"), root.find(f"{SVG}desc")) if e is not None
    ] == titles
    assert root.findtext(f"{SVG}desc") == picture.alt
    assert root.get("role") == "img"
    assert root.get("lang") == {"en": "en", "zh": "zh-Hans"}[language]


@pytest.mark.parametrize(("name", "language", "hostile"), CASES)
def test_no_text_lies_on_another_or_outside(name: str, language: str, hostile: bool) -> None:
    root = ET.fromstring(makers(hostile)[name](language).svg)
    _, _, width, height = map(float, root.get("viewBox", "").split())
    boxes = _boxes(root)
    assert len(boxes) > 3
    for k, (text, box) in enumerate(boxes):
        assert box.left >= 0, text
        assert box.top >= 0, text
        assert box.right <= width, text
        assert box.bottom <= height, text
        for other, beside in boxes[:k]:
            assert not box.overlaps(beside), (text, other)


@pytest.mark.parametrize(("name", "language", "hostile"), CASES)
def test_no_letter_is_too_small_on_a_phone(name: str, language: str, hostile: bool) -> None:
    root = ET.fromstring(makers(hostile)[name](language).svg)
    scale = 360 / float(root.get("viewBox", "").split()[2])
    least = 8.5 if name.startswith("graph") else 10  # the graph is wider: it is looked at, and zoomed into
    assert min(float(e.get("font-size", "0")) for e in root.iter(f"{SVG}text")) * scale >= least


@pytest.mark.parametrize("name", NAMES)
def test_the_same_answer_draws_the_same_bytes_and_a_prefix_leads_every_id(name: str) -> None:
    draw = makers()[name]
    assert draw("en").svg == draw("en").svg
    mine, other = draw("en", prefix="one").svg, draw("en", prefix="two").svg
    assert all(i.startswith("one-") for i in re.findall(r' id="([^"]+)"', mine))
    assert mine.replace("one-", "two-") == other
    with pytest.raises(ValueError, match="prefix"):
        draw("en", prefix='x"><script>')


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_language_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="en, zh"):
        makers()[name]("fr")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hostile", [False, True])
def test_vega_lite_validates_and_holds_its_data(name: str, hostile: bool) -> None:
    picture = makers(hostile)[name]("zh")
    spec = picture.vega
    assert spec is not None
    altair.Chart.from_dict(spec).to_dict()  # validates against the schema
    assert spec["description"] == picture.alt
    assert "url" not in json.dumps(spec["data"])
    assert spec["data"]["values"]
    spec["data"]["values"].clear()
    assert picture.vega["data"]["values"]  # a fresh dict each time


def test_alternative_texts_hold_the_numbers() -> None:
    comparison = compared()
    draw = makers()
    assert draw["behaviour"]("en").alt.startswith("Call the customer back: 1.0% → 71%.")
    assert "seasoned agents: from 1.2% to 73%" in draw["behaviour"]("en").alt
    assert "回电纠正，全体：从1.0%变为71%" in draw["behaviour"]("zh").alt
    assert "Stay silent, everybody: 99.0%" in draw["behaviour-alone"]("en").alt
    row = next(
        r
        for r in comparison.values.where(
            reform=REFORM, figure="money", party="organisation", segment="all", condition="all"
        )
    )
    alt = draw["waterfall"]("en").alt
    assert f"{row['delta']:+,.0f} CNY for the organisation" in alt
    assert f"From −{-row['baseline']:,.0f} CNY to −{-row['value']:,.0f} CNY" in alt
    assert "Deduction for calling back: −32 CNY. " in draw["ledger"]("en").alt
    assert draw["break-even"]("en").alt.startswith(
        "Deduction for calling back › pay: breaks even at −0.2274 points."
    )
    assert (
        "Everybody: mean 314.6 s, standard deviation 20.5 s, paid 72.9 CNY." in draw["payout-steps"]("en").alt
    )
    assert "Everybody: mean 0.6565, paid −2.63 points." in draw["payout-events"]("en").alt
    assert "average handling time: looks 2.96 s worse, is 2.96 s worse" in draw["goodhart"]("en").alt


def test_hostile_titles_stay_text() -> None:
    svg = makers(True)["behaviour"]("en").svg
    assert "<script" not in svg
    assert _type.cleaned(HOSTILE[3]).startswith("right to left")
    assert "\u202e" not in svg


def test_pictures_are_immutable_and_save_as_svg(tmp_path: Path) -> None:
    picture = makers()["waterfall"]("zh")
    with pytest.raises(FrozenInstanceError):
        picture.svg = ""  # type: ignore[misc]
    picture.save(tmp_path / "split.svg")
    assert ET.parse(tmp_path / "split.svg").getroot().findtext(f"{SVG}desc") == picture.alt
    with pytest.raises(ValueError, match=r"\.svg"):
        picture.save(tmp_path / "split.png")
    assert picture._repr_html_() == picture.svg
    assert not hasattr(picture, "_repr_svg_")  # one form only, so that no notebook shows it twice


def test_unknown_names_offer_the_nearest() -> None:
    comparison = compared()
    with pytest.raises(backfire.UnknownNameError, match="lift the deduction"):
        pictures.behaviour(comparison, "lift deduction")
    with pytest.raises(backfire.UnknownNameError, match=r"mistake_noticed\.call_back"):
        pictures.behaviour(comparison, REFORM, ["mistake_noticed.callback"])
    with pytest.raises(backfire.UnknownNameError, match="organisation"):
        pictures.waterfall(comparison, REFORM, "organization")
    with pytest.raises(backfire.UnknownNameError, match="no bonus"):
        pictures.goodhart(comparison, "no bonuses")


def test_actions_asked_for_are_shown_and_no_other() -> None:
    alt = pictures.behaviour(compared(), REFORM, ["enquiry.look_up"]).alt
    assert "look the answer up, novices" in alt.lower()
    assert "call the customer" not in alt


def test_a_flattering_kpi_is_named_in_the_title() -> None:
    document = backfire.scenario("corrective-callbacks").to_dict()
    document["policy"]["kpis"]["repair_rate"]["stands_for"] = {"customer": "left_wrong.calls_again"}
    comparison = backfire.compare(
        backfire.Scenario.from_dict(document), {"lift": {"disable": ["rules.callback_deduction"]}}
    )
    row = next(r for r in comparison.goodhart.where(kpi="repair_rate", segment="all", condition="all"))
    assert row["kpi_improvement"] > 0 > row["true_improvement"]
    picture = pictures.goodhart(comparison, "lift")
    assert picture.alt.startswith("Repair rate looks better while the truth gets worse.")


def test_schedules_are_drawn_as_they_pay() -> None:
    corners = _payout_curve._schedule
    assert corners({"steps": [[None, 300], [300, 0]]}, "steps", 250, 350) == [
        (250, 300),
        (300, 300),
        (300, 0),
        (350, 0),
    ]
    assert corners({"steps": [[10, 5]]}, "steps", 0, 20) == [(0, 0), (10, 0), (10, 5), (20, 5)]
    assert corners({"curve": [[0, 1], [10, 3]]}, "curve", -5, 15) == [(-5, 1), (0, 1), (10, 3), (15, 3)]
    assert corners({"tiers": [[10, 2], [20, 1]]}, "tiers", 0, 30) == [(0, 0), (10, 0), (20, 20), (30, 30)]
    assert corners({"pay": -2}, None, 0, 3) == [(0, 0), (3, -6)]


def test_text_breaks_only_where_it_may() -> None:
    assert _type.wrapped("one two three", _type.width("one two", 15), 15) == ["one two", "three"]
    assert _type.wrapped("回电，纠正", 30, 15) == ["回", "电，", "纠正"]
    assert all(_type.width(line, 15) <= 60 for line in _type.wrapped(HOSTILE[7], 60, 15, most=99))
    assert _type.wrapped("word " * 50, 100, 15, most=2)[-1].endswith("…")
    assert _type.width("回电", 15) == 30
    assert _type.cleaned("a\x00b\ud800\u202ec\ufffe") == "a bc"


def test_ticks_are_round_and_within() -> None:
    for lo, hi in ((0, 1), (-3.2, 17.9), (1e-7, 2.3e-7), (-5e6, -1e6), (299, 301)):
        marks = _scales.ticks(lo, hi)
        assert 2 <= len(marks) <= 6
        assert lo <= marks[0] < marks[-1] <= hi
