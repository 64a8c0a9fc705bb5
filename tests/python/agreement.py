"""Holds the engine's tables against the slow oracle's, row by row, and says where they part."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import oracle
from oracle import Agent, Behaviour, Document, Row, Tables

KEYS = {
    "behaviour": ("segment", "condition", "situation", "action"),
    "measures": ("segment", "condition", "measure"),
    "kpis": ("segment", "condition", "kpi"),
    "payouts": ("segment", "condition", "rule"),
    "values": ("segment", "condition", "party"),
    "prices": ("segment", "condition", "measure"),
    "fixed_points": ("segment", "condition"),
}
FIGURES = {
    "behaviour": ("probability", "visits"),
    "measures": ("mean", "sd"),
    "kpis": ("mean", "sd"),
    "payouts": ("expected", "money"),
    "values": ("work", "payouts", "money"),
    "prices": ("price",),
    "fixed_points": ("objective", "contacts"),
}


def rows_of(table: Any) -> list[Row]:
    """A table of the engine as plain dicts."""
    result: list[Row] = table.to_dicts()
    return result


def index(rows: Iterable[Row], keys: tuple[str, ...]) -> dict[tuple[Any, ...], Row]:
    result = {tuple(row[k] for k in keys): row for row in rows}
    return result


def missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def apart(want: Any, got: Any, tolerance: float, size: float = 1.0) -> bool:
    """Whether two figures differ by more than the tolerance, relative to the larger of them and of `size`."""
    if missing(want) or missing(got):
        return missing(want) != missing(got)
    return bool(abs(want - got) > tolerance * max(size, abs(want), abs(got)))


def differences(
    expected: list[Row], table: str, got: list[Row], tolerance: float, sizes: bool = True
) -> list[str]:
    """Every figure of a table of the oracle's that the engine does not give as well."""
    found = []
    there = index(got, KEYS[table])
    for key, row in index(expected, KEYS[table]).items():
        if key not in there:
            found.append(f"{table} {key}: no such row")
            continue
        for column in FIGURES[table]:
            # A sum of large terms, or an sd beside its mean, cannot be better than what it is a part of.
            size = max([1.0, *(abs(row[c]) for c in FIGURES[table] if not missing(row[c]))])
            if apart(row[column], there[key][column], tolerance, size):
                found.append(f"{table} {key} {column}: oracle {row[column]!r}, engine {there[key][column]!r}")
    return found


def behaviour_starts(got: list[Row]) -> oracle.Starts:
    """The engine's behaviour as a place to look from too: believed only if it is a fixed point."""

    def starts(agent: Agent) -> list[Behaviour]:
        behaviour: Behaviour = {}
        for row in got:
            if (row["segment"], row["condition"]) == (agent.segment, agent.condition):
                behaviour.setdefault(row["situation"], {})[row["action"]] = row["probability"]
        return [behaviour] if agent.points == 1 else []

    return starts


def solved(document: Document, got: Any) -> Tables:
    """The oracle's solution, with the engine's behaviour among its starts."""
    return oracle.solve(document, behaviour_starts(rows_of(got.behaviour)))
