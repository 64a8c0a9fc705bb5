/// The shipped scenarios, compiled into the library; the build writes the definition from their documents.
#pragma once

#include <span>
#include <string_view>

namespace backfire::io::embedded {

/// One shipped scenario.
struct Entry {
    std::string_view name;  ///< the folder's name
    std::string_view text;  ///< the JSON document, as written
};

/// All shipped scenarios, sorted by name. Static storage; any thread may call it.
[[nodiscard]] std::span<const Entry> entries();

}  // namespace backfire::io::embedded
