// The engine through its public header: the design's example, several fixed points, and the closed forms behind prices.
#include "equilibrium/schedule_value.hpp"

#include <backfire/backfire.hpp>

#include <gtest/gtest.h>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

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

TEST(FeltSchedule, TheSlopeAloneIsThatOfTheExpectation) {
    const Taste taste{.loss_aversion = 2.25, .curvature = 1, .weighting = 1};
    const Taste bent{.loss_aversion = 2.25, .curvature = 0.88, .weighting = 1};
    const Schedule tiers = Tiers{{{10, 1}, {20, 3}, {30, -0.5}}};
    const Schedule steps = Steps{{{10, -40}, {20, 30}, {30, 0}}};
    for (const FeltSchedule& felt : {FeltSchedule(tiers, 2, false, taste), FeltSchedule(steps, 2, true, taste),
                                     FeltSchedule(tiers, 2, false, bent)}) {
        for (const double mean : {8.0, 15.0, 29.0, 60.0, 140.0}) {
            for (const double sd : {0.0, 0.1, 3.0}) EXPECT_EQ(felt.slope(mean, sd), felt.normal(mean, sd).slope);
        }
    }
}

TEST(FeltSchedule, NoSlopeLeavesItsBounds) {
    const Taste taste{.loss_aversion = 2.25, .curvature = 1, .weighting = 1};
    const FeltSchedule tiers(Tiers{{{10, 1}, {20, 3}, {30, -0.5}}}, 2, false, taste);
    const FeltSchedule steps(Steps{{{10, -40}, {20, 30}, {30, 0}}}, 2, true, taste);
    constexpr double kInf = std::numeric_limits<double>::infinity();
    for (const FeltSchedule& felt : {tiers, steps}) {
        for (const auto& [low, high] : {std::pair{-5.0, 9.0}, {9.0, 11.0}, {12.0, 19.5}, {20.0, 20.0}, {31.0, 80.0}}) {
            for (const auto& [least, most] : {std::pair{0.0, kInf}, {0.3, 1.2}, {2.0, 2.0}, {0.0, 0.0}}) {
                const auto [smallest, largest] = felt.slope_between(low, high, least, most);
                EXPECT_LE(smallest, largest);
                for (int i = 0; i <= 40; ++i) {
                    for (int k = 0; k <= 40; ++k) {
                        const double sd = least + (std::isinf(most) ? std::ldexp(1, k - 20) : (most - least) * k / 40);
                        const double slope = felt.slope(low + (high - low) * i / 40, sd);
                        EXPECT_GE(slope, smallest - 1e-12 * std::abs(smallest)) << low << " " << high << " " << sd;
                        EXPECT_LE(slope, largest + 1e-12 * std::abs(largest)) << low << " " << high << " " << sd;
                    }
                }
            }
        }
    }
    // Bounds are worth something: far from every bound next to nothing can be justified, and everywhere within rounding of one mean.
    EXPECT_LT(steps.slope_between(40, 50, 0.5, 1).second, 1e-20);
    const auto [one, other] = tiers.slope_between(15, 15, 2, 2);
    EXPECT_NEAR(one, tiers.slope(15, 2), 1e-12);
    EXPECT_NEAR(other, tiers.slope(15, 2), 1e-12);
}

/// A hundred best responses that jump, each a place to be narrowed: more than one agent's scan may look at.
TEST(Solve, SaysWhereAScanWasCutShort) {
    const auto document = [](int actions) {
        std::string text = R"({"backfire": 1, "period": {"contacts": 100},
            "measures": {"sales": {"unit": "1"}}, "workforce": {"traits": {"noise": 0}},
            "policy": {"kpis": {"sold": {"mean": "sales"}}, "rules": {"zigzag": {"kpi": "sold", "curve": [)";
        for (int i = 0; i <= 4 * actions; ++i)
            text += (i > 0 ? ", [" : "[") + std::to_string(0.25 * i) + (i % 2 > 0 ? ", 90000]" : ", 0]");
        text += R"(]}}}, "situations": {"offer": {"share": 1, "actions": {)";
        for (int i = 0; i < actions; ++i) {
            text += (i > 0 ? ", \"a" : "\"a") + std::to_string(i) + "\": {\"effort\": " + std::to_string(0.5 * i * i) +
                    ", \"moves\": {\"sales\": {\"mean\": " + std::to_string(i) + ", \"cv\": 0.01}}}";
        }
        return text + "}}}}";
    };
    EXPECT_NE(to_string(solve(loads(document(4))).status()), "iteration_limit");
    EXPECT_EQ(to_string(solve(loads(document(120))).status()), "iteration_limit");
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
