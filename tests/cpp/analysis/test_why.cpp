// Explanations and break-even points of the shipped scenario, through the public header alone.
#include <backfire/backfire.hpp>

#include <gtest/gtest.h>
#include <cmath>
#include <numeric>

namespace backfire {
namespace {

double sum(const Table& table, std::string_view column) {
    const auto& values = table.numbers(column);
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// corrective-callbacks with everybody alike, so that one solve is quick.
Scenario alike() {
    return scenario("corrective-callbacks")
        .reformed(Reform::parse(
            R"({"workforce.segments.novice.traits.care": 0.5, "workforce.segments.seasoned.traits.care": 0.6})"));
}

TEST(Probability, IsThatOfTheTableAndNamesNeedTheirSituation) {
    const Solution solution = solve(alike());
    EXPECT_EQ(probability(solution, "mistake_noticed.call_back", "novice", "day"),
              solution.value("behaviour.mistake_noticed.call_back@novice,day"));
    try {
        (void)probability(solution, "call_back");
        FAIL() << "half a name";
    } catch (const UnknownNameError& error) {
        EXPECT_STREQ(
            error.what(),
            "there is no action 'call_back'; an action is named with its situation: 'mistake_noticed.call_back'");
    }
    EXPECT_THROW((void)probability(solution, "mistake_noticed.call_back", "novice,day"), UnknownNameError);
}

TEST(Explain, ColumnsSumToQ) {
    const Solution solution = solve(alike());
    const Explanation why = explain(solution, "mistake_noticed.call_back", "novice");
    EXPECT_EQ(why.alternative, "stay_silent");
    EXPECT_NEAR(sum(why.ledger, "action"), why.value, 1e-12);
    EXPECT_NEAR(sum(why.whole, "action"), why.value, 1e-12);
    EXPECT_NEAR(sum(why.ledger, "difference"), why.value - why.alternative_value, 1e-12);
    // Two actions, logit, noise 3: the odds are the difference.
    const double odds = std::log(why.probability / why.alternative_probability);
    const Explanation day = explain(solution, "mistake_noticed.call_back", "novice", "day");
    EXPECT_NEAR(3 * std::log(day.probability / day.alternative_probability), sum(day.ledger, "difference"), 1e-9);
    EXPECT_LT(odds, 0);
}

TEST(Explain, PathsAreInTheDocumentsTitles) {
    const Explanation why = explain(solve(alike()), "mistake_noticed.call_back");
    const Table english = why.paths();
    const Table chinese = why.paths("zh");
    ASSERT_EQ(english.rows(), chinese.rows());
    bool found = false;
    for (std::size_t i = 0; i < english.rows(); ++i) {
        if (english.texts("name")[i] != "callback_deduction") continue;
        found = true;
        EXPECT_EQ(english.texts("path")[i], "call the customer back → deduction for calling back");
        EXPECT_EQ(chinese.texts("path")[i], "回电纠正 → 回电扣分");
    }
    EXPECT_TRUE(found);
}

TEST(Explain, AComparisonSaysWhatChanged) {
    const Comparison comparison =
        compare(alike(), {{"off", Reform::parse(R"({"disable": ["rules.callback_deduction"]})")}});
    const Explanation why = explain(comparison, "off", "mistake_noticed.call_back");
    double moved = 0;
    for (std::size_t i = 0; i < why.changes.rows(); ++i) {
        if (why.changes.texts("name")[i] == "callback_deduction") moved = why.changes.numbers("delta")[i];
    }
    EXPECT_NEAR(moved, 32, 1e-9);
    EXPECT_LT(why.baseline_probability, why.probability);
    EXPECT_THROW((void)explain(comparison, "of", "mistake_noticed.call_back"), UnknownNameError);
    EXPECT_THROW((void)explain(comparison, "off", "mistake_noticed.callback"), UnknownNameError);
}

TEST(BreakEven, TheFigureIsAtTheTargetThere) {
    const Scenario everybody = alike();
    const BreakEven found =
        break_even(everybody, "rules.callback_deduction.pay", "behaviour.mistake_noticed.call_back", {-4, 6}, 0.5);
    ASSERT_EQ(found.points.size(), 1U);
    const Reform there = Reform::assignment("rules.callback_deduction.pay=" + shortest(found.points[0].x));
    EXPECT_NEAR(solve(everybody, there).probability("mistake_noticed.call_back"), 0.5, 1e-9);
    EXPECT_EQ(found.points[0].direction, 1);
    EXPECT_EQ(found.now, -2);
    EXPECT_EQ(found.unit, "1");
    EXPECT_EQ(found.curve.numbers("x").front(), -4);
    EXPECT_EQ(found.curve.numbers("x").back(), 6);
}

TEST(BreakEven, StopsWhenAskedTo) {
    const auto ask = [](const Progress& progress) {
        return break_even(alike(), "rules.callback_deduction.pay", "values.organisation", {-4, 6}, 0, progress);
    };
    EXPECT_THROW((void)ask([](double share) { return share < 0.1; }), Interrupted);
    double last = 0;
    (void)ask([&last](double share) {
        EXPECT_GE(share, last);
        last = share;
        return true;
    });
    EXPECT_EQ(last, 1);
}

}  // namespace
}  // namespace backfire
