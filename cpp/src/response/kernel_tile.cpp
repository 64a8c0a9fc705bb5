// A tile action by action: values, touches, openings, what steps carry, second moments. Compiled once per instruction set;
// dispatch.cpp picks one when it runs.
#include "response/registers.hpp"
#include "response/tile_numbers.hpp"

#include <cstring>

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

/// Fills one tile action by action.
class TileFiller : Some {
public:
    TileFiller(Some some, const Plan& plan, const PassShape& shape, const TileRecipe& recipe, const OnTheSpot& spot,
               const double* values, double* out, LaneList& scratch)
        : Some(some),
          plan_(plan),
          shape_(shape),
          recipe_(recipe),
          spot_(spot),
          values_(values + some.lane),
          out_(out + some.lane),
          chance_(list(scratch)),
          direct_(chance_ + static_cast<std::ptrdiff_t>(recipe.most_outcomes)),
          whole_(direct_ + static_cast<std::ptrdiff_t>(recipe.most_touches)) {}

    void run() {
        for (std::size_t s = 0; s < plan_.situations.size(); ++s) {
            const PlannedSituation& situation = plan_.situations[s];
            put(shape_.at_share + static_cast<int>(s), slot(situation.share));
            put(shape_.at_noise + static_cast<int>(s), situation.noise < 0 ? all(0.0) : slot(situation.noise));
        }
        put(shape_.at_foresight, slot(plan_.preferences.foresight));
        for (std::size_t a = 0; a < plan_.actions.size(); ++a) action(static_cast<int>(a));
    }

private:
    void put(int at, Register x) const { std::memcpy(out_ + static_cast<std::ptrdiff_t>(at) * kLanes, &x, sizeof x); }

    [[nodiscard]] Register slot(int slot) const {
        return load_lanes<Register>(values_ + static_cast<std::ptrdiff_t>(slot) * kLanes);
    }

    /// The recipe's next sum.
    [[nodiscard]] Register next() {
        const TileRecipe::Sum& sum = recipe_.sums[sum_];
        const int last = recipe_.sums[++sum_].first;
        Register x = all(sum.constant);
        for (int i = sum.first; i < last; ++i) {
            const TileRecipe::Term& term = recipe_.terms[static_cast<std::size_t>(i)];
            x += term.factor * slot(term.slot);
        }
        return x;
    }

    [[nodiscard]] Register paid(const std::vector<PlannedMove>& moves, int event) const {
        Register sum = event >= 0 ? see(spot_.event, static_cast<std::size_t>(event)) : all(0.0);
        for (const PlannedMove& move : moves)
            sum += see(spot_.measure, static_cast<std::size_t>(move.measure)) * slot(move.mean);
        return sum;
    }

    void action(int a) {
        const auto at = static_cast<std::size_t>(a);
        const PlannedAction& action = plan_.actions[at];
        outcomes_ = static_cast<int>(action.outcomes.size());
        const int outcomes = outcomes_;
        for (int o = 0; o < outcomes; ++o) {
            const PlannedOutcome& outcome = action.outcomes[static_cast<std::size_t>(o)];
            chance_[o] = outcome.certain ? all(1.0) : slot(outcome.chance);
        }
        Register q = paid(action.moves, action.event);
        if (action.effort >= 0) q -= slot(action.effort);
        for (int o = 0; o < outcomes; ++o) {
            const PlannedOutcome& outcome = action.outcomes[static_cast<std::size_t>(o)];
            q += chance_[o] * paid(outcome.moves, outcome.event);
        }
        put(shape_.at_q0 + a, q);
        put(shape_.at_habit + a, action.habit < 0 ? all(1.0) : slot(action.habit));
        for (int o = shape_.opening_first[at]; o < shape_.opening_first[at + 1]; ++o) {
            Register sum = all(0.0);
            each_leading_to(action, shape_.opening_target[static_cast<std::size_t>(o)],
                            [&](std::size_t outcome) { sum += chance_[outcome]; });
            put(shape_.at_opening + o, sum);
        }
        const int first = shape_.touch_first[at];
        const int last = shape_.touch_first[at + 1];
        int carried = 0;
        for (int t = first; t < last; ++t) {
            const Column whole = whole_ + static_cast<std::ptrdiff_t>((t - first) * outcomes);
            touch(t, direct_[t - first], whole);
            if (shape_.carried[static_cast<std::size_t>(shape_.touch_channel[static_cast<std::size_t>(t)])] == 0)
                continue;
            for (int o = shape_.opening_first[at]; o < shape_.opening_first[at + 1]; ++o) {
                Register sum = all(0.0);
                each_leading_to(action, shape_.opening_target[static_cast<std::size_t>(o)],
                                [&](std::size_t outcome) { sum += chance_[outcome] * whole[outcome]; });
                put(shape_.at_carry + shape_.carry_first[static_cast<std::size_t>(o)] + carried, sum);
            }
            ++carried;
        }
        for (int s = shape_.square_first[at]; s < shape_.square_first[at + 1]; ++s)
            put(shape_.square_at[static_cast<std::size_t>(s)], square(s));
    }

    template <class Visit>
    static void each_leading_to(const PlannedAction& action, int target, const Visit& visit) {
        for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
            if (action.outcomes[o].opens == target) visit(o);
        }
    }

    /// @param direct set to what the action moves itself
    /// @param whole by outcome: set to that and what the outcome moves
    void touch(int t, Register& direct, const Column whole) {
        direct = next();
        Register sum = direct;
        for (int o = 0; o < outcomes_; ++o) {
            const Register more = next();
            whole[o] = direct + more;
            sum += chance_[o] * more;
        }
        put(shape_.touch_at[static_cast<std::size_t>(t)], sum);
    }

    /// E[X_c·X_d] of what the action and its outcomes move themselves.
    [[nodiscard]] Register square(int s) {
        const int one = recipe_.sides[static_cast<std::size_t>(s)].one;
        const int other = recipe_.sides[static_cast<std::size_t>(s)].other;
        Register sum = next();
        if (outcomes_ == 0) return sum + direct_[one] * direct_[other];
        for (int o = 0; o < outcomes_; ++o)
            sum += chance_[o] * (whole_[one * outcomes_ + o] * whole_[other * outcomes_ + o] + next());
        return sum;
    }

    const Plan& plan_;
    const PassShape& shape_;
    const TileRecipe& recipe_;
    const OnTheSpot& spot_;
    const double* values_;
    double* out_;
    std::size_t sum_ = 0;  ///< the recipe's next
    // Of the current action.
    int outcomes_ = 0;
    Column chance_;          ///< by outcome
    Column direct_, whole_;  ///< by touch; by touch and outcome
};

}  // namespace

void fill(const Plan& plan, const PassShape& shape, const TileRecipe& recipe, const OnTheSpot& spot,
          const double* values, double* out, LaneList& scratch) {
    each_some([&](Some some) { TileFiller(some, plan, shape, recipe, spot, values, out, scratch).run(); });
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
