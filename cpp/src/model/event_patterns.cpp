// Every pattern is held against every event there is, so that a union knows each event once.
#include "model/event_patterns.hpp"

#include "core/nearest.hpp"

#include <algorithm>
#include <array>

namespace backfire {

std::string event_name(const Work& work, const Event& event) {
    const Situation& s = work.situations[static_cast<std::size_t>(event.situation)];
    const Action& a = s.actions[static_cast<std::size_t>(event.action)];
    std::string name = s.id;
    if (s.choice) name += "." + a.id;
    if (event.outcome >= 0) name += "." + a.outcomes[static_cast<std::size_t>(event.outcome)].id;
    return name;
}

namespace {

void add_pattern(const Node& node, const std::string& place, const Work& work, Problems& problems, EventSet& set) {
    problems.beat();
    const std::string& text = node.string_value();
    set.patterns.push_back(text);
    std::vector<std::string_view> parts;
    for (std::string_view rest = text;;) {
        const std::size_t dot = rest.find('.');
        parts.push_back(rest.substr(0, dot));
        if (dot == std::string_view::npos) break;
        rest.remove_prefix(dot + 1);
    }
    const auto fits = [](std::string_view part, std::string_view id) { return part == "*" || part == id; };
    bool any = false;
    for (std::size_t e = 0; e < work.events.size(); ++e) {
        const Event& event = work.events[e];
        const Situation& s = work.situations[static_cast<std::size_t>(event.situation)];
        const Action& a = s.actions[static_cast<std::size_t>(event.action)];
        std::array<std::string_view, 3> names{s.id, {}, {}};
        std::size_t n = 1;
        if (s.choice) names[n++] = a.id;
        if (event.outcome >= 0) names[n++] = a.outcomes[static_cast<std::size_t>(event.outcome)].id;
        if (n != parts.size()) continue;
        bool match = true;
        for (std::size_t k = 0; k < n; ++k) match = match && fits(parts[k], names[k]);
        if (match) {
            set.events.push_back(static_cast<int>(e));
            any = true;
        }
    }
    if (any || problems.full()) return;
    std::vector<std::string> known;
    for (const Event& event : work.events) known.push_back(event_name(work, event));
    std::string hint = nearest_hint(text, known);
    if (hint.empty()) {
        hint =
            "events are situation.action, situation.action.outcome, or situation.outcome where nobody chooses; * "
            "stands for one part";
    }
    problems.error("unmatched_event", place, node.position(), "the pattern '" + text + "' matches no event",
                   std::move(hint));
}

}  // namespace

EventSet read_events(const Node& node, const std::string& place, const Work& work, Problems& problems) {
    EventSet set;
    if (node.is_string()) add_pattern(node, place, work, problems, set);
    if (node.is_array()) {
        for (std::size_t i = 0; i < node.size(); ++i) {
            if (node.items()[i]->is_string())
                add_pattern(*node.items()[i], place + "/" + std::to_string(i), work, problems, set);
        }
    }
    std::ranges::sort(set.events);
    const auto tail = std::ranges::unique(set.events);
    set.events.erase(tail.begin(), tail.end());
    return set;
}

}  // namespace backfire
