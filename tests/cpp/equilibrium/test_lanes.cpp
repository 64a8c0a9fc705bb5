// What lanes compute side by side, against the scalar code and against central differences: every kind of KPI, schedule and taste.
#include "equilibrium/lane_period.hpp"
#include "equilibrium/newton.hpp"
#include "equilibrium/normal_law.hpp"
#include "equilibrium/tile_evaluation.hpp"
#include "response/parts.hpp"

#include <backfire/backfire.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace backfire;

/// Two steps of work, every form of KPI, steps, curve, tiers and a loss frame; seven segments, so that one lane is idle.
/// @param more actions in the first situation beside the usual ones, all of them with two openings
Scenario everything(const std::string& shock, const std::string& foresight, int more = 0) {
    const bool logit = shock == "logit";  // a normal shock falls on the difference of two
    std::string others;
    for (int i = 0; logit && i < more; ++i) {
        const std::string n = std::to_string(i);
        others +=
            R"(, "more)" + n + R"(": {"effort": 0.)" + n + R"(, "moves": {"time": )" + n +
            R"(}, "outcomes": {"on": {"chance": 0.2, "moves": {"done": 1}, "opens": "second"}, "off": {"chance": 0.5, "opens": "third"}, "end": {"chance": "rest", "moves": {"sold": 0.)" +
            n + R"(}}}})";
    }
    std::string segments;
    for (int i = 0; i < 7; ++i) {
        const std::string n = std::to_string(i);
        const std::string traits = R"({"loss_aversion": 1.)" + n + R"(, "noise": )" + std::to_string(0.8 + 0.15 * i) +
                                   (i == 3 ? R"(, "curvature": 0.8)" : "") + "}";
        segments += (i > 0 ? ", " : "") + ("\"g" + n + R"(": {"share": 1, "traits": )" + traits + "}");
    }
    return loads(
        R"({"backfire": 1, "period": {"contacts": 150},
        "measures": {"time": {"unit": "s", "period_cv": 0.1}, "done": {"unit": "1"}, "worth": {"unit": "1", "sum": {"done": 2, "sold": 1}}, "sold": {"unit": "1"}},
        "situations": {
          "first": {"share": 1, "actions": {
            "care": {"effort": 1, "moves": {"time": {"mean": 7, "cv": 0.5}}, "outcomes": {"well": {"chance": 0.7, "moves": {"done": 1, "sold": {"mean": 2, "sd": 1}}}, "badly": {"chance": "rest", "opens": "second"}}},
            "rush": {)" +
        std::string(logit ? R"("habit": 1.5, )" : "") +
        R"("moves": {"time": 3}, "outcomes": {"well": {"chance": 0.2, "moves": {"done": 1}}, "badly": {"chance": "rest", "moves": {"sold": 1}, "opens": "second"}}})" +
        std::string(logit ? R"(, "pass": {"moves": {"time": 1}})" : "") + others + R"(}},
          "second": {"share": 0.5, "actions": {"mend": {"effort": 0.8, "moves": {"time": 5, "done": 1}, "outcomes": {"again": {"chance": 0.3, "opens": "third"}, "no": {"chance": "rest"}}}, "leave": {"moves": {"time": 1}}}},
          "third": {"actions": {"try": {"effort": 0.2, "moves": {"done": 1, "time": 2}}, "drop": {}}}},
        "workforce": {"shock": ")" +
        shock + R"(", "traits": {"foresight": )" + foresight + R"(}, "segments": {)" + segments + R"(}},
        "policy": {"monitors": {"qa": {"samples": 120, "miss": 0.1, "false_alarm": 0.05}, "few": {"samples": 20}, "meter": {"error_sd": 0.4}},
          "kpis": {"aht": {"mean": "time", "seen_by": "meter"}, "sum": {"total": "worth"}, "rate": {"ratio": ["time", "done"]},
                   "share": {"share": ["first.care"], "seen_by": "qa"}, "counted": {"share": ["first.rush"], "seen_by": "few"},
                   "among": {"share": ["second.mend"], "of": ["second.*"]}},
          "rules": {"a": {"kpi": "aht", "steps": [[null, 60], [6, 0]]}, "b": {"kpi": "sum", "tiers": [[250, 0.4], [330, 1]]},
                    "c": {"kpi": "rate", "curve": [[3, 90], [12, -40]]}, "d": {"kpi": "share", "steps": [[0.3, 30], [0.5, 80]], "frame": "loss"},
                    "e": {"kpi": "counted", "steps": [[0.4, -60]]}, "f": {"kpi": "among", "curve": [[0.2, 0], [0.8, 50]]}}}})");
}

class LanesOfATile : public testing::TestWithParam<std::tuple<std::string, std::string, int>> {
protected:
    LanesOfATile()
        : scenario_(everything(std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam()))),
          task_(scenario_.parts().plan, scenario_.model().policy, scenario_.model().values),
          tile_(task_, 0),
          prices_(static_cast<std::size_t>(task_.priced), all_lanes(0.0)) {
        for (std::size_t c = 0; c < prices_.size(); ++c) {
            for (int l = 0; l < kLanes; ++l) prices_[c][l] = 0.03 * std::sin(1.7 * static_cast<double>(c) + l);
        }
    }

    [[nodiscard]] std::vector<double> prices_of(int lane) const {
        std::vector<double> prices;
        for (const Lanes& price : prices_) prices.push_back(price[lane]);
        return prices;
    }

    Scenario scenario_;
    PeriodTask task_;
    TileEvaluation tile_;
    LaneList prices_;
};

