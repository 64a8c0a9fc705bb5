"""Writes the scenario anonymous-bank from its measured figures and the template that holds what is assumed.

Usage: python scripts/write_anonymous_bank.py

`measured.json` comes from the call log (scripts/derive_anonymous_bank.py); `anonymous_bank_template.json`, beside this
script, holds titles, rules and judgements. Nobody edits scenario.json by hand: a test writes it anew and compares.

Three traits carry what the log knows of each group of agents. `short_calls` is its number of short calls over what
the types' shares would give; `pace` makes its mean handling time come out as measured, `spread` its standard
deviation. Both follow in closed form, since a group's handling time is a mixture over types and shortness.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).with_name("anonymous_bank_template.json")
FOLDER = Path(__file__).parent.parent / "python/backfire/scenarios/anonymous-bank"
LOG = "the call log of January 1999, measured.json"


def rounded(number: float) -> float:
    """Six significant digits, more than the log knows."""
    return float(f"{number:.6g}")


def traits(group: dict[str, Any], measured: dict[str, Any], types: dict[str, Any]) -> dict[str, float]:
    """The measured traits of a group: contacts, mix of types, short calls, pace and spread."""
    calls, of_type = group["contacts"], measured["types"]
    share = {kind: group["by_type"][kind] / calls for kind in types}
    short_calls = group["short_share"] / sum(share[k] * of_type[k]["short_share"] for k in types)
    short = {kind: short_calls * of_type[kind]["short_share"] for kind in types}
    served = {kind: (share[kind] * (1 - short[kind]), of_type[kind]["served"]) for kind in types}

    brief, whole = measured["calls"]["short"], group["handle_time"]
    all_short = sum(share[kind] * short[kind] for kind in types)
    mean = sum(weight * time["mean"] for weight, time in served.values())
    pace = (whole["mean"] - all_short * brief["mean"]) / mean
    square = sum(weight * (pace * time["mean"]) ** 2 for weight, time in served.values())
    variance = sum(weight * (pace * time["mean"] * time["cv"]) ** 2 for weight, time in served.values())
    second = whole["sd"] ** 2 + whole["mean"] ** 2 - all_short * (brief["sd"] ** 2 + brief["mean"] ** 2)
    return {
        "calls": rounded(calls / len(group["agents"])),
        **{f"{kind['id']}_share": rounded(share[name]) for name, kind in types.items()},
        "short_calls": rounded(short_calls),
        "pace": rounded(pace),
        "spread": rounded(math.sqrt((second - square) / variance)),
    }


def call(kind: dict[str, Any], measured: dict[str, Any], brief: dict[str, float]) -> dict[str, Any]:
    """The situation of a type of call: short, wrong or right by chance; nobody chooses."""
    served = measured["served"]
    time = {"mean": {"base": 0, "pace": served["mean"]}, "cv": {"base": 0, "spread": served["cv"]}}
    return {
        "title": kind["title"],
        "share": {"base": 0, f"{kind['id']}_share": 1},
        "outcomes": {
            "short": {
                "title": {"en": "over within 10 seconds", "zh": "10 秒内结束"},
                "chance": {"base": 0, "short_calls": measured["short_share"]},
                "moves": {"handle_time": {"mean": brief["mean"], "sd": brief["sd"]}},
            },
            "wrong": {
                "title": {"en": "wrong answer", "zh": "答错"},
                "chance": kind["wrong"],
                "moves": {"handle_time": time},
                "opens": "error_made",
            },
            "right": {
                "title": {"en": "right answer", "zh": "答对"},
                "chance": "rest",
                "moves": {"handle_time": time},
            },
        },
    }


def document(measured: dict[str, Any], template: dict[str, Any]) -> dict[str, Any]:
    """The whole scenario."""
    written: dict[str, Any] = json.loads(json.dumps(template))
    types: dict[str, Any] = written.pop("x-types")
    evidence: dict[str, Any] = written["evidence"]

    def observed(path: str, source: str = LOG) -> None:
        evidence[path] = {"code": "O", "source": source}

    written["period"]["days"] = round(measured["calls"]["days_per_agent"]["mean"])
    written["workforce"]["agents"] = measured["counted"]["agents"]
    for path in ("period", "workforce.agents"):
        observed(path)

    calls = {}
    for name, kind in types.items():
        path = f"situations.{kind['id']}"
        calls[kind["id"]] = call(kind, measured["types"][name], measured["calls"]["short"])
        observed(f"{path}.share", f"{LOG}: the share itself is a trait of each group")
        observed(f"{path}.outcomes.short")
        for outcome in ("wrong", "right"):
            observed(
                f"{path}.outcomes.{outcome}.moves", f"{LOG}: calls of 10 s and more; pace and spread by group"
            )
        evidence[f"{path}.outcomes.wrong.chance"] = {"code": "J", "source": kind["why"]}
    written["situations"] = calls | written["situations"]

    back = measured["types"]["TT"]
    outcomes = written["situations"]["mistake_noticed"]["actions"]["call_back"]["outcomes"]
    outcomes["not_reached"]["chance"] = back["short_share"]
    outcomes["reached"]["moves"] = {"callback_time": {n: back["served"][n] for n in ("mean", "cv")}}
    path = "situations.mistake_noticed.actions.call_back.outcomes"
    observed(
        f"{path}.not_reached.chance",
        f"{LOG}: call-backs under 10 s; that nobody was reached then is a judgement",
    )
    observed(f"{path}.reached.moves", f"{LOG}: call-backs of 10 s and more")

    for name, group in measured["groups"].items():
        segment = written["workforce"]["segments"][name]
        segment["share"] = rounded(len(group["agents"]) / measured["counted"]["agents"])
        segment["traits"] = traits(group, measured, types)
        observed(f"workforce.segments.{name}", f"{LOG}: a third of the agents, by pace")
    return written


def main() -> int:
    """Writes scenario.json."""
    measured = json.loads((FOLDER / "measured.json").read_text(encoding="utf-8"))
    template = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    text = json.dumps(document(measured, template), ensure_ascii=False, indent=2)
    (FOLDER / "scenario.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
