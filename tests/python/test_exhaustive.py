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
