"""A headless Chromium for the tests of this folder, and pictures of pages compared with kept ones.

`make browser` installs what is needed. Screenshots live in `screenshots/`; where one is meant to change, run with
`BACKFIRE_NEW_SCREENSHOTS=1`, look at the new ones, and commit them. What differs is left in `build/browser/`.
"""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pixels import TOLERANCE, difference

SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"
LEFT = Path(__file__).resolve().parents[2] / "build" / "browser"

OpenPage = Callable[..., Page]
SameAsKept = Callable[[bytes, str], None]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; `CHROMIUM` names another than the distribution's."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    arguments = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--force-color-profile=srgb"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Opens HTML text, or a file, in a fresh page without a network; every console error fails the test.

    `open_page(html_or_path, width=360, height=800, scale=1, scripts=True)` gives Playwright's page.
    """
    contexts, problems = [], []

    def opened(
        what: str | Path, width: int = 1000, height: int = 800, scale: float = 1, scripts: bool = True
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            java_script_enabled=scripts,
            offline=True,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        if isinstance(what, Path):
            page.goto(what.resolve().as_uri())
        else:
            page.set_content(what)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems, problems


@pytest.fixture(scope="session")
def same_as_kept() -> SameAsKept:
    """`same_as_kept(png, "name")` fails where a screenshot is not what `screenshots/name.png` shows."""

    def compared(png: bytes, name: str) -> None:
        kept = SCREENSHOTS / f"{name}.png"
        image = Image.open(io.BytesIO(png)).convert("RGB")
        if os.environ.get("BACKFIRE_NEW_SCREENSHOTS"):
            kept.parent.mkdir(parents=True, exist_ok=True)
            image.quantize(64).save(kept, optimize=True)
            return
        assert kept.exists(), f"there is no {kept}; BACKFIRE_NEW_SCREENSHOTS=1 makes it"
        share = difference(image, Image.open(kept))
        if share > TOLERANCE:
            LEFT.mkdir(parents=True, exist_ok=True)
            left = LEFT / f"{name.replace('/', '-')}.png"
            image.save(left)
            pytest.fail(f"{share:.2%} of {name} differs from the kept screenshot; what was seen: {left}")

    return compared
