"""Break-even points against dense grids: several, jumps, touches, none; broken ranges, progress, words."""

import math
import re
from typing import Any

import pytest

import backfire
from backfire import pictures
from random_scenarios import random_scenario
from test_explain import pointwise

#: Traits at their means, so that hundreds of solves take a second.
SMALL = backfire.Scenario.from_dict(pointwise(backfire.scenario("corrective-callbacks").to_dict()))
PAY = "rules.callback_deduction.pay"
KNOWLEDGE = "workforce.segments.novice.traits.knowledge"
REPAIR = "behaviour.mistake_noticed.call_back"


def dense(
    scenario: backfire.Scenario, path: str, figure: str, between: tuple[float, float], steps: int
) -> tuple[list[float], list[float | None]]:
    low, high = between
    xs = [low + (high - low) * k / steps for k in range(steps + 1)]
    ys = [backfire.solve(scenario, {path: x}).value(figure) for x in xs]
    return xs, [None if math.isnan(y) else y for y in ys]


def check(
    scenario: backfire.Scenario,
    path: str,
    figure: str,
    between: tuple[float, float],
    target: float,
    steps: int = 400,
) -> backfire.BreakEven:
    """Every change of sign of a dense grid holds a point and no point lies elsewhere (touches apart)."""
    found = backfire.break_even(scenario, path, of=figure, between=between, target=target)
    xs, ys = dense(scenario, path, figure, between, steps)
    brackets = [
        (xs[i], xs[i + 1])
        for i in range(steps)
        if ys[i] is not None and ys[i + 1] is not None and (ys[i] - target) * (ys[i + 1] - target) < 0  # type: ignore[operator]
    ]
    for low, high in brackets:
        assert sum(low <= x <= high for x in found.points) == 1, (low, high, found.points)
    assert len(found.points) == len(brackets)
    for x, point in zip(found.points, found._core.points, strict=True):
        if not point.jump:
            assert backfire.solve(scenario, {path: x}).value(figure) == pytest.approx(
                target, rel=1e-7, abs=1e-9
            )
    rows = found.curve.to_dicts()
    assert [r["x"] for r in rows] == sorted(r["x"] for r in rows)
    assert (rows[0]["x"], rows[-1]["x"]) == between
    return found


@pytest.mark.parametrize("target", [0.5, 0.1, 0.9])
def test_how_large_a_reward_makes_them_call_back(target: float) -> None:
    found = check(SMALL, PAY, REPAIR, (-4, 6), target)
    assert len(found.points) == 1


@pytest.mark.parametrize(
    "figure", ["values.customer", "kpis.aht", "measures.repeat_contact@novice", "payouts.callback_deduction"]
)
def test_other_figures(figure: str) -> None:
    now = backfire.solve(SMALL, {PAY: -0.3123}).value(figure)
    found = check(SMALL, PAY, figure, (-4, 6), now)
    assert any(abs(x + 0.3123) < 1e-6 for x in found.points)


def test_a_payout_is_met_twice_or_never() -> None:
    # A larger deduction takes in nothing once nobody calls back any more: in between it takes in most.
    _, ys = dense(SMALL, PAY, "payouts.callback_deduction", (-6, 0), 200)
    least = min(y for y in ys if y is not None)
    assert len(check(SMALL, PAY, "payouts.callback_deduction", (-6, -1e-3), 0.5 * least).points) == 2
    never = check(SMALL, PAY, "payouts.callback_deduction", (-6, -1e-3), 1.5 * least)
    assert never.points == []
    assert "never meets" in never.text
    # The very bottom is touched.
    low, high = -6.0, -1e-3
    value = lambda x: backfire.solve(SMALL, {PAY: x}).value("payouts.callback_deduction")  # noqa: E731
    for _ in range(90):
        one, two = low + 0.382 * (high - low), low + 0.618 * (high - low)
        low, high = (low, two) if value(one) < value(two) else (one, high)
    bottom = 0.5 * (low + high)
    found = backfire.break_even(
        SMALL, PAY, of="payouts.callback_deduction", between=(-6, -1e-3), target=value(bottom)
    )
    assert found.points, "a touch is found"
    assert all(abs(x - bottom) < 1e-3 for x in found.points)


