"""The judgement on a reform: hand-made cases, in both languages, and what the shipped scenario comes to."""

import re
from pathlib import Path

import pytest

import backfire
from backfire import _messages, _verdict, pictures
from backfire._titles import Titles
from backfire._verdict import Misled, Move, Verdict, judge
from backfire._words import as_html, as_text

SCENARIO = backfire.scenario("corrective-callbacks")
BASE = (-6000.0, -2000.0)


@pytest.mark.parametrize(
    ("organisation", "customer", "misleads", "moved", "kind"),
    [
        (250.0, 320.0, False, True, "helps"),
        (250.0, 0.0, False, True, "helps"),
        (250.0, 320.0, True, True, "misleads"),
        (-250.0, -320.0, False, True, "backfires"),
        (-250.0, 0.0, False, True, "backfires"),
        (0.0, -20.0, False, True, "backfires"),
        (-250.0, 100.0, False, True, "backfires"),  # what one loses exceeds what the other gains
        (-100.0, 250.0, False, True, "trade_off"),
        (250.0, -100.0, False, True, "trade_off"),
        (0.0, 0.0, True, True, "backfires"),  # a KPI looks better, nothing is better
        (5.0, -1.0, False, True, "hardly"),  # below a thousandth of what the work is worth
        (0.0, 0.0, False, True, "hardly"),
        (0.0, 0.0, False, False, "nothing"),
        (-1e-6, 1e-9, False, False, "nothing"),  # what rounding leaves
        (-1e-4, 0.0, False, False, "hardly"),
        (None, 10.0, False, True, "undecided"),
    ],
)
def test_the_kind_of_verdict(
    organisation: float | None, customer: float | None, misleads: bool, moved: bool, kind: str
) -> None:
    assert judge((BASE[0], organisation), (BASE[1], customer), misleads=misleads, moved=moved) == kind


def test_without_a_baseline_every_change_counts() -> None:
    assert judge((0.0, 0.01), (0.0, 0.0), misleads=False, moved=True) == "helps"


def made(**changes: object) -> Verdict:
    values: dict[str, object] = {
        "reform": "r",
        "kind": "helps",
        "organisation": 250.0,
        "customer": 320.0,
        "transfer": -3.5,
        "moves": (
            Move("mistake_noticed", "call_back", 0.01, 0.71),
            Move("mistake_noticed", "stay_silent", 0.99, 0.29),
        ),
        "misled": (),
        "lifted": (),
        "winners": 0.05,
        "losers": 0.95,
        "status": "converged",
        "currency": "CNY",
        "agents": 400,
    }
    return Verdict(**(values | changes))  # type: ignore[arg-type]


def said(v: Verdict, language: str) -> str:
    titles = Titles(language, SCENARIO)
    return " ".join(as_text(s, language) for s in [_verdict.badge(v), *_verdict.sentences(v, titles)])


