// The pass itself. Compiled once per instruction set, under a namespace of its own; dispatch.cpp picks one when it runs.
#include "response/kernel.hpp"

#include <cmath>

#ifndef BACKFIRE_KERNEL_NAMESPACE
#define BACKFIRE_KERNEL_NAMESPACE kernel_baseline
#endif

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

struct Pass {
    const PassShape& shape;
    const PassWish& wish;
    PassRoom& room;

    [[nodiscard]] Lanes number(int at) const {
        return load_lanes(wish.tile + static_cast<std::ptrdiff_t>(at) * kLanes);
    }
    [[nodiscard]] Lanes price(int channel) const {
        return load_lanes(wish.prices + static_cast<std::ptrdiff_t>(channel) * kLanes);
    }

    void backward() {
        for (auto it = shape.topological.rbegin(); it != shape.topological.rend(); ++it) {
            const int s = *it;
            if (wish.given == nullptr) choose(s);
            else take_given(s);
            if (shape.opened[static_cast<std::size_t>(s)] != 0) expect_below(s);
        }
    }

    [[nodiscard]] Lanes action_value(int a) const {
        Lanes q = number(shape.at_q0 + a);
        for (int t = shape.touch_first[static_cast<std::size_t>(a)];
             t < shape.touch_first[static_cast<std::size_t>(a) + 1]; ++t) {
            const int c = shape.touch_channel[static_cast<std::size_t>(t)];
            if (c >= shape.priced) break;
            q += price(c) * number(shape.at_touch + t);
        }
        const int first = shape.opening_first[static_cast<std::size_t>(a)];
        const int last = shape.opening_first[static_cast<std::size_t>(a) + 1];
        if (first == last) return q;
        Lanes later = all_lanes(0.0);
        for (int o = first; o < last; ++o)
            later += number(shape.at_opening + o) *
                     room.value[static_cast<std::size_t>(shape.opening_target[static_cast<std::size_t>(o)])];
        return q + number(shape.at_foresight) * later;
    }

