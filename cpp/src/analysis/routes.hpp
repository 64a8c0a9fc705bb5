/// Routes: the shortest ways through the incentive graph along which an action reaches a part of its ledger.
#pragma once

#include "analysis/ledger.hpp"

#include <backfire/structure/graph.hpp>

#include <string>
#include <vector>

namespace backfire {

/// Shortest paths from an action's node to what carries `part`, all that are equally short (at most `kMostRoutes`);
/// none for parts that are the agent's own (effort, choice).
[[nodiscard]] std::vector<std::vector<std::string>> routes_to(const Graph& graph, const LedgerPlan& plan,
                                                              const LedgerPart& part, const std::string& start,
                                                              const Progress& progress);

inline constexpr std::size_t kMostRoutes = 8;

}  // namespace backfire
