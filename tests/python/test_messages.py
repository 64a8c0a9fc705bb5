"""The catalogue of sentences: both languages everywhere, with the same fields to fill in."""

import re
import string

import pytest

from backfire import _messages, _sheets


@pytest.mark.parametrize("key", _messages._CATALOGUE)
def test_both_languages_fill_in_the_same_fields(key: str) -> None:
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


@pytest.mark.parametrize("key", _messages._CATALOGUE)
def test_chinese_has_its_own_punctuation(key: str) -> None:
    text = _messages.template(key, "zh")
    assert not re.search(r"[\u3400-\u9fff”}][,:;?!]|[,:;?!][\u3400-\u9fff“]|\([^)]*[\u3400-\u9fff]", text)


def test_known_words_and_others() -> None:
    assert _messages.known("period", "month", "zh") == "月"
    assert _messages.known("period", "lunar_month", "zh") == "lunar month"


@pytest.mark.parametrize(
    ("value", "unit", "language", "shown"),
    [
        (1234567.8, "s", "en", "1,234,568 s"),
        (-0.0112069, "1", "en", "−0.01121"),
        (300.0, "s", "zh", "300 秒"),
        (1e-7, "1", "en", "0.0000001"),
        (-0.0, "1", "en", "0"),
        (None, "s", "zh", "无数值"),
    ],
)
def test_figures_for_sentences(value: float | None, unit: str, language: str, shown: str) -> None:
    assert _messages.number(value, unit, language) == shown


def test_signs() -> None:
    assert _messages.money(253.199, "CNY", "en", signed=True) == "+253 CNY"
    assert _messages.money(-0.001, "CNY", "zh", signed=True) == "0.00 元"
    assert _messages.percent(0.998) == "99.8%"
    assert _messages.percent(1.0) == "100%"
    assert _messages.percent(0.5681, fine=True) == "56.8%"


#: One Chinese word per idea: what a text may not say, and what it says in its place.
OTHER_WORDS = {
    "组织": "机构 (organisation)",
    "服务": "联络 (contact)",
    "接触": "联络 (contact)",
    "周期": "考核期 (period)",
    r"(?<!考核)(?<!预)期(?!望)": "考核期 (period)",
    "误判": "误报 (false alarm)",
    "场景": "情境 (situation)",
}


@pytest.mark.parametrize("key", _messages._CATALOGUE)
def test_one_chinese_word_per_idea(key: str) -> None:
    text = _messages.template(key, "zh")
    assert [meant for other, meant in OTHER_WORDS.items() if re.search(other, text)] == []


def test_sheets_and_pages_call_a_key_alike() -> None:
    same = (
        "steps",
        "curve",
        "tiers",
        "rate",
        "miss",
        "false_alarm",
        "error_sd",
        "frame",
        "pay",
        "scale",
        "unit",
        "title",
    )
    for kind in _sheets._KINDS.values():
        for heading, (chinese, _) in kind.columns.items():
            if heading in same:
                assert chinese == _messages.known("key", heading, "zh"), heading
    assert _sheets._KINDS["values"].columns["organisation"][0] == _messages.say("party.organisation", "zh")
    assert _sheets._KINDS["values"].columns["customer"][0] == _messages.say("party.customer", "zh")


def test_units_of_one_thing_per_another() -> None:
    assert _messages.number(2.5, "CNY/s", "zh") == "2.5 元/秒"
    assert _messages.number(2.5, "CNY/s") == "2.5 CNY/s"
    assert _messages.number(-8.0, "CNY/1") == "−8 CNY"
