/// The kernel's view of its numbers: a shape, a wish, and as many lanes of a room as a register of the instruction set holds.
///
/// Only for files that are compiled once per instruction set: everything here lies in BACKFIRE_KERNEL_NAMESPACE, without a name that
/// other files could share.
#pragma once

#include "response/kernel.hpp"
#include "response/registers.hpp"

#include <array>
#include <cstddef>

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

/// The part of a room that starts at a lane.
struct Slice {
    Slice(PassRoom& room, int first)
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
          own(column(room.own)),
          branch(column(room.branch)),
          branch_weighed(column(room.branch_weighed)),
          push(column(room.push)),
          history(column(room.history)),
          square_below(column(room.square_below)),
          square_branch(column(room.square_branch)),
          jacobian(column(room.jacobian)) {}

    [[nodiscard]] Column column(LaneList& list) const { return {numbers(list.data()) + lane}; }
    [[nodiscard]] Register& start_value() const { return Column{numbers(&all.start_value) + lane}[0]; }
    static void clear(const LaneList& list, Column column) {
        for (std::size_t i = 0; i < list.size(); ++i) column[i] = Register{};
    }

    int lane;
    PassRoom& all;
    Column probability, best, value, visits, weighed, below, below_weighed, mean, weighed_mean, second, slope, taken,
        taken_weighed, own, branch, branch_weighed, push, history, square_below, square_branch, jacobian;
};

/// Calls `visit.operator()<Count>(from)` for so many actions, up to four at a time: few enough that they stay in registers.
template <class Visit>
[[gnu::always_inline]] inline void by_fours(int actions, const Visit& visit) {
    switch (actions) {  // the usual numbers, with nothing left to be known at run time
        case 1: visit.template operator()<1>(0); return;
        case 2: visit.template operator()<2>(0); return;
        case 3: visit.template operator()<3>(0); return;
        case 4: visit.template operator()<4>(0); return;
        default: break;
    }
    int from = 0;
    for (; from + 4 <= actions; from += 4) visit.template operator()<4>(from);
    for (; from < actions; ++from) visit.template operator()<1>(from);
}

/// What a pass and the slopes after it have in common: a shape, a wish, and some lanes of a room.
struct Frame {
    const PassShape& shape;
    const PassWish& wish;
    Slice room;

    [[nodiscard]] Register load(const double* from, int at) const {
        return load_lanes<Register>(from + static_cast<std::ptrdiff_t>(at) * kLanes + room.lane);
    }
    [[nodiscard]] Register number(int at) const { return load(wish.tile, at); }
    [[nodiscard]] Register price(int channel) const { return load(wish.prices, channel); }

    [[nodiscard]] int actions(int s) const {
        return shape.last_action[static_cast<std::size_t>(s)] - shape.first_action[static_cast<std::size_t>(s)];
    }
    /// Calls `visit(channel)` for every channel that is active in a situation, and for a few that nothing moves from there on.
    template <class Visit>
    void each_active(int s, const Visit& visit) const {
        for (int k = shape.stretch_first[static_cast<std::size_t>(s)];
             k < shape.stretch_first[static_cast<std::size_t>(s) + 1]; ++k) {
            const std::ptrdiff_t first = shape.stretches[static_cast<std::size_t>(k)].first;
            const std::ptrdiff_t last = shape.stretches[static_cast<std::size_t>(k)].last;
            for (std::ptrdiff_t c = first; c < last; ++c) visit(c);
        }
    }
    /// Calls `visit(target, opening)` for every opening of an action.
    template <class Visit>
    void each_opening(int a, const Visit& visit) const {
        for (int o = shape.opening_first[static_cast<std::size_t>(a)];
             o < shape.opening_first[static_cast<std::size_t>(a) + 1]; ++o)
            visit(shape.opening_target[static_cast<std::size_t>(o)], o);
    }
    /// Calls `visit(touch)` for every touch of an action that is in no column.
    template <class Visit>
    void each_loose(int a, const Visit& visit) const {
        for (int t = shape.loose_first[static_cast<std::size_t>(a)];
             t < shape.loose_first[static_cast<std::size_t>(a) + 1]; ++t)
            visit(shape.loose_touches[static_cast<std::size_t>(t)]);
    }

    /// Q of actions of a situation, from its action `from` on, at the values of what they open.
    template <int Count>
    [[nodiscard]] std::array<Register, static_cast<std::size_t>(Count)> action_values(int s, int from) const {
        const auto at = static_cast<std::size_t>(s);
        const int first = shape.first_action[at] + from;
        const int stride = actions(s);
        std::array<Register, static_cast<std::size_t>(Count)> q{};
        for (int i = 0; i < Count; ++i) q[static_cast<std::size_t>(i)] = number(shape.at_q0 + first + i);
        int x = shape.columns_at[at] + from;
        for (int j = shape.column_first[at]; j < shape.column_unpriced[at]; ++j, x += stride) {
            const Register p = price(shape.column_of[static_cast<std::size_t>(j)]);
            for (int i = 0; i < Count; ++i) q[static_cast<std::size_t>(i)] += p * number(x + i);
        }
        for (int i = 0; i < Count; ++i) {
            Register& own = q[static_cast<std::size_t>(i)];
            each_loose(first + i, [&](const PassShape::Loose& t) {
                if (t.of < shape.priced) own += price(t.of) * number(t.at);
            });
            Register later = all(0.0);
            each_opening(first + i, [&](int target, int o) {
                later += number(shape.at_opening + o) * room.value[static_cast<std::size_t>(target)];
            });
            own += number(shape.at_foresight) * later;
        }
        return q;
    }
};

}  // namespace
}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
