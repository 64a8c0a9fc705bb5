// A part is reached through its measure or through one of the events its rule or KPI names.
#include "analysis/routes.hpp"

#include <algorithm>

namespace backfire {
namespace {

using Path = std::vector<std::string>;

std::vector<Path> shortest(const Graph& graph, const std::string& from, const std::string& to,
                           const Progress& progress) {
    if (from == to) return {{from}};
    std::vector<Path> paths = graph.paths(from, to, kMostRoutes, progress);
    if (paths.empty()) return paths;
    const std::size_t length = paths.front().size();
    std::erase_if(paths, [length](const Path& path) { return path.size() != length; });
    return paths;
}

std::string event_node(const Work& work, int index) {
    const Event& event = work.events[static_cast<std::size_t>(index)];
    return (event.outcome < 0 ? "action:" : "outcome:") + event_name(work, event);
}

/// Nodes through which `part` is reached.
std::vector<std::string> doors(const LedgerPlan& plan, const LedgerPart& part) {
    const Work& work = *plan.task.plan->work;
    if (part.kind != PartKind::Rule && part.kind != PartKind::Price) return {"measure:" + part.measure};
    const Channel& channel = plan.channels[static_cast<std::size_t>(part.channel)];
    if (!channel.measures.empty()) return {"measure:" + part.measure};
    std::vector<std::string> nodes;
    for (const int event : channel.events) nodes.push_back(event_node(work, event));
    return nodes;
}

}  // namespace

std::vector<std::vector<std::string>> routes_to(const Graph& graph, const LedgerPlan& plan, const LedgerPart& part,
                                                const std::string& start, const Progress& progress) {
    if (part.kind == PartKind::Care) return shortest(graph, start, "value:customer", progress);
    if (part.kind != PartKind::Rule && part.kind != PartKind::Price && part.kind != PartKind::Time) return {};
    // Time is a measure that every contact spends: how many contacts it leaves room for is no edge of the graph.
    const bool ends_at_door = part.kind == PartKind::Time || (part.contacts && !part.above);
    std::vector<Path> found;
    for (const std::string& door : doors(plan, part)) {
        for (const Path& first : shortest(graph, start, door, progress)) {
            if (ends_at_door) {
                found.push_back(first);
                continue;
            }
            for (const Path& rest : shortest(graph, door, "rule:" + part.name, progress)) {
                Path path = first;
                path.insert(path.end(), rest.begin() + 1, rest.end());
                found.push_back(std::move(path));
            }
        }
    }
    std::ranges::sort(found,
                      [](const Path& a, const Path& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
    std::erase_if(found, [&found](const Path& path) { return path.size() != found.front().size(); });
    if (found.size() > kMostRoutes) found.resize(kMostRoutes);
    return found;
}

}  // namespace backfire
