"""Shipped scenarios as the tests see them: their folders, their checks, their golden pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import backfire

FOLDER = Path(__file__).resolve().parents[2] / "python/backfire/scenarios"
GOLDEN = Path(__file__).resolve().parent / "golden"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/scenario.json"))
FILES = ("scenario.json", "page.md", "families.json", "checks.json")
HEADINGS = (
    "## The workplace",
    "## The mechanism",
    "## Where the numbers come from",
    "## What comes out",
    "## What this does not show",
)
#: Evidence codes of the catalogue; M, recalled and unchecked, is no ground for a shipped number.
CODES = frozenset("XLOBASJ")
TITLED = ("measures", "conditions", "situations", "actions", "outcomes", "segments", "kpis", "rules")
NUMBER = re.compile(r"(?<![\w.])[+\-−]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")


def read(name: str, file: str) -> Any:
    """A JSON file of a shipped scenario's folder."""
    return json.loads((FOLDER / name / file).read_text(encoding="utf-8"))


# ---- evidence and titles


def numbers(node: Any, path: str = "") -> Iterator[str]:
    """Paths of all numbers of a document, its version and its prose left out."""
    if isinstance(node, dict):
        for key, value in node.items():
            if path or key not in ("backfire", "evidence", "title", "description"):
                yield from numbers(value, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from numbers(value, f"{path}.{index}")
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield path


def full_path(path: str) -> str:
    """An evidence path from the document's root: `policy.` may be left out."""
    return f"policy.{path}" if path.split(".")[0] in ("monitors", "kpis", "rules", "units") else path


def uncovered(document: dict[str, Any]) -> list[str]:
    """Numbers that neither their own evidence nor that of anything they lie in covers; a whole section covers nothing."""
    covers = [full_path(path) for path in document.get("evidence", {})]
    covers = [path for path in covers if "." in path or path == "period"]
    return [n for n in numbers(document) if not any(n == path or n.startswith(f"{path}.") for path in covers)]


def untitled(node: Any, path: str = "") -> list[str]:
    """What a manager sees and what has no title in English and Chinese."""
    missing = []
    if isinstance(node, dict):
        for key, value in node.items():
            here = f"{path}.{key}" if path else key
            if key in ("evidence", "values") or (key == "moves" and path):
                continue
            if key in TITLED and isinstance(value, dict):
                missing += [f"{here}.{i}" for i, v in value.items() if not both_languages(v.get("title"))]
            missing += untitled(value, here)
    return missing


def both_languages(title: Any) -> bool:
    """Whether a title says something in English and in Chinese."""
    return (
        isinstance(title, dict) and bool(title.get("en")) and bool(re.search("[一-鿿]", title.get("zh", "")))
    )


def chinese(node: Any) -> Iterator[str]:
    """Every Chinese text of a JSON file."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key == "zh":
            yield value
        elif isinstance(value, dict | list):
            yield from chinese(value)


# ---- checks


@lru_cache(maxsize=256)
def _solved(scenario: backfire.Scenario, reform: str) -> backfire.Solution:
    return backfire.solve(scenario, json.loads(reform))


def figure(scenario: backfire.Scenario, reform: list[Any], figure: str) -> float:
    """A figure of a scenario under a list of reforms."""
    return _solved(scenario, json.dumps(reform)).value(figure)


def _composed(off: Any, reform: Any) -> list[Any]:
    flat: list[Any] = []
    for part in (off, reform):
        flat += part if isinstance(part, list) else [part]
    return flat


def side(scenario: backfire.Scenario, side: Any, figure_name: str, off: Any) -> float:
    """One side of a check: a number, the figure under a reform, or its change from one reform to another."""
    if isinstance(side, int | float):
        return float(side)
    figure_name = side.get("figure", figure_name)
    if "value" in side:
        return figure(scenario, _composed(off, side["value"]), figure_name)
    before, after = (figure(scenario, _composed(off, reform), figure_name) for reform in side["change"])
    return after - before


def holds(scenario: backfire.Scenario, check: dict[str, Any], off: Any = None) -> tuple[bool, str]:
    """Whether a check holds, perhaps with `off` composed before each of its reforms, and both sides in words.

    Differences within 1e-9 relative count as none: `<` and `>` must be wider, `<=` and `>=` may be that much off.
    """
    left, right = (side(scenario, check[s], check["figure"], off or []) for s in ("left", "right"))
    slack = 1e-9 * max(1.0, abs(left), abs(right))
    held = {
        "<": right - left > slack,
        ">": left - right > slack,
        "<=": left - right <= slack,
        ">=": right - left <= slack,
    }[check["relation"]]
    return held, f"{left:.12g} {check['relation']} {right:.12g}"


def crossing(figure_at: Callable[[float], float], aim: float, low: float, high: float) -> float:
    """Where a figure that falls from `low` to `high` passes `aim`."""
    assert figure_at(low) > aim > figure_at(high)
    for _ in range(32):
        middle = (low + high) / 2
        low, high = (middle, high) if figure_at(middle) > aim else (low, middle)
    return (low + high) / 2


# ---- figures of a page


@cache
def figures(name: str) -> tuple[float, ...]:
    """Figures that the families' comparisons hold over all segments, by condition too: before, after, change; shares in percent too."""
    found: set[float] = set()
    for comparison in comparisons(name).values():
        for table in ("behaviour", "measures", "kpis", "payouts", "values"):
            for row in getattr(comparison, table).where(segment="all"):
                found |= {abs(row[c]) for c in ("baseline", "value", "delta") if row[c] is not None}
    return tuple(found | {100 * x for x in found if x <= 1})


def is_figure(name: str, text: str) -> bool:
    """Whether a printed number is one of a scenario's figures, rounded as it is printed."""
    half = 0.5000001 * _precision(text)
    return any(abs(x - abs(value_of(text))) <= half for x in figures(name))


# ---- golden pages


@cache
def comparisons(name: str) -> dict[str, backfire.Comparison]:
    """Each family's comparison with the shipped scenario."""
    scenario = backfire.scenario(name)
    return {
        family: backfire.compare(scenario, content["reforms"])
        for family, content in backfire.families(name).items()
    }


@cache
def golden_page(name: str) -> str:
    """Question, answer and each family's comparison as they print."""
    parts = [backfire.scenario(name).title, "", repr(_solved(backfire.scenario(name), "[]"))]
    for family, comparison in comparisons(name).items():
        parts += ["", f"== {backfire.families(name)[family]['title']['en']}", "", repr(comparison)]
    return "\n".join(parts) + "\n"


def _precision(text: str) -> float:
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(10 ** (int(exponent or 0) - decimals))


def value_of(text: str) -> float:
    """A printed number."""
    return float(text.replace(",", "").replace("−", "-"))


def differences(expected: str, found: str) -> list[str]:
    """Lines of two pages that differ by more than one unit of the last printed digit of a number."""
    old, new = expected.splitlines(), found.splitlines()
    if len(old) != len(new):
        return [f"{len(old)} lines expected, {len(new)} found"]
    different = []
    for a, b in zip(old, new, strict=True):
        numbers_a, numbers_b = NUMBER.findall(a), NUMBER.findall(b)
        same_words = NUMBER.sub("#", a) == NUMBER.sub("#", b)
        if not same_words or any(
            abs(value_of(x) - value_of(y)) > 1.000001 * max(_precision(x), _precision(y))
            for x, y in zip(numbers_a, numbers_b, strict=True)
        ):
            different.append(f"- {a}\n+ {b}")
    return different
