"""Every sentence a reader sees besides diagnostics, in English and Simplified Chinese: one catalogue for all doors.

A new sentence is one entry of ``_CATALOGUE`` with both languages; a test compares the placeholders of the two.
"""

LANGUAGES = ("en", "zh")

#: key: {"en": text, "zh": text}; texts are `str.format` templates over named values.
_CATALOGUE: dict[str, dict[str, str]] = {
    # numbers
    "number.money": {"en": "{amount} {currency}", "zh": "{amount} {currency}"},
    "party.organisation": {"en": "organisation", "zh": "组织"},
    "party.customer": {"en": "customer", "zh": "客户"},
    "number.none": {"en": "no value", "zh": "无数值"},
}


def check_language(language: str) -> str:
    """The language itself; raises ValueError naming those there are."""
    if language not in LANGUAGES:
        raise ValueError(f"there is no language '{language}'; there are {', '.join(LANGUAGES)}")
    return language


def say(key: str, language: str = "en", **values: object) -> str:
    """The sentence ``key`` in ``language`` with its values filled in (values are never templates themselves)."""
    return _CATALOGUE[key][check_language(language)].format_map(values)


def money(amount: float, currency: str, language: str = "en") -> str:
    """An amount of money for a sentence: thousands separated, cents below 100; minus as a sign that does not break."""
    digits = 0 if abs(amount) >= 100 else 2
    return say("number.money", language, amount=f"{amount:,.{digits}f}".replace("-", "−"), currency=currency)


def percent(share: float, language: str = "en") -> str:
    """A share as a percentage for a sentence: one decimal below 10%, none above."""
    check_language(language)
    return f"{share:.1%}" if abs(share) < 0.1 else f"{share:.0%}"
