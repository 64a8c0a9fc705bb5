"""Random scenarios small enough to scan every behaviour: one agent, one or two choices, one or two KPI rules."""

from __future__ import annotations

import random
from typing import Any

Document = dict[str, Any]


def small_scenario(seed: int) -> Document:
    """Often a bonus worth going for beside a point where one gives up; sometimes a ratio, sometimes hours."""
    rng = random.Random(7_919 * seed + 1)

    def number(low: float, high: float) -> float:
        return float(f"{rng.uniform(low, high):.4g}")

    noise = number(0.5, 2.0)
    hours = rng.random() < 0.15
    samples = not hours and rng.random() < 0.3
    measures: Document = {"time": {"unit": "s"}, "solved": {"unit": "1"}}
    if rng.random() < 0.4:
        measures["time"]["period_cv"] = number(0.01, 0.06)
    names = ["careful", "quick", "idle"]
    situations: Document = {}
    count = rng.choice((1, 1, 2))
    for s in range(count):
        actions: Document = {}
        for k, name in enumerate(names[: rng.choice((2, 3)) if count == 1 else 2]):
            mean = number(200, 400) if k == 0 else number(80, 250)
            action: Document = {
                "effort": number(0.5, 4.0) * noise if k == 0 else number(0.0, 1.0) * noise,
                "moves": {"time": {"mean": mean, "cv": number(0.2, 0.8)}},
                "outcomes": {
                    "solved": {
                        "chance": number(0.6, 0.95) if k == 0 else number(0.05, 0.5),
                        "moves": {"solved": 1},
                    },
                    "open": {"chance": "rest"},
                },
            }
            if count == 2 and s == 0 and k == 0:
                action["outcomes"]["open"]["opens"] = "place_1"
            actions[name] = action
        situations[f"place_{s}"] = {"actions": actions}
    situations["place_0"]["share"] = 1
    if count == 2 and rng.random() < 0.5:
        situations["place_1"]["share"] = number(0.2, 1.0)
    contacts = rng.choice((30, 100, 400, 1000))
    period: Document = {"hours": number(20, 120), "time": "time"} if hours else {"contacts": contacts}
    number_of_contacts = period["hours"] * 3600 / 200 if hours else contacts
    kinds = ["solved", "time", "share"] if not hours else ["solved", "total"]
    ratio = not hours and rng.random() < 0.2
    kpis: Document = {}
    rules: Document = {}
    picked = ["ratio"] if ratio else rng.sample(kinds, 1 if hours else rng.choice((1, 1, 2)))
    for kind in picked:
        if kind == "ratio":
            kpi, low, high = {"ratio": ["solved", "time"], "scale": 3600}, 2.0, 14.0
        elif kind == "solved":
            kpi, low, high = {"mean": "solved"}, 0.2, 0.85
        elif kind == "total":
            kpi, low, high = {"total": "solved"}, 0.2 * number_of_contacts, 0.7 * number_of_contacts
        elif kind == "time":
            kpi, low, high = {"mean": "time"}, 120.0, 320.0
        else:
            kpi, low, high = {"share": "place_0.careful"}, 0.1, 0.9
        if samples and kind != "ratio":
            kpi["seen_by"] = "qa"
        kpis[f"kpi_{kind}"] = kpi
        rules[f"rule_{kind}"] = {"kpi": f"kpi_{kind}", **schedule(rng, low, high, noise * number_of_contacts)}
    policy: Document = {"kpis": kpis, "rules": rules}
    if samples:
        policy["monitors"] = {"qa": {"samples": rng.choice((5, 20, 25))}}
    if rng.random() < 0.3:
        rules["each"] = {"each": "*.careful", "pay": number(-0.5, 0.5) * noise}
    traits: Document = {"noise": noise}
    if rng.random() < 0.3:
        traits["loss_aversion"] = number(0.5, 2.5)
    return {
        "backfire": 1,
        "name": f"small-{seed}",
        "currency": "CNY",
        "period": period,
        "measures": measures,
        "situations": situations,
        "workforce": {"agents": 10, "traits": traits},
        "policy": policy,
    }


def schedule(rng: random.Random, low: float, high: float, stake: float) -> Document:
    """Steps, a curve or tiers between low and high, worth about what the noise of all contacts is."""
    size = stake * rng.uniform(0.3, 2.5)
    bounds = sorted(float(f"{rng.uniform(low, high):.4g}") for _ in range(rng.choice((1, 2, 3))))
    bounds = sorted(set(bounds))
    kind = rng.choice(("steps", "steps", "curve", "tiers"))
    if kind == "steps":
        level, steps = 0.0, []
        for x in bounds:
            level += size * rng.uniform(-0.4, 1.0) / len(bounds)
            steps.append([x, float(f"{level:.4g}")])
        return {"steps": steps}
    if kind == "curve":
        last = float(f"{bounds[-1] + 0.15 * (high - low):.6g}")
        return {"curve": [[x, float(f"{size * rng.uniform(0, 1):.4g}")] for x in [*bounds, last]]}
    return {"tiers": [[x, float(f"{size * rng.uniform(-0.5, 1.5) / (high - low):.4g}")] for x in bounds]}