def test_how_much_knowledge_pays_for_what_is_hidden() -> None:
    off = {"disable": ["rules.callback_deduction"]}
    found = backfire.break_even(SMALL, KNOWLEDGE, of="values.organisation", between=(0, 1), against=off)
    want = backfire.solve(SMALL, off).value("values.organisation")
    assert found.target == want
    (x,) = found.points
    assert backfire.solve(SMALL, {KNOWLEDGE: x}).value("values.organisation") == pytest.approx(want, rel=1e-9)
    assert check(SMALL, KNOWLEDGE, "values.organisation", (0, 1), want, 200).points == [x]


def bonus() -> backfire.Scenario:
    """A step bonus that agents go for together or give up on."""
    return backfire.Scenario.from_dict(
        {
            "backfire": 1,
            "name": "bonus",
            "currency": "CNY",
            "period": {"contacts": 400},
            "measures": {"sold": {"unit": "1"}},
            "situations": {
                "offer": {
                    "share": 1,
                    "actions": {
                        "push": {
                            "effort": 1,
                            "outcomes": {
                                "yes": {"chance": 0.5, "moves": {"sold": 1}},
                                "no": {"chance": "rest"},
                            },
                        },
                        "wait": {
                            "outcomes": {
                                "yes": {"chance": 0.1, "moves": {"sold": 1}},
                                "no": {"chance": "rest"},
                            }
                        },
                    },
                }
            },
            "workforce": {"traits": {"noise": 0.2}},
            "policy": {
                "kpis": {"sales": {"mean": "sold"}},
                "rules": {"bonus": {"kpi": "sales", "steps": [[0.35, 300]]}},
            },
        }
    )


def test_giving_up_is_a_jump() -> None:
    scenario, path, figure = bonus(), "rules.bonus.steps.0.0", "behaviour.offer.push"
    found = check(scenario, path, figure, (0.15, 0.6), 0.5)
    jumps = [p for p in found._core.points if p.jump]
    assert len(jumps) == 1
    assert (jumps[0].direction, jumps[0].left > 0.8, jumps[0].right < 0.3) == (-1, True, True)
    (row,) = [r for r in found.curve if r["jump"]]
    assert row["x"] == pytest.approx(jumps[0].x, abs=1e-9)
    beside = [backfire.solve(scenario, {path: jumps[0].x + d}).value(figure) for d in (-1e-9, 1e-9)]
    assert beside == [pytest.approx(jumps[0].left, abs=1e-3), pytest.approx(jumps[0].right, abs=1e-3)]
    assert "people switch" in found.text
    assert "整体转变" in found.text_in("zh")


def test_what_does_not_move_stays_or_never_comes() -> None:
    scenario = bonus()
    same = backfire.break_even(
        scenario,
        "situations.offer.share",
        of="behaviour.offer.push",
        between=(0.5, 2),
        target=backfire.solve(scenario).value("behaviour.offer.push"),
    )
    assert same.points == [0.5, 2.0]
    assert "stays at" in same.text
    assert (
        backfire.break_even(
            scenario, "situations.offer.share", of="visits.offer.push", between=(0.5, 2), target=9
        ).points
        == []
    )


def test_where_a_figure_has_no_value_there_is_no_point() -> None:
    document = bonus().to_dict()
    document["measures"]["asked"] = {"unit": "1"}
    document["situations"]["offer"]["actions"]["push"]["moves"] = {"asked": 0}
    document["policy"]["kpis"]["rate"] = {"ratio": ["sold", "asked"]}
    scenario = backfire.Scenario.from_dict(document)
    found = backfire.break_even(
        scenario, "situations.offer.actions.push.moves.asked", of="kpis.rate", between=(0, 2), target=1
    )
    values = found.curve.to_dicts()
    assert values[0] == {"x": 0.0, "value": None, "jump": False}
    (x,) = found.points
    assert backfire.solve(scenario, {"situations.offer.actions.push.moves.asked": x}).value(
        "kpis.rate"
    ) == pytest.approx(1)
    nothing = "situations.offer.actions.wait.effort"
    document["situations"]["offer"]["actions"]["wait"]["effort"] = 0
    never = backfire.break_even(
        backfire.Scenario.from_dict(document), nothing, of="kpis.rate", between=(0, 1)
    )
    assert never.points == []
    assert "no value" in never.text


