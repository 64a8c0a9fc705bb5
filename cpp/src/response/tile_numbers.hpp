/// The numbers of a tile: what each of its agents gets, costs and moves, laid out as a shape says.
#pragma once

#include "response/kernel.hpp"
#include "response/plan.hpp"
#include "response/task.hpp"

#include <vector>

namespace backfire {

/// Fills in the numbers of one tile: values of actions, expected touches, openings, second moments.
void fill_tile(const Plan& plan, const PassShape& shape, const std::vector<Channel>& channels, const OnTheSpot& spot,
               int tile, std::vector<double>& out);

}  // namespace backfire
