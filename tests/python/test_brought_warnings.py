"""Warnings that a reform brings are told by a printed comparison; errors come before warnings in a message."""

import pytest

import backfire

WHERE = "/conditions/night/quue"


def test_a_printed_comparison_tells_them_in_one_line() -> None:
    comparison = backfire.compare(
        backfire.scenario("utilisation-by-shift"), {"typo": {"conditions.night.quue": 0.2}, "none": {}}
    )
    (line,) = [line for line in repr(comparison).splitlines() if "quue" in line]
    assert line.startswith(f"  Warned of since the reform: {WHERE}: ")
    assert WHERE in comparison._repr_html_()


def test_errors_come_before_warnings_in_a_message() -> None:
    warning = backfire.scenario("utilisation-by-shift").reformed({"conditions.night.quue": 0.2}).diagnostics
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.loads("{}")
    both = backfire.ScenarioError([*warning, *caught.value.diagnostics])
    assert warning
    assert str(both).startswith("error ")
    assert "\nwarning unused" in str(both)
    assert both.diagnostics[0].severity == "warning"  # in the order of the document, as found


def test_an_unused_name_near_a_used_one_is_told_that_one() -> None:
    scenario = backfire.scenario("utilisation-by-shift")
    (near,) = scenario.reformed({"conditions.night.quue": 0.2}).diagnostics
    assert near.hint == "did you mean 'queue'?"
    (far,) = scenario.reformed({"conditions.night.temperature": 0.2}).diagnostics
    assert far.hint == "remove it, or name it in a response"
