/// The scan of one price among several: where to start a search that moves them all.
#pragma once

#include "equilibrium/tile_evaluation.hpp"

#include <vector>

namespace backfire {

/// A line through the prices along which only one KPI's price moves.
struct ScanLine {
    std::size_t reading = 0;                ///< the KPI, an index into the task's readings
    std::vector<std::vector<double>> rest;  ///< by lane: the other KPIs' prices
    std::vector<Answer> start;              ///< by lane: an answer to start settling from
    std::vector<bool> wanted;               ///< by lane
};

/// Starts for a search with several unknowns: prices on both sides of every place along the line where p_new − p falls through 0,
/// the price of time and a ratio's gain settled. By lane.
[[nodiscard]] std::vector<std::vector<std::vector<double>>> crossings_along(const PeriodTask& task,
                                                                            TileEvaluation& tile, const ScanLine& line);

}  // namespace backfire
