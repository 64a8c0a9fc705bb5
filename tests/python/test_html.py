"""Markup from names that somebody else wrote: it stays text, and only known tags come out."""

import pytest

from backfire import Table, _html
from page_reader import Reader

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "javascript:alert(1)",
    "]]>&lt;&#x3c;script",
    "回电 <扣分>",
    "\u202eחוק\u200f",
    "a\x00b\x1b[31m",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_name_stays_text(title: str) -> None:
    page = Reader()
    page.feed(Table([(title, [title]), ("n", [1.5])])._repr_html_())
    page.close()
    assert page.open == []
    assert page.tags <= _html.TAGS
    assert not [a for a, _ in page.attributes if a.startswith("on")]
    expected = title.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert page.texts.count(expected) == 2


def test_attributes_are_text_too() -> None:
    page = Reader()
    page.feed(_html.element("span", "x", aria_label='"><b onclick="1">'))
    assert page.tags == {"span"}
    assert page.attributes == {("aria-label", '"><b onclick="1">')}


@pytest.mark.parametrize("tag", ["script", "img", "a", "iframe", "span onclick=1"])
def test_a_tag_that_could_do_something_cannot_be_made(tag: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        _html.element(tag)


@pytest.mark.parametrize("attribute", ["onclick", "href", "src", "style"])
def test_an_attribute_that_could_do_something_cannot_be_made(attribute: str) -> None:
    with pytest.raises(ValueError, match="attribute"):
        _html.element("span", **{attribute: "x"})


def test_a_number_carries_its_figure() -> None:
    assert _html.number(0.1 + 0.2, "0.3") == '<data value="0.30000000000000004">0.3</data>'
    assert _html.number(None, "no value") == "no value"
    assert _html.table(["rule", "pay"], [["a", 1]], numeric=[1], caption="what").startswith(
        '<div class="scroll short" tabindex="0"><table><caption>what</caption><thead><tr><th scope="col">rule</th>'
    )