TEST_P(LanesOfATile, FollowAsEachAgentWould) {
    ASSERT_EQ(tile_.agents(), 7);
    tile_.pass_at(prices_);
    tile_.follow_lanes();
    int felt = 0;
    for (int l = 0; l < tile_.agents(); ++l) {
        Answer answer;
        tile_.answer(l, prices_of(l), answer);
        for (std::size_t c = 0; c < prices_.size(); ++c) {
            EXPECT_NEAR(tile_.reply().next[c][l], answer.next[c], 1e-11 * (1e-3 + std::abs(answer.next[c]))) << l << c;
            felt += std::abs(answer.next[c]) > 1e-3 ? 1 : 0;
        }
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            const LaneLaw& law = tile_.reply().laws[k];
            EXPECT_NEAR(law.mean[l], answer.laws[k].mean, 1e-12 * std::abs(answer.laws[k].mean));
            EXPECT_NEAR(law.sd[l], answer.laws[k].sd, 1e-10 * answer.laws[k].sd);
        }
    }
    EXPECT_GT(felt, 20);  // the prices compared are not all 0
}

TEST_P(LanesOfATile, JacobianIsThatOfTheWholeMap) {
    tile_.pass_at(prices_, true);
    tile_.follow_lanes();
    tile_.jacobian();
    const LaneList jacobian = tile_.room().jacobian;
    const double h = 1e-6;
    int moved = 0;
    for (std::size_t d = 0; d < prices_.size(); ++d) {
        std::vector<LaneList> next;
        for (const double sign : {1.0, -1.0}) {
            LaneList at = prices_;
            at[d] += sign * h;
            tile_.pass_at(at);
            tile_.follow_lanes();
            next.push_back(tile_.reply().next);
        }
        for (std::size_t c = 0; c < prices_.size(); ++c) {
            for (int l = 0; l < tile_.agents(); ++l) {
                const double expected = (next[0][c][l] - next[1][c][l]) / (2 * h);
                const double tolerance = l == 3 ? 2e-2 : 2e-5;  // a curved schedule's third derivative is rough
                EXPECT_NEAR(jacobian[c * prices_.size() + d][l], expected, tolerance * (0.1 + std::abs(expected)))
                    << c << " " << d << " " << l;
                moved += std::abs(expected) > 0.05 ? 1 : 0;
            }
        }
    }
    EXPECT_GT(moved, 50);
}

INSTANTIATE_TEST_SUITE_P(ShocksAndForesight, LanesOfATile,
                         testing::Combine(testing::Values("logit", "normal"), testing::Values("1", "0.6"),
                                          testing::Values(0)));
INSTANTIATE_TEST_SUITE_P(ManyActions, LanesOfATile,
                         testing::Combine(testing::Values("logit"), testing::Values("1", "0.6"),
                                          testing::Values(2, 7)));

