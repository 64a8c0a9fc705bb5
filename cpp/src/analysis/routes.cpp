// A part is reached through its measure or through one of the events its rule or KPI names.
#include "analysis/routes.hpp"

#include <algorithm>

namespace backfire {
namespace {

using Path = std::vector<std::string>;

std::string event_node(const Work& work, int index) {
    const Event& event = work.events[static_cast<std::size_t>(index)];
    return (event.outcome < 0 ? "action:" : "outcome:") + event_name(work, event);
}

}  // namespace

Routes::Routes(const Graph& graph, const LedgerPlan& plan, std::string start, const Progress& progress)
    : graph_(graph), plan_(plan), progress_(progress), start_(std::move(start)), reached_{start_} {
    for (std::string& node : graph.reachable(start_, progress)) reached_.insert(std::move(node));
}

std::vector<std::vector<std::string>> Routes::shortest(const std::string& from, const std::string& to) const {
    if (from == to) return {{from}};
    std::vector<Path> paths = graph_.paths(from, to, kMostRoutes, progress_);
    if (paths.empty()) return paths;
    const std::size_t length = paths.front().size();
    std::erase_if(paths, [length](const Path& path) { return path.size() != length; });
    return paths;
}

std::vector<std::string> Routes::doors(const LedgerPart& part) const {
    std::vector<std::string> nodes;
    const auto add = [&](std::string node) {
        if (reached_.contains(node)) nodes.push_back(std::move(node));
    };
    const bool counts_events = (part.kind == PartKind::Rule || part.kind == PartKind::Price) &&
                               plan_.channels[static_cast<std::size_t>(part.channel)].measures.empty();
    if (!counts_events) {
        add("measure:" + part.measure);
        return nodes;
    }
    for (const int event : plan_.channels[static_cast<std::size_t>(part.channel)].events)
        add(event_node(*plan_.task.plan->work, event));
    return nodes;
}

std::vector<std::vector<std::string>> Routes::to(const LedgerPart& part) const {
    if (part.kind == PartKind::Care) return shortest(start_, "value:customer");
    if (part.kind != PartKind::Rule && part.kind != PartKind::Price && part.kind != PartKind::Time) return {};
    // Time is a measure that every contact spends: how many contacts it leaves room for is no edge of the graph.
    const bool ends_at_door = part.kind == PartKind::Time || (part.contacts && !part.above);
    std::vector<Path> found;
    for (const std::string& door : doors(part)) {
        for (const Path& first : shortest(start_, door)) {
            if (ends_at_door) {
                found.push_back(first);
                continue;
            }
            for (const Path& rest : shortest(door, "rule:" + part.name)) {
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
