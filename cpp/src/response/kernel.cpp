// The pass itself: choices backward, visits and moments forward. Compiled once per instruction set; dispatch.cpp picks one when it runs.
#include "response/kernel_frame.hpp"

#include <cmath>

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

struct Pass : Frame {
    void backward() {
        const int levels = static_cast<int>(shape.level_first.size()) - 1;
        for (int level = 0; level < levels; ++level) {
            const int* first = shape.level_situation.data() + shape.level_first[static_cast<std::size_t>(level)];
            const int* last = shape.level_situation.data() + shape.level_first[static_cast<std::size_t>(level) + 1];
            // Step by step through the level: situations do not wait for one another's exp and log.
            if (wish.given == nullptr) {
                for (const int* s = first; s != last; ++s) look_at_values(*s);
                for (const int* s = first; s != last; ++s) {
                    if (smooth(*s)) weigh(*s);
                }
                for (const int* s = first; s != last; ++s) {
                    if (smooth(*s)) share_out(*s);
                }
            } else {
                for (const int* s = first; s != last; ++s) take_given(*s);
            }
            for (const int* s = first; s != last; ++s) {
                if (shape.opened[static_cast<std::size_t>(*s)] != 0) expect_below(*s);
            }
        }
    }

    /// Given probabilities: the value is what they bring, less noise·KL to the habit, as it would be were they chosen.
    void take_given(int s) {
        const int first = shape.first_action[static_cast<std::size_t>(s)];
        const int last = shape.last_action[static_cast<std::size_t>(s)];
        const bool choice = shape.choice[static_cast<std::size_t>(s)] != 0;
        const Register noise = number(shape.at_noise + s);
        Register value = all(0.0);
        for (int a = first; a < last; ++a) {
            const Register p = choice ? load(wish.given, a) : all(1.0);
            room.probability[static_cast<std::size_t>(a)] = p;
            value += p * action_value(a);
            if (!choice || (shape.normal_shock && last - first == 2)) continue;
            const Register habit = number(shape.at_habit + a);
            const RegisterBits taken = (p > all(0.0)) & (habit > all(0.0));
            const Register surprise = log_lanes(select(taken, p, all(1.0))) - log_lanes(select(taken, habit, all(1.0)));
            value -= noise * p * surprise;
        }
        if (choice && shape.normal_shock && last - first == 2) {
            for (int l = 0; l < kWidth; ++l)
                value[l] += noise[l] * density_at_share(room.probability[static_cast<std::size_t>(first)][l]);
        }
        room.value[static_cast<std::size_t>(s)] = value;
    }

    /// φ(z) where Φ(z) = share, by bisection: only given behaviour under a normal shock needs it.
    static double density_at_share(double share) {
        if (share <= 0 || share >= 1) return 0;
        double low = -40;
        double high = 40;
        for (int step = 0; step < 70; ++step) {
            const double middle = 0.5 * (low + high);
            (0.5 * std::erfc(-middle * 0x1.6a09e667f3bcdp-1) < share ? low : high) = middle;
        }
        return 0x1.9884533d43651p-2 * std::exp(-0.5 * low * low);
    }

    /// Whether a logit choice is made in situation s.
    [[nodiscard]] bool smooth(int s) const {
        const auto at = static_cast<std::size_t>(s);
        return shape.choice[at] != 0 && !(shape.normal_shock && shape.last_action[at] - shape.first_action[at] == 2);
    }

    /// Q of every action, left in `probability`, and the highest; choices that are not logit are made at once.
    void look_at_values(int s) {
        const auto at = static_cast<std::size_t>(s);
        const int first = shape.first_action[at];
        const int last = shape.last_action[at];
        const Column probability = room.probability.data();
        if (shape.choice[at] == 0) {
            probability[first] = all(1.0);
            room.value[at] = action_value(first);
            return;
        }
        Register best = all(-HUGE_VAL);
        for (int a = first; a < last; ++a) {
            const Register q = action_value(a);
            probability[a] = q;
            best = larger(best, shape.habits ? select(number(shape.at_habit + a) > all(0.0), q, all(-HUGE_VAL)) : q);
        }
        room.best[at] = best;
        if (!smooth(s)) choose_normal(s, first);
    }

    /// Weights of a logit choice; exact best responses where there is no noise.
    void weigh(int s) {
        const auto at = static_cast<std::size_t>(s);
        const int first = shape.first_action[at];
        const int last = shape.last_action[at];
        const Column probability = room.probability.data();
        const Register noise = number(shape.at_noise + s);
        const RegisterBits exact = noise == all(0.0);
        const Register scale = 1.0 / select(exact, all(1.0), noise);
        const Register best = room.best[at];
        if (shape.zero_noise && any_lane(exact)) best_response(first, last, best, exact);
        for (int a = first; a < last; ++a) {
            Register weight = exp_lanes((probability[a] - best) * scale);
            if (shape.habits) weight *= number(shape.at_habit + a);
            probability[a] = shape.zero_noise ? select(exact, probability[a], weight) : weight;
        }
    }

