"""Long work: it tells how far it is, stops on Ctrl-C at once, and leaves nothing half-written."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import backfire
from backfire import _progress
from backfire.cli import _commands

#: Seconds between Ctrl-C and the end of a call.
SOON = 0.2

#: Of tests that call `stopped`.
timed = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="only Unix has signal.setitimer, which stops a call in its midst"
)


def heavy(segments: int, rules: int = 1) -> dict[str, Any]:
    """A document that takes seconds: every segment spreads three traits; minutes with rules on two KPIs."""
    document = backfire.scenario("corrective-callbacks").to_dict()
    document.pop("evidence", None)
    spread = {"mean": 0.5, "sd": 0.2, "shape": "lognormal"}
    document["workforce"]["segments"] = {
        f"s{i}": {
            "traits": {
                "knowledge": {"mean": 0.6 + 0.002 * i, "sd": 0.1, "shape": "beta"},
                "care": spread,
                "loss_aversion": {"mean": 2, "sd": 0.5, "shape": "lognormal"},
            }
        }
        for i in range(segments)
    }
    if rules == 2:
        document["policy"]["rules"]["repair"] = {
            "kpi": "repair_rate",
            "steps": [[None, 0], [0.3, 100], [0.6, 200]],
        }
    return document


@pytest.fixture(scope="module")
def heavy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("heavy") / "heavy.json"
    path.write_text(json.dumps(heavy(2, rules=2)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def long_scenario() -> backfire.Scenario:
    """Solved long enough for a caller to be asked more than once."""
    return backfire.Scenario.from_dict(heavy(6))


IN_PYTHON = """
import sys, time
import backfire
scenario = backfire.load(sys.argv[1])
print("ready", flush=True)
try:
    backfire.{call}
    print("done")
except KeyboardInterrupt:
    print("stopped", time.clock_gettime(time.CLOCK_MONOTONIC))
"""


@pytest.mark.parametrize("call", ["solve(scenario)", "compare(scenario, {{'a': {{}}}})"])
@pytest.mark.skipif(
    not hasattr(time, "CLOCK_MONOTONIC"),
    reason="only Unix has time.CLOCK_MONOTONIC, one clock for two programs",
)
def test_a_call_stops_soon_after_ctrl_c(call: str, heavy_file: Path) -> None:
    script = IN_PYTHON.format(call=call.format())
    command = [sys.executable, "-c", script, str(heavy_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(
            0.5
        )  # a call without progress gives no sign that it has begun; from then on it takes minutes
        pressed = time.clock_gettime(time.CLOCK_MONOTONIC)  # one clock for both
        child.send_signal(signal.SIGINT)
        words = child.stdout.read().split()
    assert words[0] == "stopped"
    assert float(words[1]) - pressed < SOON


def crowd(segments: int, conditions: int, actions: int = 2) -> backfire.Scenario:
    """Many groups of agents who all choose among the same actions; nothing but an event is paid for."""
    return backfire.Scenario.from_dict(
        {
            "backfire": 1,
            "period": {"contacts": 100},
            "measures": {"t": {"unit": "s"}},
            "values": {"organisation": {"t": -1}},
            "situations": {
                "s": {"share": 1, "actions": {f"a{i}": {"moves": {"t": i}} for i in range(actions)}}
            },
            "workforce": {"traits": {"noise": 1}, "segments": {f"s{i}": {} for i in range(segments)}},
            "conditions": {f"c{i}": {} for i in range(conditions)},
            "policy": {"rules": {"r": {"each": "s.a1", "pay": 1}}},
        }
    )


class StopError(Exception):
    """What the signal of `stopped` raises, as Ctrl-C raises KeyboardInterrupt."""


def stopped(call: Callable[[], object], after: float = 0.05) -> float:
    """Seconds from a signal, `after` seconds into a call that takes longer, to its end by what the signal's handler raised."""

    def stop(*_: object) -> None:
        raise StopError

    before = signal.signal(signal.SIGALRM, stop)
    start = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, after)
    try:
        with pytest.raises(StopError):
            call()
        return time.monotonic() - start - after
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@timed
@pytest.mark.parametrize("call", ["behaviour", "fixed_points", "notes", "value"])
def test_the_first_figure_asked_for_stops_soon_and_can_be_asked_for_again(call: str) -> None:
    scenario = crowd(700, 700)
    answer = backfire.solve(scenario)
    ask = {"value": lambda: answer.value("values.organisation")}.get(call, lambda: getattr(answer, call))
    assert stopped(ask) < SOON
    assert answer.value("values.organisation") == backfire.solve(scenario).value("values.organisation")


