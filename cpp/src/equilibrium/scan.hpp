/// The scan: all fixed points where the unknown is one number.
#pragma once

#include "equilibrium/search.hpp"
#include "equilibrium/tile_evaluation.hpp"

namespace backfire {

/// Finds every fixed point of each agent of a tile by scanning the price, finer where the KPI moves fast near a bound of a schedule,
/// bracketing every change of sign of p_new − p and looking into every near miss.
[[nodiscard]] std::vector<AgentAnswer> scan_tile(const PeriodTask& task, TileEvaluation& tile);

/// A line through the prices along which only one KPI's price moves.
struct ScanLine {
    std::size_t reading = 0;  ///< the KPI, an index into the task's readings
    std::vector<std::vector<double>>
        rest;                   ///< by lane: the other KPIs' prices; empty where there is only the one price
    std::vector<Answer> start;  ///< by lane: an answer to start settling from
    std::vector<bool> wanted;   ///< by lane; empty: all
};

/// Starts for a search with several unknowns: prices on both sides of every place along the line where p_new − p falls through 0,
/// the price of time and a ratio's gain settled. By lane.
[[nodiscard]] std::vector<std::vector<std::vector<double>>> crossings_along(const PeriodTask& task,
                                                                            TileEvaluation& tile, const ScanLine& line);

/// Picks the point to keep: the highest objective among peaks; within 1e-9 (relative) the smaller Σ|p·m|, then the lower KPIs.
void keep_best(AgentAnswer& answer);

}  // namespace backfire
