"""The measured workplace: figures that agree with each other, and with the log where the log is at hand."""

import importlib.util
import json
import os
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "python/backfire/scenarios/anonymous-bank/measured.json"
LOG = "anonymous-bank-1999/served_calls_1999_january.csv"
SUMMARY = "anonymous-bank-1999/agent_january_summary.csv"


@pytest.fixture(scope="module")
def measured():
    return json.loads(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def validation():
    """The folder of validation data: $BACKFIRE_VALIDATION, or beside the repository."""
    folder = Path(os.environ.get("BACKFIRE_VALIDATION") or ROOT.parent / "shared/validation")
    if not (folder / LOG).is_file():
        pytest.skip(f"no call log at {folder / LOG}; BACKFIRE_VALIDATION names the folder that has it")
    return folder


def test_says_whose_data_it_is(measured):
    assert "Guedj" in measured["attribution"]
    assert "Mandelbaum" in measured["attribution"]


def test_stays_small():
    assert FILE.stat().st_size < 20_000


def test_every_contact_is_counted_once(measured):
    log, counted, types, agents = (measured[k] for k in ("log", "counted", "types", "agents"))
    assert sum(log["by_type"].values()) == log["contacts"]
    assert sum(t["contacts"] for t in types.values()) == counted["contacts"]
    assert sum(t["contacts"] for name, t in types.items() if name != "TT") == measured["calls"]["contacts"]
    assert sum(a["calls"] for a in agents) == measured["calls"]["contacts"]
    assert sum(a["call_backs"] for a in agents) == types["TT"]["contacts"]
    assert sum(a["regular_calls"] for a in agents) == types["PS"]["contacts"]
    for name, of_type in types.items():
        assert of_type["contacts"] <= log["by_type"][name]
        assert of_type["per_agent"]["mean"] * counted["agents"] == pytest.approx(
            of_type["contacts"], abs=0.01
        )


def test_only_agents_with_the_minimum_presence_count(measured):
    counted, agents = measured["counted"], measured["agents"]
    assert len(agents) == counted["agents"] == len({a["agent"] for a in agents})
    assert counted["agents"] + len(counted["left_out"]) == measured["log"]["named_agents"]
    assert not {a["agent"] for a in agents} & set(counted["left_out"])
    assert all(counted["minimum_days"] <= a["days"] <= measured["log"]["days"] for a in agents)
    assert all(a["calls"] >= counted["minimum_calls"] for a in agents)


def test_pooled_figures_are_the_means_of_their_parts(measured):
    calls, agents = measured["calls"], measured["agents"]
    types = [t for name, t in measured["types"].items() if name != "TT"]
    mean = sum(t["contacts"] * t["handle_time"]["mean"] for t in types) / calls["contacts"]
    square = sum(
        (t["contacts"] - 1) * t["handle_time"]["sd"] ** 2
        + t["contacts"] * (t["handle_time"]["mean"] - mean) ** 2
        for t in types
    )
    assert calls["handle_time"]["mean"] == pytest.approx(mean, abs=0.02)
    assert calls["handle_time"]["sd"] == pytest.approx((square / (calls["contacts"] - 1)) ** 0.5, abs=0.02)
    for row in [calls, *measured["types"].values()]:
        time = row["handle_time"]
        assert time["cv"] == pytest.approx(time["sd"] / time["mean"], abs=2e-4)
        assert 0 <= row["short_share"] <= 1
    short = sum(a["calls"] * a["short_share"] for a in agents) / calls["contacts"]
    assert calls["short_share"] == pytest.approx(short, abs=1e-5)
    time = sum(a["calls"] * a["handle_time"] for a in agents) / calls["contacts"]
    assert calls["handle_time"]["mean"] == pytest.approx(time, abs=0.01)


@pytest.mark.parametrize(
    ("spread", "column"),
    [
        ("per_agent", "calls"),
        ("days_per_agent", "days"),
        ("handle_time_between_agents", "handle_time"),
        ("short_share_between_agents", "short_share"),
    ],
)
def test_spread_between_agents_is_that_of_the_rows(measured, spread, column):
    values = [a[column] for a in measured["agents"]]
    expected = {
        "mean": statistics.fmean(values),
        "median": statistics.median(values),
        "sd": statistics.stdev(values),
        "min": min(values),
        "max": max(values),
    }
    assert measured["calls"][spread] == pytest.approx(expected, abs=1e-4)


def test_groups_are_thirds_by_pace_and_hold_every_call_once(measured):
    groups, calls = measured["groups"], measured["calls"]
    members = [agent for group in groups.values() for agent in group["agents"]]
    assert sorted(members) == sorted(a["agent"] for a in measured["agents"])
    assert {len(group["agents"]) for group in groups.values()} == {len(members) // len(groups)}
    quick, steady, thorough = (groups[name]["pace"] for name in ("quick", "steady", "thorough"))
    assert quick["max"] <= steady["min"] <= steady["max"] <= thorough["min"]
    assert sum(group["contacts"] for group in groups.values()) == calls["contacts"]
    short = sum(group["contacts"] * group["short_share"] for group in groups.values()) / calls["contacts"]
    assert short == pytest.approx(calls["short_share"], abs=1e-5)
    for kind in ("PS", "NW", "NE", "IN", "PE"):
        assert sum(g["by_type"][kind] for g in groups.values()) == measured["types"][kind]["contacts"]


def test_contacts_are_short_or_served(measured):
    """Mean over all contacts of a type, from those of 10 s and more and the short ones, which last under 10 s."""
    for of_type in measured["types"].values():
        served = (1 - of_type["short_share"]) * of_type["served"]["mean"]
        assert 0 <= of_type["handle_time"]["mean"] - served <= 10 * of_type["short_share"] + 0.01


def test_shows_the_known_trace_of_hanging_up(measured):
    """About 3% of regular calls are short, and agents differ tenfold or more in it."""
    assert measured["types"]["PS"]["short_share"] == pytest.approx(0.03, abs=0.01)
    shares = [a["regular_short_share"] for a in measured["agents"] if a["regular_calls"] >= 500]
    assert max(shares) > 10 * statistics.median(shares)


def test_agrees_with_the_log(measured, validation):
    path = ROOT / "scripts/derive_anonymous_bank.py"
    spec = importlib.util.spec_from_file_location("derive_anonymous_bank", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.derive(script.read_log(validation / LOG)) == measured


def test_agrees_with_the_summary_that_came_with_the_log(measured, validation):
    """Somebody else's count of the same log: regular calls per agent, and the short ones among them."""
    lines = (validation / SUMMARY).read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    rows = [dict(zip(header, line.split(","), strict=True)) for line in lines[1:]]
    regular = {row["agent"]: row for row in rows if row["call_type_set"] == "PS"}
    for agent in measured["agents"]:
        row = regular[agent["agent"]]
        assert agent["regular_calls"] == int(row["n_served"])
        share = int(row["n_short_lt10s"]) / int(row["n_served"])
        assert agent["regular_short_share"] == pytest.approx(share, abs=1e-5)
