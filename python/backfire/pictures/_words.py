"""What the pictures share in reading answers: names checked, rows picked, figures spelt."""

import difflib
from collections.abc import Iterable
from typing import Any

from backfire._answers import Comparison, Solution
from backfire._errors import UnknownNameError
from backfire._messages import money, say, unit_name
from backfire._titles import Titles

Row = dict[str, Any]
WHOLE = {"segment": "all", "condition": "all"}


def one_of(name: str, names: Iterable[str], kind: str) -> str:
    """The name itself; raises UnknownNameError listing the nearest where there is none such."""
    names = list(names)
    if name not in names:
        near = difflib.get_close_matches(name, names, 3, 0.4) or names[:5]
        raise UnknownNameError(f"there is no {kind} '{name}'; the nearest: {', '.join(near)}")
    return name


def titles_of(answer: Solution | Comparison, reform: str | None, language: str) -> Titles:
    """Titles for an answer; a reform's scenario speaks first."""
    if isinstance(answer, Solution):
        return Titles(language, answer.scenario)
    documents = [answer.baseline.scenario]
    reforms = answer.reforms
    for name in reforms if reform is None else [reform]:
        documents.insert(0, reforms[name].scenario)
    return Titles(language, *documents)


def currency_of(answer: Solution | Comparison) -> str:
    """The currency of an answer's money."""
    solution = answer.baseline if isinstance(answer, Comparison) else answer
    return solution.scenario._core.currency()


def group_title(row: Row, titles: Titles) -> str:
    """Who a row is about: a segment, a condition, both, or everybody."""
    segment, condition = row["segment"], row["condition"]
    if condition == "all":
        return titles.segment(segment)
    if segment == "all":
        return titles.condition(condition)
    return say(
        "picture.group",
        titles.language,
        segment=titles.segment(segment),
        condition=titles.condition(condition),
    )


def axis_title(name: str, unit: str, language: str) -> str:
    """What an axis shows, with its unit unless that is a pure number."""
    called = unit_name(unit, language)
    return say("picture.axis", language, name=name, unit=called) if called else name


def sentence_money(amount: float, currency: str, language: str, signed: bool = False) -> str:
    """Money for a label: whole from 10 on."""
    if 10 <= abs(amount) < 100:
        amount = round(amount)
    text = money(amount, currency, language, signed)
    return text.replace(".00 ", " ")
