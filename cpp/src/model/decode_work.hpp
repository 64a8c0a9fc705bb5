/// Decoding of the work: period, measures, conditions, situations and workforce.
#pragma once

#include "model/problems.hpp"

#include <backfire/model/model.hpp>

#include <string_view>

namespace backfire {

[[nodiscard]] Work decode_work(const Node& document, Problems& problems);

/// Seconds in a unit of time, 0 for other units.
[[nodiscard]] double seconds_in(std::string_view unit);

/// The measures, into `work`.
void decode_measures(const Node& document, Work& work, Problems& problems);

/// Money values per measure; needs the measures of the work.
[[nodiscard]] Values decode_values(const Node& document, const Work& work, Problems& problems);

}  // namespace backfire
