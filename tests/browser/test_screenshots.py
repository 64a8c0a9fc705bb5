"""The comparison of screenshots sees what it must see and forgives what it may."""

from collections.abc import Callable

from PIL import Image, ImageDraw
from pixels import difference
from playwright.sync_api import Page


def _card(text_at: int, width: int = 200) -> Image.Image:
    image = Image.new("RGB", (width, 100), "white")
    ImageDraw.Draw(image).rectangle((text_at, 20, text_at + 60, 50), fill="black")
    return image


def test_the_comparison_sees_a_moved_bar_and_a_grown_page() -> None:
    assert difference(_card(20), _card(20)) == 0
    assert difference(_card(20), _card(40)) > 0.05
    assert difference(_card(20), _card(20, width=260)) == 1


def test_pages_open_at_the_width_asked_for(open_page: Callable[..., Page]) -> None:
    page = open_page("<!doctype html><p id=p>纠正错误</p>", width=360)
    assert page.evaluate("document.documentElement.clientWidth") == 360
    assert page.inner_text("#p") == "纠正错误"
