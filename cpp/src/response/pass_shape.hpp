/// The shape of passes: which action touches which channel and opens which situation, and everything summed over them.
#pragma once

#include "response/kernel.hpp"
#include "response/plan.hpp"
#include "response/task.hpp"

#include <utility>
#include <vector>

namespace backfire {

/// The shape of the passes for these channels and pairs; the first `priced` channels can have prices.
[[nodiscard]] PassShape shape_of(const Plan& plan, const std::vector<Channel>& channels, int priced,
                                 const std::vector<std::pair<int, int>>& pairs);

/// Adds to a shape what `run_jacobian` needs besides; slopes and the Jacobian are taken with such shapes only.
void add_slopes(PassShape& shape);

}  // namespace backfire