@pytest.mark.parametrize(
    ("changes", "english", "chinese"),
    [
        ({}, "570 CNY more per agent and month", "每人每月多 570 元"),
        ({}, "“call the customer back” rises from 1.0% to 71%", "选择“回电纠正”的比例从 1.0% 升到 71%"),
        ({}, "all 400 agents together: +228,000 CNY", "400 名员工合计：每月 +228,000 元"),
        ({}, "3.50 CNY less per agent and month: a transfer", "少 3.50 元：这只是转移支付"),
        ({"transfer": 300.0}, "50.00 CNY more than the organisation gains", "还多 50.00 元"),
        ({"transfer": 300.0}, "the organisation would pay agents more than it gains", "超过它自己的收益"),
        ({"transfer": 0.0}, "Payouts to agents stay the same in total", "发给员工的钱总额不变"),
        ({"kind": "backfires", "organisation": -250.0, "customer": 0.0}, "Backfires", "适得其反"),
        (
            {"kind": "backfires", "organisation": -250.0, "customer": 0.0},
            "worth 250 CNY less per agent and month",
            "每人每月少 250 元",
        ),
        (
            {"kind": "trade_off", "organisation": -100.0, "customer": 250.0},
            "the customer gains 250 CNY and the organisation loses 100 CNY",
            "客户得到 250 元，机构失去 100 元",
        ),
        (
            {"lifted": ("callback_deduction",)},
            "Today’s rule backfires “deduction for calling back” does more harm than good: without it",
            "现行规则适得其反 “回电扣分”弊大于利",
        ),
        (
            {"lifted": ("callback_deduction", "aht_bonus")},
            "Together, today’s rules backfire Together, “deduction for calling back, bonus for short handling time” do more "
            "harm than good: without them",
            "现行规则合起来适得其反 “回电扣分、时长达标奖”合起来弊大于利",
        ),
        (
            {"lifted": ("aht_bonus",), "kind": "backfires", "organisation": -9.0, "customer": -1.0},
            "Without “bonus for short handling time”, the work would be worth 10.00 CNY less",
            "若取消“时长达标奖”，工作价值每人每月下降 10.00 元",
        ),
        (
            {"kind": "misleads", "misled": (Misled("aht", "s", 5.0, -3.0),)},
            "“average handling time” misleads: it looks 5 s better, while what it stands for gets 3 s worse",
            "“平均处理时长”失真：它看上去改善了 5 秒，而它本应代表的东西恶化了 3 秒",
        ),
        (
            {"kind": "nothing", "organisation": 0.0, "customer": 0.0, "transfer": 0.0, "moves": ()},
            "Nothing changes People would do exactly what they do now, and the work would be worth the same. Nobody acts",
            "没有变化 员工的做法与现在完全相同，工作价值也不变。 没有人改变做法。",
        ),
        (
            {"kind": "hardly", "moves": (Move("enquiry", "look_up", 0.4, 0.401),)},
            "Hardly anybody acts differently",
            "几乎没有人改变做法",
        ),
        (
            {"moves": (Move("mistake_noticed", "call_back", 0.01, None),)},
            "“call the customer back” is no longer possible (it was done 1.0% of the times)",
            "不再能选择“回电纠正”（此前占 1.0%）",
        ),
        (
            {"moves": (Move("mistake_noticed", "call_back", None, 0.4),)},
            "becomes possible and is done 40% of the times",
            "新增选择“回电纠正”",
        ),
        (
            {"moves": (Move("enquiry", "look_up", 0.5681, 0.5741),)},
            "from 56.8% to 57.4%",
            "从 56.8% 升到 57.4%",
        ),
        ({"winners": 0.0, "losers": 0.0}, "Nobody's expected pay changes", "没有人的预期收入发生变化"),
        ({"winners": 1.0, "losers": -8e-15}, "rises for 100% of agents and falls for nobody", "没有人下降"),
        ({"kind": "undecided", "organisation": None}, "Cannot be judged", "无法判断"),
        ({"status": "no_fixed_point"}, "do not rely on these figures", "请勿依赖这些数字"),
        ({"status": "several_equilibria"}, "more than one way of working", "不止一种稳定的工作方式"),
    ],
)
def test_the_words_in_both_languages(changes: dict[str, object], english: str, chinese: str) -> None:
    v = made(**changes)
    assert english in said(v, "en")
    assert chinese in said(v, "zh")


@pytest.mark.parametrize("language", _messages.LANGUAGES)
@pytest.mark.parametrize("kind", ["helps", "hardly", "nothing"])
def test_that_nothing_is_lost_is_said_of_the_work_only(kind: str, language: str) -> None:
    """Pay may fall all the same."""
    text = said(made(kind=kind, winners=0.0, losers=1.0), language)
    assert not re.search("[Nn]o harm|未发现危害", text)
    lifted = said(made(kind="hardly", lifted=("aht_bonus",)), language)
    assert {"en": "No harm to the work found", "zh": "未发现对工作的危害"}[language] in lifted


@pytest.mark.parametrize(
    ("reform", "unmoved", "moved"),
    [
        ({"values.customer.repeat_contact": 0, "values.customer.uncorrected_error": 0}, "+1,891", "+3.37"),
        ({"period.contacts": 500}, "+4,172", "−13.52"),
        ({"workforce.segments.seasoned.share": 7}, "+568", "0.00"),
    ],
    ids=["yardstick", "contacts", "mix"],
)
def test_what_comes_about_though_nobody_chooses_differently_is_not_put_down_to_people(
    reform: dict[str, float], unmoved: str, moved: str
) -> None:
    comparison = backfire.compare(SCENARIO, {"r": reform})
    english, chinese = (_verdict.comparison_text(comparison, language) for language in _messages.LANGUAGES)
    assert "People would act so that" not in english
    assert "mostly not because people choose differently" in english
    assert f"{unmoved} CNY would come even if nobody chose differently" in english
    assert f"{moved} CNY comes from people choosing differently" in english
    assert "员工的应对会使" not in chinese
    assert "主要不是因为员工改变选择" in chinese
    assert f"{unmoved} 元 即使无人改变选择也会发生" in chinese
    page = backfire.report_html(comparison, break_even=False)
    assert "Not all of this is people’s doing" in page


def test_half_a_change_may_be_peoples_doing() -> None:
    people = said(made(parts=((10.0, 240.0), (0.0, 320.0))), "en")
    assert "People would act so that" in people
    assert "people’s doing" not in people
    some = said(made(parts=((100.0, 150.0), (0.0, 320.0))), "en")
    assert "People would act so that" in some
    assert "Not all of this is people’s doing: +100 CNY would come" in some
    hidden = said(
        made(parts=((400.0, -150.0), (-400.0, 720.0))), "en"
    )  # parts that cancel are parts all the same
    assert "Not all of this is people’s doing: 0.00 CNY" in hidden


