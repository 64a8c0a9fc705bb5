/// Break-even: every value of one number of a scenario at which a figure meets a target (design section 3.7).
#pragma once

#include <backfire/core/progress.hpp>
#include <backfire/core/table.hpp>
#include <backfire/equilibrium/solve.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backfire {

/// Where a figure meets a target while one number runs over a range. Plain value.
struct BreakEven {
    /// One place where the target is met.
    struct Point {
        double x = 0;
        bool jump = false;  ///< the figure jumps past the target here: people switch to another fixed point
        int direction = 0;  ///< 1: it rises past the target with x, −1: it falls, 0: it touches, or stays for a while
        double left = 0;    ///< the figure just left of the point
        double right = 0;   ///< and just right of it; equal to `left` where nothing jumps
    };
    std::string path;    ///< of the number that runs
    std::string figure;  ///< as it was asked for
    std::string unit;    ///< of the figure: the currency, a measure's or KPI's unit; "1" for shares and visits
    double low = 0;      ///< the range of the number
    double high = 0;
    double target = 0;          ///< in the figure's unit
    double now = 0;             ///< the number as the scenario has it
    std::vector<Point> points;  ///< in order of x
    std::vector<std::pair<double, double>>
        stretches;  ///< from where to where it stays at the target; both ends are points
    /// Every x tried: columns x, value (null where the figure has none), jump (the figure jumps between the row before and this one).
    Table curve;
};

/// Finds every value of the number at `path` between `low` and `high` at which `figure` is `target`. The curve is sampled finer
/// where it moves fast; changes of sign are bracketed and narrowed to 1e-12 of the range (Alefeld, Potra and Shi 1995), near
/// misses looked into (Brent 1973). What happens within less than a thirty-second of the range and leaves no trace at its ends
/// can be missed. The scenario as it stands is solved once.
/// @param path of a number the document has, as in reforms
/// @param figure `table.key[.key][@segment[,condition]]`, as `Solution::value` reads it
/// @throws ScenarioError where the path holds no number, the range is empty, or the document is broken in part of it (from
///   where on, and why)
/// @throws UnknownNameError for the figure
/// @throws Interrupted when `progress` says stop
[[nodiscard]] BreakEven break_even(const Scenario& scenario, std::string_view path, std::string_view figure,
                                   std::pair<double, double> between, double target = 0, const Progress& progress = {});

/// The same with the figure after `against` (a reform of the scenario as it stands) for the target.
[[nodiscard]] BreakEven break_even(const Scenario& scenario, std::string_view path, std::string_view figure,
                                   std::pair<double, double> between, const Reform& against,
                                   const Progress& progress = {});

/// The same from a solved baseline, which is not solved again.
[[nodiscard]] BreakEven break_even(const Solution& baseline, std::string_view path, std::string_view figure,
                                   std::pair<double, double> between, double target = 0, const Progress& progress = {});

/// The same from a solved baseline, which is not solved again.
[[nodiscard]] BreakEven break_even(const Solution& baseline, std::string_view path, std::string_view figure,
                                   std::pair<double, double> between, const Reform& against,
                                   const Progress& progress = {});

}  // namespace backfire
