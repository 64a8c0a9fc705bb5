"""Which numbers of a scenario get a slider, and where a slider stops."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backfire import _core
from backfire._errors import ScenarioError
from backfire._scenario import Scenario, value_at

#: So many sliders at most unless paths are named: more are not looked at.
MOST = 8
#: A slider has about so many stops.
_STOPS = 80
#: Keys whose numbers count something.
_COUNTS = frozenset({"agents", "days", "samples"})
#: Keys whose numbers are shares of a whole.
_SHARES = frozenset({"chance", "false_alarm", "miss", "rate", "share"})


@dataclass(frozen=True)
class Slider:
    """A number of a document and the values it can be moved to, in order; ``now`` is one of them."""

    path: str
    now: float
    unit: str
    stops: list[float]


def plain(value: float) -> float:
    """A number as documents write it: without a fraction where it has none."""
    number = float(value)
    return int(number) if number.is_integer() else number


def sliders_of(
    scenario: Scenario, paths: Iterable[str] | Mapping[str, tuple[float, float]] | None
) -> list[Slider]:
    """The sliders asked for, or those of the policy's amounts; raises ScenarioError with every path that has none."""
    document = scenario.to_dict()
    if paths is None:
        paths = largest_amounts(scenario)
    ranges = (
        paths if isinstance(paths, Mapping) else dict.fromkeys([paths] if isinstance(paths, str) else paths)
    )
    if not ranges:
        raise ValueError("there is nothing to move: the policy pays nothing, so name paths of numbers")
    made: list[Slider] = []
    problems: list[_core.Diagnostic] = []
    for path, between in ranges.items():
        now = value_at(document, path)
        if isinstance(now, bool) or not isinstance(now, int | float):
            problems += _why_not(scenario, path)
        elif between is not None and not _is_range(*between):
            problems.append(
                _core.Diagnostic(
                    "wrong_value", f"the range of '{path}' is empty", "", hint="give the lower end first"
                )
            )
        else:
            unit = scenario._core.unit_at(path)
            money = unit.partition("/")[0] in _money_units(document)
            made.append(Slider(path, now, unit, _stops(path, now, between, money)))
    if problems:
        raise ScenarioError(problems)
    return made


def largest_amounts(scenario: Scenario) -> list[str]:
    """Paths of the policy's amounts other than 0, in document order: at most `MOST`, the largest in money."""
    policy = scenario.to_dict().get("policy", {})
    worth = policy.get("units", {})
    sizes = {
        path: abs(amount) * worth.get(rule.get("unit"), 1)
        for name, rule in policy.get("rules", {}).items()
        for path, amount in _amounts(f"rules.{name}", rule)
        if amount != 0
    }
    kept = sorted(sizes, key=lambda path: -sizes[path])[:MOST]
    return [path for path in sizes if path in kept]


def _amounts(path: str, rule: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    if "pay" in rule:
        yield f"{path}.pay", rule["pay"]
    for form in ("steps", "curve", "tiers"):
        for k, (_, y) in enumerate(rule.get(form, ())):
            yield f"{path}.{form}.{k}.1", y


def _why_not(scenario: Scenario, path: str) -> tuple[_core.Diagnostic, ...]:
    try:
        scenario.reformed({"replace": {path: 0}})
    except ScenarioError as error:
        missing = [d for d in error.diagnostics if d.code.startswith("reform")]
        if missing:
            return tuple(missing)
    return (
        _core.Diagnostic(
            "wrong_type", f"a slider moves a number, and there is none at '{path}'", "", hint="name a number"
        ),
    )


def _money_units(document: dict[str, Any]) -> set[str]:
    return {document["currency"], *document.get("policy", {}).get("units", {})}


def _is_range(low: float, high: float) -> bool:
    return math.isfinite(low) and math.isfinite(high) and low < high


def _stops(path: str, now: float, between: tuple[float, float] | None, money: bool) -> list[float]:
    """Stops a round step apart that meet the number as it stands."""
    keys = path.split(".")
    if between is None:
        size = 2 * abs(now) or 1.0
        low, high = (-size, size) if money or now == 0 else (min(2 * now, 0.0), max(2 * now, 0.0))
        if _SHARES & set(keys) and 0 <= now <= 1:
            low, high = max(low, 0.0), min(high, 1.0)
    else:
        low, high = between
    step = _round_step((high - low) / _STOPS)
    if keys[-1] in _COUNTS:
        step = max(step, 1.0)
    below, above = (max(0, math.floor(room / step + 1e-9)) for room in (now - low, high - now))
    digits = max(0, 2 - math.floor(math.log10(step)))
    stops = [plain(round(now + k * step, digits)) for k in range(-below, above + 1)]
    stops[below] = now
    return [s for s in stops if low - step / 2 <= s <= high + step / 2 or s == now]


def _round_step(about: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is at most ``about``."""
    power = 10.0 ** math.floor(math.log10(about) + 1e-12)
    return max(m for m in (1, 2, 5) if m * power <= about * (1 + 1e-9)) * power
