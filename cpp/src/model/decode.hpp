/// Decoding: a document's nodes become the typed model, names become indices, and what does not fit together is reported.
#pragma once

#include "model/problems.hpp"

#include <backfire/model/model.hpp>

namespace backfire {

/// Decodes a document. Never throws on what a user wrote: problems say what is wrong, and what could be read is returned.
/// @param known a sound model this document was edited from, or null; parts the two share are reused, not read again
[[nodiscard]] Model decode(const NodePtr& document, const Model* known, Problems& problems);

}  // namespace backfire
