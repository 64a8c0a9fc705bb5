"""Values with their places, as the compiled core takes documents that are not JSON text.

A tree is ``(line, column, value)``, both 1-based, 0 where there is no text; value is None, a bool, an int, a float, a str,
a list of trees, or for a map a tuple of ``(name, line, column, tree)``.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from backfire._core import MOST_DEPTH, MOST_NODES, Diagnostic
from backfire._errors import ScenarioError

Tree = tuple[int, int, Any]

#: Past this many problems a document is not read by a person any more.
MOST_PROBLEMS = 1000


def child(pointer: str, key: str | int) -> str:
    """``pointer`` with one more member or index, escaped by RFC 6901."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def brief(text: str) -> str:
    """A text short enough for a message, on one line."""
    text = "".join(c if c.isprintable() else "�" for c in text[:61])
    return text[:60] + "…" if len(text) > 60 else text


def number_problem(number: float, written: str) -> tuple[str, str] | None:
    """Message and hint where a number is none that a document can hold."""
    if math.isnan(number):
        return "a number is expected, got one that is none (NaN)", "null stands for a bound that is not there"
    if math.isinf(number):
        message = f"the number {brief(written)} is too large or too small to be held"
        return message, "write a finite number; null stands for a bound that is not there"
    return None


def whole_text(text: str) -> str | None:
    """The text with its halves of characters joined; None where a half stands alone."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            return None
    return text


class Placed(NamedTuple):
    """A plain value that knows where it was written."""

    value: Any
    line: int
    column: int


class _Growing:
    """Turns plain Python values into a tree; what is no value of a document is noted and left out as null."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.count = 0
        self.place = (0, 0)  # of the nearest value around that knows its place

    def problem(self, code: str, pointer: str, message: str, hint: str = "") -> Tree:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Diagnostic(code, message, pointer, *self.place, hint))
        return (*self.place, None)

    def text(self, value: str, pointer: str) -> str:
        joined = whole_text(value)
        if joined is None:
            self.problem("encoding", pointer, "a text holds half of a character", "write the whole character")
        return "" if joined is None else joined

    def tree(self, value: Any, pointer: str, depth: int) -> Tree:
        if isinstance(value, Placed):
            around, self.place = self.place, (value.line, value.column)
            tree = self.tree(value.value, pointer, depth)
            self.place = around
            return tree
        self.count += 1
        if self.count > MOST_NODES:
            raise ScenarioError(
                [Diagnostic("too_many", f"the document holds more than {MOST_NODES} values", pointer)]
            )
        if depth > MOST_DEPTH:
            message = f"lists and maps lie more than {MOST_DEPTH} deep here"
            raise ScenarioError([Diagnostic("too_deep", message, pointer)])
        if isinstance(value, np.generic | np.ndarray):
            value = value.tolist()
        if value is None or isinstance(value, bool):
            return (*self.place, value)
        if isinstance(value, int | float):
            return self.number(value, pointer)
        if isinstance(value, str):
            return (*self.place, self.text(value, pointer))
        if isinstance(value, list | tuple):
            return (
                *self.place,
                [self.tree(item, child(pointer, i), depth + 1) for i, item in enumerate(value)],
            )
        if not isinstance(value, Mapping):
            kinds = "text, numbers, true, false, null, lists and maps"
            return self.problem(
                "wrong_type", pointer, f"a document holds {kinds}, not {type(value).__name__}"
            )
        members = []
        for key, inner in value.items():
            if isinstance(key, str):
                name = self.text(key, pointer)
                tree = self.tree(inner, child(pointer, name), depth + 1)
                members.append((name, tree[0], tree[1], tree))
            else:
                self.problem("wrong_type", pointer, f"a key is a text, got {brief(repr(key))}")
        return (*self.place, tuple(members))

    def number(self, value: float, pointer: str) -> Tree:
        try:
            wrong = number_problem(float(value), repr(float(value)))
        except OverflowError:
            wrong = number_problem(
                math.inf, f"of {value.bit_length()} bits" if isinstance(value, int) else ""
            )
        return (
            self.problem("number_range", pointer, *wrong)
            if wrong
            else (*self.place, value + 0 if isinstance(value, int) else float(value))
        )


def grown(value: Any) -> tuple[Tree, list[Diagnostic]]:
    """The tree of a plain Python value, and what in it no document can hold (null stands there).

    Raises ScenarioError past the limits of a document; a value that holds itself is too deep.
    """
    growing = _Growing()
    return growing.tree(value, "", 0), growing.problems
