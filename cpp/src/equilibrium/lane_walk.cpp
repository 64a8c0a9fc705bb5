// Compiled once per instruction set, like the kernel; lane_dispatch.cpp picks one when it runs.
#include "equilibrium/lane_walk.hpp"

#include "response/registers.hpp"

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

[[gnu::always_inline]] inline std::size_t as_index(int i) { return static_cast<std::size_t>(i); }

/// Some of eight walks.
struct Part : Some {
    Part(Some some, WalkLanes& lanes) : Some(some), walk(lanes) {}

    WalkLanes& walk;

    void keep(RegisterBits mask, LaneList& from_list, LaneList& into_list) const {
        const Column from = list(from_list);
        const Column into = list(into_list);
        for (std::size_t c = 0; c < into_list.size(); ++c) into[c] = select(mask, from[c], into[c]);
    }

    void measure_in_money(const std::vector<KpiReading>& readings, const PassRoom& room) const {
        const Column weight = list(walk.weight);
        for (std::size_t c = 0; c < walk.n; ++c) weight[c] = larger(magnitude(see(room.mean, c)), all(1e-300));
        const auto by_square = [&](int channel, int pair) {
            const Register second = see(room.second, as_index(pair));
            weight[channel] = larger(root_lanes(larger(second, all(0.0))), weight[channel]);
        };
        for (const KpiReading& r : readings) {
            by_square(r.channel, r.square);
            if (r.ratio) by_square(r.below, r.below_square);
        }
    }

    void note_best(RegisterBits better, const PassRoom& room) const {
        keep(better, walk.prices, walk.best);
        Register& best_size = one(walk.best_size);
        best_size = select(better, one(walk.size), best_size);
        const Column best_moments = list(walk.best_moments);
        std::size_t i = 0;
        const auto note = [&](Register x) {
            best_moments[i] = select(better, x, best_moments[i]);
            ++i;
        };
        for (std::size_t c = 0; c < room.mean.size(); ++c) note(see(room.mean, c));
        for (std::size_t c = 0; c < room.mean.size(); ++c) note(see(room.weighed_mean, c));
        for (std::size_t q = 0; q < room.second.size(); ++q) note(see(room.second, q));
        note(see(room.start_value));
    }

    void decide(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& next_list,
                double slack) const {
        const std::size_t n = walk.n;
        const Register zero = all(0.0);
        const RegisterBits every = zero == zero;
        const Column prices = list(walk.prices);
        const Column before = list(walk.before);
        const Column gaps = list(walk.gap);
        const Column weight = list(walk.weight);
        RegisterBits& active = one(walk.active);
        const RegisterBits stepped = one(walk.stepped);
        measure_in_money(readings, room);
        one(walk.steps) += select(active, all(1.0), zero);
        Register most = zero;
        for (std::size_t c = 0; c < n; ++c) most = larger(magnitude(prices[c]), most);
        Register size = zero;
        Register scale = one(walk.floor);
        RegisterBits finite = every;
        RegisterBits agrees = every;  // where what is priced vanishes, money alone does not tell a fixed point
        for (std::size_t c = 0; c < n; ++c) {
            const Register price = prices[c];
            const Register next = see(next_list, c);
            const Register apart = next - price;
            const Register own = larger(magnitude(next), magnitude(price));
            agrees &= magnitude(apart) <= 1e-6 * own + 1e-9 * most;
            const Register gap = apart * weight[c];
            gaps[c] = select(active, gap, gaps[c]);
            finite &= finite_lanes(gap);
            size = larger(magnitude(gap), size);
            scale += magnitude(price * weight[c]);
        }
        size = select(finite, size, all(1e300));
        one(walk.size) = select(active, size, one(walk.size));
        one(walk.scale) = select(active, scale, one(walk.scale));
        note_best(active & (size < one(walk.best_size)), room);
        active &= finite | stepped;  // nothing to go back to
        const Register size_before = one(walk.size_before);
        const RegisterBits stalled = stepped & (size >= size_before) & (size <= slack * scale);
        const RegisterBits home = active & finite & agrees & ((size <= 1e-12 * scale) | stalled);
        keep(home, walk.best, walk.prices);
        one(walk.arrived) |= home;
        active &= ~home;
        const RegisterBits far = active & stepped & (size > 3.0 * size_before);
        Register& time = one(walk.time);
        time = select(far, 0.25 * time, time);
        for (std::size_t c = 0; c < n; ++c) {
            const Register step = prices[c] - before[c];
            const Register back = before[c] + 0.25 * select(finite_lanes(step), step, zero);
            prices[c] = select(far, back, prices[c]);
        }
        active &= ~(far & (time < all(1e-14)));
        one(walk.stepping) = active & ~far;
    }

    /// Puts a Jacobian into money; it may be the walk's own.
    void take_jacobian(const LaneList& from) const {
        const std::size_t n = walk.n;
        const Column weight = list(walk.weight);
        const Column change = list(walk.change);
        const Column jacobian = list(walk.jacobian);
        for (std::size_t d = 0; d < n; ++d) change[d] = 1.0 / weight[d];
        Register steep = all(0.0);
        for (std::size_t c = 0; c < n; ++c) {
            for (std::size_t d = 0; d < n; ++d) jacobian[c * n + d] = see(from, c * n + d) * weight[c] * change[d];
            steep += larger(jacobian[c * n + c], all(0.0));
        }
        one(walk.steep) = steep;
    }

