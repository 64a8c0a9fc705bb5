"""Sliders in JupyterLab: a notebook is run, a slider is moved by keyboard, and what is shown is what solve gives."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import backfire

#: The sliders as the browser shows them, to be looked at.
LEFT = Path(__file__).resolve().parents[2] / "build" / "browser"
DEDUCTION = "rules.callback_deduction.pay"
REPAIR = "mistake_noticed.call_back"
CELL = f'import backfire\ne = backfire.explore(backfire.scenario("anonymous-bank"), {{"{DEDUCTION}": (-4, 4)}})\ne'


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """JupyterLab on a free port, in a folder of its own, without token, news and look-ups: its address and folder."""
    home = tmp_path_factory.mktemp("lab")
    settings = home / "settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = home / "notebooks"
    folder.mkdir()
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    log = (home / "log").open("w")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            *(f"--port={port}", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token="),
            "--ServerApp.disable_check_xsrf=True",
        ],
        env=environment,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            assert server.poll() is None, (home / "log").read_text()
            try:
                with urllib.request.urlopen(f"{address}/api/status"):
                    break
            except urllib.error.URLError:
                time.sleep(0.5)
        else:
            pytest.fail((home / "log").read_text())
        yield address, folder
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def written(folder: Path, name: str) -> None:
    cell = {
        "cell_type": "code",
        "id": "sliders",
        "metadata": {},
        "execution_count": None,
        "source": CELL,
        "outputs": [],
    }
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (folder / name).write_text(
        json.dumps({"cells": [cell], "metadata": spec, "nbformat": 4, "nbformat_minor": 5})
    )


@pytest.fixture
def notebook(lab: tuple[str, Path], chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A notebook of one cell, run; and what the console called an error."""
    address, folder = lab
    written(folder, "sliders.ipynb")
    context = chromium.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/lab/tree/sliders.ipynb?reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    select = page.get_by_role("dialog").get_by_role("button", name="Select")
    if select.is_visible():  # JupyterLab asks for a kernel where it is not sure
        select.click()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=60_000)
    prompt = page.locator(".jp-CodeCell .jp-InputPrompt").first
    for _ in range(20):  # a cell run while the kernel is still being connected stays as it is
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1000)
        if re.search(r"[*\d]", prompt.inner_text()):
            break
    yield page, problems
    context.close()


def shown(page: Page) -> float:
    return float(page.locator(f"[data-action='{REPAIR}']").get_attribute("value") or "nan")


def test_the_figures_follow_the_slider(notebook: tuple[Page, list[str]]) -> None:
    page, problems = notebook
    slider = page.locator(f"input[data-path='{DEDUCTION}']")
    slider.wait_for(timeout=60_000)
    scenario = backfire.scenario("anonymous-bank")
    assert shown(page) == backfire.solve(scenario).probability(REPAIR)
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(slider).to_be_focused()
    root = page.locator(".backfire-explore")
    expect(page.locator(".backfire-explore output")).to_have_text("0 points")
    expect(root).to_have_attribute("aria-busy", "false", timeout=30_000)
    assert shown(page) == backfire.solve(scenario, {DEDUCTION: 0}).probability(REPAIR)
    expect(page.locator(".backfire-explore .words strong")).to_have_text("Today’s rule backfires")
    LEFT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=LEFT / "explore.png")
    page.get_by_role("button", name="As it stands").click()
    expect(page.locator(".backfire-explore output")).to_have_text("−2 points")
    expect(root).to_have_attribute("aria-busy", "false", timeout=30_000)
    assert shown(page) == backfire.solve(scenario).probability(REPAIR)
    assert problems == []


# A model as anywidget gives it to the view, whose other side answers only when told to.
MODEL = """
window.sent = [];
const state = FIXED, heard = [];
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  save_changes: () => window.sent.push(state.asked),
  on: (name, then) => heard.push(then),
  off: () => {},
};
window.reply = () => {
  state.answer = { ...state.answer, seq: state.asked.seq };
  heard.forEach((then) => then());
};
render({ model, el: document.body });
"""


def test_while_a_move_is_solved_only_the_newest_waits(open_page: Callable[..., Page]) -> None:
    explorer = backfire.explore(backfire.scenario("anonymous-bank"), [DEDUCTION])
    state = {name: getattr(explorer.widget, name) for name in ("fixed", "asked", "answer")}
    view = explorer.widget._esm.replace(
        "export default { render };", MODEL.replace("FIXED", json.dumps(state))
    )
    page = open_page(f"<!doctype html><meta charset=utf-8><body><script type=module>{view}</script>")
    page.locator("input[type=range]").focus()

    def sent() -> list[float]:
        moves: list[float] = page.evaluate("window.sent.map((move) => Object.values(move.values)[0])")
        return moves

    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert sent() == [-1.9]
    page.evaluate("window.reply()")
    assert sent() == [-1.9, -1.5]
    page.evaluate("window.reply()")
    assert sent() == [-1.9, -1.5]
    assert page.locator("section").get_attribute("aria-busy") == "false"