    /// Probabilities and the value from weights.
    void share_out(int s) {
        const auto at = static_cast<std::size_t>(s);
        const int first = shape.first_action[at];
        const int last = shape.last_action[at];
        const Column probability = room.probability.data();
        const Register noise = number(shape.at_noise + s);
        Register sum = probability[first];
        for (int a = first + 1; a < last; ++a) sum += probability[a];
        const Register inverse = 1.0 / sum;
        for (int a = first; a < last; ++a) probability[a] *= inverse;  // where there is no noise the sum is 1
        room.value[at] = room.best[at] + noise * log_lanes(sum);
    }

    /// Exact best response in the lanes of `exact`, ties (1e-12 relative) split evenly. Leaves probabilities there, Q elsewhere.
    void best_response(int first, int last, Register best, RegisterBits exact) const {
        const Column probability = room.probability.data();
        const Register bar = best - 1e-12 * magnitude(best);
        Register ties = all(0.0);
        for (int a = first; a < last; ++a) {
            const RegisterBits tied = (probability[a] >= bar) & (number(shape.at_habit + a) > all(0.0));
            ties += select(tied, all(1.0), all(0.0));
        }
        for (int a = first; a < last; ++a) {
            const RegisterBits tied = (probability[a] >= bar) & (number(shape.at_habit + a) > all(0.0));
            probability[a] = select(exact, select(tied, 1.0 / ties, all(0.0)), probability[a]);
        }
    }

    /// One normal shock on the difference of two actions; an action with habit 0 is not there.
    void choose_normal(int s, int first) const {
        Register& one = room.probability[static_cast<std::size_t>(first)];
        Register& two = room.probability[static_cast<std::size_t>(first) + 1];
        const Register noise = number(shape.at_noise + s);
        const Register habit_one = number(shape.at_habit + first);
        const Register habit_two = number(shape.at_habit + first + 1);
        Register value{};
        for (int l = 0; l < kWidth; ++l) {
            const double difference = one[l] - two[l];
            const double base = two[l];
            double share = 0;
            if (habit_one[l] == 0 || habit_two[l] == 0) {
                share = habit_one[l] == 0 ? 0 : 1;
                value[l] = share == 1 ? one[l] : two[l];
            } else if (noise[l] == 0) {
                const double top = one[l] > two[l] ? one[l] : two[l];
                const bool tie = std::abs(difference) <= 1e-12 * std::abs(top);
                share = tie ? 0.5 : difference > 0 ? 1 : 0;
                value[l] = top;
            } else {
                const double z = difference / noise[l];
                share = 0.5 * std::erfc(-z * 0x1.6a09e667f3bcdp-1);
                value[l] = base + difference * share + noise[l] * 0x1.9884533d43651p-2 * std::exp(-0.5 * z * z);
            }
            one[l] = share;
            two[l] = 1 - share;
        }
        room.value[static_cast<std::size_t>(s)] = value;
    }

    /// Σ weight(action)·number over the terms of a slot.
    [[nodiscard]] Register sum(const PassShape::Sums& sums, int slot, const Column weight) const {
        const int* action = sums.action.data();
        const int* at = sums.at.data();
        const int last = sums.first[static_cast<std::size_t>(slot) + 1];
        Register one = all(0.0);
        Register two = all(0.0);
        Register three = all(0.0);
        Register four = all(0.0);
        int k = sums.first[static_cast<std::size_t>(slot)];
        for (; k + 3 < last; k += 4) {  // four sums that do not wait for one another
            one += weight[action[k]] * number(at[k]);
            two += weight[action[k + 1]] * number(at[k + 1]);
            three += weight[action[k + 2]] * number(at[k + 2]);
            four += weight[action[k + 3]] * number(at[k + 3]);
        }
        for (; k < last; ++k) one += weight[action[k]] * number(at[k]);
        return (one + two) + (three + four);
    }

