/// The nearest known name to one that is not there.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace backfire {

/// `did you mean 'x'?` for the known name nearest to `given`, or "" where none is near. Distance is Damerau and Levenshtein's
/// over code points; ties go to the name that comes first in `known`.
[[nodiscard]] std::string nearest_hint(std::string_view given, std::span<const std::string> known);

}  // namespace backfire
