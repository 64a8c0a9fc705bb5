/// Reforms: what each word does, in which order, what it shares, and what it refuses.
#include "model/edited.hpp"

namespace backfire {
namespace {

using Lines = std::vector<std::string>;

TEST(Reform, AnEmptyOneReturnsTheSameDocument) {
    const NodePtr document = small_document();
    std::vector<Diagnostic> problems;
    for (const char* text : {"{}", "[]", "[{}]"}) EXPECT_EQ(apply(document, Reform::parse(text), problems), document);
    EXPECT_TRUE(problems.empty());
    EXPECT_TRUE(Reform().empty());
}

TEST(Reform, SharesWhatItDoesNotTouch) {
    const NodePtr before = small_document();
    std::vector<Diagnostic> problems;
    const NodePtr after = apply(before, Reform::parse(R"({"rules.tip.pay": 4})"), problems);
    EXPECT_EQ(after->find("situations"), before->find("situations"));
    EXPECT_EQ(after->find("policy")->find("kpis"), before->find("policy")->find("kpis"));
    const Node* rules = after->find("policy")->find("rules");
    EXPECT_EQ(rules->find("bonus"), before->find("policy")->find("rules")->find("bonus"));
    EXPECT_NE(rules->find("tip"), before->find("policy")->find("rules")->find("tip"));
    EXPECT_EQ(before->find("policy")->find("rules")->find("tip")->find("pay")->number_value(), 3);
}

TEST(Reform, PlainPathsSetAndAddWhatTheSchemaAllows) {
    const Edited e = edited(R"({"rules.tip.pay": 4, "policy.units.points": 2, "rules.tip.frame": "loss",
                                "rules.bonus.steps.1.1": 7, "period.days": 20, "rules.new": {"each": "ask.rush", "pay": 1},
                                "measures.m.unit": "s", "x-note": 1})");
    EXPECT_EQ(e.said(), Lines{"reform_path /measures/m/unit"});  // measures.m is not there
    EXPECT_EQ(e.at({"policy", "rules", "tip", "pay"}), "4");
    EXPECT_EQ(e.at({"policy", "units", "points"}), "2");
    EXPECT_EQ(e.at({"policy", "rules", "tip", "frame"}), "\"loss\"");
    EXPECT_EQ(e.at({"policy", "rules", "bonus", "steps"}), "[[null, 1], [5, 7], [9, -4]]");
    EXPECT_EQ(e.at({"period", "days"}), "20");
    EXPECT_EQ(e.at({"policy", "rules", "new", "pay"}), "1");
    EXPECT_EQ(e.at({"x-note"}), "-");  // remarks of a reform are no edits
}

TEST(Reform, WordsRunInTheirOrderAndPlainPathsLast) {
    const Edited e = edited(R"({"rules.tip.pay": 100, "add": {"rules.tip": {"each": "ask.help", "pay": 5}},
                                "replace": {"units.points": 3}, "scale": {"units.points": 10},
                                "disable": ["rules.bonus"], "remove": ["rules.tip"]})");
    EXPECT_EQ(e.said(), Lines{});
    EXPECT_EQ(e.at({"policy", "rules", "tip"}), R"({"each": "ask.help", "pay": 100})");  // removed, added, then set
    EXPECT_EQ(e.at({"policy", "units", "points"}), "3");                                 // scaled, then replaced
    EXPECT_EQ(e.at({"policy", "rules", "bonus", "steps"}), "[[null, 0.0], [5, 0.0], [9, 0.0]]");
}

TEST(Reform, AListComposesInOrder) {
    const Edited e = edited(R"([{"rules.tip.pay": 4}, {"scale": {"rules.tip": 2}}, {"remove": ["rules.bonus"]},
                                {"add": {"rules.bonus": {"kpi": "k", "tiers": [[0, 1]]}}}])");
    EXPECT_EQ(e.said(), Lines{});
    EXPECT_EQ(e.at({"policy", "rules", "tip", "pay"}), "8.0");
    EXPECT_EQ(e.at({"policy", "rules", "bonus"}), R"({"kpi": "k", "tiers": [[0, 1]]})");
}

