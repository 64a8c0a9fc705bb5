"""Shipped checks in the neighbourhood of their assumptions: every judged number moved by a fifth, one at a time.

A check that turns under so small a move is no property of the mechanism. Either the scenario is mended, or its page
names the number (its path, in backticks) under *What this does not show*. Here every segment stands for its average
agent, which makes a round of checks a hundred times quicker; test_scenarios.py has the spread of traits.
"""

import pytest

import backfire
import shipped

FACTORS = (0.8, 1.2)
#: Codes that say no more than that a number has been moved out of its range.
LEAVES_RANGE = {"out_of_range", "chance_range", "chance_sum", "schedule_order"}


def judged(document: dict) -> list[str]:
    """Paths of the numbers whose evidence, their own or that of the nearest thing they lie in, is a judgement."""
    codes = {shipped.full_path(path): e["code"] for path, e in document["evidence"].items()}
    found = []
    for number in shipped.numbers(document):
        covering = [path for path in codes if number == path or number.startswith(f"{path}.")]
        if covering and codes[max(covering, key=len)] == "J":
            found.append(number)
    return found


def of_average_agents(scenario: backfire.Scenario) -> backfire.Scenario:
    """The scenario with the mean in place of every spread trait."""
    workforce = scenario.to_dict()["workforce"]
    traits = {f"workforce.traits.{t}": v for t, v in workforce.get("traits", {}).items()}
    for segment, content in workforce["segments"].items():
        traits |= {
            f"workforce.segments.{segment}.traits.{t}": v for t, v in content.get("traits", {}).items()
        }
    return scenario.reformed(
        {"replace": {path: v["mean"] for path, v in traits.items() if isinstance(v, dict)}}
    )


def moved(scenario: backfire.Scenario, path: str) -> list[tuple[float, backfire.Scenario]]:
    """The scenario with one number a fifth lower and higher, as far as it stays in its range and changes at all."""
    found = []
    for factor in FACTORS:
        try:
            near = scenario.reformed({"scale": {path: factor}})
        except backfire.ScenarioError as refused:
            if not {d.code for d in refused.diagnostics} <= LEAVES_RANGE:
                raise
            continue
        if near != scenario:
            found.append((factor, near))
    return found


@pytest.mark.parametrize("name", shipped.NAMES)
def test_checks_hold_when_a_judged_number_moves_by_a_fifth(name: str) -> None:
    scenario = of_average_agents(backfire.scenario(name))
    checks = shipped.read(name, "checks.json")["checks"]
    limits = backfire.page(name).split("## What this does not show")[1]
    numbers = set(shipped.numbers(scenario.to_dict()))
    paths = [path for path in judged(shipped.read(name, "scenario.json")) if path in numbers]
    assert paths
    turned = [
        f"{path} x {factor}: {check['claim']} {words}"
        for path in paths
        if f"`{path}`" not in limits
        for factor, near in moved(scenario, path)
        for check in checks
        for held, words in [shipped.holds(near, check)]
        if not held
    ]
    assert not turned, "\n".join(turned)


def test_a_check_that_turns_is_noticed() -> None:
    scenario = backfire.scenario("forbidden-word")
    check = next(
        c
        for c in shipped.read("forbidden-word", "checks.json")["checks"]
        if c["claim"].startswith("More promises")
    )
    path = "situations.open_question.actions.false_certainty.outcomes.proves_wrong.chance"
    assert shipped.holds(scenario, check)[0]
    assert not shipped.holds(scenario.reformed({"scale": {path: 0}}), check)[0]
