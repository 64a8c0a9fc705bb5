"""The documents that benchmarks run on, C++ and Python alike: `python workload.py FILE` writes the large one as JSON."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

Document = dict[str, Any]

SEGMENTS, CONDITIONS = 40, 25  # 1,000 agent types
SITUATIONS, ACTIONS = 20, 4  # three outcomes each
BEGIN = 8  # situations where contacts begin; the others are opened by outcomes
EVENT_RULES, UNIT_RULES = 32, 8  # beside ten rules on ten KPIs
EDIT = {"rules.aht_bonus.steps.0.1": 330}  # the one-parameter edit


def large_scenario(segments: int = SEGMENTS, conditions: int = CONDITIONS, stakes: float = 1) -> Document:
    """A thousand agent types; 20 situations × 4 actions × 3 outcomes; 50 rules, ten of them on ten KPIs.

    With `stakes` 1 some types have several fixed points, with 4 almost all of them do.
    """
    rng = random.Random(20)

    def number(low: float, high: float) -> float:
        return float(f"{rng.uniform(low, high):.3g}")

    def action(opens: str | None) -> Document:
        wrong, back = number(0.15, 0.4), number(0.1, 0.3)
        return {
            "effort": {"base": number(0.5, 3), "load": number(0, 1)},
            "moves": {"handle_time": {"mean": number(60, 260), "cv": 0.8}, "wrap_time": number(5, 60)},
            "outcomes": {
                "wrong": {"chance": {"base": wrong, "knowledge": -0.9 * wrong}, "moves": {"error": 1}},
                "back": {"chance": {"base": back, "load": number(0, 0.2)}, "moves": {"repeat": 1}}
                | ({"opens": opens} if opens else {}),
                "done": {"chance": "rest", "moves": {"sold": {"mean": number(0, 4), "sd": number(0, 2)}}},
            },
        }

    situations: Document = {}
    for s in range(SITUATIONS):
        later = [f"s{t:02d}" for t in range(max(s + 1, BEGIN), SITUATIONS)]
        situations[f"s{s:02d}"] = {"share": number(0.5, 2)} if s < BEGIN else {}
        situations[f"s{s:02d}"]["actions"] = {
            f"a{a}": action(rng.choice(later) if later else None) for a in range(ACTIONS)
        }
    everywhere = list(situations)
    kpis: Document = {
        "aht": {"mean": "handle_time", "better": "lower"},
        "wrap": {"mean": "wrap_time", "better": "lower"},
        "sales": {"total": "sold", "better": "higher"},
        "error_rate": {"mean": "error", "better": "lower"},
        "repeats": {"ratio": ["repeat", "error"], "better": "lower"},
        "care_share": {"share": [f"{s}.a0" for s in everywhere[:5]]},
        "script_share": {"share": [f"{s}.a1" for s in everywhere[:6]]},
        "transfer_share": {"share": [f"{s}.a2" for s in everywhere[2:BEGIN]]},
        "repair_share": {"share": [f"{s}.a3" for s in everywhere[BEGIN:14]], "seen_by": "qa"},
        "finish_share": {"share": [f"{s}.*.done" for s in everywhere[14:]]},
    }
    rules: Document = {
        "aht_bonus": {"kpi": "aht", "steps": [[None, 300], [205, 0]]},
        "wrap_bonus": {"kpi": "wrap", "curve": [[30, 200], [45, 0]]},
        "sales_tiers": {"kpi": "sales", "tiers": [[1500, 0.2], [1800, 0.6]]},
        "error_fine": {"kpi": "error_rate", "steps": [[0.22, -150], [0.3, -400]]},
        "repeat_fine": {"kpi": "repeats", "curve": [[0.8, 0], [1.4, -250]]},
        "care_bonus": {"kpi": "care_share", "steps": [[0.14, 20 * stakes], [0.2, 60 * stakes]]},
        "script_bonus": {"kpi": "script_share", "curve": [[0.1, 0], [0.3, 75 * stakes]]},
        "transfer_cap": {"kpi": "transfer_share", "steps": [[0.25, -50 * stakes]]},
        "repair_bonus": {"kpi": "repair_share", "curve": [[0.02, 0], [0.1, 200]]},
        "finish_bonus": {"kpi": "finish_share", "tiers": [[0.05, 500]]},
    }
    for r in range(EVENT_RULES):
        s, a = everywhere[r % SITUATIONS], rng.randrange(ACTIONS)
        event = f"{s}.a{a}.wrong" if r % 2 else f"{s}.a{a}"
        rules[f"event_{r:02d}"] = {"each": event, "pay": number(-2, 1)} | (
            {"seen_by": "qa"} if r % 3 == 0 else {}
        )
    for r in range(UNIT_RULES):
        measure = ("sold", "error", "repeat", "wrap_time")[r % 4]
        rules[f"unit_{r}"] = {"per": measure, "pay": number(-0.01, 0.02)}
    return {
        "backfire": 1,
        "name": "large",
        "currency": "CNY",
        "period": {"name": "month", "contacts": 900},
        "measures": {
            "handle_time": {"unit": "s", "period_cv": 0.06},
            "wrap_time": {"unit": "s", "period_cv": 0.06},
            "sold": {"unit": "1"},
            "error": {"unit": "1"},
            "repeat": {"unit": "1"},
        },
        "values": {
            "organisation": {"handle_time": -0.015, "error": -10, "sold": 2, "payouts": -1},
            "customer": {"error": -8, "repeat": -4},
        },
        "conditions": {
            f"c{c:02d}": {"share": number(0.5, 1.5), "load": round(c / conditions, 4)}
            for c in range(conditions)
        },
        "situations": situations,
        "workforce": {
            "agents": 1000,
            "segments": {
                f"g{g:02d}": {
                    "share": number(0.5, 1.5),
                    "traits": {
                        "knowledge": number(0.1, 0.95),
                        "care": number(0, 0.5),
                        "loss_aversion": number(1, 2.5),
                        "noise": number(2, 4),
                    },
                }
                for g in range(segments)
            },
        },
        "policy": {"monitors": {"qa": {"samples": 150, "miss": 0.1}}, "kpis": kpis, "rules": rules},
    }


def hundred_rules() -> Document:
    """The large document with two agent types and a hundred rules."""
    document = large_scenario(segments=2, conditions=1)
    rules = document["policy"]["rules"]
    for r in range(100 - len(rules)):
        rules[f"more_{r:02d}"] = {"each": f"s{r % SITUATIONS:02d}.a{r % ACTIONS}", "pay": -0.5}
    return document


if __name__ == "__main__":
    documents = {
        "large": large_scenario,
        "steep": lambda: large_scenario(stakes=4),
        "hundred_rules": hundred_rules,
    }
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(documents[sys.argv[1]](), file)