TEST(Reform, ScaleMultipliesNumbersAndEveryPayoutOfARule) {
    const Edited e =
        edited(R"({"scale": {"rules.bonus": 0.5, "rules.tip": -1, "kpis.k.scale": 3, "period.contacts": 0.1,
                                          "rules.bonus.steps.2.0": 2}})");
    EXPECT_EQ(e.said(), Lines{});
    EXPECT_EQ(e.at({"policy", "rules", "bonus", "steps"}), "[[null, 0.5], [5, 1.0], [18.0, -2.0]]");
    EXPECT_EQ(e.at({"policy", "rules", "tip", "pay"}), "-3.0");
    EXPECT_EQ(e.at({"policy", "kpis", "k", "scale"}), "6.0");
    EXPECT_EQ(e.at({"period", "contacts"}), "10.0");
}

TEST(Reform, DisableTakesPayFromARuleAndHabitFromAnAction) {
    const Edited e = edited(R"({"disable": ["rules.tip", "situations.ask.actions.rush"]})");
    EXPECT_EQ(e.said(), Lines{});
    EXPECT_EQ(e.at({"policy", "rules", "tip", "pay"}), "0.0");
    EXPECT_EQ(e.at({"policy", "rules", "tip", "unit"}), "\"points\"");
    EXPECT_EQ(e.at({"situations", "ask", "actions", "rush"}), R"({"habit": 0})");
}

TEST(Reform, EvidenceForWhatIsTakenAwayGoesWithIt) {
    EXPECT_EQ(edited(R"({"remove": ["rules.tip"]})").at({"evidence"}),
              R"({"rules.bonus": {"code": "J"}, "period.contacts": {"code": "B"}})");
    EXPECT_EQ(edited(R"({"rules.tip": {"kpi": "k", "tiers": [[0, 1]]}})").at({"evidence", "rules.tip.pay"}), "-");
    EXPECT_NE(edited(R"({"evidence.rules.nothing": {"code": "J"}})").at({"evidence", "rules.nothing"}), "-");
}

TEST(Reform, EvidenceIsReachedThroughKeysThatHoldDots) {
    const Edited e = edited(R"({"evidence.rules.tip.pay.code": "X", "remove": ["evidence.period.contacts"]})");
    EXPECT_EQ(e.said(), Lines{});
    EXPECT_EQ(e.at({"evidence", "rules.tip.pay", "code"}), "\"X\"");
    EXPECT_EQ(e.at({"evidence", "period.contacts"}), "-");
}

TEST(Reform, RefusesWithAPointerEveryPartThatCannotBeApplied) {
    const Edited e = edited(R"([{"remove": ["rules.tipp", "nothing"], "disable": ["kpis.k", "rules.x"],
                                 "scale": {"kpis.k": 2, "rules.tip": "x", "units.pints": 2},
                                 "replace": {"rules.y": {}}, "add": {"rules.tip": {}, "rules.tip.pays": 1},
                                 "rules.bonus.steps.3.0": 1, "rules.tip.each.0": "a"},
                                {"remove": 1}, {"scale": []}, {"disable": [1]}, 7])");
    EXPECT_EQ(e.said(),
              (Lines{"reform_path /policy/rules/tipp", "reform_path /nothing", "reform_disable /policy/kpis/k",
                     "reform_path /policy/rules/x", "reform_scale /policy/kpis/k", "reform_value /policy/rules/tip",
                     "reform_path /policy/units/pints", "reform_path /policy/rules/y",
                     "reform_exists /policy/rules/tip", "reform_path /policy/rules/tip/pays",
                     "reform_path /policy/rules/bonus/steps/3/0", "reform_path /policy/rules/tip/each/0",
                     "reform_value ", "reform_value ", "reform_value ", "reform_value "}));
    EXPECT_NE(e.problems[0].hint.find("'tip'"), std::string::npos);
    for (const Diagnostic& d : e.problems) EXPECT_EQ(d.severity, Severity::Error);
}

