"""What things are called: Scenario.titles in both languages, and for documents without any title."""

import json

import pytest

import backfire
from backfire._titles import Titles, reform_title


def test_titles_come_in_the_language_asked_for_and_in_document_order() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    english, chinese = scenario.titles(), scenario.titles("zh")
    assert list(english) == list(chinese)
    assert english["rule:aht_bonus"] == "bonus for short handling time"
    assert chinese["rule:aht_bonus"] == "时长达标奖"
    assert chinese["scenario:corrective-callbacks"] == "给客户回电纠正错误，该不该扣分？"
    assert chinese["value:organisation"] == "机构"
    document = scenario.to_dict()
    rules = [name for name in english if name.startswith("rule:")]
    assert rules == [f"rule:{rule}" for rule in document["policy"]["rules"]]


def test_what_has_no_title_goes_by_the_last_part_of_its_id() -> None:
    document = backfire.scenario("corrective-callbacks").to_dict()
    del document["situations"]["left_wrong"]["outcomes"]["gives_up"]["title"]
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


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("rules.callback_deduction.pay", "deduction for calling back › pay", "回电扣分 › 金额"),
        ("policy.rules.aht_bonus.steps.0.1", "bonus for short handling time › steps › point 1 › value", "时长达标奖 › 分段 › 第 1 档 › 数值"),
        ("values.customer.repeat_contact", "value to the customer › repeat contacts", "对客户的价值 › 重复来电"),
        ("situations.error_made.outcomes.noticed.chance", "a mistake was made › the agent notices it › chance", "出现差错 › 员工自己发现 › 概率"),
        ("situations.enquiry.actions.look_up.outcomes.wrong", "a customer asks › look the answer up › wrong answer", "客户来电咨询 › 查知识库作答 › 答错"),
        ("situations.mistake_noticed.actions.call_back.moves.handle_time", "the agent has noticed a mistake › call the customer back › effects › handling time", "员工发现自己答错了 › 回电纠正 › 影响 › 处理时长"),
        ("workforce.traits.loss_aversion", "loss aversion", "损失厌恶"),
        ("units.points", "worth of a unit › points", "单位价值 › 分"),
        ("rules.unheard_of", "unheard of", "unheard of"),
    ],
)  # fmt: skip
def test_a_path_in_words(path: str, english: str, chinese: str) -> None:
    scenario = backfire.scenario("corrective-callbacks")
    assert Titles("en", scenario).path(path) == english
    assert Titles("zh", scenario).path(path) == chinese


def test_events_and_periods_in_words() -> None:
    titles = Titles("zh", backfire.scenario("corrective-callbacks"))
    assert titles.event("mistake_noticed.call_back") == "员工发现自己答错了 › 回电纠正"
    assert titles.measure("left_wrong.*") == "客户得到的仍是错误答案 › 任一"
    assert titles.period() == "月"
    assert titles.segment("all") == "全体"


SHIPPED = backfire.scenario("corrective-callbacks")


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("rules.callback_deduction.pay=0", "deduction for calling back › pay: −2 → 0 points", "回电扣分 › 金额：−2 → 0 分"),
        ("policy.rules.callback_deduction.pay=0", "deduction for calling back › pay: −2 → 0 points", "回电扣分 › 金额：−2 → 0 分"),
        (
            "rules.callback_deduction.pay=0; period.contacts=900",
            "deduction for calling back › pay: −2 → 0 points, period › contacts: 1,000 → 900",
            "回电扣分 › 金额：−2 → 0 分、考核期 › 联络量：1,000 → 900",
        ),
        ("rules.aht_bonus.steps=[[null, 100]]", "bonus for short handling time › steps changed", "改动时长达标奖 › 分段"),
        ("rules.aht_bonus.frame=loss", "bonus for short handling time › framed as: a loss", "时长达标奖 › 框架：损失"),
    ],
)  # fmt: skip
def test_a_reform_that_goes_by_what_it_writes_is_put_in_words(name: str, english: str, chinese: str) -> None:
    reform = {}
    for part in name.split(";"):
        path, _, value = part.strip().partition("=")
        reform[path] = json.loads(value) if value != "loss" else value
    reformed = SHIPPED.reformed(reform)
    assert reform_title(name, SHIPPED, reformed, "en") == english
    assert reform_title(name, SHIPPED, reformed, "zh") == chinese


@pytest.mark.parametrize(
    "name", ["no deduction", "", "a = b", "rules.callback_deduction.pay=1", "rules.x.pay=0"]
)
def test_a_reform_with_a_name_of_its_own_keeps_it(name: str) -> None:
    reformed = SHIPPED.reformed({"rules.callback_deduction.pay": 0})
    assert reform_title(name, SHIPPED, reformed, "en") == name
