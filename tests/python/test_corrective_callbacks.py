"""Corrective call-backs: what an order cannot say, that a sunk deduction does not enter the choice to repair at all."""

import pytest

import backfire
import shipped

#: One kind of agent and no price on time: the share who repair is then one person's choice, not a mean that shifts.
ALIKE = {
    "workforce.segments.novice.traits.care": 0.5,
    "workforce.segments.seasoned.traits.care": 0.5,
    "disable": ["rules.aht_bonus"],
}


def repaired(reform, points):
    scenario = backfire.scenario("corrective-callbacks").reformed([ALIKE, reform, points])
    return backfire.solve(scenario).probability("mistake_noticed.call_back", segment="novice")


def test_a_sunk_deduction_of_any_size_leaves_the_choice_to_repair_as_it_is():
    sunk = backfire.families("corrective-callbacks")["error_deducted"]["reforms"]["repairing refunds nothing"]
    shares = [repaired(sunk, {"rules.mistake_deduction.pay": points}) for points in (0, -1, -4, -40)]
    assert shares == pytest.approx([shares[0]] * 4, abs=1e-12)


def test_a_deduction_that_only_silence_risks_does_enter_it():
    (neutral,) = backfire.families("corrective-callbacks")["neutral"]["reforms"].values()
    shares = [repaired(neutral, {"rules.error_deduction.pay": points}) for points in (0, -1, -4, -40)]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0] + 0.01


def test_the_refunded_share_of_the_families_runs_from_nothing_to_everything():
    family = backfire.families("corrective-callbacks")["error_deducted"]["reforms"]
    comparison = backfire.compare(backfire.scenario("corrective-callbacks"), family)
    shares = [s.probability("mistake_noticed.call_back") for s in comparison.reforms.values()]
    assert shares == sorted(shares)
    refunds = [r["add"].get("rules.refund", {"pay": 0})["pay"] for r in family.values()]
    assert refunds == [0, 1, 2, 3, 4]


def test_how_much_the_deduction_would_have_to_teach_to_pay_for_what_it_hides():
    """S11: the rise in everybody's knowledge at which repeats are as few as without the deduction."""
    scenario = backfire.scenario("corrective-callbacks")
    (neutral,) = backfire.families(scenario)["neutral"]["reforms"].values()
    aim = backfire.solve(scenario, neutral).value("measures.repeat_contact")

    def repeats(rise):
        paths = (f"workforce.segments.{s}.traits.knowledge" for s in ("novice", "seasoned"))
        return backfire.solve(scenario, {"scale": dict.fromkeys(paths, 1 + rise)}).value(
            "measures.repeat_contact"
        )

    rise = shipped.crossing(repeats, aim, 0, 0.13)
    assert repeats(rise) == pytest.approx(aim, rel=1e-6)
    assert 0.05 < rise < 0.125
