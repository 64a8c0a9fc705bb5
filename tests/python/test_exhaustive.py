"""No fixed point of 300 small scenarios beats the one the engine keeps: all behaviours are scanned."""

import pytest

from small_scenarios import small_scenario

pytest.importorskip("numpy")
backfire = pytest.importorskip("backfire")


@pytest.mark.parametrize("seed", range(300))
def test_no_fixed_point_is_better_than_the_kept_one(seed: int) -> None:
    from exhaustive import exhaustive_points

    document = small_scenario(seed)
    peaks = [point.objective for point in exhaustive_points(document) if point.kind == "peak"]
    (row,) = backfire.solve(backfire.Scenario.from_dict(document)).fixed_points.to_dicts()
    assert row["status"] in ("converged", "several_equilibria")
    assert row["residual"] < 1e-8
    assert peaks, "the scan must find at least what the engine found"
    # Both sides polish to rounding: J agrees to a part in a hundred million where it is the same point.
    assert row["objective"] >= peaks[0] - 1e-8 * max(1.0, abs(peaks[0]))


@pytest.mark.parametrize(
    ("seed", "stakes", "points"),
    [(18, 0.27890893, 3), (47, 2.00670516, 3), (49, 4.05689755, 7), (83, 11.07402792, 3)],
)
def test_two_fixed_points_about_to_meet_are_found(seed: int, stakes: float, points: int) -> None:
    """Where p_new − p just reaches 0 and turns back, between prices that give no sign of it."""
    document = small_scenario(seed)
    for rule in document["policy"]["rules"].values():
        for form in {"steps", "curve", "tiers"} & set(rule):
            rule[form] = [[x, stakes * y] for x, y in rule[form]]
    solution = backfire.solve(backfire.Scenario.from_dict(document))
    assert len(solution.equilibria) == points
    assert max(solution.fixed_points["residual"]) < 1e-12


@pytest.mark.parametrize(
    ("noise", "bonus"), [(0.1, 8000), (0.05, 6000), (0.01, 6000), (0.005, 8000), (0, 6000)]
)
def test_what_is_done_only_between_two_prices_is_found(noise: float, bonus: float) -> None:
    """A gamble that comes up as the price grows and goes again; before and after, the bonus is out of reach."""
    actions = {
        "leave": {"moves": {"sales": {"mean": 0.001, "cv": 100}}},
        "gamble": {"effort": 0.5, "moves": {"sales": {"mean": 0.05, "cv": 60}}},
        "work": {"effort": 1.5, "moves": {"sales": {"mean": 0.1, "cv": 1}}},
    }
    document = {
        "backfire": 1,
        "period": {"contacts": 100},
        "measures": {"sales": {"unit": "1"}},
        "workforce": {"traits": {"noise": noise}},
        "situations": {"offer": {"share": 1, "actions": actions}},
        "policy": {
            "kpis": {"sold": {"mean": "sales"}},
            "rules": {"bonus": {"kpi": "sold", "steps": [[0.6, bonus]]}},
        },
    }
    solution = backfire.solve(backfire.Scenario.from_dict(document))
    assert [row["kind"] for row in solution.equilibria].count("peak") == 2
    assert solution.probability("offer.gamble") > 0.5
