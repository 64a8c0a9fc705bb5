/// The keys a document may have, as JSON Schema, generated from the one table that validation reads.
#pragma once

#include <string>

namespace backfire {

/// JSON Schema (2020-12) of a scenario document, indented, UTF-8.
[[nodiscard]] std::string schema();

}  // namespace backfire
