"""The catalogue of sentences: both languages everywhere, with the same placeholders."""

import string

import pytest

from backfire import _messages


@pytest.mark.parametrize("key", _messages._CATALOGUE)
def test_both_languages_say_the_same_placeholders(key: str) -> None:
    texts = _messages._CATALOGUE[key]
    assert set(texts) == set(_messages.LANGUAGES)
    fields = [{f for _, f, _, _ in string.Formatter().parse(text) if f} for text in texts.values()]
    assert fields[0] == fields[1]


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="en, zh"):
        _messages.say("number.none", "fr")


def test_numbers_for_sentences() -> None:
    assert _messages.money(-1234.5, "CNY") == "−1,234 CNY"
    assert _messages.money(16, "CNY") == "16.00 CNY"
    assert _messages.percent(0.0095) == "0.9%"
