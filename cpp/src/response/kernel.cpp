// The pass itself. Compiled once per instruction set, under a namespace of its own; dispatch.cpp picks one when it runs.
#include "response/kernel.hpp"

#include <array>
#include <cmath>

#ifndef BACKFIRE_KERNEL_NAMESPACE
#define BACKFIRE_KERNEL_NAMESPACE kernel_baseline
#endif

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

// As many lanes at a time as the instruction set holds in a register: wider vectors would live in memory.
#if defined(__AVX512F__)
constexpr int kWidth = 8;
#elif defined(__AVX__)
constexpr int kWidth = 4;
#else
constexpr int kWidth = 2;
#endif
using Part = double __attribute__((vector_size(kWidth * sizeof(double))));
using PartBits = BitsOf<Part>;
[[gnu::always_inline]] inline Part all(double x) { return all_lanes<Part>(x); }

/// A list of lanes, of which only a part is seen.
struct Column {
    double* at;

    template <class Index>
    [[gnu::always_inline]] Part& operator[](Index i) const {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a part of a vector is a smaller vector
        return *reinterpret_cast<Part*>(at + static_cast<std::ptrdiff_t>(i) * kLanes);
    }
    [[gnu::always_inline]] Column operator+(std::ptrdiff_t n) const { return {at + n * kLanes}; }
    [[nodiscard]] [[gnu::always_inline]] Column data() const { return *this; }
};

/// The numbers that vectors are made of.
[[gnu::always_inline]] inline double* numbers(Lanes* lanes) {
    return reinterpret_cast<double*>(lanes);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}