@timed
def test_answers_over_many_groups_stop_soon() -> None:
    scenario = crowd(100, 40, actions=800)
    answer = backfire.solve(scenario)
    assert answer.status == "converged"
    assert stopped(lambda: answer.behaviour) < SOON
    assert stopped(lambda: backfire.respond(scenario, {"t": 1})) < SOON
    assert stopped(lambda: backfire.explain(answer, "s.a0"), after=0.01) < SOON
    comparison = backfire.compare(answer, {"a": {"rules.r.pay": 2}})
    assert stopped(lambda: comparison.behaviour) < SOON


@timed
def test_a_graph_of_millions_of_edges_stops_soon() -> None:
    document = crowd(1, 1, actions=2000).to_dict()
    document["policy"]["rules"] = {f"r{i}": {"each": "s.*", "pay": 1} for i in range(3000)}
    scenario = backfire.Scenario.from_dict(document)
    assert stopped(lambda: backfire.graph(scenario)) < SOON
    graph = backfire.graph(scenario)
    assert stopped(lambda: graph.edges) < SOON
    assert stopped(lambda: graph.edges, after=0.4) < SOON
    assert stopped(graph.dot) < SOON
    assert stopped(graph.mermaid) < SOON
    start = time.process_time()
    assert graph.paths("action:s.a0", "rule:r5") == [["action:s.a0", "rule:r5"]]
    assert time.process_time() - start < SOON
    assert stopped(lambda: graph.reachable("situation:s"), after=0.01) < SOON
    assert stopped(lambda: graph.dominators("rule:r5"), after=0.01) < SOON


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer that sends a signal")
def test_the_routes_of_an_explanation_are_found_in_proportion_and_stop_soon() -> None:
    document = crowd(1, 1, actions=800).to_dict()
    document["policy"]["rules"] = {f"r{i}": {"each": "s.*", "pay": 1} for i in range(400)}
    answer = backfire.solve(backfire.Scenario.from_dict(document))
    assert answer.status == "converged"
    assert stopped(lambda: backfire.explain(answer, "s.a0")) < SOON
    start = time.process_time()
    assert len(backfire.explain(answer, "s.a0").paths) == 800
    assert time.process_time() - start < 5


def crowded(document: dict[str, Any]) -> dict[str, Any]:
    """Thousands of agents, each with numbers of its own."""
    spread = {"mean": 1, "sd": 0.3, "shape": "lognormal"}
    traits = {"x": spread, "y": spread, "noise": 1}
    document["workforce"] = {"segments": {f"s{i}": {"traits": traits} for i in range(60)}}
    document["situations"]["s"]["actions"]["a0"]["effort"] = {"x": 1, "y": 1}
    return document


def many_patterns(document: dict[str, Any]) -> dict[str, Any]:
    """Thousands of KPIs, each a pattern among thousands of events."""
    actions = {f"a{i}": {} for i in range(20_000)}
    document["situations"]["s"]["actions"] = actions
    document["policy"]["kpis"] = {f"k{i}": {"share": f"s.a{i}"} for i in range(20_000)}
    return document


@timed
@pytest.mark.parametrize("grown", [crowded, many_patterns])
def test_the_reading_of_a_document_stops_soon(
    grown: Callable[[dict[str, Any]], dict[str, Any]], tmp_path: Path
) -> None:
    small = crowd(1, 1)
    document = grown(small.to_dict())
    text = json.dumps(document)
    path = tmp_path / "large.json"
    path.write_text(text, encoding="utf-8")
    assert stopped(lambda: backfire.loads(text)) < SOON
    assert stopped(lambda: backfire.load(path)) < SOON
    assert stopped(lambda: backfire.Scenario.from_dict(document)) < SOON
    edits = {key: document[key] for key in ("situations", "workforce", "policy") if key in document}
    assert stopped(lambda: small.reformed(edits)) < SOON
    assert stopped(lambda: backfire.compare(small, {"large": edits})) < SOON


@timed
def test_a_long_reform_stops_soon() -> None:
    small = crowd(1, 1, actions=5000)
    edits = {f"situations.s.actions.a{i}.effort": i for i in range(5000)}
    assert stopped(lambda: small.reformed(edits)) < SOON


