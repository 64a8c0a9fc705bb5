/// Lanes: eight agents side by side in one vector, with exp and log that need no library call.
///
/// Own exp and log because the ones at hand either need -ffast-math or give other bits on other instruction sets by design.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

namespace backfire {

inline constexpr int kLanes = 8;
/// One number for each of eight agents.
using Lanes = double __attribute__((vector_size(kLanes * sizeof(double))));
using Bits = std::int64_t __attribute__((vector_size(kLanes * sizeof(double))));
using UnsignedBits = std::uint64_t __attribute__((vector_size(kLanes * sizeof(double))));

/// Storage for lanes, aligned the same for every instruction set (the compiler's own alignment of the type is not).
template <class T>
struct LaneAllocator {
    using value_type = T;
    LaneAllocator() = default;
    template <class U>
    explicit LaneAllocator(const LaneAllocator<U>& /*other*/) {}
    T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64})); }
    void deallocate(T* at, std::size_t /*n*/) { ::operator delete(at, std::align_val_t{64}); }
    friend bool operator==(const LaneAllocator&, const LaneAllocator&) { return true; }
};
using LaneList = std::vector<Lanes, LaneAllocator<Lanes>>;
using BitsList = std::vector<Bits, LaneAllocator<Bits>>;

[[gnu::always_inline]] inline Lanes all_lanes(double x) { return Lanes{x, x, x, x, x, x, x, x}; }
[[gnu::always_inline]] inline Lanes load_lanes(const double* from) {
    Lanes x;
    std::memcpy(&x, from, sizeof x);
    return x;
}
[[gnu::always_inline]] inline void store_lanes(double* to, Lanes x) { std::memcpy(to, &x, sizeof x); }
[[gnu::always_inline]] inline Lanes select(Bits mask, Lanes yes, Lanes no) {
    const Bits mixed = (mask & std::bit_cast<Bits>(yes)) | (~mask & std::bit_cast<Bits>(no));
    return std::bit_cast<Lanes>(mixed);
}
[[gnu::always_inline]] inline Lanes larger(Lanes a, Lanes b) { return a > b ? a : b; }
[[gnu::always_inline]] inline Lanes magnitude(Lanes x) { return larger(x, -x); }
[[gnu::always_inline]] inline bool any_lane(Bits mask) {
    std::int64_t any = 0;
    for (int l = 0; l < kLanes; ++l) any |= mask[l];
    return any != 0;
}

[[gnu::always_inline]] inline Lanes root_lanes(Lanes x) {
    std::array<double, kLanes> each{};
    std::memcpy(each.data(), &x, sizeof x);
    for (double& one : each) one = __builtin_sqrt(one);
    return load_lanes(each.data());
}
[[gnu::always_inline]] inline Bits finite_lanes(Lanes x) { return magnitude(x) <= all_lanes(0x1.fffffffffffffp1023); }

/// e^x to about 1 ulp for x ≤ 709; 0 below −708. Range reduction by Cody and Waite, then the Taylor polynomial of degree 13.
[[gnu::always_inline]] inline Lanes exp_lanes(Lanes x) {
    constexpr double kMagic = 0x1.8p52;
    const Bits vanishing = x < all_lanes(-708.0);
    x = select(vanishing, all_lanes(-708.0), x);
    x = select(x > all_lanes(709.0), all_lanes(709.0), x);
    const Lanes shifted = x * 0x1.71547652b82fep0 + kMagic;
    const Lanes k = shifted - kMagic;
    const Lanes r = (x - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33;
    // Pairs of pairs (Estrin's scheme): short chains, as one exp waits for the one before in a chain of situations.
    const Lanes r2 = r * r;
    const Lanes r4 = r2 * r2;
    const Lanes low = (0.5 + r * (1.0 / 6.0)) + (1.0 / 24.0 + r * (1.0 / 120.0)) * r2;
    const Lanes middle = (1.0 / 720.0 + r * (1.0 / 5040.0)) + (1.0 / 40320.0 + r * (1.0 / 362880.0)) * r2;
    const Lanes high = (1.0 / 3628800.0 + r * (1.0 / 39916800.0)) + (1.0 / 479001600.0 + r * (1.0 / 6227020800.0)) * r2;
    const Lanes y = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)));
    const Bits power = std::bit_cast<Bits>(shifted) << 52;  // the integer k sits in the low bits
    const Bits scaled = std::bit_cast<Bits>(y) + power;
    return select(vanishing, all_lanes(0.0), std::bit_cast<Lanes>(scaled));
}

/// Natural logarithm to about 1 ulp for normal positive numbers: 2·artanh((m − 1)/(m + 1)) of the mantissa.
[[gnu::always_inline]] inline Lanes log_lanes(Lanes x) {
    const auto bits = std::bit_cast<UnsignedBits>(x);
    // Exponent such that the mantissa lies in [√½, √2).
    const UnsignedBits offset = bits - 0x3FE6A09E667F3BCDULL;
    const UnsignedBits wrapped = (offset >> 52) ^ 0x800ULL;  // two's complement exponent, moved to be positive
    const UnsignedBits placed = (wrapped & 0xFFFULL) | 0x4330000000000000ULL;
    const Lanes e = std::bit_cast<Lanes>(placed) - (0x1p52 + 2048.0);
    const UnsignedBits mantissa = bits - (offset & 0xFFF0000000000000ULL);
    const auto m = std::bit_cast<Lanes>(mantissa);
    const Lanes f = m - 1.0;
    const Lanes s = f / (m + 1.0);
    const Lanes z = s * s;
    const Lanes z2 = z * z;
    const Lanes z4 = z2 * z2;
    const Lanes low = (1.0 / 3.0 + z * (1.0 / 5.0)) + (1.0 / 7.0 + z * (1.0 / 9.0)) * z2;
    const Lanes middle = (1.0 / 11.0 + z * (1.0 / 13.0)) + (1.0 / 15.0 + z * (1.0 / 17.0)) * z2;
    const Lanes high = (1.0 / 19.0 + z * (1.0 / 21.0)) + (1.0 / 23.0 + z * (1.0 / 25.0)) * z2;
    const Lanes series = low + z4 * (middle + z4 * high);
    const Lanes small = 2.0 * s + 2.0 * s * z * series;
    return e * 0x1.62e42fee00000p-1 + (small + e * 0x1.a39ef35793c76p-33);
}

}  // namespace backfire