[[gnu::always_inline]] inline const double* numbers(const Lanes* lanes) {
    return reinterpret_cast<const double*>(lanes);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

/// The part of a room that starts at a lane.
struct Corner {
    Corner(PassRoom& room, int first)
        : lane(first),
          all(room),
          probability(column(room.probability)),
          best(column(room.best)),
          value(column(room.value)),
          visits(column(room.visits)),
          weighed(column(room.weighed)),
          below(column(room.below)),
          below_weighed(column(room.below_weighed)),
          mean(column(room.mean)),
          weighed_mean(column(room.weighed_mean)),
          second(column(room.second)),
          slope(column(room.slope)),
          taken(column(room.taken)),
          taken_weighed(column(room.taken_weighed)),
          onward(column(room.onward)),
          arrived(column(room.arrived)),
          branch(column(room.branch)),
          branch_weighed(column(room.branch_weighed)),
          push(column(room.push)),
          history(column(room.history)),
          square_below(column(room.square_below)),
          square_branch(column(room.square_branch)),
          jacobian(column(room.jacobian)) {}

    [[nodiscard]] Column column(LaneList& list) const { return {numbers(list.data()) + lane}; }
    [[nodiscard]] Part& start_value() const { return Column{numbers(&all.start_value) + lane}[0]; }
    static void clear(const LaneList& list, Column column) {
        for (std::size_t i = 0; i < list.size(); ++i) column[i] = Part{};
    }

    int lane;
    PassRoom& all;
    Column probability, best, value, visits, weighed, below, below_weighed, mean, weighed_mean, second, slope, taken,
        taken_weighed, onward, arrived, branch, branch_weighed, push, history, square_below, square_branch, jacobian;
};

struct Pass {
    const PassShape& shape;
    const PassWish& wish;
    Corner room;

    [[nodiscard]] Part load(const double* from, int at) const {
        return load_lanes<Part>(from + static_cast<std::ptrdiff_t>(at) * kLanes + room.lane);
    }
    [[nodiscard]] Part number(int at) const { return load(wish.tile, at); }
    [[nodiscard]] Part price(int channel) const { return load(wish.prices, channel); }

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

    [[nodiscard]] Part action_value(int a) const {
        Part q = number(shape.at_q0 + a);
        for (int t = shape.touch_first[static_cast<std::size_t>(a)];
             t < shape.touch_first[static_cast<std::size_t>(a) + 1]; ++t) {
            const int c = shape.touch_channel[static_cast<std::size_t>(t)];
            if (c >= shape.priced) break;
            q += price(c) * number(shape.at_touch + t);
        }
        const int first = shape.opening_first[static_cast<std::size_t>(a)];
        const int last = shape.opening_first[static_cast<std::size_t>(a) + 1];
        if (first == last) return q;
        Part later = all(0.0);
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
        const Part noise = number(shape.at_noise + s);
        Part value = all(0.0);
        for (int a = first; a < last; ++a) {
            const Part p = choice ? load(wish.given, a) : all(1.0);
            room.probability[static_cast<std::size_t>(a)] = p;
            value += p * action_value(a);
            if (!choice || (shape.normal_shock && last - first == 2)) continue;
            const Part habit = number(shape.at_habit + a);
            const PartBits taken = (p > all(0.0)) & (habit > all(0.0));
            const Part surprise = log_lanes(select(taken, p, all(1.0))) - log_lanes(select(taken, habit, all(1.0)));
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
        Part best = all(-HUGE_VAL);
        for (int a = first; a < last; ++a) {
            const Part q = action_value(a);
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
        const Part noise = number(shape.at_noise + s);
        const PartBits exact = noise == all(0.0);
        const Part scale = 1.0 / select(exact, all(1.0), noise);
        const Part best = room.best[at];
        if (shape.zero_noise && any_lane(exact)) best_response(first, last, best, exact);
        for (int a = first; a < last; ++a) {
            Part weight = exp_lanes((probability[a] - best) * scale);
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
        const Part noise = number(shape.at_noise + s);
        Part sum = probability[first];
        for (int a = first + 1; a < last; ++a) sum += probability[a];
        const Part inverse = 1.0 / sum;
        for (int a = first; a < last; ++a) probability[a] *= inverse;  // where there is no noise the sum is 1
        room.value[at] = room.best[at] + noise * log_lanes(sum);
    }

    /// Exact best response in the lanes of `exact`, ties (1e-12 relative) split evenly. Leaves probabilities there, Q elsewhere.
    void best_response(int first, int last, Part best, PartBits exact) const {
        const Column probability = room.probability.data();
        const Part bar = best - 1e-12 * magnitude(best);
        Part ties = all(0.0);
        for (int a = first; a < last; ++a) {
            const PartBits tied = (probability[a] >= bar) & (number(shape.at_habit + a) > all(0.0));
            ties += select(tied, all(1.0), all(0.0));
        }
        for (int a = first; a < last; ++a) {
            const PartBits tied = (probability[a] >= bar) & (number(shape.at_habit + a) > all(0.0));
            probability[a] = select(exact, select(tied, 1.0 / ties, all(0.0)), probability[a]);
        }
    }

    /// One normal shock on the difference of two actions; an action with habit 0 is not there.
    void choose_normal(int s, int first) const {
        Part& one = room.probability[static_cast<std::size_t>(first)];
        Part& two = room.probability[static_cast<std::size_t>(first) + 1];
        const Part noise = number(shape.at_noise + s);
        const Part habit_one = number(shape.at_habit + first);
        const Part habit_two = number(shape.at_habit + first + 1);
        Part value{};
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
    [[nodiscard]] Part sum(const PassShape::Sums& sums, int slot, const Column weight) const {
        const int* action = sums.action.data();
        const int* at = sums.at.data();
        const int last = sums.first[static_cast<std::size_t>(slot) + 1];
        Part one = all(0.0);
        Part two = all(0.0);
        Part three = all(0.0);
        Part four = all(0.0);
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
        const Column onward = room.onward.data();
        for (int o = shape.opening_first[static_cast<std::size_t>(shape.first_action[at])], a = shape.first_action[at];
             a < shape.last_action[at]; ++a) {
            for (; o < shape.opening_first[static_cast<std::size_t>(a) + 1]; ++o)
                onward[o] = probability[a] * number(shape.at_opening + o);
        }
        const Part foresight = number(shape.at_foresight);
        for (int k = shape.active_first[at]; k < shape.active_first[at + 1]; ++k) {
            const Part own = sum(shape.below_sums, k, probability);
            Part later = all(0.0);
            Part weighed = all(0.0);
            for (int i = shape.below_first[static_cast<std::size_t>(k)];
                 i < shape.below_first[static_cast<std::size_t>(k) + 1]; ++i) {
                const Part w = onward[shape.below_opening[static_cast<std::size_t>(i)]];
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
        Part start_value = all(0.0);
        const Part foresight = number(shape.at_foresight);
        const Column probability = room.probability.data();
        for (const int s : shape.topological) {
            start_value += number(shape.at_share + s) * room.value[static_cast<std::size_t>(s)];
            const int first = shape.first_action[static_cast<std::size_t>(s)];
            int o = shape.opening_first[static_cast<std::size_t>(first)];
            for (int a = first; a < shape.last_action[static_cast<std::size_t>(s)]; ++a) {
                const Part taken = visits[s] * probability[a];
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

    // --------------------------------------------------------------------------------- what prices do to choices
    /// What each action of a situation brings from there on, of every channel that can come about, by place.
    void branches(int s, Part later, const Column below, const Column into) const {
        const auto at = static_cast<std::size_t>(s);
        for (int i = shape.own_first[at]; i < shape.own_first[at + 1]; ++i) {
            const PassShape::Own& own = shape.own[static_cast<std::size_t>(i)];
            into[own.branch] = number(own.at);
        }
        for (int i = shape.onward_first[at]; i < shape.onward_first[at + 1]; ++i) {
            const PassShape::Onward& onward = shape.onward[static_cast<std::size_t>(i)];
            const Part more = later * number(shape.at_opening + onward.opening) * below[onward.from];
            into[onward.branch] = onward.first ? more : into[onward.branch] + more;
        }
    }

    /// How many of a situation's active channels can have a price; they come first.
    [[nodiscard]] int active_prices(int s) const {
        const auto at = static_cast<std::size_t>(s);
        int count = 0;
        for (int k = shape.active_first[at];
             k < shape.active_first[at + 1] && shape.active_channel[static_cast<std::size_t>(k)] < shape.priced; ++k)
            ++count;
        return count;
    }

    /// ∂probability/∂price of each action of a situation, by place: its probability times what it brings beyond the mean, over the
    /// noise; with a normal shock the density times what sets it apart. Leaves what each action brings in `branch`.
    void push_choices(int s) {
        const auto at = static_cast<std::size_t>(s);
        const int first = shape.first_action[at];
        const int actions = shape.last_action[at] - first;
        const int prices = active_prices(s);
        const std::ptrdiff_t stride = shape.channels;
        branches(s, all(1.0), room.below.data(), room.branch.data());
        if (shape.foresight)
            branches(s, number(shape.at_foresight), room.below_weighed.data(), room.branch_weighed.data());
        const Column felt = (shape.foresight ? room.branch_weighed.data() : room.branch.data()) + first * stride;
        const Column push = room.push.data();
        const Part noise = number(shape.at_noise + s);
        const PartBits exact = noise == all(0.0);
        const Part rate = select(exact, all(0.0), 1.0 / select(exact, all(1.0), noise));
        if (shape.normal_shock && actions == 2) {
            const Part density = rate * normal_density(s);
            for (int k = 0; k < prices; ++k) {
                push[k] = density * (felt[k] - felt[stride + k]);
                push[stride + k] = -push[k];
            }
            return;
        }
        const Column probability = room.probability.data() + first;
        for (int k = 0; k < prices; ++k) {
            Part centre = probability[0] * felt[k];
            for (int a = 1; a < actions; ++a) centre += probability[a] * felt[a * stride + k];
            for (int a = 0; a < actions; ++a)
                push[a * stride + k] = rate * probability[a] * (felt[a * stride + k] - centre);
        }
    }

    [[nodiscard]] bool chooses(int s) const {
        const auto at = static_cast<std::size_t>(s);
        return shape.choice[at] != 0 && shape.last_action[at] - shape.first_action[at] > 1;
    }

    /// ∂m/∂p.
    void slopes() {
        Corner::clear(room.all.slope, room.slope);
        for (int s = 0; s < shape.situations; ++s) {
            if (chooses(s)) add_slopes(s);
        }
        if (shape.foresight) return;
        for (int c = 0; c < shape.priced; ++c) {
            for (int d = c + 1; d < shape.priced; ++d)
                room.slope[static_cast<std::size_t>(c * shape.priced + d)] =
                    room.slope[static_cast<std::size_t>(d * shape.priced + c)];
        }
    }

    void add_slopes(int s) {
        push_choices(s);
        const auto at = static_cast<std::size_t>(s);
        const int actions = shape.last_action[at] - shape.first_action[at];
        const int* channel = shape.active_channel.data() + shape.active_first[at];
        const int active = shape.active_first[at + 1] - shape.active_first[at];
        const int prices = active_prices(s);
        const std::ptrdiff_t stride = shape.channels;
        const Column branch = room.branch.data() + shape.first_action[at] * stride;
        const Column push = room.push.data();
        const Part visits = room.visits[at];
        for (int k = 0; k < active; ++k) {
            const Column row = room.slope.data() + static_cast<std::ptrdiff_t>(channel[k]) * shape.priced;
            // Without foresight below 1 the matrix is symmetric among prices: the half below the diagonal is mirrored at the end.
            const int last = shape.foresight || k >= prices ? prices : k + 1;
            for (int i = 0; i < last; ++i) {
                Part sum = branch[k] * push[i];
                for (int a = 1; a < actions; ++a) sum += branch[a * stride + k] * push[a * stride + i];
                row[channel[i]] += visits * sum;
            }
        }
    }

    // ------------------------------------------------------------------------------------------------ the Jacobian
    void jacobian(const Reply& reply) {
        Corner::clear(room.all.jacobian, room.jacobian);
        remember();
        for (auto it = shape.topological.rbegin(); it != shape.topological.rend(); ++it) {
            const int s = *it;
            const bool opened = shape.opened[static_cast<std::size_t>(s)] != 0;
            if (!opened && !chooses(s)) continue;
            expect_squares(s);
            if (!chooses(s)) continue;
            push_choices(s);
            add_rows(s, reply);
        }
    }

    /// What was moved before each situation: by the step into it, and by all steps before that.
    void remember() {
        const int channels = shape.channels;
        Corner::clear(room.all.history, room.history);
        for (const int slot : shape.arrival_slot)
            room.history[static_cast<std::size_t>(slot)] = room.arrived[static_cast<std::size_t>(slot)];
        for (const int s : shape.topological) {
            if (shape.opened[static_cast<std::size_t>(s)] == 0) continue;
            const Column from = room.history.data() + static_cast<std::ptrdiff_t>(s) * channels;
            for (int a = shape.first_action[static_cast<std::size_t>(s)];
                 a < shape.last_action[static_cast<std::size_t>(s)]; ++a) {
                for (int o = shape.opening_first[static_cast<std::size_t>(a)];
                     o < shape.opening_first[static_cast<std::size_t>(a) + 1]; ++o) {
                    const Part w = room.probability[static_cast<std::size_t>(a)] * number(shape.at_opening + o);
                    const Column into =
                        room.history.data() +
                        static_cast<std::ptrdiff_t>(shape.opening_target[static_cast<std::size_t>(o)]) * channels;
                    for (int c = 0; c < channels; ++c) into[c] += w * from[c];
                }
            }
        }
    }

    /// E[X_c·X_d] of each action of a situation from there on, and of the situation.
    void expect_squares(int s) {
        const auto at = static_cast<std::size_t>(s);
        const auto pairs = static_cast<std::ptrdiff_t>(shape.pairs.size());
        const int first = shape.first_action[at];
        const int last = shape.last_action[at];
        const Column below = room.below.data();
        const Column square_below = room.square_below.data();
        int i = shape.squares_first[static_cast<std::size_t>(first)];
        int product = i == 0 ? 0 : shape.squares[static_cast<std::size_t>(i) - 1].product_last;
        int onward = i == 0 ? 0 : shape.squares[static_cast<std::size_t>(i) - 1].onward_last;
        for (int a = first; a < last; ++a) {
            const Column own = room.square_branch.data() + a * pairs;
            for (; i < shape.squares_first[static_cast<std::size_t>(a) + 1]; ++i) {
                const PassShape::Square& square = shape.squares[static_cast<std::size_t>(i)];
                Part sum = square.at < 0 ? all(0.0) : number(square.at);
                for (; product < square.product_last; ++product) {
                    const PassShape::Product& p = shape.products[static_cast<std::size_t>(product)];
                    sum += number(p.carry) * below[p.from];
                }
                for (; onward < square.onward_last; ++onward) {
                    const PassShape::SquareOnward& o = shape.square_onward[static_cast<std::size_t>(onward)];
                    sum += number(shape.at_opening + o.opening) * square_below[o.from];
                }
                own[square.pair] = sum;
            }
        }
        if (shape.opened[at] == 0) return;
        for (int k = shape.active_pair_first[at]; k < shape.active_pair_first[at + 1]; ++k) {
            const int q = shape.active_pair[static_cast<std::size_t>(k)];
            Part sum = all(0.0);
            for (int a = first; a < last; ++a)
                sum += room.probability[static_cast<std::size_t>(a)] *
                       room.square_branch[static_cast<std::size_t>(a * pairs + q)];
            room.square_below[static_cast<std::size_t>(s * pairs + q)] = sum;
        }
    }

    /// Σ_a G_a·∂P_a/∂p_d of one situation, added to every live row.
    void add_rows(int s, const Reply& reply) {
        const auto at = static_cast<std::size_t>(s);
        const int actions = shape.last_action[at] - shape.first_action[at];
        for (int from = 0; from < actions; from += 4) {
            switch (actions - from) {
                case 1: add_rows_of<1>(s, from, reply); break;
                case 2: add_rows_of<2>(s, from, reply); break;
                case 3: add_rows_of<3>(s, from, reply); break;
                default: add_rows_of<4>(s, from, reply);
            }
        }
    }

    /// The same of `count` actions, few enough that what they add stays in registers.
    template <int Count>
    void add_rows_of(int s, int from, const Reply& reply) {
        const std::ptrdiff_t stride = shape.channels;
        const auto pairs = static_cast<std::ptrdiff_t>(shape.pairs.size());
        const int* channel = shape.active_channel.data() + shape.active_first[static_cast<std::size_t>(s)];
        const int* place = shape.place.data() + s * stride;
        const Column history = room.history.data() + s * stride;
        const int first = shape.first_action[static_cast<std::size_t>(s)] + from;
        const Column branch = room.branch.data() + first * stride;
        const Column push = room.push.data() + from * stride;
        const Column squares = room.square_branch.data() + first * pairs;
        const Part visits = room.visits[static_cast<std::size_t>(s)];
        const int prices = active_prices(s);
        for (int c = 0; c < shape.priced; ++c) {
            if (reply.live[static_cast<std::size_t>(c)] == 0) continue;
            std::array<Part, static_cast<std::size_t>(Count)> adds{};  // G_a
            int last = -1;
            Part weight{};  // of what the actions bring of the channel at `last`
            const auto add = [&](int at, Part w) __attribute__((always_inline)) {
                if (at < 0) return;
                if (at == last) {
                    weight += w;
                    return;
                }
                for (int a = 0; last >= 0 && a < Count; ++a)
                    adds[static_cast<std::size_t>(a)] += weight * branch[a * stride + last];
                last = at;
                weight = w;
            };
            for (int i = reply.first[static_cast<std::size_t>(c)]; i < reply.first[static_cast<std::size_t>(c) + 1];
                 ++i) {
                const Reply::Part part = reply.parts[static_cast<std::size_t>(i)];
                const Part size = load(numbers(reply.size.data()), i);
                if (!part.pair) {
                    add(place[part.index], visits * size);
                    continue;
                }
                const auto [one, two] = shape.pairs[static_cast<std::size_t>(part.index)];
                add(place[one], size * history[two]);
                add(place[two], size * history[one]);
                for (int a = 0; a < Count; ++a)
                    adds[static_cast<std::size_t>(a)] += visits * size * squares[a * pairs + part.index];
            }
            for (int a = 0; last >= 0 && a < Count; ++a)
                adds[static_cast<std::size_t>(a)] += weight * branch[a * stride + last];
            const Column row = room.jacobian.data() + static_cast<std::ptrdiff_t>(c) * shape.priced;
            for (int i = 0; i < prices; ++i) {
                Part sum = adds[0] * push[i];
                for (int a = 1; a < Count; ++a) sum += adds[static_cast<std::size_t>(a)] * push[a * stride + i];
                row[channel[i]] += sum;
            }
        }
    }

    /// φ(Δ/noise) of a choice of two under a normal shock, from the values of its actions.
    [[nodiscard]] Part normal_density(int s) const {
        const int first = shape.first_action[static_cast<std::size_t>(s)];
        const Part difference = action_value(first) - action_value(first + 1);
        const Part noise = number(shape.at_noise + s);
        Part density{};
        for (int l = 0; l < kWidth; ++l) {
            const bool both = number(shape.at_habit + first)[l] > 0 && number(shape.at_habit + first + 1)[l] > 0;
            const double z = noise[l] > 0 ? difference[l] / noise[l] : 0;
            density[l] = both ? 0x1.9884533d43651p-2 * std::exp(-0.5 * z * z) : 0;
        }
        return density;
    }
};

}  // namespace

void run(const PassShape& shape, const PassWish& wish, PassRoom& room) {
    for (int lane = 0; lane < kLanes; lane += kWidth) {
        Pass pass{shape, wish, Corner(room, lane)};
        pass.backward();
        pass.forward();
        pass.moments();
        if (wish.slope) pass.slopes();
    }
}

void jacobian(const PassShape& shape, const PassWish& wish, const Reply& reply, PassRoom& room) {
    for (int lane = 0; lane < kLanes; lane += kWidth) Pass{shape, wish, Corner(room, lane)}.jacobian(reply);
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
