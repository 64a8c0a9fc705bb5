/// What to say about a name that is not there: the nearest known one, or some of those there are.
#pragma once

#include <backfire/core/nearest.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace backfire {

/// `'a', 'b', 'c' and 12 more`: the first names, at most `most`; "" for none.
[[nodiscard]] std::string list_some(std::span<const std::string> known, std::size_t most = 8);

}  // namespace backfire