    void take_held_jacobian(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& held) const {
        const std::size_t n = walk.n;
        const Column jacobian = list(walk.jacobian);
        for (std::size_t i = 0; i < n * n; ++i) jacobian[i] = all(0.0);
        const auto add = [&](int c, int d, Register reply) {
            const std::size_t row = as_index(c) * n;
            const std::size_t slope = as_index(d) * n;
            for (std::size_t e = 0; e < n; ++e) jacobian[row + e] += reply * see(room.slope, slope + e);
        };
        for (std::size_t k = 0; k < readings.size(); ++k) {
            const KpiReading& r = readings[k];
            add(r.channel, r.channel, see(held, 4 * k));
            if (!r.ratio) continue;
            add(r.channel, r.below, see(held, 4 * k + 1));
            add(r.below, r.channel, see(held, 4 * k + 2));
            add(r.below, r.below, see(held, 4 * k + 3));
        }
        take_jacobian(walk.jacobian);
    }

    void mend() const {
        const std::size_t n = walk.n;
        const Register zero = all(0.0);
        const RegisterBits again = one(walk.stepping) & one(walk.stepped);
        if (!any_lane(again)) return;
        const Column prices = list(walk.prices);
        const Column before = list(walk.before);
        const Column weight = list(walk.weight);
        const Column change = list(walk.change);
        const Column gap = list(walk.gap);
        const Column gap_before = list(walk.gap_before);
        const Column jacobian = list(walk.jacobian);
        const Column jacobian_before = list(walk.jacobian_before);
        Register length = zero;
        for (std::size_t c = 0; c < n; ++c) {
            change[c] = select(again, (prices[c] - before[c]) * weight[c], zero);
            length += change[c] * change[c];
        }
        const RegisterBits usable = length > zero;
        const Register over = select(usable, 1.0 / select(usable, length, all(1.0)), zero);
        for (std::size_t c = 0; c < n; ++c) {
            Register missed = (gap[c] - gap_before[c]) + change[c];  // change of p_new
            for (std::size_t d = 0; d < n; ++d)
                missed -= 0.5 * (jacobian[c * n + d] + jacobian_before[c * n + d]) * change[d];
            missed = select(usable, missed * over, zero);
            for (std::size_t d = 0; d < n; ++d) {
                const Register more = missed * change[d];
                jacobian[c * n + d] += select(magnitude(more) < all(1e300), more, zero);
            }
        }
    }

    void remember() const {
        const RegisterBits stepping = one(walk.stepping);
        Register& size_before = one(walk.size_before);
        size_before = select(stepping, one(walk.size), size_before);
        keep(stepping, walk.prices, walk.before);
        keep(stepping, walk.gap, walk.gap_before);
        keep(stepping, walk.jacobian, walk.jacobian_before);
    }

    void eliminate(bool solve) const {
        const std::size_t n = walk.n;
        const Column a = list(walk.factor);
        const Column jacobian = list(walk.jacobian);
        const Column change = list(walk.change);
        const Column gap = list(walk.gap);
        const Register diagonal = one(walk.diagonal);
        for (std::size_t c = 0; c < n; ++c) {
            for (std::size_t d = 0; d < n; ++d) a[c * n + d] = -jacobian[c * n + d];
            a[c * n + c] += diagonal;
            if (solve) change[c] = gap[c];
        }
        RegisterBits stable = diagonal == diagonal;
        for (std::size_t k = 0; k < n; ++k) {
            const Register pivot = a[k * n + k];
            stable &= pivot > all(0.0);
            const Register over = 1.0 / select(pivot == all(0.0), all(1e-300), pivot);
            for (std::size_t c = k + 1; c < n; ++c) {
                const Register factor = a[c * n + k] * over;
                for (std::size_t d = k + 1; d < n; ++d) a[c * n + d] -= factor * a[k * n + d];
                if (solve) change[c] -= factor * change[k];
            }
        }
        one(walk.stable) = stable;
        for (std::size_t k = n; solve && k-- > 0;) {
            Register sum = change[k];
            for (std::size_t d = k + 1; d < n; ++d) sum -= a[k * n + d] * change[d];
            const Register pivot = a[k * n + k];
            change[k] = sum / select(pivot == all(0.0), all(1e-300), pivot);
        }
    }
};

template <class Visit>
[[gnu::always_inline]] inline void each_part(WalkLanes& walk, const Visit& visit) {
    each_some([&](Some some) { visit(Part(some, walk)); });
}

}  // namespace

void decide(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& next, double slack,
            WalkLanes& walk) {
    each_part(walk, [&](const Part& part) { part.decide(readings, room, next, slack); });
}

void take_jacobian(const LaneList& jacobian, WalkLanes& walk) {
    each_part(walk, [&](const Part& part) { part.take_jacobian(jacobian); });
}

void take_held_jacobian(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& held,
                        WalkLanes& walk) {
    each_part(walk, [&](const Part& part) { part.take_held_jacobian(readings, room, held); });
}

void mend(WalkLanes& walk) {
    each_part(walk, [](const Part& part) { part.mend(); });
}

void remember(WalkLanes& walk) {
    each_part(walk, [](const Part& part) { part.remember(); });
}

void eliminate(bool solve, WalkLanes& walk) {
    each_part(walk, [&](const Part& part) { part.eliminate(solve); });
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
