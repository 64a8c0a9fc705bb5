// The pass itself: choices backward, visits and moments forward. Compiled once per instruction set; dispatch.cpp picks one when it runs.
#include "response/kernel_frame.hpp"

#include <array>
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
                add_up_columns(*s);
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
        const bool surprises = choice && !(shape.normal_shock && last - first == 2);
        by_fours(last - first, [&]<int Count>(int from) {
            const auto values = action_values<Count>(s, from);
            for (int i = 0; i < Count; ++i) {
                const int a = first + from + i;
                const Register p = choice ? load(wish.given, a) : all(1.0);
                room.probability[static_cast<std::size_t>(a)] = p;
                value += p * values[static_cast<std::size_t>(i)];
                if (!surprises) continue;
                const Register habit = number(shape.at_habit + a);
                const RegisterBits taken = (p > all(0.0)) & (habit > all(0.0));
                const Register surprise =
                    log_lanes(select(taken, p, all(1.0))) - log_lanes(select(taken, habit, all(1.0)));
                value -= noise * p * surprise;
            }
        });
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
        const Column probability = room.probability.data();
        if (shape.choice[at] == 0) {
            probability[first] = all(1.0);
            room.value[at] = action_values<1>(s, 0).front();
            return;
        }
        Register best = all(-HUGE_VAL);
        by_fours(actions(s), [&]<int Count>(int from) {
            const auto values = action_values<Count>(s, from);
            for (int i = 0; i < Count; ++i) {
                const int a = first + from + i;
                const Register q = values[static_cast<std::size_t>(i)];
                probability[a] = q;
                best =
                    larger(best, shape.habits ? select(number(shape.at_habit + a) > all(0.0), q, all(-HUGE_VAL)) : q);
            }
        });
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

    /// What the actions of a situation move themselves, column by column.
    void add_up_columns(int s) {
        const auto at = static_cast<std::size_t>(s);
        const int stride = actions(s);
        const Column probability = room.probability.data() + shape.first_action[at];
        by_fours(stride, [&]<int Count>(int from) {
            std::array<Register, static_cast<std::size_t>(Count)> p{};
            for (int i = 0; i < Count; ++i) p[static_cast<std::size_t>(i)] = probability[from + i];
            int x = shape.columns_at[at] + from;
            for (int j = shape.column_first[at]; j < shape.column_first[at + 1]; ++j, x += stride) {
                Register sum = p[0] * number(x);
                for (int i = 1; i < Count; ++i) sum += p[static_cast<std::size_t>(i)] * number(x + i);
                Register& own = room.own[static_cast<std::size_t>(j)];
                own = from == 0 ? sum : own + sum;
            }
        });
    }

    /// What comes about from an opened situation on, of every channel.
    void expect_below(int s) {
        add_up_below<false>(s, room.below);
        if (wish.slope && shape.foresight) add_up_below<true>(s, room.below_weighed);
    }

    template <bool Weighed>
    void add_up_below(int s, const Column below) {
        const auto at = static_cast<std::size_t>(s);
        const Column into = below + static_cast<std::ptrdiff_t>(s) * shape.channels;
        const auto first = static_cast<std::size_t>(shape.first_action[at]);
        const auto last = static_cast<std::size_t>(shape.last_action[at]);
        const int opening = shape.opening_first[first];
        const int openings = shape.opening_first[last] - opening;
        if (openings == 0) each_active(s, [&](std::ptrdiff_t c) { into[c] = all(0.0); });
        by_fours(openings, [&]<int Count>(int from) {
            std::array<Register, static_cast<std::size_t>(Count)> weight{};
            std::array<Column, static_cast<std::size_t>(Count)> row{};
            for (int i = 0; i < Count; ++i) {
                const auto o = static_cast<std::size_t>(opening + from + i);
                Register& w = weight[static_cast<std::size_t>(i)];
                w = room.probability[static_cast<std::size_t>(shape.opening_action[o])] *
                    number(shape.at_opening + static_cast<int>(o));
                if (Weighed) w *= number(shape.at_foresight);
                row[static_cast<std::size_t>(i)] =
                    below + static_cast<std::ptrdiff_t>(shape.opening_target[o]) * shape.channels;
            }
            each_active(s, [&](std::ptrdiff_t c) {
                Register sum = weight[0] * row[0][c];
                for (int i = 1; i < Count; ++i)
                    sum += weight[static_cast<std::size_t>(i)] * row[static_cast<std::size_t>(i)][c];
                into[c] = from == 0 ? sum : into[c] + sum;
            });
        });
        for (int j = shape.column_first[at]; j < shape.column_pairs[at]; ++j)
            into[shape.column_of[static_cast<std::size_t>(j)]] += room.own[static_cast<std::size_t>(j)];
        for (auto t = static_cast<std::size_t>(shape.loose_first[first]);
             t < static_cast<std::size_t>(shape.loose_first[last]); ++t) {
            const PassShape::Loose& loose = shape.loose_touches[t];
            into[loose.of] += room.probability[static_cast<std::size_t>(loose.action)] * number(loose.at);
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

    /// Σ one·two over the products of a sum.
    [[nodiscard]] static Register sum(const PassShape::Products& products, int slot, const Column one,
                                      const Column two) {
        const int* left = products.one.data();
        const int* right = products.two.data();
        const int last = products.first[static_cast<std::size_t>(slot) + 1];
        Register even = all(0.0);
        Register odd = all(0.0);
        int k = products.first[static_cast<std::size_t>(slot)];
        for (; k + 1 < last; k += 2) {  // two sums that do not wait for one another
            even += one[left[k]] * two[right[k]];
            odd += one[left[k + 1]] * two[right[k + 1]];
        }
        if (k < last) even += one[left[k]] * two[right[k]];
        return even + odd;
    }

    /// Means by channel, given how often each situation is met and each action taken.
    void means(const Column visits, const Column taken, const Column into) const {
        for (int c = 0; c < shape.channels; ++c) into[c] = sum(shape.mean_columns, c, visits, room.own);
        for (const PassShape::Loose& t : shape.loose_touches) into[t.of] += taken[t.action] * number(t.at);
    }

    void moments() {
        means(room.visits, room.taken, room.mean);
        if (shape.foresight) {
            means(room.weighed, room.taken_weighed, room.weighed_mean);
        } else {
            for (int c = 0; c < shape.channels; ++c) room.weighed_mean[c] = room.mean[c];
        }
        const int pairs = static_cast<int>(shape.pairs.size());
        for (int q = 0; q < pairs; ++q) {
            const auto [c, d] = shape.pairs[static_cast<std::size_t>(q)];
            const Register across = crossed(q);
            room.second[q] = sum(shape.square_columns, q, room.visits, room.own) + (c == d ? across + across : across);
        }
        for (const PassShape::Loose& t : shape.loose_squares) room.second[t.of] += room.taken[t.action] * number(t.at);
    }

    /// What a pair's second moment owes to the steps into situations.
    [[nodiscard]] Register crossed(int q) const {
        const auto term = [&](int k) {
            const PassShape::Crossing& crossing = shape.crossings[static_cast<std::size_t>(k)];
            return room.taken[static_cast<std::size_t>(crossing.action)] * number(crossing.carry) *
                   room.below[static_cast<std::size_t>(crossing.below)];
        };
        const int last = shape.crossing_first[static_cast<std::size_t>(q) + 1];
        Register even = all(0.0);
        Register odd = all(0.0);
        int k = shape.crossing_first[static_cast<std::size_t>(q)];
        for (; k + 1 < last; k += 2) {
            even += term(k);
            odd += term(k + 1);
        }
        if (k < last) even += term(k);
        return even + odd;
    }
};

}  // namespace

// Flat: what is not inlined would be a symbol that other files could be handed.
[[gnu::flatten]] void run(const PassShape& shape, const PassWish& wish, PassRoom& room) {
    for (int lane = 0; lane < kLanes; lane += kWidth) {
        Pass pass{{shape, wish, Slice(room, lane)}};
        pass.backward();
        pass.forward();
        pass.moments();
    }
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
