/// The shape check: every key known, every value of the right kind and range, all faults reported.
#pragma once

#include "model/keys.hpp"
#include "model/problems.hpp"

#include <string>
#include <string_view>

namespace backfire {

/// Checks `node` against `spec`.
/// @param known a node already found sound (the document a reform started from), or null; what the two share is skipped
void check_shape(const Node& node, const Node* known, const std::string& pointer, const keys::ObjectSpec& spec,
                 Problems& problems);

/// Warns of remarks (`x-…`) in a part of the document that are written like an entry of the map they stand in: their author
/// may not know that nothing reads them.
void warn_of_remarks(const Node& document, std::string_view part, Problems& problems);

/// What a value is, for messages: `text 'abc'`, `the number 3`, `a list`.
[[nodiscard]] std::string given(const Node& node);

}  // namespace backfire
