"""The counterweight of a handling time target: its break-even weight, under points per error found and under an average.

The weight is the one at which the target no longer brings customers back: as many repeats as without any target.
"""

import pytest

import backfire
import shipped

SCENARIO = "handle-time-target"
REPEATS = "measures.repeat_contact"


def reform(family, name):
    return backfire.families(SCENARIO)[family]["reforms"][name]


NO_TARGET = reform("target", "no handling time target")
PER_ERROR = reform("points_per_error", "16 points per unsolved problem found")
AVERAGE = reform("average_score", "3 points per percent unsolved")


@pytest.fixture(scope="module")
def without_target():
    return backfire.solve(backfire.scenario(SCENARIO), NO_TARGET).value(REPEATS)


def break_even(counterweight, path, samples, target):
    """The weight of a counterweight at which repeats are as many as `target`, between 0 and 1,000 points."""
    scenario = backfire.scenario(SCENARIO).reformed([counterweight, {"monitors.qa.samples": samples}])
    return shipped.crossing(
        lambda weight: backfire.solve(scenario, {path: -weight}).value(REPEATS), target, 0, 1000
    )


def per_error(samples, target):
    return break_even(PER_ERROR, "rules.quality_points.pay", samples, target)


def average(samples, target):
    return break_even(AVERAGE, "rules.quality_points.tiers.0.1", samples, target)


def test_points_per_error_found_must_weigh_more_the_fewer_contacts_are_reviewed(without_target):
    weights = {samples: per_error(samples, without_target) for samples in (4, 5, 10, 20)}
    assert sorted(weights.values(), reverse=True) == list(weights.values())
    for samples, weight in weights.items():
        assert 0 < weight < 1000
        assert weight * samples == pytest.approx(weights[5] * 5, rel=1e-6)


def test_an_average_score_weighs_the_same_however_many_contacts_are_reviewed(without_target):
    weights = [average(samples, without_target) for samples in (4, 5, 10, 20)]
    assert 0 < weights[0] < 1000
    assert weights == pytest.approx([weights[0]] * 4, rel=1e-6)


def test_the_break_even_lies_between_the_weights_that_the_page_compares(without_target):
    assert 16 < per_error(5, without_target) < 160
    assert 1 < average(5, without_target) < 8


def test_at_its_break_even_weight_the_target_still_saves_time(without_target):
    scenario = backfire.scenario(SCENARIO)
    weight = per_error(5, without_target)
    both = backfire.solve(scenario, [PER_ERROR, {"rules.quality_points.pay": -weight}])
    none = backfire.solve(scenario, NO_TARGET)
    assert both.value(REPEATS) == pytest.approx(none.value(REPEATS), rel=1e-6)
    assert both.value("kpis.aht") < none.value("kpis.aht")


def test_a_heavier_target_needs_a_heavier_counterweight(without_target):
    scenario = backfire.scenario(SCENARIO).reformed([{"scale": {"rules.aht_bonus": 2}}, PER_ERROR])
    weight = per_error(5, without_target)
    repeats = backfire.solve(scenario, {"rules.quality_points.pay": -weight}).value(REPEATS)
    assert repeats > without_target


def test_minutes_per_problem_solved_may_go_either_way():
    """S7: the target saves minutes per solution as shipped, and wastes them where a cut call solves hardly anything."""

    def minutes(*reforms):
        return backfire.solve(backfire.scenario(SCENARIO), list(reforms)).value("kpis.minutes_per_solution")

    assert minutes() < minutes(NO_TARGET)
    useless = {
        "disable": [
            "situations.simple_request.actions.stretch",
            "situations.hard_problem.actions.close_early",
            "situations.hard_problem.actions.cold_transfer",
        ],
        "situations.simple_request.actions.close_early.outcomes.unresolved.chance": 0.97,
        "situations.unclear_question.actions.guess.outcomes.unresolved.chance": 0.97,
    }
    assert minutes(useless) > minutes(useless, NO_TARGET)
