/// Routes: the shortest ways through the incentive graph along which an action reaches a part of its ledger.
#pragma once

#include "analysis/ledger.hpp"

#include <backfire/structure/graph.hpp>

#include <string>
#include <unordered_set>
#include <vector>

namespace backfire {

inline constexpr std::size_t kMostRoutes = 8;

/// The ways that set out from one action.
class Routes {
public:
    /// @param start the action's node
    Routes(const Graph& graph, const LedgerPlan& plan, std::string start, const Progress& progress);

    /// Shortest paths to what carries `part`, all that are equally short (at most `kMostRoutes`); none for parts that are the
    /// agent's own (effort, choice).
    [[nodiscard]] std::vector<std::vector<std::string>> to(const LedgerPart& part) const;

private:
    [[nodiscard]] std::vector<std::vector<std::string>> shortest(const std::string& from, const std::string& to) const;
    /// Nodes through which `part` can be reached from the start.
    [[nodiscard]] std::vector<std::string> doors(const LedgerPart& part) const;

    const Graph& graph_;
    const LedgerPlan& plan_;
    const Progress& progress_;
    std::string start_;
    std::unordered_set<std::string> reached_;  ///< the start among them
};

}  // namespace backfire