@pytest.mark.parametrize(
    ("path", "between", "code", "message"),
    [
        (KNOWLEDGE, (0, 2), "chance_range", "broken beyond 1.29412"),
        ("period.contacts", (-10, 50), "out_of_range", "broken up to 0"),
        ("situations.left_wrong.outcomes.calls_again.chance", (-1, 2), "chance_range", "broken below 0"),
        ("situations.left_wrong.outcomes.calls_again.chance", (-1, 2), "chance_range", "broken beyond 1"),
        ("period.contacts", (-10, -5), "out_of_range", "everywhere between -10 and -5"),
        ("situations.enquiry.actions.look_up.effort", (0, 1), "wrong_type", "varies a number"),
        ("rules.callback_deducton.pay", (0, 1), "reform_path", "nothing at"),
        (PAY, (1, 1), "out_of_range", "lower to a higher"),
        (PAY, (0, math.inf), "out_of_range", "lower to a higher"),
    ],
)
def test_broken_questions_say_where(path: str, between: tuple[float, float], code: str, message: str) -> None:
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.break_even(SMALL, path, of="values.organisation", between=between)
    assert any(d.code == code and message in d.message and d.pointer for d in caught.value.diagnostics), (
        caught.value
    )


def test_all_that_is_wrong_with_a_question_comes_at_once() -> None:
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.break_even(SMALL, "rules.callback_deduction", of="values.organisation", between=(2, 1))
    assert [d.code for d in caught.value.diagnostics] == ["wrong_type", "out_of_range"]
    assert "rules.callback_deduction.pay" in caught.value.diagnostics[0].hint
    with pytest.raises(backfire.UnknownNameError, match="organisation"):
        backfire.break_even(SMALL, PAY, of="values.organization", between=(0, 1))
    with pytest.raises(TypeError, match="not both"):
        backfire.break_even(SMALL, PAY, of="values.organisation", between=(0, 1), target=1, against={})
    with pytest.raises(backfire.ScenarioError):
        backfire.break_even(SMALL, PAY, of="values.organisation", between=(0, 1), against={"nothing.here": 1})


