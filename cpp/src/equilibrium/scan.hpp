/// The scan: all fixed points where the unknown is one number.
#pragma once

#include "equilibrium/search.hpp"
#include "equilibrium/tile_evaluation.hpp"

namespace backfire {

/// Finds every fixed point of each agent of a tile by scanning the price, finer where the KPI moves fast near a bound of a schedule,
/// bracketing every change of sign of p_new − p and looking into every near miss.
[[nodiscard]] std::vector<AgentAnswer> scan_tile(const PeriodTask& task, TileEvaluation& tile);

/// Picks the point to keep: the highest objective among peaks; within 1e-9 (relative) the smaller Σ|p·m|, then the lower KPIs.
void keep_best(AgentAnswer& answer);

}  // namespace backfire
