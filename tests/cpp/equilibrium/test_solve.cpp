// The engine through its public header: the design's example, several fixed points, and the closed forms behind prices.
#include "equilibrium/schedule_value.hpp"

#include <backfire/backfire.hpp>

#include <gtest/gtest.h>
#include <cmath>

namespace {

using namespace backfire;

TEST(Solve, AnswersTheExampleOfTheDesign) {
    const Scenario s = scenario("corrective-callbacks");
    const Comparison c = compare(s, {{"off", Reform::parse(R"({"disable": ["rules.callback_deduction"]})")}});
    EXPECT_NEAR(c.baseline().probability("mistake_noticed.call_back"), 0.01, 0.005);
    EXPECT_NEAR(c.reforms().front().second.probability("mistake_noticed.call_back"), 0.71, 0.005);
}

/// Going for a bonus, or giving up: both hold still, and something between them does not.
TEST(Solve, FindsBothWaysToLiveWithAStepBonus) {
    const Scenario s = loads(R"({"backfire": 1, "period": {"contacts": 100}, "measures": {"sales": {"unit": "1"}},
        "situations": {"offer": {"share": 1, "actions": {"push": {"effort": 0.9, "outcomes": {"yes": {"chance": 0.5, "moves": {"sales": 1}}, "no": {"chance": "rest"}}}, "pass": {}}}},
        "workforce": {"traits": {"noise": 0.1}},
        "policy": {"kpis": {"sold": {"total": "sales"}}, "rules": {"bonus": {"kpi": "sold", "steps": [[40, 120]]}}}})");
    const Solution solution = solve(s);
    EXPECT_EQ(to_string(solution.status()), "several_equilibria");
    EXPECT_GT(solution.probability("offer.push"), 0.5);
    const Table found = solution.equilibria();
    const auto& kinds = found.texts("kind");
    EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "peak"), 2);
    EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "between"), 1);
}

TEST(FeltSchedule, SlopeIsTheDerivativeOfTheValue) {
    const Schedule tiers = Tiers{{{10, 1}, {20, 3}, {30, -0.5}}};
    for (const double curvature : {1.0, 0.88}) {
        const FeltSchedule felt(tiers, 2, false, {.loss_aversion = 2.25, .curvature = curvature, .weighting = 1});
        for (const double mean : {8.0, 15.0, 29.0, 60.0, 140.0}) {
            const double h = 1e-4;
            const double numeric = (felt.normal(mean + h, 3).value - felt.normal(mean - h, 3).value) / (2 * h);
            EXPECT_NEAR(felt.normal(mean, 3).slope, numeric, 1e-6) << mean << " " << curvature;
        }
    }
}

TEST(Scenario, ReportsEveryProblemAtOnce) {
    try {
        (void)loads(
            R"({"backfire": 2, "period": {}, "situations": {}, "workforce": {"traits": {"noise": -1}}, "nothing": {}})");
        FAIL() << "a broken document was taken";
    } catch (const ScenarioError& error) {
        EXPECT_GE(error.diagnostics().size(), 4U);
        for (const Diagnostic& d : error.diagnostics()) EXPECT_GT(d.line, 0) << to_string(d);
    }
}

}  // namespace
