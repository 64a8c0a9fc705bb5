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

/// What compares to or holds the bits of a vector of doubles.
template <class V>
using BitsOf = decltype(V{} < V{});
template <class V>
struct UnsignedOf {
    // NOLINTNEXTLINE(modernize-use-using): an alias would drop the attribute here
    typedef std::uint64_t type __attribute__((vector_size(sizeof(V))));
};

template <class V = Lanes>
[[gnu::always_inline]] inline V all_lanes(double x) {
    return V{} + x;
}
template <class V = Lanes>
[[gnu::always_inline]] inline V load_lanes(const double* from) {
    V x;
    std::memcpy(&x, from, sizeof x);
    return x;
}
[[gnu::always_inline]] inline void store_lanes(double* to, Lanes x) { std::memcpy(to, &x, sizeof x); }
template <class V>
[[gnu::always_inline]] inline V select(BitsOf<V> mask, V yes, V no) {
    const BitsOf<V> mixed = (mask & std::bit_cast<BitsOf<V>>(yes)) | (~mask & std::bit_cast<BitsOf<V>>(no));
    return std::bit_cast<V>(mixed);
}
template <class V>
[[gnu::always_inline]] inline V larger(V a, V b) {
    return a > b ? a : b;
}
template <class V>
[[gnu::always_inline]] inline V magnitude(V x) {
    return larger(x, -x);
}
template <class B>
[[gnu::always_inline]] inline bool any_lane(B mask) {
    std::int64_t any = 0;
    for (std::size_t l = 0; l < sizeof(B) / sizeof(std::int64_t); ++l) any |= mask[l];
    return any != 0;
}

template <class V>
[[gnu::always_inline]] inline V root_lanes(V x) {
    for (std::size_t l = 0; l < sizeof(V) / sizeof(double); ++l) x[l] = __builtin_sqrt(x[l]);
    return x;
}
template <class V>
[[gnu::always_inline]] inline BitsOf<V> finite_lanes(V x) {
    return magnitude(x) <= all_lanes<V>(0x1.fffffffffffffp1023);
}

/// e^x to about 1 ulp for x ≤ 709; 0 below −708. Range reduction by Cody and Waite, then the Taylor polynomial of degree 13.
template <class V>
[[gnu::always_inline]] inline V exp_lanes(V x) {
    constexpr double kMagic = 0x1.8p52;
    const BitsOf<V> vanishing = x < all_lanes<V>(-708.0);
    x = select(vanishing, all_lanes<V>(-708.0), x);
    x = select(x > all_lanes<V>(709.0), all_lanes<V>(709.0), x);
    const V shifted = x * 0x1.71547652b82fep0 + kMagic;
    const V k = shifted - kMagic;
    const V r = (x - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33;
    // Pairs of pairs (Estrin's scheme): short chains, as one exp waits for the one before in a chain of situations.
    const V r2 = r * r;
    const V r4 = r2 * r2;
    const V low = (0.5 + r * (1.0 / 6.0)) + (1.0 / 24.0 + r * (1.0 / 120.0)) * r2;
    const V middle = (1.0 / 720.0 + r * (1.0 / 5040.0)) + (1.0 / 40320.0 + r * (1.0 / 362880.0)) * r2;
    const V high = (1.0 / 3628800.0 + r * (1.0 / 39916800.0)) + (1.0 / 479001600.0 + r * (1.0 / 6227020800.0)) * r2;
    const V y = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)));
    const BitsOf<V> power = std::bit_cast<BitsOf<V>>(shifted) << 52;  // the integer k sits in the low bits
    const BitsOf<V> scaled = std::bit_cast<BitsOf<V>>(y) + power;
    return select(vanishing, all_lanes<V>(0.0), std::bit_cast<V>(scaled));
}

/// Natural logarithm to about 1 ulp for normal positive numbers: 2·artanh((m − 1)/(m + 1)) of the mantissa.
template <class V>
[[gnu::always_inline]] inline V log_lanes(V x) {
    const auto bits = std::bit_cast<typename UnsignedOf<V>::type>(x);
    // Exponent such that the mantissa lies in [√½, √2).
    const typename UnsignedOf<V>::type offset = bits - 0x3FE6A09E667F3BCDULL;
    const typename UnsignedOf<V>::type wrapped =
        (offset >> 52) ^ 0x800ULL;  // two's complement exponent, moved to be positive
    const typename UnsignedOf<V>::type placed = (wrapped & 0xFFFULL) | 0x4330000000000000ULL;
    const V e = std::bit_cast<V>(placed) - (0x1p52 + 2048.0);
    const typename UnsignedOf<V>::type mantissa = bits - (offset & 0xFFF0000000000000ULL);
    const auto m = std::bit_cast<V>(mantissa);
    const V f = m - 1.0;
    const V s = f / (m + 1.0);
    const V z = s * s;
    const V z2 = z * z;
    const V z4 = z2 * z2;
    const V low = (1.0 / 3.0 + z * (1.0 / 5.0)) + (1.0 / 7.0 + z * (1.0 / 9.0)) * z2;
    const V middle = (1.0 / 11.0 + z * (1.0 / 13.0)) + (1.0 / 15.0 + z * (1.0 / 17.0)) * z2;
    const V high = (1.0 / 19.0 + z * (1.0 / 21.0)) + (1.0 / 23.0 + z * (1.0 / 25.0)) * z2;
    const V series = low + z4 * (middle + z4 * high);
    const V small = 2.0 * s + 2.0 * s * z * series;
    return e * 0x1.62e42fee00000p-1 + (small + e * 0x1.a39ef35793c76p-33);
}

}  // namespace backfire
