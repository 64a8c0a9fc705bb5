/// The numbers of a tile: what each of its agents gets, costs and moves, laid out as a shape says.
#pragma once

#include "response/kernel.hpp"
#include "response/plan.hpp"
#include "response/task.hpp"

#include <cstddef>
#include <vector>

namespace backfire {

/// How the numbers of a tile follow from a plan, worked out once for all its tiles.
struct TileRecipe {
    struct Term {
        double factor;
        int slot;
    };
    /// A constant and terms, which end where the next sum's begin.
    struct Sum {
        double constant;
        int first;
    };
    /// Action by action: of each touch what the action moves itself, then what each outcome does; of each square the covariances of
    /// the two sides likewise. One more at the end.
    std::vector<Sum> sums;
    std::vector<Term> terms;
    /// Of each square, in the same order: which of the action's touches the two sides are.
    struct Sides {
        int one, other;
    };
    std::vector<Sides> sides;
    std::size_t most_outcomes = 0, most_touches = 0;  ///< of any action
};

[[nodiscard]] TileRecipe tile_recipe(const Plan& plan, const PassShape& shape, const std::vector<Channel>& channels);

/// Fills in the numbers of one tile: values of actions, expected touches, openings, second moments.
void fill_tile(const Plan& plan, const PassShape& shape, const TileRecipe& recipe, const OnTheSpot& spot, int tile,
               std::vector<double>& out);

}  // namespace backfire
