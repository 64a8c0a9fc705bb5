/// Registers: as many of the eight lanes as the instruction set holds at a time, and lists of lanes seen through them.
///
/// Only for files that are compiled once per instruction set: everything here lies in BACKFIRE_KERNEL_NAMESPACE, without a name that
/// other files could share.
#pragma once

#include "response/lanes.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

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

/// Some of eight lanes: as many as a register holds, from `lane` on.
struct Some {
    int lane;

    [[nodiscard]] [[gnu::always_inline]] Column list(LaneList& lanes) const { return {numbers(lanes.data()) + lane}; }
    [[nodiscard]] [[gnu::always_inline]] Register& one(Lanes& lanes) const { return Column{numbers(&lanes) + lane}[0]; }
    [[nodiscard]] [[gnu::always_inline]] RegisterBits& one(Bits& bits) const {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a part of a vector is a smaller vector
        return *reinterpret_cast<RegisterBits*>(reinterpret_cast<std::int64_t*>(&bits) + lane);
    }
    [[nodiscard]] [[gnu::always_inline]] Register see(const LaneList& lanes, std::size_t i) const {
        return load_lanes<Register>(numbers(lanes.data()) + i * kLanes + lane);
    }
    [[nodiscard]] [[gnu::always_inline]] Register see(const Lanes& lanes) const {
        return load_lanes<Register>(numbers(&lanes) + lane);
    }
    [[nodiscard]] [[gnu::always_inline]] RegisterBits see(const Bits& bits) const {
        RegisterBits some;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the bits that vectors are made of
        std::memcpy(&some, reinterpret_cast<const std::int64_t*>(&bits) + lane, sizeof some);
        return some;
    }
};

/// Calls `visit(some)` for all lanes in turn.
template <class Visit>
[[gnu::always_inline]] inline void each_some(const Visit& visit) {
    for (int lane = 0; lane < kLanes; lane += kWidth) visit(Some{lane});
}

}  // namespace
}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
