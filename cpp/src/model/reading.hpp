/// Reading: the small steps decoding is made of; each returns what it can and leaves shape faults to the shape check.
#pragma once

#include "model/problems.hpp"

#include <backfire/model/model.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// Ids of a map's members that are fit to be read, sorted, with their values and their place in document order.
struct Members {
    std::vector<std::string> ids;
    std::vector<NodePtr> values;
    std::vector<int> order;  ///< order[k] = sorted index of the k-th member of the document
};
[[nodiscard]] Members members(const Node* map);

/// Index of `id` in a sorted list of ids, or -1.
[[nodiscard]] int index_of(std::span<const std::string> ids, std::string_view id);

/// Index of a named thing in a sorted list of things with an `id`, or -1.
template <class Things>
[[nodiscard]] int find_id(const Things& things, std::string_view id) {
    const auto it =
        std::ranges::lower_bound(things, id, {}, [](const auto& thing) { return std::string_view(thing.id); });
    return it != things.end() && it->id == id ? static_cast<int>(it - things.begin()) : -1;
}

template <class Things>
[[nodiscard]] std::vector<std::string> ids_of(const Things& things) {
    std::vector<std::string> ids;
    for (const auto& thing : things) ids.push_back(thing.id);
    return ids;
}

[[nodiscard]] Title read_title(const Node& parent);
[[nodiscard]] std::string read_word(const Node& parent, std::string_view key, std::string_view otherwise);
[[nodiscard]] double read_number(const Node& parent, std::string_view key, double otherwise);
[[nodiscard]] std::optional<double> read_optional(const Node& parent, std::string_view key);
/// A response, or `otherwise` where the key is missing.
[[nodiscard]] Response read_response(const Node* node, double otherwise);

/// Reports a name that nothing has, with the nearest one that exists.
void unknown_name(Problems& problems, std::string_view pointer, Position at, std::string_view what,
                  std::string_view name, std::span<const std::string> known);

/// Index of the measure a text names, -1 where it names none, which is reported.
[[nodiscard]] int read_measure(const Node& node, const std::string& place, std::span<const std::string> known,
                               Problems& problems);

}  // namespace backfire
