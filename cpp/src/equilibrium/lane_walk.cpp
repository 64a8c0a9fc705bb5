// Compiled once per instruction set, like the kernel; lane_dispatch.cpp picks one when it runs.
#include "equilibrium/lane_walk.hpp"

#ifndef BACKFIRE_KERNEL_NAMESPACE
#define BACKFIRE_KERNEL_NAMESPACE kernel_baseline
#endif

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

[[gnu::always_inline]] inline std::size_t as_index(int i) { return static_cast<std::size_t>(i); }

void keep(Bits mask, const LaneList& from, LaneList& into) {
    for (std::size_t c = 0; c < into.size(); ++c) into[c] = select(mask, from[c], into[c]);
}

void measure_in_money(const std::vector<KpiReading>& readings, const PassRoom& room, WalkLanes& walk) {
    for (std::size_t c = 0; c < walk.n; ++c) walk.weight[c] = larger(magnitude(room.mean[c]), all_lanes(1e-300));
    const auto by_square = [&](int channel, int pair) {
        const Lanes second = room.second[as_index(pair)];
        walk.weight[as_index(channel)] =
            larger(root_lanes(larger(second, all_lanes(0.0))), walk.weight[as_index(channel)]);
    };
    for (const KpiReading& r : readings) {
        by_square(r.channel, r.square);
        if (r.ratio) by_square(r.below, r.below_square);
    }
}

void note_best(Bits better, const PassRoom& room, WalkLanes& walk) {
    keep(better, walk.prices, walk.best);
    walk.best_size = select(better, walk.size, walk.best_size);
    std::size_t i = 0;
    const auto note = [&](Lanes x) {
        walk.best_moments[i] = select(better, x, walk.best_moments[i]);
        ++i;
    };
    for (const Lanes& x : room.mean) note(x);
    for (const Lanes& x : room.weighed_mean) note(x);
    for (const Lanes& x : room.second) note(x);
    note(room.start_value);
}

}  // namespace

void decide(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& next, double slack,
            WalkLanes& walk) {
    const std::size_t n = walk.n;
    const Bits none = all_lanes(1.0) < all_lanes(0.0);
    const Lanes zero = all_lanes(0.0);
    measure_in_money(readings, room, walk);
    walk.steps += select(walk.active, all_lanes(1.0), zero);
    Lanes most = zero;
    for (std::size_t c = 0; c < n; ++c) most = larger(magnitude(walk.prices[c]), most);
    Lanes size = zero;
    Lanes scale = walk.floor;
    Bits finite = ~none;
    Bits agrees = ~none;  // where what is priced vanishes, money alone does not tell a fixed point
    for (std::size_t c = 0; c < n; ++c) {
        const Lanes price = walk.prices[c];
        const Lanes apart = next[c] - price;
        const Lanes own = larger(magnitude(next[c]), magnitude(price));
        agrees &= magnitude(apart) <= 1e-6 * own + 1e-9 * most;
        const Lanes gap = apart * walk.weight[c];
        walk.gap[c] = select(walk.active, gap, walk.gap[c]);
        finite &= finite_lanes(gap);
        size = larger(magnitude(gap), size);
        scale += magnitude(price * walk.weight[c]);
    }
    size = select(finite, size, all_lanes(1e300));
    walk.size = select(walk.active, size, walk.size);
    walk.scale = select(walk.active, scale, walk.scale);
    note_best(walk.active & (size < walk.best_size), room, walk);
    walk.active &= finite | walk.stepped;  // nothing to go back to
    const Bits stalled = walk.stepped & (size >= walk.size_before) & (size <= slack * scale);
    const Bits home = walk.active & finite & agrees & ((size <= 1e-12 * scale) | stalled);
    keep(home, walk.best, walk.prices);
    walk.arrived |= home;
    walk.active &= ~home;
    const Bits far = walk.active & walk.stepped & (size > 3.0 * walk.size_before);
    walk.time = select(far, 0.25 * walk.time, walk.time);
    for (std::size_t c = 0; c < n; ++c) {
        const Lanes step = walk.prices[c] - walk.before[c];
        const Lanes back = walk.before[c] + 0.25 * select(finite_lanes(step), step, zero);
        walk.prices[c] = select(far, back, walk.prices[c]);
    }
    walk.active &= ~(far & (walk.time < all_lanes(1e-14)));
    walk.stepping = walk.active & ~far;
}

