"""The workplace measured from the call log: written from its figures alone, and solved to the figures measured."""

import importlib.util
import json
import math
from pathlib import Path

import pytest

import backfire
import shipped

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/write_anonymous_bank.py"


@pytest.fixture
def measured():
    return shipped.read("anonymous-bank", "measured.json")


@pytest.fixture(scope="module")
def solution():
    return backfire.solve(backfire.scenario("anonymous-bank"))


def test_the_document_is_what_the_script_writes_from_the_measured_figures(measured):
    spec = importlib.util.spec_from_file_location("write_anonymous_bank", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    template = json.loads(script.TEMPLATE.read_text(encoding="utf-8"))
    assert script.document(measured, template) == shipped.read("anonymous-bank", "scenario.json")
    measured["groups"]["quick"]["handle_time"]["mean"] += 1
    assert script.document(measured, template) != shipped.read("anonymous-bank", "scenario.json")


@pytest.mark.parametrize("group", ["quick", "steady", "thorough"])
def test_each_group_handles_as_many_calls_for_as_long_as_measured(measured, solution, group):
    expected = measured["groups"][group]
    (time,) = solution.measures.where(segment=group, condition="all", measure="handle_time")
    assert time["mean"] == pytest.approx(expected["handle_time"]["mean"], rel=1e-4)
    assert time["sd"] == pytest.approx(expected["handle_time"]["sd"], rel=1e-4)
    assert solution.value(f"kpis.short_calls@{group}") == pytest.approx(expected["short_share"], rel=1e-4)
    (point,) = solution.fixed_points.where(segment=group, condition="all")
    assert point["contacts"] == pytest.approx(expected["contacts"] / len(expected["agents"]), rel=1e-4)


def test_the_whole_centre_handles_calls_for_as_long_as_measured(measured, solution):
    calls = measured["calls"]
    total, first, second = 0.0, 0.0, 0.0
    for group, content in measured["groups"].items():
        (time,) = solution.measures.where(segment=group, condition="all", measure="handle_time")
        weight = content["contacts"]
        total += weight
        first += weight * time["mean"]
        second += weight * (time["mean"] ** 2 + time["sd"] ** 2)
    assert total == calls["contacts"]
    assert first / total == pytest.approx(calls["handle_time"]["mean"], rel=1e-4)
    assert math.sqrt(second / total - (first / total) ** 2) == pytest.approx(
        calls["handle_time"]["sd"], rel=1e-4
    )
    assert solution.value("measures.handle_time") == pytest.approx(calls["handle_time"]["mean"], rel=1e-4)


def test_the_mix_of_types_is_the_measured_one(measured):
    document = shipped.read("anonymous-bank", "scenario.json")
    ids = {
        "PS": "regular",
        "NW": "new_customer",
        "NE": "stock_exchange",
        "IN": "internet_help",
        "PE": "in_english",
    }
    segments = document["workforce"]["segments"]
    for kind, situation in ids.items():
        calls = sum(
            s["share"] * s["traits"]["calls"] * s["traits"][f"{situation}_share"] for s in segments.values()
        )
        assert calls == pytest.approx(measured["types"][kind]["per_agent"]["mean"], rel=1e-4)


def test_handling_time_of_calls_is_measured_and_no_rule_of_the_families_moves_it():
    for comparison in shipped.comparisons("anonymous-bank").values():
        for row in comparison.measures.where(measure="handle_time", figure="mean"):
            assert row["delta"] == pytest.approx(0, abs=1e-9)


def test_groups_differ_as_the_page_says(measured):
    quick, steady, thorough = (measured["groups"][g] for g in ("quick", "steady", "thorough"))
    assert quick["contacts"] == pytest.approx(2 * thorough["contacts"], rel=0.05)
    assert thorough["by_type"]["NE"] == pytest.approx(measured["types"]["NE"]["contacts"] / 2, rel=0.01)
    assert thorough["short_share"] < min(quick["short_share"], steady["short_share"])
    assert measured["types"]["TT"]["short_share"] == pytest.approx(0.5, abs=0.03)