def test_progress_rises_to_one_and_can_stop() -> None:
    shares: list[float] = []
    backfire.break_even(SMALL, PAY, of=REPAIR, between=(-4, 6), target=0.5, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1

    class StopError(Exception):
        pass

    def stop(share: float) -> None:
        if share > 0.05:
            raise StopError

    with pytest.raises(StopError):
        backfire.break_even(SMALL, PAY, of=REPAIR, between=(-4, 6), target=0.5, progress=stop)


def test_it_is_said_in_words() -> None:
    found = backfire.break_even(SMALL, PAY, of=REPAIR, between=(-4, 6), target=0.5)
    (x,) = found.points
    shown = f"{x:.4g}".replace("-", "−")
    assert found.text == (
        "deduction for calling back › pay, from −4 points to 6 points (−2 points now):\n"
        f"From {shown} points on, the share of “call the customer back” is half or more."
    )
    assert found.text_in("zh") == (
        f"回电扣分 › 金额，从 −4 分 到 6 分（现为 −2 分）：\n从 {shown} 分 起，“回电纠正”的比例达到一半以上。"
    )
    assert repr(found) == found.text
    assert (found.path, found.figure, found.between, found.target, found.now) == (
        PAY,
        REPAIR,
        (-4, 6),
        0.5,
        -2,
    )
    money = backfire.break_even(
        SMALL, PAY, of="work.organisation@novice,day", between=(-4, 6), target=-6000.0
    )
    assert "the value of work to the organisation (novices, day shift)" in money.text
    assert "−6,000 CNY" in money.text


def test_html_holds_names_as_text() -> None:
    mark = "<b onclick=x>"
    found = backfire.break_even(
        SMALL.reformed({"rules.callback_deduction.title": mark}), PAY, of=REPAIR, between=(-1, 0), target=0.5
    )
    page = found._repr_html_()
    assert mark not in page
    assert re.search("&lt;b onclick", page)


SHIPPED: dict[str, Any] = {
    "a reward": (PAY, REPAIR, (-4, 6), {"target": 0.5}),
    "knowledge": (
        KNOWLEDGE,
        "values.organisation",
        (0.5, 0.9),
        {"against": {"disable": ["rules.callback_deduction"]}},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_question(name: str) -> None:
    path, figure, between, held = SHIPPED[name]
    scenario = backfire.scenario("corrective-callbacks")
    found = backfire.break_even(scenario, path, of=figure, between=between, **held)
    (x,) = found.points
    assert x == pytest.approx({"a reward": -0.2274, "knowledge": 0.8219}[name], abs=5e-5)
    assert backfire.solve(scenario, {path: x}).value(figure) == pytest.approx(found.target, rel=1e-7)


@pytest.mark.parametrize("seed", range(16))
def test_random_scenarios_against_a_dense_grid(seed: int) -> None:
    # Where no rule pays by the event or the unit, or nobody's choice hangs on the pay, the question goes to the next scenario.
    for other in range(seed, 1000, 16):
        document = random_scenario(other, distributed=False, conditions=0, segments=1, exact=False)
        if (asked := question_of(document, seed)) is not None:
            check(backfire.Scenario.from_dict(document), *asked, 150)
            return
    pytest.fail("no scenario has a pay on which a choice hangs")


def question_of(document: dict[str, Any], pick: int) -> tuple[str, str, tuple[float, float], float] | None:
    """A pay, a choice that hangs on it, a range and a share in between; None where there is none."""
    rules = document["policy"].get("rules", {})
    paid = [(name, rule["pay"]) for name, rule in rules.items() if "pay" in rule]
    if not paid:
        return None
    scenario = backfire.Scenario.from_dict(document)
    name, pay = paid[pick % len(paid)]
    path, between = f"rules.{name}.pay", (pay - 3 * abs(pay), pay + 3 * abs(pay))
    for situation, about in document["situations"].items():
        for action in about.get("actions", {}):
            figure = f"behaviour.{situation}.{action}"
            ends = [backfire.solve(scenario, {path: x}).value(figure) for x in between]
            if abs(ends[1] - ends[0]) > 1e-3:
                return path, figure, between, 0.3711 * ends[0] + 0.6289 * ends[1]
    return None


def solves(told: list[float]) -> int:
    """How many solutions a search took, by the share it had told before its end."""
    return round(80 * told[-2] / (1 - told[-2]))


def test_the_scenario_as_it_stands_is_solved_once() -> None:
    told: list[float] = []
    found = backfire.break_even(
        SMALL, PAY, of="work.organisation", between=(-4, 2), against={}, progress=told.append
    )
    assert solves(told) == len(found.curve)
    told.clear()
    backfire.break_even(
        SMALL, PAY, of="work.organisation", between=(-4, 2), target=-6000.0, progress=told.append
    )
    fresh = solves(told)
    told.clear()
    baseline = backfire.solve(SMALL)
    again = backfire.break_even(
        baseline, PAY, of="work.organisation", between=(-4, 2), target=-6000.0, progress=told.append
    )
    assert solves(told) == fresh - 1 == len(again.curve) - 1
    told.clear()
    same = backfire.break_even(
        baseline, PAY, of="work.organisation", between=(-4, 2), against={}, progress=told.append
    )
    assert solves(told) == len(same.curve) - 1
    assert same.curve.to_csv() == found.curve.to_csv()
    assert same.points == found.points
    assert same.text == found.text


def test_a_rate_is_told_with_its_unit() -> None:
    document = SMALL.to_dict()
    document.pop("evidence", None)
    document["policy"]["rules"]["aht_bonus"] = {"kpi": "aht", "tiers": [[300, -0.5]], "title": "slow time"}
    scenario = backfire.Scenario.from_dict(document)
    found = backfire.break_even(
        scenario, "rules.aht_bonus.tiers.0.1", of="payouts.aht_bonus", between=(-2, 1), target=0
    )
    assert "from −2 CNY/s to 1 CNY/s (−0.5 CNY/s now)" in found.text
    assert "从 −2 元/秒 到 1 元/秒" in found.text_in("zh")
    assert "0 CNY/s" in pictures.break_even(found).alt
    bound = backfire.break_even(
        scenario, "rules.aht_bonus.tiers.0.0", of="payouts.aht_bonus", between=(290, 310), target=-10.0
    )
    assert "from 290 s to 310 s (300 s now)" in bound.text
