"""What things are called: Scenario.titles in both languages, and for documents without any title."""

import pytest

import backfire


def test_titles_come_in_the_language_asked_for_and_in_document_order() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    english, chinese = scenario.titles(), scenario.titles("zh")
    assert list(english) == list(chinese)
    assert english["rule:aht_bonus"] == "bonus for short handling time"
    assert chinese["rule:aht_bonus"] == "时长达标奖"
    assert chinese["scenario:corrective-callbacks"] == "给客户回电纠正错误,该不该扣分?"
    assert chinese["value:organisation"] == "机构"
    document = scenario.to_dict()
    rules = [name for name in english if name.startswith("rule:")]
    assert rules == [f"rule:{rule}" for rule in document["policy"]["rules"]]


def test_what_has_no_title_goes_by_the_last_part_of_its_id() -> None:
    document = backfire.scenario("corrective-callbacks").to_dict()
    for part in (document["measures"], document["policy"]["rules"], document["situations"]):
        for entry in part.values():
            entry.pop("title", None)
    document["situations"]["mistake_noticed"]["actions"]["call_back"] = {
        "effort": 3,
        "moves": {"handle_time": 150},
    }
    document["workforce"]["segments"]["novice"]["title"] = {"zh": "新手"}
    titles = backfire.Scenario.from_dict(document).titles()
    assert titles["action:mistake_noticed.call_back"] == "call_back"
    assert titles["outcome:left_wrong.gives_up"] == "gives_up"
    assert titles["segment:novice"] == "新手"


def test_every_node_of_the_graph_has_a_title_by_its_name() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    titles = scenario.titles()
    named = [row for row in backfire.graph(scenario).nodes if row["kind"] != "account"]
    assert named
    assert {row["name"] for row in named} <= set(titles)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="en, zh"):
        backfire.scenario("corrective-callbacks").titles("fr")
