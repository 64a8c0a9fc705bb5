/// The scan: all fixed points where the unknown is one number.
#pragma once

#include "equilibrium/search.hpp"
#include "equilibrium/tile_evaluation.hpp"

namespace backfire {

/// Finds every fixed point of each agent of a tile by scanning the price, finer where the KPI moves fast near a bound of a schedule,
/// bracketing every change of sign of p_new − p and looking into every near miss.
[[nodiscard]] std::vector<AgentAnswer> scan_tile(const PeriodTask& task, TileEvaluation& tile);

}  // namespace backfire
