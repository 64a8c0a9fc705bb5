// What of a plan goes into each number of a tile; kernel_tile.cpp fills them in.
#include "response/tile_numbers.hpp"

#include <algorithm>
#include <cstddef>

namespace backfire {

namespace {

class RecipeWriter {
public:
    RecipeWriter(const Plan& plan, const PassShape& shape, const std::vector<Channel>& channels)
        : plan_(plan), shape_(shape), channels_(channels) {}

    TileRecipe run() {
        for (std::size_t a = 0; a < plan_.actions.size(); ++a) action(a);
        begin(0);
        for (const PlannedAction& action : plan_.actions)
            recipe_.most_outcomes = std::max(recipe_.most_outcomes, action.outcomes.size());
        for (std::size_t a = 0; a < plan_.actions.size(); ++a) {
            const auto touches = static_cast<std::size_t>(shape_.touch_first[a + 1] - shape_.touch_first[a]);
            recipe_.most_touches = std::max(recipe_.most_touches, touches);
        }
        return std::move(recipe_);
    }

private:
    void begin(double constant) { recipe_.sums.push_back({constant, static_cast<int>(recipe_.terms.size())}); }

    /// Expected direct move of a channel.
    void moved(const std::vector<PlannedMove>& moves, int event, const Channel& channel) {
        begin(counts(channel, event) ? 1.0 : 0.0);
        for (const PlannedMove& move : moves) {
            const double factor = factor_in(channel, move.measure);
            if (factor != 0) recipe_.terms.push_back({factor, move.mean});
        }
    }

    /// Covariance of the direct moves of two channels.
    void spread(const std::vector<PlannedMove>& moves, const Channel& c, const Channel& d) {
        begin(0);
        for (const PlannedMove& move : moves) {
            if (move.variance < 0) continue;
            const double factor = factor_in(c, move.measure) * factor_in(d, move.measure);
            if (factor != 0) recipe_.terms.push_back({factor, move.variance});
        }
    }

    [[nodiscard]] const Channel& channel(int c) const { return channels_[static_cast<std::size_t>(c)]; }

    void action(std::size_t a) {
        const PlannedAction& action = plan_.actions[a];
        const int first = shape_.touch_first[a];
        const int last = shape_.touch_first[a + 1];
        for (int t = first; t < last; ++t) {
            const Channel& touched = channel(shape_.touch_channel[static_cast<std::size_t>(t)]);
            moved(action.moves, action.event, touched);
            for (const PlannedOutcome& outcome : action.outcomes) moved(outcome.moves, outcome.event, touched);
        }
        for (int s = shape_.square_first[a]; s < shape_.square_first[a + 1]; ++s) {
            const auto [c, d] = shape_.pairs[static_cast<std::size_t>(shape_.square_pair[static_cast<std::size_t>(s)])];
            TileRecipe::Sides sides{0, 0};
            for (int t = first; t < last; ++t) {
                if (shape_.touch_channel[static_cast<std::size_t>(t)] == c) sides.one = t - first;
                if (shape_.touch_channel[static_cast<std::size_t>(t)] == d) sides.other = t - first;
            }
            recipe_.sides.push_back(sides);
            spread(action.moves, channel(c), channel(d));
            for (const PlannedOutcome& outcome : action.outcomes) spread(outcome.moves, channel(c), channel(d));
        }
    }

    const Plan& plan_;
    const PassShape& shape_;
    const std::vector<Channel>& channels_;
    TileRecipe recipe_;
};

}  // namespace

TileRecipe tile_recipe(const Plan& plan, const PassShape& shape, const std::vector<Channel>& channels) {
    return RecipeWriter(plan, shape, channels).run();
}

}  // namespace backfire