    /// Given probabilities: the value is what they bring, less noise·KL to the habit, as it would be were they chosen.
    void take_given(int s) {
        const int first = shape.first_action[static_cast<std::size_t>(s)];
        const int last = shape.last_action[static_cast<std::size_t>(s)];
        const bool choice = shape.choice[static_cast<std::size_t>(s)] != 0;
        const Lanes noise = number(shape.at_noise + s);
        Lanes value = all_lanes(0.0);
        for (int a = first; a < last; ++a) {
            const Lanes p = choice ? load_lanes(wish.given + static_cast<std::ptrdiff_t>(a) * kLanes) : all_lanes(1.0);
            room.probability[static_cast<std::size_t>(a)] = p;
            value += p * action_value(a);
            if (!choice || (shape.normal_shock && last - first == 2)) continue;
            const Lanes habit = number(shape.at_habit + a);
            const Bits taken = (p > all_lanes(0.0)) & (habit > all_lanes(0.0));
            const Lanes surprise =
                log_lanes(select(taken, p, all_lanes(1.0))) - log_lanes(select(taken, habit, all_lanes(1.0)));
            value -= noise * p * surprise;
        }
        if (choice && shape.normal_shock && last - first == 2) {
            for (int l = 0; l < kLanes; ++l)
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

    void choose(int s) {
        const int first = shape.first_action[static_cast<std::size_t>(s)];
        const int last = shape.last_action[static_cast<std::size_t>(s)];
        Lanes* probability = room.probability.data();
        if (shape.choice[static_cast<std::size_t>(s)] == 0) {
            probability[first] = all_lanes(1.0);
            room.value[static_cast<std::size_t>(s)] = action_value(first);
            return;
        }
        Lanes best = all_lanes(-HUGE_VAL);
        for (int a = first; a < last; ++a) {
            const Lanes q = action_value(a);
            probability[a] = q;  // holds Q until the sum is known
            best = larger(
                best, shape.habits ? select(number(shape.at_habit + a) > all_lanes(0.0), q, all_lanes(-HUGE_VAL)) : q);
        }
        if (shape.normal_shock && last - first == 2) choose_normal(s, first);
        else choose_logit(s, first, last, best);
    }

    void choose_logit(int s, int first, int last, Lanes best) {
        Lanes* probability = room.probability.data();
        const Lanes noise = number(shape.at_noise + s);
        const Bits exact = noise == all_lanes(0.0);
        const Lanes scale = 1.0 / select(exact, all_lanes(1.0), noise);
        Lanes exact_value{};
        if (shape.zero_noise && any_lane(exact)) {
            exact_value = best_response(first, last, best, exact);
        }
        Lanes sum = all_lanes(0.0);
        for (int a = first; a < last; ++a) {
            Lanes weight = exp_lanes((probability[a] - best) * scale);
            if (shape.habits) weight *= number(shape.at_habit + a);
            probability[a] = shape.zero_noise ? select(exact, probability[a], weight) : weight;
            sum += weight;
        }
        const Lanes inverse = 1.0 / sum;
        for (int a = first; a < last; ++a) {
            const Lanes share = probability[a] * inverse;
            probability[a] = shape.zero_noise ? select(exact, probability[a], share) : share;
        }
        const Lanes soft = best + noise * log_lanes(sum);
        room.value[static_cast<std::size_t>(s)] = shape.zero_noise ? select(exact, exact_value, soft) : soft;
    }

    /// Exact best response in the lanes of `exact`, ties (1e-12 relative) split evenly. Leaves probabilities there, Q elsewhere.
    Lanes best_response(int first, int last, Lanes best, Bits exact) {
        Lanes* probability = room.probability.data();
        const Lanes bar = best - 1e-12 * magnitude(best);
        Lanes ties = all_lanes(0.0);
        for (int a = first; a < last; ++a) {
            const Bits tied = (probability[a] >= bar) & (number(shape.at_habit + a) > all_lanes(0.0));
            ties += select(tied, all_lanes(1.0), all_lanes(0.0));
        }
        for (int a = first; a < last; ++a) {
            const Bits tied = (probability[a] >= bar) & (number(shape.at_habit + a) > all_lanes(0.0));
            probability[a] = select(exact, select(tied, 1.0 / ties, all_lanes(0.0)), probability[a]);
        }
        return best;
    }

    /// One normal shock on the difference of two actions; an action with habit 0 is not there.
    void choose_normal(int s, int first) {
        Lanes& one = room.probability[static_cast<std::size_t>(first)];
        Lanes& two = room.probability[static_cast<std::size_t>(first) + 1];
        const Lanes noise = number(shape.at_noise + s);
        const Lanes habit_one = number(shape.at_habit + first);
        const Lanes habit_two = number(shape.at_habit + first + 1);
        Lanes value{};
        for (int l = 0; l < kLanes; ++l) {
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

    /// Adds what action `a` is expected to bring, from here to the end of the contact, times `weight`, to `into`.
    void add_branch(int a, Lanes weight, Lanes later, const LaneList& below, Lanes* into) const {
        for (int t = shape.touch_first[static_cast<std::size_t>(a)];
             t < shape.touch_first[static_cast<std::size_t>(a) + 1]; ++t) {
            into[shape.touch_channel[static_cast<std::size_t>(t)]] += weight * number(shape.at_touch + t);
        }
        for (int o = shape.opening_first[static_cast<std::size_t>(a)];
             o < shape.opening_first[static_cast<std::size_t>(a) + 1]; ++o) {
            const int target = shape.opening_target[static_cast<std::size_t>(o)];
            const Lanes w = weight * later * number(shape.at_opening + o);
            const Lanes* from = below.data() + static_cast<std::ptrdiff_t>(target) * shape.channels;
            for (int k = shape.active_first[static_cast<std::size_t>(target)];
                 k < shape.active_first[static_cast<std::size_t>(target) + 1]; ++k) {
                const int c = shape.active_channel[static_cast<std::size_t>(k)];
                into[c] += w * from[c];
            }
        }
    }

    void expect_below(int s) {
        Lanes* below = room.below.data() + static_cast<std::ptrdiff_t>(s) * shape.channels;
        Lanes* weighed = room.below_weighed.data() + static_cast<std::ptrdiff_t>(s) * shape.channels;
        const bool two = wish.slope && shape.foresight;
        for (int k = shape.active_first[static_cast<std::size_t>(s)];
             k < shape.active_first[static_cast<std::size_t>(s) + 1]; ++k) {
            const int c = shape.active_channel[static_cast<std::size_t>(k)];
            below[c] = all_lanes(0.0);
            if (two) weighed[c] = all_lanes(0.0);
        }
        for (int a = shape.first_action[static_cast<std::size_t>(s)];
             a < shape.last_action[static_cast<std::size_t>(s)]; ++a) {
            add_branch(a, room.probability[static_cast<std::size_t>(a)], all_lanes(1.0), room.below, below);
            if (two)
                add_branch(a, room.probability[static_cast<std::size_t>(a)], number(shape.at_foresight),
                           room.below_weighed, weighed);
        }
    }

    void forward() {
        for (int s = 0; s < shape.situations; ++s) {
            room.visits[static_cast<std::size_t>(s)] = number(shape.at_share + s);
            room.weighed[static_cast<std::size_t>(s)] = number(shape.at_share + s);
        }
        for (Lanes& x : room.mean) x = all_lanes(0.0);
        for (Lanes& x : room.weighed_mean) x = all_lanes(0.0);
        for (Lanes& x : room.second) x = all_lanes(0.0);
        for (Lanes& x : room.arrived) x = all_lanes(0.0);
        if (wish.slope) {
            for (Lanes& x : room.slope) x = all_lanes(0.0);
        }
        room.start_value = all_lanes(0.0);
        for (const int s : shape.topological) {
            room.start_value += number(shape.at_share + s) * room.value[static_cast<std::size_t>(s)];
            if (shape.opened[static_cast<std::size_t>(s)] != 0) cross(s);
            for (int a = shape.first_action[static_cast<std::size_t>(s)];
                 a < shape.last_action[static_cast<std::size_t>(s)]; ++a)
                collect(s, a);
            if (wish.slope && shape.choice[static_cast<std::size_t>(s)] != 0) add_slopes(s);
        }
        if (!shape.foresight) room.weighed_mean = room.mean;
        if (!wish.slope || shape.foresight) return;
        for (int c = 0; c < shape.priced; ++c) {
            for (int d = c + 1; d < shape.priced; ++d)
                room.slope[static_cast<std::size_t>(c * shape.priced + d)] =
                    room.slope[static_cast<std::size_t>(d * shape.priced + c)];
        }
    }

    void collect(int s, int a) {
        const auto at = static_cast<std::size_t>(a);
        const Lanes taken = room.visits[static_cast<std::size_t>(s)] * room.probability[at];
        const Lanes weighed = room.weighed[static_cast<std::size_t>(s)] * room.probability[at];
        const int touches = shape.touch_first[at + 1] - shape.touch_first[at];
        for (int t = 0; t < touches; ++t) {
            const int c = shape.touch_channel[static_cast<std::size_t>(shape.touch_first[at] + t)];
            const Lanes x = number(shape.at_touch + shape.touch_first[at] + t);
            room.mean[static_cast<std::size_t>(c)] += taken * x;
            if (shape.foresight) room.weighed_mean[static_cast<std::size_t>(c)] += weighed * x;
        }
        const int openings = shape.opening_first[at + 1] - shape.opening_first[at];
        for (int o = 0; o < openings; ++o) {
            const int target = shape.opening_target[static_cast<std::size_t>(shape.opening_first[at] + o)];
            const Lanes chance = number(shape.at_opening + shape.opening_first[at] + o);
            room.visits[static_cast<std::size_t>(target)] += taken * chance;
            room.weighed[static_cast<std::size_t>(target)] += weighed * chance * number(shape.at_foresight);
        }
        for (int q = shape.square_first[at]; q < shape.square_first[at + 1]; ++q) {
            room.second[static_cast<std::size_t>(shape.square_pair[static_cast<std::size_t>(q)])] +=
                taken * number(shape.at_square + q);
        }
        for (int t = 0; openings > 0 && t < touches; ++t) {
            const int c = shape.touch_channel[static_cast<std::size_t>(shape.touch_first[at] + t)];
            if (shape.carried[static_cast<std::size_t>(c)] == 0) continue;
            for (int o = 0; o < openings; ++o) {
                const int target = shape.opening_target[static_cast<std::size_t>(shape.opening_first[at] + o)];
                room.arrived[static_cast<std::size_t>(target * shape.channels + c)] +=
                    taken * number(shape.at_carry + shape.carry_first[at] + t * openings + o);
            }
        }
    }

    /// Second moments across the steps into a situation.
    void cross(int s) {
        const Lanes* arrived = room.arrived.data() + static_cast<std::ptrdiff_t>(s) * shape.channels;
        const Lanes* below = room.below.data() + static_cast<std::ptrdiff_t>(s) * shape.channels;
        for (int k = shape.crossing_first[static_cast<std::size_t>(s)];
             k < shape.crossing_first[static_cast<std::size_t>(s) + 1]; ++k) {
            const PassShape::Crossing& crossing = shape.crossings[static_cast<std::size_t>(k)];
            room.second[static_cast<std::size_t>(crossing.pair)] += arrived[crossing.before] * below[crossing.after];
        }
    }

    /// ∂m/∂p of one choice: the covariance over its actions of what each brings, over the noise.
    void add_slopes(int s) {
        const int first = shape.first_action[static_cast<std::size_t>(s)];
        const int last = shape.last_action[static_cast<std::size_t>(s)];
        if (last - first < 2) return;
        const Lanes noise = number(shape.at_noise + s);
        const Bits exact = noise == all_lanes(0.0);
        const Lanes rate = select(exact, all_lanes(0.0),
                                  room.visits[static_cast<std::size_t>(s)] / select(exact, all_lanes(1.0), noise));
        const int active_first = shape.active_first[static_cast<std::size_t>(s)];
        const int active = shape.active_first[static_cast<std::size_t>(s) + 1] - active_first;
        const int* channel = shape.active_channel.data() + active_first;
        branches(s, false, room.branch);
        if (shape.foresight) branches(s, true, room.branch_weighed);
        const LaneList& weighed = shape.foresight ? room.branch_weighed : room.branch;
        const std::ptrdiff_t stride = shape.channels;
        if (shape.normal_shock && last - first == 2) {
            const Lanes density = rate * normal_density(s);
            for (int k = 0; k < active; ++k) {
                const int c = channel[k];
                const Lanes apart = density * (room.branch[static_cast<std::size_t>(c)] -
                                               room.branch[static_cast<std::size_t>(stride + c)]);
                for (int i = 0; i < active && channel[i] < shape.priced; ++i) {
                    const int d = channel[i];
                    room.slope[static_cast<std::size_t>(c * shape.priced + d)] +=
                        apart * (weighed[static_cast<std::size_t>(d)] - weighed[static_cast<std::size_t>(stride + d)]);
                }
            }
            return;
        }
        const Lanes* probability = room.probability.data() + first;
        const int actions = last - first;
        for (int k = 0; k < active; ++k) {
            const int c = channel[k];
            Lanes* away = room.branch_away.data();
            Lanes centre = all_lanes(0.0);
            for (int a = 0; a < actions; ++a)
                centre += probability[a] * room.branch[static_cast<std::size_t>(a * stride + c)];
            for (int a = 0; a < actions; ++a)
                away[a] = rate * probability[a] * (room.branch[static_cast<std::size_t>(a * stride + c)] - centre);
            // Without foresight below 1 the matrix is symmetric among prices: the half below the diagonal is mirrored at the end.
            for (int i = 0; i < active && channel[i] < shape.priced; ++i) {
                const int d = channel[i];
                if (!shape.foresight && d > c) break;
                Lanes sum = away[0] * weighed[static_cast<std::size_t>(d)];
                for (int a = 1; a < actions; ++a) sum += away[a] * weighed[static_cast<std::size_t>(a * stride + d)];
                room.slope[static_cast<std::size_t>(c * shape.priced + d)] += sum;
            }
        }
    }

    /// What each action of a situation brings from there on, of every channel that can come about.
    void branches(int s, bool by_foresight, LaneList& into) {
        const int first = shape.first_action[static_cast<std::size_t>(s)];
        for (int a = first; a < shape.last_action[static_cast<std::size_t>(s)]; ++a) {
            Lanes* branch = into.data() + static_cast<std::ptrdiff_t>(a - first) * shape.channels;
            for (int k = shape.active_first[static_cast<std::size_t>(s)];
                 k < shape.active_first[static_cast<std::size_t>(s) + 1]; ++k)
                branch[shape.active_channel[static_cast<std::size_t>(k)]] = all_lanes(0.0);
            add_branch(a, all_lanes(1.0), by_foresight ? number(shape.at_foresight) : all_lanes(1.0),
                       by_foresight ? room.below_weighed : room.below, branch);
        }
    }

    /// φ(Δ/noise) of a choice of two under a normal shock, from the values of its actions.
    [[nodiscard]] Lanes normal_density(int s) const {
        const int first = shape.first_action[static_cast<std::size_t>(s)];
        const Lanes difference = action_value(first) - action_value(first + 1);
        const Lanes noise = number(shape.at_noise + s);
        Lanes density{};
        for (int l = 0; l < kLanes; ++l) {
            const bool both = number(shape.at_habit + first)[l] > 0 && number(shape.at_habit + first + 1)[l] > 0;
            const double z = noise[l] > 0 ? difference[l] / noise[l] : 0;
            density[l] = both ? 0x1.9884533d43651p-2 * std::exp(-0.5 * z * z) : 0;
        }
        return density;
    }
};

}  // namespace

void run(const PassShape& shape, const PassWish& wish, PassRoom& room) {
    Pass pass{shape, wish, room};
    pass.backward();
    pass.forward();
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
