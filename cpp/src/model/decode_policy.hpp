/// Decoding of the policy: monitors, KPIs, units and rules.
#pragma once

#include "model/problems.hpp"

#include <backfire/model/model.hpp>

namespace backfire {

/// @param known a sound model with the same work, whose unchanged rules are reused; or null
[[nodiscard]] Policy decode_policy(const Node& document, const Work& work, const Values& values, const Model* known,
                                   Problems& problems);

}  // namespace backfire
