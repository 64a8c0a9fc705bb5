// ∂m/∂p as the kernel computes it, against central differences of m: logit and normal shocks, foresight full and partial.
#include "equilibrium/tile_evaluation.hpp"
#include "response/parts.hpp"

#include <backfire/backfire.hpp>

#include <gtest/gtest.h>
#include <string>

namespace {

using namespace backfire;

Scenario chained(const std::string& shock, const std::string& foresight) {
    return loads(
        R"({"backfire": 1, "period": {"contacts": 50}, "measures": {"time": {"unit": "s"}, "done": {"unit": "1"}},
        "situations": {
          "first": {"share": 1, "actions": {
            "care": {"effort": 1, "moves": {"time": {"mean": 7, "cv": 0.5}}, "outcomes": {"well": {"chance": 0.7, "moves": {"done": 1}}, "badly": {"chance": "rest", "opens": "second"}}},
            "rush": {"habit": 1, "moves": {"time": 3}, "outcomes": {"well": {"chance": 0.2, "moves": {"done": 1}}, "badly": {"chance": "rest", "opens": "second"}}}}},
          "second": {"share": 0.5, "actions": {"mend": {"effort": 0.8, "moves": {"time": 5, "done": 1}}, "leave": {"moves": {"time": 1}}}}},
        "workforce": {"shock": ")" +
        shock + R"(", "traits": {"noise": 1.3, "foresight": )" + foresight + R"(}},
        "policy": {"kpis": {"rate": {"ratio": ["time", "done"]}}, "rules": {"bonus": {"kpi": "rate", "curve": [[2, 9], [30, 1]]}}}})");
}

class Slopes : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Slopes, AreThoseOfTheMeans) {
    const Scenario s = chained(std::get<0>(GetParam()), std::get<1>(GetParam()));
    const PeriodTask task(s.parts().plan, s.model().policy, s.model().values);
    TileEvaluation tile(task, 0);
    const std::vector<double> at{-0.1, 0.6};
    tile.set_prices(0, at);
    tile.pass(true);
    std::vector<double> slopes;
    for (int c = 0; c < 2; ++c) {
        for (int d = 0; d < 2; ++d) slopes.push_back(tile.room().slope[static_cast<std::size_t>(2 * c + d)][0]);
    }
    const double h = 1e-5;
    for (int d = 0; d < 2; ++d) {
        std::vector<std::vector<double>> means;
        for (const double sign : {1.0, -1.0}) {
            std::vector<double> moved = at;
            moved[static_cast<std::size_t>(d)] += sign * h;
            tile.set_prices(0, moved);
            tile.pass();
            means.push_back({tile.room().mean[0][0], tile.room().mean[1][0]});
        }
        for (int c = 0; c < 2; ++c) {
            const auto at_c = static_cast<std::size_t>(c);
            EXPECT_NEAR(slopes[static_cast<std::size_t>(2 * c + d)], (means[0][at_c] - means[1][at_c]) / (2 * h), 1e-7)
                << c << " " << d;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(ShocksAndForesight, Slopes,
                         testing::Combine(testing::Values("logit", "normal"), testing::Values("1", "0.6")));

}  // namespace
