"""Derives the measured workplace of the scenario anonymous-bank from the call log of January 1999.

Usage: python scripts/derive_anonymous_bank.py served_calls_1999_january.csv [measured.json]

The log has one row per served contact: date, type, service time in seconds, coded agent. The figures
describe the agents who were there for most of the month (`MINIMUM_DAYS`, `MINIMUM_CALLS`); those whom that
leaves out are named beside them. Call-backs (type TT) are no calls that a customer made: they are reported as
a type of their own and kept out of every figure that mixes types, hang-ups most of all.
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

MINIMUM_DAYS = 10
MINIMUM_CALLS = 200
SHORT_SECONDS = 10
CALL_BACK = "TT"
NOBODY = "NONE"
TYPES = {
    "PS": "regular activity",
    "NW": "potential customer asking for information",
    "NE": "stock exchange activity",
    "IN": "help with the bank's internet pages",
    "PE": "regular activity, in English",
    "TT": "call-back: the customer left a message and was called",
}
GROUPS = ("quick", "steady", "thorough")
ATTRIBUTION = "Data by Ilan Guedj and Avishai Mandelbaum, Technion; free for use with acknowledgement"
TARGET = Path(__file__).parent.parent / "python/backfire/scenarios/anonymous-bank/measured.json"


class Contact(NamedTuple):
    """One row of the log."""

    day: str
    kind: str
    seconds: int
    agent: str


def read_log(path: Path) -> list[Contact]:
    """All contacts of the log, in its order."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Contact(row["date"], row["type"], int(row["ser_time"]), row["agent"])
            for row in csv.DictReader(file)
        ]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean, median, standard deviation, smallest and largest of a figure over agents."""
    return {
        "mean": round(statistics.fmean(values), 4),
        "median": round(float(statistics.median(values)), 4),
        "sd": round(statistics.stdev(values), 4),
        "min": round(float(min(values)), 4),
        "max": round(float(max(values)), 4),
    }


def short_share(contacts: Sequence[Contact]) -> float:
    """Share of contacts shorter than `SHORT_SECONDS`."""
    return sum(c.seconds < SHORT_SECONDS for c in contacts) / len(contacts)


def handling(contacts: Sequence[Contact]) -> dict[str, Any]:
    """Number of contacts, mean and spread of their handling time, and the share of short ones."""
    seconds = [c.seconds for c in contacts]
    mean, sd = statistics.fmean(seconds), statistics.stdev(seconds)
    return {
        "contacts": len(seconds),
        "handle_time": {
            "mean": round(mean, 2),
            "sd": round(sd, 2),
            "cv": round(sd / mean, 4),
            "median": float(statistics.median(seconds)),
        },
        "short_share": round(short_share(contacts), 5),
    }


def moments(seconds: Sequence[int]) -> dict[str, float]:
    """Mean, standard deviation and coefficient of variation of some handling times."""
    mean, sd = statistics.fmean(seconds), statistics.stdev(seconds)
    return {"mean": round(mean, 2), "sd": round(sd, 2), "cv": round(sd / mean, 4)}


def groups(kept: Sequence[Contact]) -> dict[str, Any]:
    """The agents in three groups of like size by pace: what their calls took over what the means of the types take.

    A hard call takes everybody longer; pace does not count it against the agent who gets it.
    """
    by_type: dict[str, list[int]] = defaultdict(list)
    by_agent: dict[str, list[Contact]] = defaultdict(list)
    for call in calls(kept):
        by_type[call.kind].append(call.seconds)
        by_agent[call.agent].append(call)
    mean = {kind: statistics.fmean(seconds) for kind, seconds in by_type.items()}
    pace = {a: sum(c.seconds for c in own) / sum(mean[c.kind] for c in own) for a, own in by_agent.items()}
    order = sorted(pace, key=lambda agent: (pace[agent], agent))
    found = {}
    for i, name in enumerate(GROUPS):
        members = order[i * len(order) // len(GROUPS) : (i + 1) * len(order) // len(GROUPS)]
        own = [c for agent in members for c in by_agent[agent]]
        found[name] = {
            "agents": sorted(members),
            "pace": spread([pace[a] for a in members]),
            **handling(own),
            "by_type": {kind: sum(c.kind == kind for c in own) for kind in TYPES if kind != CALL_BACK},
        }
    return found


def calls(contacts: Iterable[Contact]) -> list[Contact]:
    """The contacts without call-backs."""
    return [c for c in contacts if c.kind != CALL_BACK]


def derive(log: Sequence[Contact]) -> dict[str, Any]:
    """The whole of measured.json."""
    by_agent: dict[str, list[Contact]] = defaultdict(list)
    for contact in log:
        by_agent[contact.agent].append(contact)
    named = sorted(set(by_agent) - {NOBODY})
    counted = [
        agent
        for agent in named
        if len({c.day for c in by_agent[agent]}) >= MINIMUM_DAYS
        and len(calls(by_agent[agent])) >= MINIMUM_CALLS
    ]
    kept = [c for c in log if c.agent in set(counted)]

    types = {}
    for kind, title in TYPES.items():
        of_kind = [c for c in kept if c.kind == kind]
        per_agent = [sum(c.kind == kind for c in by_agent[agent]) for agent in counted]
        types[kind] = {
            "title": title,
            **handling(of_kind),
            "served": moments([c.seconds for c in of_kind if c.seconds >= SHORT_SECONDS]),
            "per_agent": spread(per_agent),
        }

    agents: list[dict[str, Any]] = []
    for agent in counted:
        own = calls(by_agent[agent])
        regular = [c for c in own if c.kind == "PS"]
        agents.append(
            {
                "agent": agent,
                "days": len({c.day for c in by_agent[agent]}),
                "calls": len(own),
                "call_backs": len(by_agent[agent]) - len(own),
                "handle_time": round(statistics.fmean(c.seconds for c in own), 2),
                "short_share": round(short_share(own), 5),
                "regular_calls": len(regular),
                "regular_short_share": round(short_share(regular), 5),
            }
        )

    return {
        "title": "A bank's telephone centre, January 1999, as its call log shows it",
        "attribution": ATTRIBUTION,
        "made_by": "scripts/derive_anonymous_bank.py",
        "month": "1999-01",
        "units": {
            "handle_time": "s",
            "short_share": f"share of contacts under {SHORT_SECONDS} s",
            "served": f"contacts of {SHORT_SECONDS} s and more",
        },
        "log": {
            "contacts": len(log),
            "days": len({c.day for c in log}),
            "named_agents": len(named),
            "without_agent": len(by_agent.get(NOBODY, [])),
            "by_type": {kind: sum(c.kind == kind for c in log) for kind in TYPES},
        },
        "counted": {
            "rule": f"agents with contacts on at least {MINIMUM_DAYS} days and at least {MINIMUM_CALLS} "
            "calls, call-backs not counted as calls; contacts without an agent are left out",
            "minimum_days": MINIMUM_DAYS,
            "minimum_calls": MINIMUM_CALLS,
            "agents": len(counted),
            "left_out": [agent for agent in named if agent not in counted],
            "contacts": len(kept),
        },
        "calls": {  # without call-backs
            **handling(calls(kept)),
            "short": moments([c.seconds for c in calls(kept) if c.seconds < SHORT_SECONDS]),
            "per_agent": spread([a["calls"] for a in agents]),
            "days_per_agent": spread([a["days"] for a in agents]),
            "handle_time_between_agents": spread([a["handle_time"] for a in agents]),
            "short_share_between_agents": spread([a["short_share"] for a in agents]),
        },
        "regular_short_share_between_agents": spread([a["regular_short_share"] for a in agents]),
        "types": types,
        "groups": groups(kept),
        "agents": agents,
    }


def write(measured: dict[str, Any], path: Path) -> None:
    """Writes the figures, one agent per line."""
    text = json.dumps({**measured, "agents": []}, indent=2, ensure_ascii=False)
    rows = ",\n".join(f"    {json.dumps(agent)}" for agent in measured["agents"])
    path.write_text(text.replace('"agents": []', f'"agents": [\n{rows}\n  ]') + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Runs the command line."""
    if len(arguments) not in {1, 2}:
        print(__doc__, file=sys.stderr)
        return 2
    target = Path(arguments[1]) if len(arguments) == 2 else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    write(derive(read_log(Path(arguments[0]))), target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
