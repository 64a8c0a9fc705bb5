"""Sliders: a move gives exactly what compare and solve give, broken values are said, and nothing given becomes markup."""

import subprocess
import sys
from typing import Any

import pytest

import backfire
from backfire import _explore, _sliders
from page_reader import Reader
from test_display import TITLE, hostile

pytest.importorskip("anywidget")

SCENARIO = backfire.scenario("anonymous-bank")
DEDUCTION = "rules.callback_deduction.pay"
BROKEN = "situations.left_wrong.outcomes.calls_again.chance"


def move(explorer: backfire.Explorer, values: dict[str, Any]) -> dict[str, Any]:
    """The answer to a move as the view would send it."""
    seq = explorer.widget.asked.get("seq", 0) + 1
    explorer.widget.asked = {"seq": seq, "values": values}
    assert explorer.widget.answer["seq"] == seq
    answer: dict[str, Any] = explorer.widget.answer
    return answer


def shares(answer: dict[str, Any]) -> dict[str, float]:
    return {a["name"]: a["value"] for a in answer["actions"]}


def probabilities(solution: backfire.Solution) -> dict[str, float]:
    rows = solution.behaviour.where(segment="all", condition="all")
    return {f"{r['situation']}.{r['action']}": r["probability"] for r in rows}


@pytest.mark.parametrize("pay", [-4, -0.5, 0, 1.5])
def test_a_move_gives_what_solve_gives(pay: float) -> None:
    explorer = backfire.explore(SCENARIO)
    before = shares(explorer.widget.answer)
    answer = move(explorer, {DEDUCTION: pay})
    alone = backfire.solve(SCENARIO, {DEDUCTION: pay})
    assert shares(answer) == probabilities(alone) == probabilities(explorer.solution)
    assert shares(answer) != before
    assert explorer.reform == {DEDUCTION: pay}
    assert alone.values.to_dicts() == explorer.solution.values.to_dicts()
    assert explorer.seconds > 0


def test_before_any_move_it_stands_as_the_scenario_does() -> None:
    explorer = backfire.explore(SCENARIO)
    assert explorer.reform == {}
    assert shares(explorer.widget.answer) == probabilities(backfire.solve(SCENARIO))
    assert explorer.widget.answer["words"] == ["Nothing is changed yet: move a slider."]


def test_moving_back_leaves_no_edit() -> None:
    explorer = backfire.explore(SCENARIO)
    start = shares(explorer.widget.answer)
    move(explorer, {DEDUCTION: 1})
    answer = move(explorer, {DEDUCTION: -2})
    assert explorer.reform == {}
    assert shares(answer) == start


def test_the_verdict_is_that_of_the_comparison() -> None:
    explorer = backfire.explore(SCENARIO)
    words = move(explorer, {DEDUCTION: 0})["words"]
    said = repr(backfire.compare(SCENARIO, {"x": {DEDUCTION: 0}}))
    assert all(word in said for word in words[1:])
    assert words[0] == "Today’s rule backfires"


def test_work_is_that_of_the_comparison() -> None:
    explorer = backfire.explore(SCENARIO)
    work = move(explorer, {DEDUCTION: 1})["work"]
    rows = explorer.comparison.values.where(figure="work", segment="all", condition="all")
    assert [w[0] for w in work] == [
        "Work, for the organisation, before pay",
        "Work, for the customer",
    ]
    for (_, before, after, change), row in zip(work, rows, strict=True):
        for text, number in ((before, row["baseline"]), (after, row["value"]), (change, row["delta"])):
            assert float(text.replace("−", "-").replace(",", "")) == pytest.approx(number, abs=0.51)


def test_values_without_an_answer_are_said_and_the_last_answer_stays() -> None:
    explorer = backfire.explore(SCENARIO, {DEDUCTION: (-4, 4), BROKEN: (0, 2)})
    good = shares(move(explorer, {DEDUCTION: 1}))
    answer = move(explorer, {DEDUCTION: 0, BROKEN: 1.5})
    assert "expected a chance within 0…1, got 1.5" in answer["message"]
    assert "Traceback" not in answer["message"]
    assert shares(answer) == good
    assert explorer.reform == {DEDUCTION: 1}
    assert explorer.message == answer["message"]
    assert move(explorer, {DEDUCTION: 0, BROKEN: 0.5})["message"] == ""


def test_what_the_view_must_not_send_moves_nothing_and_frees_the_view() -> None:
    explorer = backfire.explore(SCENARIO)
    before = shares(explorer.widget.answer)
    assert shares(move(explorer, {"name": 3})) == before
    with pytest.raises(ValueError, match="could not convert"):
        move(explorer, {DEDUCTION: "much"})
    assert explorer.widget.answer["seq"] == explorer.widget.asked["seq"]
    assert explorer.reform == {}


def test_the_default_sliders_are_the_largest_amounts() -> None:
    document = SCENARIO.to_dict()
    rule = document["policy"]["rules"]["callback_deduction"]
    for k in range(12):
        document["policy"]["rules"][f"extra_{k}"] = {
            "title": f"extra {k}",
            "each": rule["each"],
            "pay": 100 - k if k else 0,
        }
    paths = _sliders.largest_amounts(backfire.Scenario.from_dict(document))
    assert paths == [f"rules.extra_{k}.pay" for k in range(1, 9)]


