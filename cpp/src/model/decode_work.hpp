/// Decoding of the work: period, measures, conditions, situations and workforce.
#pragma once

#include "model/problems.hpp"

#include <backfire/model/model.hpp>

namespace backfire {

[[nodiscard]] Work decode_work(const Node& document, Problems& problems);

/// Money values per measure; needs the measures of the work.
[[nodiscard]] Values decode_values(const Node& document, const Work& work, Problems& problems);

}  // namespace backfire