TEST(Reform, ConflictsAreThePathsWrittenMoreThanOnce) {
    const Reform reform = Reform::parse(
        R"([{"rules.tip.pay": 1, "scale": {"units.points": 2}, "x-a": 1}, {"policy.rules.tip.pay": 2, "x-a": 2},
            {"remove": ["units.points", "rules.bonus"]}, {"disable": ["rules.bonus"]}, {"rules.tip.unit": "CNY"}])");
    EXPECT_EQ(reform.conflicts(), (Lines{"rules.tip.pay", "units.points", "rules.bonus"}));
    EXPECT_TRUE(Reform::parse(R"({"rules.tip.pay": 1})").conflicts().empty());
}

TEST(Reform, AssignmentsTakeJsonOrABareWord) {
    const auto after = [](std::string_view text) {
        Edited e;
        e.document = apply(small_document(), Reform::assignment(text), e.problems);
        return e;
    };
    EXPECT_EQ(after("rules.tip.pay=-1.5").at({"policy", "rules", "tip", "pay"}), "-1.5");
    EXPECT_EQ(after("rules.tip.unit=CNY").at({"policy", "rules", "tip", "unit"}), "\"CNY\"");
    EXPECT_EQ(after("rules.tip.unit=元").at({"policy", "rules", "tip", "unit"}), "\"元\"");
    EXPECT_EQ(after("rules.bonus.steps=[[1, 2]]").at({"policy", "rules", "bonus", "steps"}), "[[1, 2]]");
    EXPECT_EQ(after("rules.bonus.steps.0.0=null").at({"policy", "rules", "bonus", "steps", "0", "0"}), "null");
    for (const char* text : {"rules.tip.pay", "=3", "rules.tip.pay=1e"})
        EXPECT_THROW((void)Reform::assignment(text), ScenarioError) << text;
}

TEST(Reform, ThenAppendsAndLeavesBothAsTheyWere) {
    const Reform one = Reform::parse(R"({"rules.tip.pay": 1})");
    const Reform both = one.then(Reform::parse(R"({"rules.tip.pay": 2})"));
    EXPECT_EQ(one.parts().size(), 1U);
    EXPECT_EQ(both.parts().size(), 2U);
    std::vector<Diagnostic> problems;
    EXPECT_EQ(apply(small_document(), both, problems)
                  ->find("policy")
                  ->find("rules")
                  ->find("tip")
                  ->find("pay")
                  ->number_value(),
              2);
}

TEST(Differences, NameEveryPlaceAsReformsDo) {
    const NodePtr before = small_document();
    std::vector<Diagnostic> problems;
    const NodePtr after =
        apply(before, Reform::parse(R"({"rules.tip.pay": 4, "rules.bonus.steps.1.1": 9, "period.days": 2,
                                                          "remove": ["units.points"], "kpis.k.mean": "other"})"),
              problems);
    std::vector<std::string> lines;
    for (const Difference& d : differences(*before, *after)) {
        lines.push_back(d.kind + " " + d.path + " " + (d.before == nullptr ? "-" : io::write_json(*d.before, -1)) +
                        " " + (d.after == nullptr ? "-" : io::write_json(*d.after, -1)));
    }
    EXPECT_EQ(lines,
              (Lines{"added period.days - 2", "changed kpis.k.mean \"time\" \"other\"", "changed rules.tip.pay 3 4",
                     "changed rules.bonus.steps.1.1 2 9", "removed units.points 8 -"}));
    EXPECT_TRUE(differences(*before, *small_document()).empty());
}

}  // namespace
}  // namespace backfire
