// A monitor's fields are checked twice: against each other, and against what each of its readers can use.
#include "model/decode_monitors.hpp"

#include "model/reading.hpp"

#include <algorithm>

namespace backfire {

Monitors::Monitors(const Node* map, Problems& problems) : problems_(problems) {
    const Members found = members(map);
    for (std::size_t i = 0; i < found.ids.size(); ++i) {
        const Node& node = *found.values[i];
        const std::string place = "/policy/monitors/" + found.ids[i];
        Monitor monitor{.id = found.ids[i],
                        .title = read_title(node),
                        .samples = read_optional(node, "samples"),
                        .rate = read_optional(node, "rate"),
                        .miss = read_number(node, "miss", 0),
                        .false_alarm = read_number(node, "false_alarm", 0),
                        .error_sd = read_number(node, "error_sd", 0)};
        if (monitor.samples && monitor.rate)
            problems_.error("exclusive_keys", place, node.position(), "a monitor has samples or rate, not both",
                            "remove one of them");
        if (monitor.miss + monitor.false_alarm >= 1) {
            problems_.error(
                "out_of_range", place, node.position(),
                "miss + false_alarm must stay below 1, got " + shortest(monitor.miss + monitor.false_alarm));
        }
        list_.push_back(std::move(monitor));
        nodes_.push_back(found.values[i].get());
    }
    ids_ = found.ids;
    used_.assign(found.ids.size(), false);
}

int Monitors::of(const Node& reader, const std::string& place, std::string_view what,
                 std::initializer_list<std::string_view> may) {
    const Node* name = reader.find("seen_by");
    if (name == nullptr || !name->is_string()) return -1;
    const int index = index_of(ids_, name->string_value());
    if (index < 0) {
        unknown_name(problems_, place + "/seen_by", name->position(), "monitor", name->string_value(), ids_);
        return -1;
    }
    used_[static_cast<std::size_t>(index)] = true;
    const Node& node = *nodes_[static_cast<std::size_t>(index)];
    for (const std::string_view field : {"miss", "false_alarm", "error_sd"}) {
        if (node.find(field) == nullptr || std::ranges::find(may, field) != may.end()) continue;
        problems_.error("monitor_field", place + "/seen_by", name->position(),
                        std::string(what) + " cannot use '" + std::string(field) + "' of the monitor '" +
                            name->string_value() + "'",
                        "give this reader a monitor of its own without '" + std::string(field) + "'");
    }
    return index;
}

void Monitors::report_unused() const {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
        if (!used_[i])
            problems_.warning("unused", "/policy/monitors/" + ids_[i], nodes_[i]->position(),
                              "nothing is seen by the monitor '" + ids_[i] + "'");
    }
}

}  // namespace backfire
