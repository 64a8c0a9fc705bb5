"""Pictures as a browser shows them: on a phone and on a desk, in both languages, in grey; nothing overlaps or is cut."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))
from pictured import NAMES, makers

# Where letters really lie, in CSS pixels: the ink box of every text, the overlaps among them, and what leaves the picture.
PROBLEMS = """svg => {
  const frame = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].map(t => {
    const r = t.getBoundingClientRect(), slack = 0.18 * r.height;
    return {text: t.textContent, left: r.left, right: r.right, top: r.top + slack, bottom: r.bottom - slack};
  });
  const out = [];
  boxes.forEach((a, i) => {
    if (a.left < frame.left || a.right > frame.right || a.top < frame.top || a.bottom > frame.bottom)
      out.push('cut: ' + a.text);
    boxes.slice(0, i).forEach(b => {
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        out.push(a.text + ' on ' + b.text);
    });
  });
  return out;
}"""


def _page(svg: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><body style="margin:0;background:#fff">{svg}'


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("width", [360, 1000])
@pytest.mark.parametrize("name", NAMES)
def test_letters_neither_overlap_nor_leave_the_picture(
    open_page: Callable[..., Page], name: str, width: int, hostile: bool
) -> None:
    for language in ("en", "zh"):
        page = open_page(_page(makers(hostile)[name](language).svg), width=width)
        assert page.eval_on_selector("svg", PROBLEMS) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_pictures_look_as_kept(
    open_page: Callable[..., Page], same_as_kept: Callable[[bytes, str], None], name: str, language: str
) -> None:
    svg = makers()[name](language).svg
    for width in (360, 1000):
        page = open_page(_page(svg), width=width)
        same_as_kept(page.locator("svg").screenshot(), f"{name}-{language}-{width}")


@pytest.mark.parametrize("name", NAMES)
def test_in_grey_dark_and_light_stay_apart(open_page: Callable[..., Page], name: str) -> None:
    page = open_page(_page(makers()[name]("en").svg), width=480)
    grey = Image.open(io.BytesIO(page.locator("svg").screenshot())).convert("L")
    counts = grey.histogram()
    assert sum(counts[:110]) > 200  # ink and dark fills
    # Fills of the two colours and paper differ by at least a quarter of the range.
    dark, light, paper = (
        Image.new("RGB", (1, 1), c).convert("L").getpixel((0, 0)) for c in ("#14508c", "#f0b06a", "#fff")
    )
    assert light - dark > 64
    assert paper - light > 50


def test_several_pictures_share_a_page_without_sharing_ids(open_page: Callable[..., Page]) -> None:
    draw = makers()
    page = open_page(_page("".join(draw[n](language).svg for n in NAMES for language in ("en", "zh"))))
    ids = page.eval_on_selector_all("[id]", "nodes => nodes.map(n => n.id)")
    assert len(ids) >= 2 * 2 * len(NAMES)
    assert len(ids) == len(set(ids))
