"""Every shipped scenario: complete, sourced, in both languages, with checks that hold for their reason, and a golden page.

`pytest tests/python/test_scenarios.py --update-golden` writes the golden pages anew.
"""

from pathlib import Path

import pytest

import backfire
import shipped

CHECKS = [
    pytest.param(name, check, id=f"{name}-{i}")
    for name in shipped.NAMES
    if (shipped.FOLDER / name / "checks.json").is_file()
    for i, check in enumerate(shipped.read(name, "checks.json")["checks"])
]


def test_folders_are_what_the_library_ships() -> None:
    assert [row["name"] for row in backfire.scenarios()] == shipped.NAMES
    assert all(row["question"].endswith("?") for row in backfire.scenarios())


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_file_is_there(name: str) -> None:
    assert not [f for f in shipped.FILES if not (shipped.FOLDER / name / f).is_file()]


@pytest.mark.parametrize("name", shipped.NAMES)
def test_evidence_says_where_every_number_comes_from(name: str) -> None:
    document = shipped.read(name, "scenario.json")
    assert document["name"] == name
    assert not shipped.uncovered(document)
    for path, evidence in document["evidence"].items():
        assert evidence["code"] in shipped.CODES, path
        assert evidence["source"].strip(), path


@pytest.mark.parametrize("name", shipped.NAMES)
def test_everything_a_manager_sees_has_a_title_in_both_languages(name: str) -> None:
    document = shipped.read(name, "scenario.json")
    assert shipped.both_languages(document["title"])
    assert not shipped.untitled(document)
    english, chinese = backfire.families(name), backfire.families(name, "zh")
    for family, content in english.items():
        assert shipped.both_languages(content["title"])
        assert content["reforms"]
        names = dict(zip(content["reforms"], chinese[family]["reforms"], strict=True))
        assert all(shipped.both_languages({"en": en, "zh": zh}) for en, zh in names.items()), names
        assert list(content["reforms"].values()) == list(chinese[family]["reforms"].values())


@pytest.mark.parametrize("name", shipped.NAMES)
@pytest.mark.parametrize("file", ["scenario.json", "families.json"])
def test_chinese_has_its_own_punctuation(name: str, file: str) -> None:
    texts = list(shipped.chinese(shipped.read(name, file)))
    assert texts
    assert not [text for text in texts if set(text) & set(",;:?!()")]


@pytest.mark.parametrize("name", shipped.NAMES)
def test_there_are_three_checks_and_an_interaction(name: str) -> None:
    checks = shipped.read(name, "checks.json")["checks"]
    assert len(checks) >= 3
    assert any("change" in side for c in checks for side in (c["left"], c["right"]) if isinstance(side, dict))
    for check in checks:
        assert set(check) == {"claim", "figure", "left", "relation", "right", "off"}
        assert check["claim"].endswith(".")
        for number in (side for side in (check["left"], check["right"]) if not isinstance(side, dict)):
            assert number == 0, "a check states sign, order or interaction, never a magnitude"


@pytest.mark.parametrize(("name", "check"), CHECKS)
def test_check_holds(name: str, check: dict) -> None:
    held, words = shipped.holds(backfire.scenario(name), check)
    assert held, f"{check['claim']} {words}"


@pytest.mark.parametrize(("name", "check"), CHECKS)
def test_check_fails_with_its_mechanism_off(name: str, check: dict) -> None:
    held, words = shipped.holds(backfire.scenario(name), check, off=check["off"])
    assert not held, f"still holds without its mechanism: {check['claim']} {words}"


@pytest.mark.parametrize("name", shipped.NAMES)
def test_golden_page_matches(name: str, request: pytest.FixtureRequest) -> None:
    file: Path = shipped.GOLDEN / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(shipped.golden_page(name), encoding="utf-8")
    assert file.is_file(), "write it with --update-golden, and read it"
    different = shipped.differences(file.read_text(encoding="utf-8"), shipped.golden_page(name))
    assert not different, "\n".join(different)


@pytest.mark.parametrize("name", shipped.NAMES)
def test_page_has_its_parts_and_only_figures_that_come_out(name: str) -> None:
    page = backfire.page(name)
    assert page.startswith(f"# {backfire.scenario(name).title}\n")
    assert [line for line in page.splitlines() if line.startswith("## ")] == list(shipped.HEADINGS)
    answer = page.split("## What comes out")[1].split("## What this does not show")[0]
    strange = [n for n in shipped.NUMBER.findall(answer) if not shipped.is_figure(name, n)]
    assert not strange, "figures that no comparison of the families holds"


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_answer_converged_or_the_page_explains_it(name: str) -> None:
    solutions = {}
    for comparison in shipped.comparisons(name).values():
        solutions |= {"the scenario itself": comparison.baseline, **comparison.reforms}
    page = backfire.page(name)
    unexplained = {
        n: s.status for n, s in solutions.items() if s.status != "converged" and f"`{s.status}`" not in page
    }
    assert not unexplained


def test_a_page_that_differs_in_a_word_or_a_digit_is_noticed() -> None:
    assert not shipped.differences("repairs: 1.0% → 71%\n", "repairs: 1.1% → 70%\n")
    assert shipped.differences("repairs: 1.0% → 71%\n", "repairs: 1.2% → 71%\n")
    assert shipped.differences("repairs: +5\n", "repairs: −5\n")
    assert shipped.differences("repairs: 5\n", "repeats: 5\n")
    assert shipped.differences("a\n", "a\nb\n")


def test_an_unsourced_number_and_a_missing_title_are_noticed() -> None:
    document = shipped.read("corrective-callbacks", "scenario.json")
    del document["evidence"]["policy.units.points"]
    del document["situations"]["enquiry"]["actions"]["look_up"]["title"]["zh"]
    assert shipped.uncovered(document) == ["policy.units.points"]
    assert shipped.untitled(document) == ["situations.enquiry.actions.look_up"]


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    for ask in (backfire.families, backfire.page):
        with pytest.raises(backfire.UnknownNameError, match="corrective-callbacks"):
            ask("corrective-callback")
    with pytest.raises(ValueError, match="en, zh"):
        backfire.families("corrective-callbacks", "fr")


def test_a_reformed_scenario_keeps_its_page_and_families() -> None:
    scenario = backfire.scenario("corrective-callbacks").reformed({"period.contacts": 900})
    assert backfire.page(scenario) == backfire.page("corrective-callbacks")
    assert backfire.families(scenario) == backfire.families("corrective-callbacks")
