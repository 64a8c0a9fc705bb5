/// Paths: `rules.callback_deduction.pay` and the like, from the document's root, `policy.` left out at will, list items by index.
#pragma once

#include <backfire/core/node.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// A path as member names and indices, with `policy` put in front where it was left out. Keys that hold dots (those of
/// `evidence`) are matched as one part where the document has them.
[[nodiscard]] std::vector<std::string> split_path(const Node& document, std::string_view path);

/// The node at a path, or null.
[[nodiscard]] const Node* find_path(const Node& document, std::string_view path);
[[nodiscard]] const Node* find_parts(const Node& document, const std::vector<std::string>& parts);

/// Index of a list item written as text, or nothing.
[[nodiscard]] std::optional<std::size_t> item_index(const Node& list, std::string_view part);

/// A hint naming the nearest path that exists, or what exists where the path breaks off.
[[nodiscard]] std::string nearest_path(const Node& document, std::string_view path);

/// JSON Pointer of a path's parts.
[[nodiscard]] std::string pointer_of(const std::vector<std::string>& parts);
/// The parts joined by dots, `policy.` left out.
[[nodiscard]] std::string path_of(const std::vector<std::string>& parts);

}  // namespace backfire
