/// The search where several prices are unknown: documented starts, each followed by a safeguarded Newton method.
#pragma once

#include "equilibrium/search.hpp"
#include "equilibrium/tile_evaluation.hpp"

namespace backfire {

/// Looks after which an agent's walks set out from no further start.
inline constexpr int kMostLooks = 4000;

/// Follows every start to a fixed point (pseudo-transient continuation, Kelley and Keyes 1998: implicit Euler steps of p′ = F(p) − p
/// that grow into Newton steps), so that points where nobody would stay repel and steep peaks attract. Starts: no price; each
/// breakpoint alone; all lowest; all highest; then combinations by stake. Where the first walk shows that an agent has one peak no
/// other start is tried; with more than three KPIs only the breakpoints of wild ones are, all lowest, all highest, and combinations
/// of what led to new points.
/// With up to three KPIs each price is scanned alone too, extremes are tried, and every point found is a base of starts once.
/// @param most_looks looks after which an agent's walks set out from no further start; where starts are left, its status says so
[[nodiscard]] std::vector<AgentAnswer> newton_tile(const PeriodTask& task, TileEvaluation& tile,
                                                   int most_looks = kMostLooks);

}  // namespace backfire
