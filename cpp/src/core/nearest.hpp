/// What to say about a name that is not there: the nearest known one, or some of those there are.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace backfire {

/// `did you mean 'x'?` for the known name nearest to `given`, or "" where none is near. Distance is Damerau and Levenshtein's
/// over code points; ties go to the name that comes first in `known`.
[[nodiscard]] std::string nearest_hint(std::string_view given, std::span<const std::string> known);

/// `'a', 'b', 'c' and 12 more`: the first names, at most `most`; "" for none.
[[nodiscard]] std::string list_some(std::span<const std::string> known, std::size_t most = 8);

}  // namespace backfire