@timed
def test_break_even_stops_soon_while_it_reads() -> None:
    scenario = backfire.Scenario.from_dict(crowded(crowd(1, 1).to_dict()))
    path = "situations.s.actions.a0.effort.x"
    assert stopped(lambda: backfire.break_even(scenario, path, "values.organisation", (0, 2))) < SOON


def test_tables_over_many_groups_cost_as_much_as_their_rows() -> None:
    answer = backfire.solve(crowd(700, 700))
    comparison = backfire.compare(answer, {"none": {}})
    start = time.process_time()
    assert len(answer.fixed_points) == len(answer.equilibria) == 700 * 700
    assert len(comparison.winners) == 701 * 701
    assert time.process_time() - start < 5


def test_the_command_line_stops_with_130_and_leaves_nothing(heavy_file: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    reform = "rules.callback_deduction.pay=0"
    for words in (["run", "--json"], ["report", "--reform", reform, "-o", str(page)]):
        command = [sys.executable, "-m", "backfire", words[0], str(heavy_file), *words[1:]]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
        ) as child:
            time.sleep(
                2
            )  # a command nobody watches is silent at work; by now it is searching, and will be for minutes
            assert child.poll() is None
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=10)
        assert child.returncode == 130
        assert out == b""
        assert err == b"backfire: stopped\n"
        assert not list(tmp_path.iterdir())


def test_progress_grows_to_its_end_and_a_failing_callable_ends_the_call(
    long_scenario: backfire.Scenario,
) -> None:
    seen: list[float] = []
    backfire.compare(long_scenario, {"a": {"rules.callback_deduction.pay": 0}}, progress=seen.append)
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert 0 <= seen[0] <= seen[-1] <= 1

    def enough(_: float) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        backfire.solve(long_scenario, progress=enough)


def test_a_bar_is_drawn_on_standard_error_and_only_for_long_work(
    long_scenario: backfire.Scenario, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    small = backfire.scenario("corrective-callbacks")
    answer = backfire.solve(small, progress=True)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(_progress, "DELAY", 0.0)
    backfire.solve(long_scenario, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(r"\d+%", err)
    assert backfire.solve(small, progress=False).values.to_dicts() == answer.values.to_dicts()


def test_a_progress_that_says_no_stops_the_call(long_scenario: backfire.Scenario) -> None:
    asked: list[float] = []

    def no(share: float) -> bool:
        asked.append(share)
        return False

    deduction = "rules.callback_deduction.pay"
    comparison = backfire.compare(long_scenario, {})
    calls: list[Callable[[], object]] = [
        lambda: backfire.solve(long_scenario, progress=no),
        lambda: backfire.compare(long_scenario, {"a": {deduction: 0}}, progress=no),
        lambda: backfire.break_even(
            long_scenario, deduction, of="work.organisation", between=(-4, 4), progress=no
        ),
        lambda: backfire.report_html(backfire.compare(long_scenario, {"a": {deduction: 0}}), progress=no),
    ]
    for call in calls:
        asked.clear()
        with pytest.raises(backfire.Interrupted):
            call()
        assert len(asked) == 1
    assert comparison.baseline.status
    assert backfire.solve(long_scenario, progress=lambda _: None).status  # None goes on


@pytest.mark.parametrize("progress", [3, 1, 0, "yes", [], 0.5])
def test_what_is_no_progress_is_refused(progress: Any) -> None:
    scenario = backfire.scenario("corrective-callbacks")
    with pytest.raises(TypeError, match="progress is a callable, True, False or None"):
        backfire.solve(scenario, progress=progress)
    with pytest.raises(TypeError, match="progress is a callable, True, False or None"):
        backfire.compare(scenario, {}, progress=progress)


def test_without_rich_a_percentage_is_shown_and_taken_away(
    long_scenario: backfire.Scenario, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("rich", "rich.console", "rich.progress"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(_progress, "DELAY", 0.0)
    backfire.solve(long_scenario, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(r"\r +\d+%", err)
    assert err.endswith("\r    \r")


def test_a_report_tells_one_account_of_all_its_searches() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    reforms = {"a": {"rules.callback_deduction.pay": 0}, "b": {"rules.error_deduction.pay": 0}}
    comparison = backfire.compare(scenario, reforms)
    shares: list[float] = []
    backfire.report_html(comparison, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert shares[-1] == 1


def test_only_a_terminal_sees_how_far_a_command_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert _commands._progress() is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert _commands._progress() is True
