"""The promised speeds, measured: one line each with its floor, target and, where there is one, the ratio to NumPy."""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

import backfire
from numpy_solve import KPIS, NumpySolve
from workload import EDIT, hundred_rules, large_scenario

SMOKE = bool(os.environ.get("BACKFIRE_BENCH_SMOKE"))
REPEATS = 3 if SMOKE else 11


def milliseconds(work: Callable[[int], object], repeats: int) -> tuple[float, float]:
    """Median and 90th percentile of the processor time of calls."""
    work(0)
    times = []
    for i in range(repeats):
        start = time.process_time()
        work(i + 1)
        times.append(1e3 * (time.process_time() - start))
    return statistics.median(times), float(np.quantile(times, 0.9))


def row(what: str, figure: str, p90: str, promised: str) -> None:
    """One line of the table."""
    print(f"{what:<52} {figure:>12} {p90:>12}   {promised}")


def solves() -> None:
    """The large solve after a one-parameter edit, beside NumPy on the same document, and whether both agree."""
    document = large_scenario()
    scenario = backfire.Scenario.from_dict(document)
    (path, value), *_ = EDIT.items()
    median, p90 = milliseconds(lambda i: backfire.solve(scenario, {path: value + i}), REPEATS)
    row(
        "solve, 1,000 types, 50 rules, after an edit",
        f"{median:.1f} ms",
        f"{p90:.1f} ms",
        "floor 100, target 16, stretch 5",
    )

    model = NumpySolve(scenario.reformed(EDIT).to_dict())
    start = time.process_time()
    objective, kpis = model.solve()
    numpy_time = 1e3 * (time.process_time() - start)
    start = time.process_time()
    model.solve("care_share")
    told_time = 1e3 * (time.process_time() - start)
    row("the same in NumPy, from the documented starts", f"{numpy_time:.0f} ms", "", "one run")
    row("ratio to it", f"{numpy_time / median:.1f} x", "", "at least 20")
    row("NumPy, told which KPI to try", f"{told_time:.0f} ms", "", "one run")
    row("ratio to that", f"{told_time / median:.1f} x", "", "")
    solution = backfire.solve(scenario, EDIT)
    found = np.array(solution.fixed_points["objective"])
    same = np.abs(found - objective) <= 1e-6 * np.abs(found)
    if (objective > found + 1e-6 * np.abs(found)).any() or same.mean() < 0.95:
        raise AssertionError(
            f"NumPy finds better points than the engine, or other ones: {same.mean():.3f} agree"
        )
    rows = {(r["segment"], r["condition"], r["kpi"]): r["mean"] for r in solution.kpis.to_dicts()}
    agents = zip(solution.fixed_points["segment"], solution.fixed_points["condition"], strict=True)
    engine = np.array([[rows[(g, c, name)] for name in KPIS] for g, c in agents]).T
    worst = np.abs(kpis / engine - 1)[:, same].max()
    if worst > 1e-6:
        raise AssertionError(f"KPIs differ from NumPy's by up to {worst:.1e}")
    row(
        "types where both keep the same point",
        f"{100 * same.mean():.1f} %",
        "",
        f"their KPIs within {worst:.0e}",
    )

    steep = backfire.Scenario.from_dict(large_scenario(stakes=4))
    median, p90 = milliseconds(lambda i: backfire.solve(steep, {path: value + i}), 1 if SMOKE else 3)
    row("solve, stakes four times as high", f"{median:.1f} ms", f"{p90:.1f} ms", "")


def misses() -> None:
    """Where many types have two fixed points: for how many of them the documented starts find a better one than the engine keeps."""
    missed = types = 0
    for stakes in (2, 4):
        scenario = backfire.Scenario.from_dict(large_scenario(stakes=stakes))
        objective, _ = NumpySolve(scenario.to_dict()).solve()
        found = np.array(backfire.solve(scenario).fixed_points["objective"])
        missed += int((objective > found + 1e-6 * np.abs(found)).sum())
        types += len(found)
    row("steep: types with a better point than is kept", f"{missed} of {types:,}", "", "")
    if missed > types // 500:
        raise AssertionError("the documented starts find better points than the engine")


def reforms() -> None:
    """A reform of a document with a hundred rules."""
    scenario = backfire.Scenario.from_dict(hundred_rules())

    def edit(_: int) -> None:
        for i in range(50):
            scenario.reformed({"rules.more_07.pay": -1 - 1e-3 * i})

    median, p90 = milliseconds(edit, REPEATS)
    row("a reform of a document of 100 rules", f"{20 * median:.0f} us", f"{20 * p90:.0f} us", "under 100")


def shipped() -> None:
    """A shipped scenario with distributed traits: solve, then a table."""
    scenario = backfire.scenario("corrective-callbacks")
    median, p90 = milliseconds(lambda _: str(backfire.solve(scenario).behaviour), 3 if SMOKE else 7)
    row("corrective-callbacks: solve and one table", f"{median:.0f} ms", f"{p90:.0f} ms", "well under 1,000")


def moves() -> None:
    """A move of each slider of every shipped scenario, until the view has its figures; a scenario's slowest slider counts."""
    slowest: dict[str, tuple[float, float]] = {}
    for name in backfire.scenarios()["name"]:
        widget = backfire.explore(backfire.scenario(name)).widget
        asked = itertools.count(1)

        def move(i: int, widget: Any = widget, asked: Iterator[int] = asked, slider: Any = None) -> None:
            stops = slider["stops"]
            place = 7 * i % (len(stops) - 1)  # all over the slider, and never where the scenario stands
            value = stops[place + (place >= slider["start"])]
            widget.asked = {"seq": next(asked), "values": {slider["path"]: value}}
            if widget.answer["message"]:
                raise AssertionError(widget.answer["message"])

        for slider in widget.fixed["sliders"]:
            took = milliseconds(partial(move, slider=slider), 5 if SMOKE else 41)
            slowest[name] = max(slowest.get(name, took), took)
    first = "corrective-callbacks"
    other = max((name for name in slowest if name != first), key=lambda name: slowest[name])
    for title, name in ((f"a slider's move, {first}", first), (f"the slowest other, {other}", other)):
        median, p90 = slowest[name]
        row(title, f"{median:.1f} ms", f"{p90:.1f} ms", "frame: 16")


def imports() -> None:
    """`import backfire` in a fresh interpreter, less what an empty one takes."""

    def run(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return 1e3 * (time.perf_counter() - start)

    took = [run("import backfire") - run("pass") for _ in range(REPEATS)]
    row(
        "import backfire",
        f"{statistics.median(took):.0f} ms",
        f"{np.quantile(took, 0.9):.0f} ms",
        "under 150",
    )


if __name__ == "__main__":
    row("", "median", "p90", "promised")
    solves()
    misses()
    reforms()
    shipped()
    moves()
    imports()
