// A tile action by action: values, touches, openings, what steps carry, second moments.
#include "response/tile_numbers.hpp"

namespace backfire {

namespace {

/// Fills one tile action by action.
class TileFiller {
public:
    TileFiller(const Plan& plan, const PassShape& shape, const std::vector<Channel>& channels, const OnTheSpot& spot,
               int tile, std::vector<double>& out)
        : plan_(plan), shape_(shape), channels_(channels), spot_(spot), tile_(tile), out_(out) {}

    void run() {
        out_.assign(static_cast<std::size_t>(shape_.size) * kLanes,
                    0.0);  // columns may have places that nothing is put at
        for (std::size_t s = 0; s < plan_.situations.size(); ++s) {
            const PlannedSituation& situation = plan_.situations[s];
            put(shape_.at_share + static_cast<int>(s), plan_.at(tile_, situation.share));
            put(shape_.at_noise + static_cast<int>(s),
                situation.noise < 0 ? all_lanes(0.0) : plan_.at(tile_, situation.noise));
        }
        put(shape_.at_foresight, plan_.at(tile_, plan_.preferences.foresight));
        for (std::size_t a = 0; a < plan_.actions.size(); ++a) action(static_cast<int>(a));
    }

private:
    void put(int at, Lanes x) { store_lanes(out_.data() + static_cast<std::ptrdiff_t>(at) * kLanes, x); }

    [[nodiscard]] Lanes paid(const std::vector<PlannedMove>& moves, int event) const {
        Lanes sum = event >= 0 ? spot_.event[static_cast<std::size_t>(event)] : all_lanes(0.0);
        for (const PlannedMove& move : moves)
            sum += spot_.measure[static_cast<std::size_t>(move.measure)] * plan_.at(tile_, move.mean);
        return sum;
    }

    /// Expected direct move of a channel.
    [[nodiscard]] Lanes moved(const std::vector<PlannedMove>& moves, int event, const Channel& channel) const {
        Lanes sum = all_lanes(counts(channel, event) ? 1.0 : 0.0);
        for (const PlannedMove& move : moves) {
            const double factor = factor_in(channel, move.measure);
            if (factor != 0) sum += factor * plan_.at(tile_, move.mean);
        }
        return sum;
    }

    /// Covariance of the direct moves of two channels.
    [[nodiscard]] Lanes spread(const std::vector<PlannedMove>& moves, const Channel& c, const Channel& d) const {
        Lanes sum = all_lanes(0.0);
        for (const PlannedMove& move : moves) {
            if (move.variance < 0) continue;
            const double factor = factor_in(c, move.measure) * factor_in(d, move.measure);
            if (factor != 0) sum += factor * plan_.at(tile_, move.variance);
        }
        return sum;
    }

    [[nodiscard]] Lanes chance(const PlannedOutcome& outcome) const {
        return outcome.certain ? all_lanes(1.0) : plan_.at(tile_, outcome.chance);
    }

    void action(int a) {
        const auto at = static_cast<std::size_t>(a);
        const PlannedAction& action = plan_.actions[at];
        Lanes q = paid(action.moves, action.event);
        if (action.effort >= 0) q -= plan_.at(tile_, action.effort);
        for (const PlannedOutcome& outcome : action.outcomes) q += chance(outcome) * paid(outcome.moves, outcome.event);
        put(shape_.at_q0 + a, q);
        put(shape_.at_habit + a, action.habit < 0 ? all_lanes(1.0) : plan_.at(tile_, action.habit));
        openings(a, action);
        const int first = shape_.touch_first[at];
        const int last = shape_.touch_first[at + 1];
        direct_.assign(static_cast<std::size_t>(last - first), Lanes{});
        branch_.assign(static_cast<std::size_t>(last - first) * action.outcomes.size(), Lanes{});
        carried_ = 0;
        for (int t = first; t < last; ++t) touch(t, t - first, a, action);
        for (int s = shape_.square_first[at]; s < shape_.square_first[at + 1]; ++s)
            put(shape_.square_at[static_cast<std::size_t>(s)], square(s, first, last, action));
    }

