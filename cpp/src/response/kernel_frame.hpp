/// The kernel's view of its numbers: as many of the eight lanes at a time as a register of the instruction set holds.
///
/// Only for files that are compiled once per instruction set: everything here lies in BACKFIRE_KERNEL_NAMESPACE, without a name that
/// other files could share.
#pragma once

#include "response/kernel.hpp"

#include <cstddef>

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
using Register = double __attribute__((vector_size(kWidth * sizeof(double))));
using RegisterBits = BitsOf<Register>;
[[gnu::always_inline]] inline Register all(double x) { return all_lanes<Register>(x); }

/// A list of lanes, of which only a part is seen.
struct Column {
    double* at;

    template <class Index>
    [[gnu::always_inline]] Register& operator[](Index i) const {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a part of a vector is a smaller vector
        return *reinterpret_cast<Register*>(at + static_cast<std::ptrdiff_t>(i) * kLanes);
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
          onward_chance(column(room.onward_chance)),
          arrived(column(room.arrived)),
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
        taken_weighed, onward_chance, arrived, branch, branch_weighed, push, history, square_below, square_branch,
        jacobian;
};

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

    /// Q of an action at the values of what it opens.
    [[nodiscard]] Register action_value(int a) const {
        Register q = number(shape.at_q0 + a);
        for (int t = shape.touch_first[static_cast<std::size_t>(a)];
             t < shape.touch_first[static_cast<std::size_t>(a) + 1]; ++t) {
            const int c = shape.touch_channel[static_cast<std::size_t>(t)];
            if (c >= shape.priced) break;
            q += price(c) * number(shape.at_touch + t);
        }
        const int first = shape.opening_first[static_cast<std::size_t>(a)];
        const int last = shape.opening_first[static_cast<std::size_t>(a) + 1];
        if (first == last) return q;
        Register later = all(0.0);
        for (int o = first; o < last; ++o)
            later += number(shape.at_opening + o) *
                     room.value[static_cast<std::size_t>(shape.opening_target[static_cast<std::size_t>(o)])];
        return q + number(shape.at_foresight) * later;
    }
};

}  // namespace
}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