    void expect_below(int s) {
        const auto at = static_cast<std::size_t>(s);
        const bool two = wish.slope && shape.foresight;
        const Column probability = room.probability.data();
        const Column onward_chance = room.onward_chance.data();
        for (int o = shape.opening_first[static_cast<std::size_t>(shape.first_action[at])], a = shape.first_action[at];
             a < shape.last_action[at]; ++a) {
            for (; o < shape.opening_first[static_cast<std::size_t>(a) + 1]; ++o)
                onward_chance[o] = probability[a] * number(shape.at_opening + o);
        }
        const Register foresight = number(shape.at_foresight);
        for (int k = shape.active_first[at]; k < shape.active_first[at + 1]; ++k) {
            const Register own = sum(shape.below_sums, k, probability);
            Register later = all(0.0);
            Register weighed = all(0.0);
            for (int i = shape.below_first[static_cast<std::size_t>(k)];
                 i < shape.below_first[static_cast<std::size_t>(k) + 1]; ++i) {
                const Register w = onward_chance[shape.below_opening[static_cast<std::size_t>(i)]];
                const int from = shape.below_from[static_cast<std::size_t>(i)];
                later += w * room.below[static_cast<std::size_t>(from)];
                if (two) weighed += w * room.below_weighed[static_cast<std::size_t>(from)];
            }
            const auto into =
                static_cast<std::size_t>(s * shape.channels + shape.active_channel[static_cast<std::size_t>(k)]);
            room.below[into] = own + later;
            if (two) room.below_weighed[into] = own + foresight * weighed;
        }
    }

    void forward() {
        const Column visits = room.visits.data();
        const Column weighed = room.weighed.data();
        for (int s = 0; s < shape.situations; ++s) {
            visits[s] = number(shape.at_share + s);
            if (shape.foresight) weighed[s] = visits[s];
        }
        Register start_value = all(0.0);
        const Register foresight = number(shape.at_foresight);
        const Column probability = room.probability.data();
        for (const int s : shape.topological) {
            start_value += number(shape.at_share + s) * room.value[static_cast<std::size_t>(s)];
            const int first = shape.first_action[static_cast<std::size_t>(s)];
            int o = shape.opening_first[static_cast<std::size_t>(first)];
            for (int a = first; a < shape.last_action[static_cast<std::size_t>(s)]; ++a) {
                const Register taken = visits[s] * probability[a];
                room.taken[static_cast<std::size_t>(a)] = taken;
                if (shape.foresight) room.taken_weighed[static_cast<std::size_t>(a)] = weighed[s] * probability[a];
                for (; o < shape.opening_first[static_cast<std::size_t>(a) + 1]; ++o) {
                    const int target = shape.opening_target[static_cast<std::size_t>(o)];
                    visits[target] += taken * number(shape.at_opening + o);
                    if (shape.foresight)
                        weighed[target] +=
                            room.taken_weighed[static_cast<std::size_t>(a)] * number(shape.at_opening + o) * foresight;
                }
            }
        }
        room.start_value() = start_value;
    }

    void moments() {
        const Column taken = room.taken.data();
        for (int c = 0; c < shape.channels; ++c) {
            room.mean[static_cast<std::size_t>(c)] = sum(shape.mean_sums, c, taken);
            room.weighed_mean[static_cast<std::size_t>(c)] = shape.foresight
                                                                 ? sum(shape.mean_sums, c, room.taken_weighed.data())
                                                                 : room.mean[static_cast<std::size_t>(c)];
        }
        const int pairs = static_cast<int>(shape.pairs.size());
        for (int q = 0; q < pairs; ++q) room.second[static_cast<std::size_t>(q)] = sum(shape.square_sums, q, taken);
        const int arrivals = static_cast<int>(shape.arrival_slot.size());
        for (int i = 0; i < arrivals; ++i)
            room.arrived[static_cast<std::size_t>(shape.arrival_slot[static_cast<std::size_t>(i)])] =
                sum(shape.arrival_sums, i, taken);
        for (int s = 0; s < shape.situations; ++s) cross(s);
    }

    /// Second moments across the steps into a situation.
    void cross(int s) {
        const Column arrived = room.arrived.data() + static_cast<std::ptrdiff_t>(s) * shape.channels;
        const Column below = room.below.data() + static_cast<std::ptrdiff_t>(s) * shape.channels;
        for (int k = shape.crossing_first[static_cast<std::size_t>(s)];
             k < shape.crossing_first[static_cast<std::size_t>(s) + 1]; ++k) {
            const PassShape::Crossing& crossing = shape.crossings[static_cast<std::size_t>(k)];
            room.second[static_cast<std::size_t>(crossing.pair)] += arrived[crossing.before] * below[crossing.after];
        }
    }
};

}  // namespace

void run(const PassShape& shape, const PassWish& wish, PassRoom& room) {
    for (int lane = 0; lane < kLanes; lane += kWidth) {
        Pass pass{{shape, wish, Slice(room, lane)}};
        pass.backward();
        pass.forward();
        pass.moments();
    }
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
