"""Sentences before they are written out: a key of the catalogue and typed values, so that text and HTML say the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backfire import _html
from backfire._messages import money, number, percent, points, say, template

#: What a sentence may hold.
Part = Any


@dataclass(frozen=True)
class Money:
    """An amount of the document's currency; ``signed`` shows a plus as well."""

    amount: float | None
    currency: str
    signed: bool = False


@dataclass(frozen=True)
class Share:
    """A share, shown as a percentage; ``fine`` keeps a decimal where small changes are compared."""

    value: float | None
    fine: bool = False


@dataclass(frozen=True)
class Points:
    """A change of a share, shown in percentage points."""

    value: float | None


@dataclass(frozen=True)
class Number:
    """A figure in a unit."""

    value: float | None
    unit: str = "1"
    signed: bool = False


@dataclass(frozen=True)
class Name:
    """A title or id somebody gave."""

    text: str


@dataclass(frozen=True)
class Joined:
    """Parts listed one after another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence of the catalogue with its values."""

    key: str
    values: Mapping[str, Part]


def sentence(key: str, **values: Part) -> Sentence:
    """The sentence ``key`` with its values, not yet in any language."""
    return Sentence(key, values)


def as_text(part: Part, language: str) -> str:
    """A part written out as plain text."""
    match part:
        case Sentence(key, values):
            return say(key, language, **{k: as_text(v, language) for k, v in values.items()})
        case Joined(parts):
            return say("list.between", language).join(as_text(p, language) for p in parts)
        case Money(amount, currency, signed):
            return (
                say("number.none", language) if amount is None else money(amount, currency, language, signed)
            )
        case Share(value, fine):
            return say("number.none", language) if value is None else percent(value, language, fine)
        case Points(value):
            return points(value, language)
        case Number(value, unit, signed):
            return number(value, unit, language, signed)
        case Name(text):
            return text
    return str(part)


def as_html(part: Part, language: str) -> _html.Markup:
    """A part written out as HTML: every figure in a ``data`` element, every name kept apart."""
    match part:
        case Sentence(key, values):
            return _filled(template(key, language), lambda field: as_html(values[field], language))
        case Joined(parts):
            return _html.join((as_html(p, language) for p in parts), say("list.between", language))
        case Money(amount=value) | Share(value=value) | Points(value=value) | Number(value=value):
            return _html.number(value, as_text(part, language))
        case Name(text):
            return _html.name(text)
    return _html.text(part)


def _filled(text: str, value: Callable[[str], _html.Markup]) -> _html.Markup:
    """A template with its fields replaced; the words between are text."""
    out: list[_html.Markup] = []
    while text:
        before, brace, text = text.partition("{")
        out.append(_html.text(before))
        if brace:
            field, _, text = text.partition("}")
            out.append(value(field))
    return _html.join(out)