TEST(TileEvaluation, PricesWithoutEndLeaveNothingBehind) {
    const Scenario scenario = everything("logit", "0.6", 2);
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    const LaneList none(static_cast<std::size_t>(task.priced), all_lanes(0.0));
    TileEvaluation used(task, 0);
    used.pass_at(LaneList(none.size(), all_lanes(std::numeric_limits<double>::infinity())), true);
    EXPECT_TRUE(std::isnan(used.room().mean[0][0]));
    TileEvaluation fresh(task, 0);
    for (TileEvaluation* tile : {&used, &fresh}) {
        tile->pass_at(none, true);
        tile->follow_lanes();
        tile->jacobian();
    }
    for (const auto& list : {&PassRoom::mean, &PassRoom::second, &PassRoom::slope, &PassRoom::jacobian}) {
        const LaneList& one = used.room().*list;
        const LaneList& other = fresh.room().*list;
        ASSERT_EQ(one.size(), other.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
            for (int l = 0; l < kLanes; ++l) EXPECT_EQ(one[i][l], other[i][l]) << i << " " << l;
        }
    }
}

TEST(NormalLaw, IsItselfInEveryLane) {
    for (double u = -37; u < 37; u += 0.01) {
        alignas(64) Lanes share{};
        alignas(64) const Lanes at = all_lanes(u);
        alignas(64) Lanes bell{};
        normal_law(at, bell, share);
        EXPECT_NEAR(bell[0], std::exp(-0.5 * u * u), 1e-15);
        const double expected = 0.5 * std::erfc(-u / std::sqrt(2.0));
        EXPECT_NEAR(share[0], expected, 1e-15 + (u < 0 ? 1e-13 : 1e-15) * expected) << u;
    }
}

TEST(Search, SaysWhereItWasCutShort) {
    const Scenario scenario = everything("logit", "1");
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    TileEvaluation whole(task, 0);
    for (const AgentAnswer& answer : newton_tile(task, whole)) EXPECT_NE(answer.status, Status::IterationLimit);
    TileEvaluation cut(task, 0);
    const std::vector<AgentAnswer> answers = newton_tile(task, cut, 15);
    EXPECT_LT(cut.passes(), whole.passes());
    int limited = 0;
    for (const AgentAnswer& answer : answers) {
        limited += answer.status == Status::IterationLimit ? 1 : 0;
        EXPECT_TRUE(answer.reached);  // what was found before is none the worse for it
        EXPECT_LT(answer.points.at(static_cast<std::size_t>(answer.kept)).residual, 1e-9);
    }
    EXPECT_GT(limited, 0);
}

TEST(TileEvaluation, LoadsAnotherTileAsIfItWereNew) {
    const Scenario scenario = loads(
        R"({"backfire": 1, "period": {"contacts": 40}, "measures": {"time": {"unit": "s"}, "done": {"unit": "1"}},
        "situations": {"s": {"share": 1, "actions": {"care": {"effort": {"base": 1, "care": -0.4}, "moves": {"time": 5, "done": 1}}, "rush": {"moves": {"time": 2}}}}},
        "workforce": {"traits": {"noise": 1, "care": {"mean": 1, "sd": 0.3, "shape": "lognormal"}}},
        "policy": {"kpis": {"aht": {"mean": "time"}, "sum": {"total": "done"}},
          "rules": {"a": {"kpi": "aht", "curve": [[2, 40], [5, 0]]}, "b": {"kpi": "sum", "steps": [[20, 30]]}}}})");
    const PeriodTask task(scenario.parts().plan, scenario.model().policy, scenario.model().values);
    const int last = task.plan->tiles() - 1;
    TileEvaluation used(task, 0);
    (void)newton_tile(task, used);
    used.load(last);
    TileEvaluation fresh(task, last);
    ASSERT_LT(fresh.agents(), kLanes);  // a short tile after a full one
    ASSERT_EQ(used.agents(), fresh.agents());
    const std::vector<AgentAnswer> one = newton_tile(task, used);
    const std::vector<AgentAnswer> other = newton_tile(task, fresh);
    ASSERT_EQ(one.size(), other.size());
    EXPECT_EQ(used.passes(), fresh.passes());
    for (std::size_t l = 0; l < one.size(); ++l) {
        ASSERT_EQ(one[l].points.size(), other[l].points.size());
        for (std::size_t k = 0; k < one[l].points.size(); ++k)
            EXPECT_EQ(one[l].points[k].prices, other[l].points[k].prices);
    }
}

}  // namespace
