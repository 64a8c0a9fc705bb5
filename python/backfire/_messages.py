"""Every sentence a reader sees besides diagnostics, in English and Simplified Chinese: one catalogue for all doors.

A new sentence is one entry of ``_CATALOGUE`` with both languages; a test compares the fields the two fill in. The
sentences of verdicts, explanations, pictures and the report, being many, stand in files of their own.
"""

import numpy as np

from backfire import (
    _describe_messages,
    _explore_messages,
    _picture_messages,
    _report_messages,
    _verdict_messages,
    _why_messages,
)

LANGUAGES = ("en", "zh")

#: key: {"en": text, "zh": text}; texts are `str.format` templates over named values.
_CATALOGUE: dict[str, dict[str, str]] = {
    # numbers
    "number.money": {"en": "{amount} {currency}", "zh": "{amount} {currency}"},
    "party.organisation": {"en": "organisation", "zh": "机构"},
    "party.customer": {"en": "customer", "zh": "客户"},
    # a reform that came without a name of its own
    "reform.unnamed": {"en": "the reform", "zh": "这一方案"},
    "number.none": {"en": "no value", "zh": "无数值"},
    "number.points": {"en": "{amount} pct. points", "zh": "{amount} 个百分点"},
    "number.quantity": {"en": "{amount} {unit}", "zh": "{amount} {unit}"},
}
for _sentences in (
    _describe_messages.SENTENCES,
    _explore_messages.SENTENCES,
    _picture_messages.SENTENCES,
    _report_messages.SENTENCES,
    _verdict_messages.SENTENCES,
    _why_messages.SENTENCES,
):
    _CATALOGUE |= {key: dict(zip(LANGUAGES, texts, strict=True)) for key, texts in _sentences.items()}


def check_language(language: str) -> str:
    """The language itself; raises ValueError naming those there are."""
    if language not in LANGUAGES:
        raise ValueError(f"there is no language '{language}'; there are {', '.join(LANGUAGES)}")
    return language


def say(key: str, language: str = "en", **values: object) -> str:
    """The sentence ``key`` in ``language`` with its values filled in (values are never templates themselves)."""
    return _CATALOGUE[key][check_language(language)].format_map(values)


def has(key: str) -> bool:
    """Whether there is a sentence ``key``."""
    return key in _CATALOGUE


def template(key: str, language: str = "en") -> str:
    """The sentence ``key`` with its fields as they stand, ``{amount}``, to be filled in with something else than text."""
    return _CATALOGUE[key][check_language(language)]


def known(kind: str, word: str, language: str = "en") -> str:
    """What the catalogue calls a key, unit or period of documents; the word itself, underscores as spaces, otherwise."""
    texts = _CATALOGUE.get(f"{kind}.{word}")
    return word.replace("_", " ") if texts is None else texts[check_language(language)]


def unit_name(unit: str, language: str = "en") -> str:
    """What a unit is called, one per another too: ``CNY/s``. A pure number has none, and ``CNY/1`` is ``CNY``."""
    if unit in ("", "1"):
        return ""
    return "/".join(known("unit", part, language) for part in unit.removesuffix("/1").split("/"))


def _signed(text: str, value: float, signed: bool) -> str:
    """A number's text with a minus that does not break, a plus where asked for, and no sign on what rounds to zero."""
    if not text.strip("-0.,"):
        return text.lstrip("-")
    return f"+{text}" if signed and value > 0 else text.replace("-", "−")


def money(amount: float, currency: str, language: str = "en", signed: bool = False) -> str:
    """An amount of money for a sentence: thousands separated, cents below 100; minus as a sign that does not break.

    Without a currency, as in a column that names it, the figure alone.
    """
    digits = 0 if abs(amount) >= 100 else 2
    text = _signed(f"{amount:,.{digits}f}", amount, signed)
    if not currency:
        return text
    return say("number.money", language, amount=text, currency=known("unit", currency, language))


def percent(share: float, language: str = "en", fine: bool = False) -> str:
    """A share as a percentage for a sentence: one decimal within 10% of nothing or all (or where ``fine``), else none."""
    check_language(language)
    fine = fine or not 0.1 <= abs(share) <= 0.9
    shown = f"{share:.1%}" if fine else f"{share:.0%}"
    return _signed({"0.0%": "0%", "-0.0%": "0%", "100.0%": "100%"}.get(shown, shown), share, signed=False)


def points(change: float | None, language: str = "en") -> str:
    """A change of a share for a sentence, in percentage points, always with its sign."""
    if change is None:
        return say("number.none", language)
    return say("number.points", language, amount=_signed(f"{100 * change:.1f}", change, signed=True))


def number(value: float | None, unit: str = "1", language: str = "en", signed: bool = False) -> str:
    """A figure for a sentence: four digits, thousands separated, with its unit unless that is a pure number."""
    if value is None:
        return say("number.none", language)
    rounded = float(f"{value:.4g}")
    text = f"{value:,.0f}" if abs(rounded) >= 1000 else np.format_float_positional(rounded, trim="-")
    text, name = _signed(text, value, signed), unit_name(unit, language)
    return say("number.quantity", language, amount=text, unit=name) if name else text