namespace {

/// Puts a Jacobian into money.
void weigh_jacobian(const LaneList& from, WalkLanes& walk) {
    const std::size_t n = walk.n;
    for (std::size_t d = 0; d < n; ++d) walk.change[d] = 1.0 / walk.weight[d];
    walk.steep = all_lanes(0.0);
    for (std::size_t c = 0; c < n; ++c) {
        for (std::size_t d = 0; d < n; ++d)
            walk.jacobian[c * n + d] = from[c * n + d] * walk.weight[c] * walk.change[d];
        walk.steep += larger(walk.jacobian[c * n + c], all_lanes(0.0));
    }
}

}  // namespace

void take_jacobian(const LaneList& jacobian, WalkLanes& walk) { weigh_jacobian(jacobian, walk); }

void take_held_jacobian(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& held,
                        WalkLanes& walk) {
    const std::size_t n = walk.n;
    for (Lanes& x : walk.jacobian) x = all_lanes(0.0);
    const auto add = [&](int c, int d, Lanes reply) {
        Lanes* row = walk.jacobian.data() + as_index(c) * n;
        const Lanes* slope = room.slope.data() + as_index(d) * n;
        for (std::size_t e = 0; e < n; ++e) row[e] += reply * slope[e];
    };
    for (std::size_t k = 0; k < readings.size(); ++k) {
        const KpiReading& r = readings[k];
        add(r.channel, r.channel, held[4 * k]);
        if (!r.ratio) continue;
        add(r.channel, r.below, held[4 * k + 1]);
        add(r.below, r.channel, held[4 * k + 2]);
        add(r.below, r.below, held[4 * k + 3]);
    }
    weigh_jacobian(walk.jacobian, walk);
}

void mend(WalkLanes& walk) {
    const std::size_t n = walk.n;
    const Lanes zero = all_lanes(0.0);
    const Bits again = walk.stepping & walk.stepped;
    if (!any_lane(again)) return;
    Lanes length = zero;
    for (std::size_t c = 0; c < n; ++c) {
        walk.change[c] = select(again, (walk.prices[c] - walk.before[c]) * walk.weight[c], zero);
        length += walk.change[c] * walk.change[c];
    }
    const Bits usable = length > zero;
    const Lanes over = select(usable, 1.0 / select(usable, length, all_lanes(1.0)), zero);
    for (std::size_t c = 0; c < n; ++c) {
        Lanes missed = (walk.gap[c] - walk.gap_before[c]) + walk.change[c];  // change of p_new
        for (std::size_t d = 0; d < n; ++d)
            missed -= 0.5 * (walk.jacobian[c * n + d] + walk.jacobian_before[c * n + d]) * walk.change[d];
        missed = select(usable, missed * over, zero);
        for (std::size_t d = 0; d < n; ++d) {
            const Lanes more = missed * walk.change[d];
            walk.jacobian[c * n + d] += select(magnitude(more) < all_lanes(1e300), more, zero);
        }
    }
}

void remember(WalkLanes& walk) {
    walk.size_before = select(walk.stepping, walk.size, walk.size_before);
    keep(walk.stepping, walk.prices, walk.before);
    keep(walk.stepping, walk.gap, walk.gap_before);
    keep(walk.stepping, walk.jacobian, walk.jacobian_before);
}

void eliminate(bool solve, WalkLanes& walk) {
    const std::size_t n = walk.n;
    Lanes* a = walk.factor.data();
    for (std::size_t c = 0; c < n; ++c) {
        for (std::size_t d = 0; d < n; ++d) a[c * n + d] = -walk.jacobian[c * n + d];
        a[c * n + c] += walk.diagonal;
        if (solve) walk.change[c] = walk.gap[c];
    }
    Bits stable = all_lanes(0.0) < all_lanes(1.0);
    for (std::size_t k = 0; k < n; ++k) {
        const Lanes pivot = a[k * n + k];
        stable &= pivot > all_lanes(0.0);
        const Lanes over = 1.0 / select(pivot == all_lanes(0.0), all_lanes(1e-300), pivot);
        for (std::size_t c = k + 1; c < n; ++c) {
            const Lanes factor = a[c * n + k] * over;
            for (std::size_t d = k + 1; d < n; ++d) a[c * n + d] -= factor * a[k * n + d];
            if (solve) walk.change[c] -= factor * walk.change[k];
        }
    }
    walk.stable = stable;
    for (std::size_t k = n; solve && k-- > 0;) {
        Lanes sum = walk.change[k];
        for (std::size_t d = k + 1; d < n; ++d) sum -= a[k * n + d] * walk.change[d];
        const Lanes pivot = a[k * n + k];
        walk.change[k] = sum / select(pivot == all_lanes(0.0), all_lanes(1e-300), pivot);
    }
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