def test_points_are_sized_by_what_they_are_worth() -> None:
    sliders = _sliders.sliders_of(backfire.scenario("corrective-callbacks"), None)
    assert [(s.path, s.now, s.unit) for s in sliders] == [
        (DEDUCTION, -2, "points"),
        ("rules.error_deduction.pay", -4, "points"),
        ("rules.aht_bonus.steps.0.1", 300, "CNY"),
    ]


@pytest.mark.parametrize("name", backfire.scenarios()["name"])
def test_every_slider_can_stand_where_the_scenario_does(name: str) -> None:
    for slider in _sliders.sliders_of(backfire.scenario(name), None):
        assert slider.stops == sorted(set(slider.stops))
        assert slider.now in slider.stops
        assert 40 <= len(slider.stops) <= 170
        assert slider.stops[0] <= -1.9 * abs(slider.now)
        assert slider.stops[-1] >= 1.9 * abs(slider.now)
        assert all(len(repr(stop)) <= 8 for stop in slider.stops)


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("monitors.qa.samples", 0, 10),
        (BROKEN, 0, 0.8),
        ("monitors.qa.rate", 0, 1),
        ("situations.enquiry.actions.from_memory.moves.handle_time.mean", 0, 2),
    ],
)
def test_other_numbers_keep_their_sign_counts_are_whole_and_shares_stay_shares(
    path: str, low: float, high: float
) -> None:
    scenario = backfire.scenario("corrective-callbacks")
    if path == "monitors.qa.rate":
        scenario = scenario.reformed({"policy.monitors.qa": {"rate": 0.75}})
    (slider,) = _sliders.sliders_of(scenario, [path])
    if path.endswith("mean"):
        high = high * slider.now
    assert slider.stops[0] >= low
    assert high * 0.9 <= slider.stops[-1] <= high + 1e-9
    if path.endswith("samples"):
        assert all(isinstance(stop, int) for stop in slider.stops)


def test_all_broken_paths_are_said_at_once() -> None:
    with pytest.raises(backfire.ScenarioError) as raised:
        backfire.explore(
            SCENARIO,
            {
                "rules.callback_deductoin.pay": (0, 1),
                "rules.callback_deduction.each": (0, 1),
                DEDUCTION: (1, 1),
            },
        )
    first, second, third = raised.value.diagnostics
    assert "'callback_deduction'" in first.hint
    assert "there is none at 'rules.callback_deduction.each'" in second.message
    assert "is empty" in third.message


def test_nothing_to_move() -> None:
    rules = SCENARIO.to_dict()["policy"]["rules"]
    bare = SCENARIO.reformed({f"rules.{name}.pay": 0 for name in rules})
    with pytest.raises(ValueError, match="name paths of numbers"):
        backfire.explore(bare)
    assert backfire.explore(bare, [DEDUCTION]).reform == {}
    with pytest.raises(ValueError, match="en, zh"):
        backfire.explore(SCENARIO, language="fr")


def test_chinese() -> None:
    explorer = backfire.explore(SCENARIO, language="zh")
    words = move(explorer, {DEDUCTION: 0})["words"]
    assert words[0] == "现行规则适得其反"
    fixed = explorer.widget.fixed
    assert [s["title"] for s in fixed["sliders"]] == ["回电扣分 › 金额", "质检差错扣分 › 金额"]
    assert fixed["sliders"][0]["labels"][0] == "−4 分"
    assert "恢复原值" in fixed["reset"]


def test_without_a_kernel_the_figures_still_show() -> None:
    explorer = backfire.explore(hostile())
    for values in ({}, {DEDUCTION: 1}):
        move(explorer, values)
        mimes, _ = explorer._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in mimes
        reader = Reader()
        reader.feed(mimes["text/html"])
        reader.close()
        assert reader.open == []
        assert TITLE in reader.texts
        assert not {"img", "script"} & set(reader.tags)
        assert not [n for n, _ in reader.attributes if n.startswith("on") or n in ("src", "href")]
        rows = explorer.comparison.values.where(figure="work", segment="all", condition="all")
        assert {repr(r["value"]) for r in rows} <= {v for n, v in reader.attributes if n == "value"}


def test_the_view_never_takes_text_for_markup_and_loads_nothing() -> None:
    panel = _explore._panel()
    view = str(panel._esm) + str(panel._css)
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "import ",
        "http",
        "url(",
    ):
        assert word not in view


def test_without_anywidget_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['anywidget'] = None\n"
        "import backfire\n"
        "try: backfire.explore(backfire.scenario('anonymous-bank'))\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "explore needs anywidget: pip install backfire[explore]"


def test_a_saved_notebook_keeps_the_figures_in_an_output_of_their_own() -> None:
    pytest.importorskip("IPython")
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    before, shell.display_pub = shell.display_pub, CapturingDisplayPublisher()
    try:
        backfire.explore(hostile())._ipython_display_()
        live, saved = (output["data"] for output in shell.display_pub.outputs)
    finally:
        shell.display_pub = before
        InteractiveShell.clear_instance()
    assert "application/vnd.jupyter.widget-view+json" in live
    assert "text/html" not in live
    reader = Reader()
    reader.feed(saved["text/html"])
    reader.close()
    assert reader.open == []
    assert "details" in reader.tags
    assert TITLE in reader.texts
    assert "svg" in reader.tags