    void openings(int a, const PlannedAction& action) {
        const auto at = static_cast<std::size_t>(a);
        for (int o = shape_.opening_first[at]; o < shape_.opening_first[at + 1]; ++o) {
            Lanes sum = all_lanes(0.0);
            for (const PlannedOutcome& outcome : action.outcomes) {
                if (outcome.opens == shape_.opening_target[static_cast<std::size_t>(o)]) sum += chance(outcome);
            }
            put(shape_.at_opening + o, sum);
        }
    }

    void touch(int t, int local, int a, const PlannedAction& action) {
        const auto at = static_cast<std::size_t>(a);
        const Channel& channel = channels_[static_cast<std::size_t>(shape_.touch_channel[static_cast<std::size_t>(t)])];
        const Lanes direct = moved(action.moves, action.event, channel);
        direct_[static_cast<std::size_t>(local)] = direct;
        Lanes sum = direct;
        Lanes* branch = branch_.data() + static_cast<std::size_t>(local) * action.outcomes.size();
        for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
            branch[o] = moved(action.outcomes[o].moves, action.outcomes[o].event, channel);
            sum += chance(action.outcomes[o]) * branch[o];
        }
        put(shape_.touch_at[static_cast<std::size_t>(t)], sum);
        if (shape_.carried[static_cast<std::size_t>(shape_.touch_channel[static_cast<std::size_t>(t)])] == 0) return;
        for (int opening = shape_.opening_first[at]; opening < shape_.opening_first[at + 1]; ++opening) {
            const int target = shape_.opening_target[static_cast<std::size_t>(opening)];
            Lanes carried = all_lanes(0.0);
            for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
                if (action.outcomes[o].opens == target) carried += chance(action.outcomes[o]) * (direct + branch[o]);
            }
            put(shape_.at_carry + shape_.carry_first[static_cast<std::size_t>(opening)] + carried_, carried);
        }
        ++carried_;
    }

    /// E[X_c·X_d] of what the action and its outcomes move themselves.
    [[nodiscard]] Lanes square(int s, int first, int last, const PlannedAction& action) const {
        const auto [c, d] = shape_.pairs[static_cast<std::size_t>(shape_.square_pair[static_cast<std::size_t>(s)])];
        std::size_t i = 0;
        std::size_t j = 0;
        for (int t = first; t < last; ++t) {
            if (shape_.touch_channel[static_cast<std::size_t>(t)] == c) i = static_cast<std::size_t>(t - first);
            if (shape_.touch_channel[static_cast<std::size_t>(t)] == d) j = static_cast<std::size_t>(t - first);
        }
        const Channel& cc = channels_[static_cast<std::size_t>(c)];
        const Channel& cd = channels_[static_cast<std::size_t>(d)];
        Lanes sum = spread(action.moves, cc, cd);
        if (action.outcomes.empty()) return sum + direct_[i] * direct_[j];
        const std::size_t n = action.outcomes.size();
        for (std::size_t o = 0; o < n; ++o) {
            sum += chance(action.outcomes[o]) * ((direct_[i] + branch_[i * n + o]) * (direct_[j] + branch_[j * n + o]) +
                                                 spread(action.outcomes[o].moves, cc, cd));
        }
        return sum;
    }

    const Plan& plan_;
    const PassShape& shape_;
    const std::vector<Channel>& channels_;
    const OnTheSpot& spot_;
    int tile_;
    std::vector<double>& out_;
    LaneList direct_;  ///< of the current action, by touch
    int carried_ = 0;  ///< carried touches of the current action so far
    LaneList branch_;  ///< of the current action, by touch and outcome
};

}  // namespace

void fill_tile(const Plan& plan, const PassShape& shape, const std::vector<Channel>& channels, const OnTheSpot& spot,
               int tile, std::vector<double>& out) {
    TileFiller(plan, shape, channels, spot, tile, out).run();
}

}  // namespace backfire
