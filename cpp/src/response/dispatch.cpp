// Picks the kernel compiled for the best instruction set of this machine.
#include "response/kernel.hpp"
#include "response/kernel_levels.hpp"
#include "response/tile_numbers.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace backfire {

BACKFIRE_EACH_LEVEL(void fill(const Plan&, const PassShape&, const TileRecipe&, const OnTheSpot&, const double*,
                              double*, LaneList&);
                    void run(const PassShape&, const PassWish&, PassRoom&);
                    void slopes(const PassShape&, const PassWish&, PassRoom&);
                    void jacobian(const PassShape&, const PassWish&, const Reply&, PassRoom&);)

PassRoom::PassRoom(const PassShape& shape) {
    const auto situations = static_cast<std::size_t>(shape.situations);
    const auto channels = static_cast<std::size_t>(shape.channels);
    int most = 0;
    for (std::size_t s = 0; s < situations; ++s) most = std::max(most, shape.last_action[s] - shape.first_action[s]);
    probability.resize(static_cast<std::size_t>(shape.actions));
    best.resize(situations);
    value.resize(situations);
    visits.resize(situations);
    weighed.resize(situations);
    below.resize(situations * channels);
    mean.resize(channels);
    weighed_mean.resize(channels);
    second.resize(shape.pairs.size());
    taken.resize(static_cast<std::size_t>(shape.actions));
    taken_weighed.resize(static_cast<std::size_t>(shape.actions));
    own.resize(shape.column_of.size());
    if (!shape.slopes) return;  // nobody asks for slopes
    const auto priced = static_cast<std::size_t>(shape.priced);
    slope.resize(channels * priced);
    jacobian.resize(priced * priced);
    push.resize(channels * static_cast<std::size_t>(most));
    const auto actions = static_cast<std::size_t>(shape.actions);
    branch.resize(actions * channels);
    if (shape.foresight) below_weighed.resize(situations * channels);
    if (shape.foresight) branch_weighed.resize(actions * channels);
    history.resize(situations * channels);
    square_below.resize(situations * shape.pairs.size());
    square_branch.resize(actions * shape.pairs.size());
}

KernelLevel kernel_level() {
#ifdef BACKFIRE_HAVE_KERNEL_V4
    static const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                             __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                             __builtin_cpu_supports("avx512vl");
    if (wide) return KernelLevel::V4;
#endif
#ifdef BACKFIRE_HAVE_KERNEL_V3
    static const bool modern = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (modern) return KernelLevel::V3;
#endif
    return KernelLevel::Baseline;
}

void fill_tile(const Plan& plan, const PassShape& shape, const TileRecipe& recipe, const OnTheSpot& spot, int tile,
               std::vector<double>& out) {
    static const auto best = BACKFIRE_BEST(fill);
    const std::size_t slots = static_cast<std::size_t>(plan.slots) * kLanes;
    out.assign(static_cast<std::size_t>(shape.size) * kLanes, 0.0);  // columns may have places nothing is put at
    LaneList scratch(recipe.most_outcomes + recipe.most_touches * (1 + recipe.most_outcomes));
    best(plan, shape, recipe, spot, plan.values.data() + static_cast<std::size_t>(tile) * slots, out.data(), scratch);
}

void run_pass(const PassShape& shape, const PassWish& wish, PassRoom& room) {
    static const auto best = BACKFIRE_BEST(run);
    best(shape, wish, room);
    if (!wish.slope) return;
    assert(shape.slopes);
    static const auto best_slopes = BACKFIRE_BEST(slopes);
    best_slopes(shape, wish, room);
}

void run_jacobian(const PassShape& shape, const PassWish& wish, const Reply& reply, PassRoom& room) {
    assert(shape.slopes);
    static const auto best = BACKFIRE_BEST(jacobian);
    best(shape, wish, reply, room);
}

}  // namespace backfire
