/// Decoding of KPIs: their forms, their units, and what they stand for.
#pragma once

#include "model/decode_monitors.hpp"
#include "model/reading.hpp"

#include <vector>

namespace backfire {

/// @param found the members of `policy.kpis`
[[nodiscard]] std::vector<Kpi> decode_kpis(const Members& found, const Work& work, const Values& values,
                                           Monitors& monitors, Problems& problems);

}  // namespace backfire
