"""One random mutation of a good document: what a fuzz test feeds to whatever reads documents."""

from __future__ import annotations

import copy
import random
from typing import Any

Document = dict[str, Any]

ODD: list[Any] = [
    None, True, False, "", "NaN", "inf", "1e999", "-0", "all", "rest", "payouts", "base", "*", "*.*", "a.b.c.d",
    ".", "..", "\u0000", "\u202e", "no", "é" * 50, 0, -1, -0.0, 1e308, -1e308, 5e-324, 2**63, 10**30,
    float("inf"), float("nan"), [], {}, [[]], [None], {"": 0}, {"base": "x"}, {"mean": 1},
    {"mean": 1, "sd": -1, "shape": "beta"}, [[1, 2], [1, 3]],
]  # fmt: skip
WORDS = [
    "share",
    "chance",
    "effort",
    "moves",
    "opens",
    "habit",
    "outcomes",
    "actions",
    "noise",
    "kpi",
    "each",
    "per",
    "pay",
    "steps",
    "curve",
    "tiers",
    "seen_by",
    "frame",
    "unit",
    "samples",
    "rate",
    "miss",
    "false_alarm",
    "error_sd",
    "sum",
    "period_cv",
    "hours",
    "contacts",
    "time",
    "stands_for",
    "better",
    "scale",
    "of",
    "ratio",
    "total",
    "mean",
    "curvature",
    "weighting",
    "conformity",
    "attention",
    "stock",
    "link",
    "x-free",
    "payouts",
    "all",
    "__proto__",
    "0",
    "1e400",
]
KINDS = [
    "drop",
    "odd",
    "odd",
    "number",
    "rename",
    "swap",
    "copy",
    "nest",
    "deep",
    "extra",
    "negate",
    "refer",
    "cycle",
    "long",
]


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place below the root, as keys and indices."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [found for key, inner in items for found in [(*path, key), *spots(inner, (*path, key))]]


def parent(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


def mutate(document: Document, rng: random.Random) -> Document:
    """A copy with one thing changed: most results are broken documents, some are merely odd."""
    result = copy.deepcopy(document)
    every = spots(result)
    path, other = rng.choice(every), rng.choice(every)
    here, key = parent(result, path), path[-1]
    kind = rng.choice(KINDS)
    if kind == "drop":
        del here[key]
    elif kind == "odd":
        here[key] = copy.deepcopy(rng.choice(ODD))
    elif kind == "number":
        number = here[key]
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            here[key] = number * rng.choice((0, -1, 1e-300, 1e12, 1e300, 1 + 1e-9, 0.5, 1000))
        else:
            here[key] = rng.choice((0, 1, -1, 1e9, 0.3))
    elif kind == "rename" and isinstance(here, dict):
        here[rng.choice((*WORDS, str(key) + "x", str(key)[:-1], str(key).upper()))] = here.pop(key)
    elif kind in ("swap", "copy"):
        there, its = parent(result, other), other[-1]
        value = copy.deepcopy(there[its])
        if kind == "swap" and path[: len(other)] != other and other[: len(path)] != path:
            there[its] = copy.deepcopy(here[key])
        here[key] = value
    elif kind == "nest":
        here[key] = rng.choice(([here[key]], {"base": here[key]}, {str(key): here[key]}))
    elif kind == "deep":
        for _ in range(rng.choice((2, 50, 3000))):
            here[key] = [here[key]]
    elif kind == "extra":
        target = here[key] if isinstance(here[key], dict) else here
        if isinstance(target, dict):
            target[rng.choice(WORDS)] = copy.deepcopy(rng.choice(ODD))
        else:
            target.append(copy.deepcopy(rng.choice(ODD)))
    elif kind == "negate" and isinstance(here[key], (int, float)):
        here[key] = -here[key]
    elif kind == "refer":
        names = [p[-1] for p in every if isinstance(p[-1], str)]
        here[key] = rng.choice(names) + rng.choice(("", "", "x", ".*"))
    elif kind == "cycle":
        situations = document.get("situations", {})
        steps = [
            p for p in every if len(p) >= 4 and p[0] == "situations" and p[-2] in ("actions", "outcomes")
        ]
        step = parent(result, rng.choice(steps)) if steps else None
        if step is not None and situations:
            name = rng.choice(list(step))
            if isinstance(step[name], dict):
                step[name]["opens"] = rng.choice(list(situations))
    elif kind == "long":
        here[key] = rng.choice(
            (["x"] * 5000, "x" * 100_000, [[i, i] for i in range(3000)], {f"k{i}": i for i in range(3000)})
        )
    return result
