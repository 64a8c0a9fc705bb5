// Curves whose crossings are known in closed form.
#include "analysis/crossings.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <limits>

namespace backfire {
namespace {

Crossings crossings(const std::function<double(double)>& curve, double low, double high, double target) {
    Crossings found(curve, low, high, target);
    std::vector<double> grid;
    for (int i = 0; i <= 32; ++i) grid.push_back(low + (high - low) * i / 32.0);
    found.run(grid);
    return found;
}

TEST(Crossings, FindsEveryRootOfAWave) {
    const auto found = crossings([](double x) { return std::sin(x); }, 0.5, 20, 0);
    ASSERT_EQ(found.points().size(), 6U);
    for (std::size_t k = 0; k < 6; ++k) {
        EXPECT_NEAR(found.points()[k].x, 3.14159265358979323846 * static_cast<double>(k + 1), 1e-10);
        EXPECT_EQ(found.points()[k].direction, k % 2 == 0 ? -1 : 1);
        EXPECT_FALSE(found.points()[k].jump);
    }
}

TEST(Crossings, WhatIsKnownIsNotAskedAgain) {
    int asked = 0;
    Crossings found(
        [&](double x) {
            asked += x == 0.25 ? 1 : 0;
            return x - 0.5;
        },
        0, 1, 0);
    found.know(0.25, -0.25);
    found.run({0, 0.25, 1});
    EXPECT_EQ(asked, 0);
    ASSERT_EQ(found.points().size(), 1U);
    EXPECT_NEAR(found.points()[0].x, 0.5, 1e-12);
}

TEST(Crossings, FindsRootsAtBothEnds) {
    const auto found = crossings([](double x) { return x * (1 - x); }, 0, 1, 0);
    ASSERT_EQ(found.points().size(), 2U);
    EXPECT_EQ(found.points()[0].x, 0);
    EXPECT_EQ(found.points()[1].x, 1);
}

TEST(Crossings, FindsATouchAndTwoRootsBetweenSamples) {
    const auto touch = crossings([](double x) { return (x - 0.3) * (x - 0.3); }, 0, 1, 0);
    ASSERT_EQ(touch.points().size(), 1U);
    EXPECT_NEAR(touch.points()[0].x, 0.3, 1e-5);
    EXPECT_EQ(touch.points()[0].direction, 0);
    const auto two = crossings([](double x) { return (x - 0.3) * (x - 0.3) - 1e-6; }, 0, 1, 0);
    ASSERT_EQ(two.points().size(), 2U);
    EXPECT_NEAR(two.points()[0].x, 0.299, 1e-10);
    EXPECT_NEAR(two.points()[1].x, 0.301, 1e-10);
    EXPECT_TRUE(crossings([](double x) { return (x - 0.3) * (x - 0.3) + 1e-6; }, 0, 1, 0).points().empty());
}

TEST(Crossings, AKinkThatTouchesIsFound) {
    const auto found = crossings([](double x) { return std::abs(x - 0.37); }, 0, 1, 0);
    ASSERT_EQ(found.points().size(), 1U);
    EXPECT_NEAR(found.points()[0].x, 0.37, 1e-8);
}

TEST(Crossings, AJumpAcrossTheTargetIsAPoint) {
    const auto found = crossings([](double x) { return x < 0.4142 ? 1 - x : -2 - x; }, 0, 1, 0);
    ASSERT_EQ(found.points().size(), 1U);
    EXPECT_NEAR(found.points()[0].x, 0.4142, 1e-11);
    EXPECT_TRUE(found.points()[0].jump);
    EXPECT_EQ(found.points()[0].direction, -1);
    EXPECT_NEAR(found.points()[0].left, 0.5858, 1e-9);
    EXPECT_NEAR(found.points()[0].right, -2.4142, 1e-9);
    int jumps = 0;
    const Table table = found.table();
    const auto& flags = std::get<std::vector<bool>>(table.column("jump").values);
    for (const bool flag : flags) jumps += flag ? 1 : 0;
    EXPECT_EQ(jumps, 1);
}

TEST(Crossings, AJumpElsewhereIsFlaggedButNoPoint) {
    const auto found = crossings([](double x) { return x < 0.77 ? x : 5 + x; }, 0, 1, 0.25);
    ASSERT_EQ(found.points().size(), 1U);
    EXPECT_EQ(found.points()[0].x, 0.25);
    const Table table = found.table();
    const auto& flags = std::get<std::vector<bool>>(table.column("jump").values);
    for (std::size_t i = 0; i < flags.size(); ++i) {
        if (flags[i]) {
            EXPECT_NEAR(table.numbers("x")[i], 0.77, 1e-8);
        }
    }
    EXPECT_EQ(std::count(flags.begin(), flags.end(), true), 1);
}

TEST(Crossings, ASteepSlopeIsNoJump) {
    const auto found = crossings([](double x) { return std::tanh(1e4 * (x - 0.3333)); }, 0, 1, 0);
    ASSERT_EQ(found.points().size(), 1U);
    EXPECT_NEAR(found.points()[0].x, 0.3333, 1e-10);
    EXPECT_FALSE(found.points()[0].jump);
}

TEST(Crossings, StaysAtTheTarget) {
    const auto found = crossings([](double x) { return std::max(0.0, x - 0.6) + std::min(0.0, x - 0.2); }, 0, 1, 0);
    ASSERT_EQ(found.stretches().size(), 1U);
    EXPECT_NEAR(found.stretches()[0].first, 0.2, 1e-8);
    EXPECT_NEAR(found.stretches()[0].second, 0.6, 1e-8);
    EXPECT_EQ(found.points().size(), 2U);
    const auto flat = crossings([](double) { return 3.5; }, 0, 1, 3.5);
    ASSERT_EQ(flat.stretches().size(), 1U);
    EXPECT_EQ(flat.stretches()[0], std::make_pair(0.0, 1.0));
    EXPECT_TRUE(crossings([](double) { return 3.5; }, 0, 1, 3).points().empty());
}

TEST(Crossings, NothingIsNoCrossing) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    // A crossing close beside where values begin, and a hole between two sides of the target.
    const auto found = crossings([none](double x) { return x < 0.501 ? none : x - 0.51; }, 0, 1, 0);
    ASSERT_EQ(found.points().size(), 1U);
    EXPECT_NEAR(found.points()[0].x, 0.51, 1e-10);
    EXPECT_TRUE(crossings([none](double x) { return x > 0.2 && x < 0.3 ? none : x - 0.25; }, 0, 1, 0).points().empty());
    EXPECT_TRUE(crossings([none](double) { return none; }, 0, 1, 0).points().empty());
}

TEST(Crossings, RoundingMakesNoRoots) {
    int step = 0;
    const auto found = crossings([&step](double) { return 100 + 1e-12 * (++step % 3 - 1); }, 0, 1, 100.0);
    EXPECT_EQ(found.stretches().size(), 1U);
    EXPECT_EQ(found.points().size(), 2U);
}

}  // namespace
}  // namespace backfire