def test_rules_lifted_together_are_judged_together() -> None:
    """The second deduction alone earns its place."""
    rules = [f"rules.{name}" for name in ("callback_deduction", "error_deduction")]
    comparison = backfire.compare(SCENARIO, {"both": {"disable": rules}, "second": {"disable": rules[1:]}})
    text = repr(comparison)
    assert (
        "both: Together, today’s rules backfire\n  Together, “deduction for calling back, deduction per"
        in text
    )
    assert "second: Today’s rule earns its place" in text


def test_of_two_options_that_mirror_each_other_one_is_spoken_of() -> None:
    assert len(_verdict.deeds(made(), Titles("en", SCENARIO))) == 1


def test_markup_says_what_the_text_says() -> None:
    titles = Titles("en", SCENARIO)
    for s in _verdict.sentences(made(), titles):
        assert re.sub("<[^>]+>", "", as_html(s, "en")) == as_text(s, "en").replace("'", "&#x27;")
    assert '<data value="570.0">570 CNY</data>' in as_html(_verdict.headline(made(), titles), "en")


def test_the_shipped_question() -> None:
    comparison = backfire.compare(
        SCENARIO,
        {
            "off": {"disable": ["rules.callback_deduction"]},
            "gone": {"remove": ["rules.callback_deduction", "evidence"]},
            "reward": {"rules.callback_deduction.pay": 2},
            "harsher": {"rules.callback_deduction.pay": -20},
            "renamed": {"title": "another"},
            "mixed": {"disable": ["rules.callback_deduction"], "rules.aht_bonus.steps.0.1": 200},
        },
    )
    found = {name: _verdict.verdict(comparison, name) for name in comparison.reforms}
    assert {name: (v.kind, v.lifted) for name, v in found.items()} == {
        "off": ("helps", ("callback_deduction",)),
        "gone": ("helps", ("callback_deduction",)),
        "reward": ("helps", ()),
        "harsher": ("backfires", ()),
        "renamed": ("nothing", ()),
        "mixed": ("helps", ()),
    }
    off = found["off"]
    assert off.organisation == pytest.approx(253.2, abs=0.05)
    assert off.customer == pytest.approx(324.6, abs=0.05)
    assert off.transfer == pytest.approx(-3.52, abs=0.005)
    assert (off.moves[0].situation, off.moves[0].action) == ("mistake_noticed", "call_back")
    for language in _messages.LANGUAGES:
        assert _verdict.comparison_text(comparison, language).count("\n\n") == len(found)
    assert "off: Today’s rule backfires" in repr(comparison)


def test_a_reform_without_a_name_is_called_by_what_it_changes() -> None:
    text = "rules.callback_deduction.pay=0"
    comparison = backfire.compare(SCENARIO, {text: {"rules.callback_deduction.pay": 0}})
    assert repr(comparison).splitlines()[2] == (
        "deduction for calling back › pay: −2 → 0 points: Today’s rule backfires"
    )
    chinese = _verdict.comparison_text(comparison, "zh")
    assert "回电扣分 › 金额：−2 → 0 分" in chinese
    assert text not in repr(comparison) + chinese + repr(pictures.goodhart(comparison).vega)


def test_a_kpi_that_improves_while_its_meaning_worsens_misleads() -> None:
    document = SCENARIO.to_dict()
    document["policy"]["kpis"]["silence"] = {
        "share": "mistake_noticed.stay_silent",
        "better": "higher",
        "stands_for": {"customer": "mistake_noticed.call_back"},
    }
    comparison = backfire.compare(
        backfire.Scenario.from_dict(document), {"harsher": {"rules.callback_deduction.pay": -20}}
    )
    found = _verdict.verdict(comparison, "harsher")
    assert [m.kpi for m in found.misled] == ["silence"]
    assert found.backfires


def test_groups_that_only_one_side_has_are_left_out_of_who_wins(tmp_path: Path) -> None:
    expert = {
        "add": {"workforce.segments.expert": {"share": 0.1, "traits": {"knowledge": 0.99, "care": 0.6}}}
    }
    joined = backfire.compare(SCENARIO, {"joined": expert})
    (row,) = joined.winners.where(segment="expert", condition="all")
    assert row["winners"] is None
    assert "cannot be told" not in str(joined)
    other = backfire.compare(SCENARIO, {"other": backfire.scenario("handle-time-target")})
    assert "Whose expected pay rises or falls cannot be told" in str(other)
    for comparison in (joined, other):
        backfire.report(comparison, tmp_path / "page.html", break_even=False)
