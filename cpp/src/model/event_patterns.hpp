/// Event patterns: `situation.action[.outcome]`, `*` for one whole part, as the events they match.
#pragma once

#include "model/problems.hpp"

#include <backfire/model/policy.hpp>
#include <backfire/model/work.hpp>

#include <string>

namespace backfire {

/// The union of one pattern or a list of them; a pattern that matches nothing is reported.
[[nodiscard]] EventSet read_events(const Node& node, const std::string& place, const Work& work, Problems& problems);

}  // namespace backfire
