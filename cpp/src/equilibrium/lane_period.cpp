// Compiled once per instruction set, like the kernel; lane_dispatch.cpp picks one when it runs.
#include "equilibrium/lane_period.hpp"

#include "response/registers.hpp"

#include <array>

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

constexpr double kFar = 38;  ///< spreads beyond which the normal law is 0 or 1 to the last digit
constexpr double kNear = 9;  ///< spreads beyond which a bound is not felt at the margin
constexpr double kDensity = 0.3989422804014326779;

/// Φ(u), given e^(−u²/2).
[[gnu::always_inline]] inline Register share_of(Register u, Register bell) {
    const Register t = 1.0 / (1.0 + 0.25 * magnitude(u));
    const Register s = 2.0 * t - 1.0;
    const Register s2 = s * s;
    const Register s4 = s2 * s2;
    const auto four = [&](double a, double b, double c, double d) { return (a + b * s) + (c + d * s) * s2; };
    const Register a = four(0.18882128260393785, 0.15197416049297302, 0.09678435018555673, 0.04663046448991294);
    const Register b = four(0.01509914372258702, 0.0018850472417491558, -0.0008699230891126944, -0.0004077046156947422);
    const Register c =
        four(3.333605188788428e-05, 5.777374668713712e-05, -4.769171283300536e-07, -8.78624703290086e-06);
    const Register d =
        four(1.7864506480482754e-07, 1.480322355528757e-06, -1.5622854202251649e-07, -2.560592247141351e-07);
    const Register e =
        four(6.617114031617589e-08, 3.979109847948726e-08, -1.9686736076177096e-08, -4.3547812948647285e-09);
    const Register f =
        four(4.012985628570631e-09, 1.0443709631083569e-10, -4.214620484319719e-10, 3.7341198774887576e-11);
    const Register tail = bell * t * (a + s4 * (b + s4 * (c + s4 * (d + s4 * (e + s4 * f)))));
    return select(u > all(0.0), 1.0 - tail, tail);
}

[[gnu::always_inline]] inline Register where(RegisterBits mask, Register x) { return select(mask, x, all(0.0)); }

[[gnu::always_inline]] inline std::size_t as_index(int i) { return static_cast<std::size_t>(i); }

/// Variance of what one contact moves; what rounding leaves is none.
[[gnu::always_inline]] inline Register variance(Register second, Register mean) {
    const Register value = second - mean * mean;
    return select(value < 1e-12 * second, all(0.0), value);
}

/// A `LaneLaw` as far as some lanes go.
struct Law {
    Register mean, sd, gain, below_gain;
    RegisterBits exists, scalar;
    Register slope, bend, third;
};

struct Follow : Some {
    Follow(Some some, const std::vector<KpiReading>& all_readings, const LanePeriod& a_period, const PassRoom& a_room)
        : Some(some), readings(all_readings), period(a_period), room(a_room) {}

    const std::vector<KpiReading>& readings;
    const LanePeriod& period;
    const PassRoom& room;

    [[nodiscard]] Law seen(const LaneLaw& law) const {
        return {see(law.mean),   see(law.sd),    see(law.gain), see(law.below_gain), see(law.exists),
                see(law.scalar), see(law.slope), see(law.bend), see(law.third)};
    }
    void put(const Law& law, LaneLaw& into) const {
        one(into.mean) = law.mean;
        one(into.sd) = law.sd;
        one(into.gain) = law.gain;
        one(into.below_gain) = law.below_gain;
        one(into.exists) = law.exists;
        one(into.scalar) = law.scalar;
        one(into.slope) = law.slope;
        one(into.bend) = law.bend;
        one(into.third) = law.third;
    }

    [[nodiscard]] Register mean(int channel) const { return see(room.mean, as_index(channel)); }
    [[nodiscard]] Register second(int pair) const { return see(room.second, as_index(pair)); }

    [[nodiscard]] Register scale(const KpiReading& r) const {
        return r.total ? r.scale * see(period.contacts) : all(r.scale);
    }

    void law(std::size_t k, Law& law) const {
        const KpiReading& r = readings[k];
        const Register n = see(period.reviewed, k);
        const Register m = mean(r.channel);
        law.exists = all(0.0) < all(1.0);
        law.below_gain = all(0.0);
        law.scalar = see(period.curved[k]) | see(period.counted[k]);
        if (r.ratio) {
            ratio(r, n, law);
        } else if (r.share) {
            const double keep = 1 - r.seen.miss - r.seen.false_alarm;
            const double alarm = r.seen.false_alarm;
            law.mean = scale(r) * (alarm + keep * m);
            law.gain = scale(r) * keep;
            const Register each = keep * keep * variance(second(r.square), m) + m * (r.seen.miss * (1 - r.seen.miss)) +
                                  (1.0 - select(m < all(1.0), m, all(1.0))) * (alarm * (1 - alarm));
            law.sd = magnitude(scale(r)) * root_lanes(larger(each, all(0.0)) / n);
        } else {
            Register spread = (variance(second(r.square), m) + r.seen.error_sd * r.seen.error_sd) / n;
            for (const KpiReading::Luck& luck : r.luck) {
                const Register swing = luck.above * mean(luck.channel);
                spread += swing * swing;
            }
            law.mean = scale(r) * m;
            law.gain = scale(r);
            law.sd = magnitude(scale(r)) * root_lanes(spread);
        }
        const RegisterBits spreads = law.sd > all(0.0);
        law.scalar = (law.scalar | ~spreads) & law.exists;
    }

    void ratio(const KpiReading& r, Register n, Law& law) const {
        const Register a = mean(r.channel);
        law.exists = mean(r.below) != all(0.0);
        const Register b = select(law.exists, mean(r.below), all(1.0));
        const Register up = 1.0 / b;
        const Register down = -a / (b * b);
        law.mean = r.scale * a / b;
        law.gain = r.scale * up;
        law.below_gain = r.scale * down;
        const Register caa = variance(second(r.square), a);
        const Register cbb = variance(second(r.below_square), b);
        const Register cab = second(r.cross) - a * b;
        const Register by_contacts = up * up * caa + 2.0 * up * down * cab + down * down * cbb;
        // Terms cancel where the two sides move together: what rounding leaves is no spread.
        const Register size =
            larger(up * up * caa + magnitude(2.0 * up * down * cab) + down * down * cbb, a * a / (b * b));
        Register spread = select(by_contacts <= 1e-12 * size, all(0.0), by_contacts / n);
        for (const KpiReading::Luck& luck : r.luck) {
            const Register swing = (luck.above * up + luck.below * down) * mean(luck.channel);
            spread += swing * swing;
        }
        law.sd = magnitude(all(r.scale)) * root_lanes(spread);
    }

    void expect(const LaneSchedule& schedule, Law& law, Register over) const {
        const RegisterBits felt = law.exists & ~law.scalar;
        const Register low = law.mean - kFar * law.sd;
        const Register high = law.mean + kFar * law.sd;
        double lowest = 1e300;
        double highest = -1e300;
        for (int l = 0; l < kWidth; ++l) {
            if (felt[l] == 0) continue;
            lowest = low[l] < lowest ? low[l] : lowest;
            highest = high[l] > highest ? high[l] : highest;
        }
        const double* at = schedule.at.data();
        const std::size_t kinks = schedule.at.size();
        std::size_t i = 0;
        for (std::size_t count = kinks; count > 0;) {  // the first kink not below what is felt
            const std::size_t half = count / 2;
            if (at[i + half] < lowest) {
                i += half + 1;
                count -= half + 1;
            } else {
                count = half;
            }
        }
        law.slope += where(felt, see(schedule.slope, i));
        for (; i < kinks && at[i] <= highest; ++i) {
            const Register jump = where(felt, see(schedule.jump, i));
            const Register bend = where(felt, see(schedule.bend, i));
            const Register u = (law.mean - at[i]) * over;
            const Register bell = exp_lanes(-0.5 * u * u);
            const Register density = bell * kDensity * over;
            const RegisterBits near = magnitude(u) < all(kNear);
            law.slope += jump * density + bend * share_of(u, bell);
            const Register tilt = bend - jump * u * over;
            law.bend += where(near, tilt * density);
            law.third += where(near, -(jump * over + tilt * u) * over * density);
        }
    }

    // -------------------------------------------------------------------------------------------------- replies
    /// Parts of the reply of a price that is `gain`·slope/N, in the order of `reply_shape`.
    void reply_of(const KpiReading& r, const Law& law, std::size_t k, Column into) const {
        const Register m = mean(r.channel);
        const Register n = see(period.reviewed, k);
        const Register g = law.gain / see(period.contacts);
        const Register half = 0.5 * g * law.third;  // times what the variance of the KPI moves by
        const Register square = scale(r) * scale(r);
        Register by_mean{};
        Register by_second{};
        if (r.share) {
            const double keep = 1 - r.seen.miss - r.seen.false_alarm;
            const double alarm = r.seen.false_alarm;
            by_second = square * (keep * keep) / n;
            by_mean = -2.0 * m * by_second + square * (r.seen.miss * (1 - r.seen.miss)) / n -
                      where(m < all(1.0), square * (alarm * (1 - alarm)) / n);
        } else {
            by_second = square / n;
            by_mean = -2.0 * m * by_second;
        }
        into[0] = g * law.bend * law.gain + half * by_mean;
        into[1] = half * by_second;
        std::size_t i = 2;
        for (const KpiReading::Luck& luck : r.luck) {
            if (!r.share) into[i] = half * (2 * luck.above * luck.above) * mean(luck.channel) * square;
            ++i;
        }
    }

    void ratio_reply(const KpiReading& r, const Law& law, std::size_t k, Column above, Column below) const {
        const Register n = see(period.reviewed, k);
        const Register a = mean(r.channel);
        const Register b = select(law.exists, mean(r.below), all(1.0));
        const Register up = 1.0 / b;
        const Register up2 = up * up;
        const Register square = all(r.scale * r.scale);
        const Register aa = second(r.square);
        const Register ab = second(r.cross);
        const Register bb = second(r.below_square);
        // The variance of one contact is aa/b² − 2a·ab/b³ + a²·bb/b⁴.
        Register by_a = square * (2.0 * a * bb * up2 * up2 - 2.0 * ab * up2 * up) / n;
        Register by_b =
            square * (6.0 * a * ab * up2 * up2 - 2.0 * aa * up2 * up - 4.0 * a * a * bb * up2 * up2 * up) / n;
        const Register by_aa = square * up2 / n;
        const Register by_ab = -2.0 * square * a * up2 * up / n;
        const Register by_bb = square * a * a * up2 * up2 / n;
        for (const KpiReading::Luck& luck : r.luck) {
            const Register moved = mean(luck.channel);
            const Register swing = (luck.above * up - luck.below * a * up2) * moved;
            by_a += 2.0 * square * swing * (-luck.below * up2) * moved;
            by_b += 2.0 * square * swing * (2.0 * luck.below * a * up2 * up - luck.above * up2) * moved;
        }
        const Register over = where(law.exists, 1.0 / see(period.contacts));
        const Register third = 0.5 * law.third;
        const std::array<Register, 5> by{law.bend * law.gain + third * by_a, law.bend * law.below_gain + third * by_b,
                                         third * by_aa, third * by_ab, third * by_bb};  // of the slope
        for (std::size_t i = 0; i < by.size(); ++i) {
            above[i] = over * law.gain * by[i];
            below[i] = over * law.below_gain * by[i];
        }
        const Register s = over * law.slope * r.scale;
        above[1] -= s * up2;
        below[0] -= s * up2;
        below[1] += s * 2.0 * a * up2 * up;
        std::size_t i = 5;
        for (const KpiReading::Luck& luck : r.luck) {
            const Register each = luck.above * up - luck.below * a * up2;
            const Register by_luck = third * 2.0 * square * each * each * mean(luck.channel);
            above[i] = over * law.gain * by_luck;
            below[i] = over * law.below_gain * by_luck;
            ++i;
        }
    }
};

}  // namespace

void follow_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                  LaneReply& out) {
    each_some([&](Some some) {
        const Follow f(some, readings, period, room);
        for (std::size_t k = 0; k < readings.size(); ++k) {
            Law law{};
            f.law(k, law);
            const Register over = 1.0 / select(law.sd > all(0.0), law.sd, all(1.0));
            for (const LaneSchedule& schedule : period.schedules) {
                if (as_index(schedule.reading) == k) f.expect(schedule, law, over);
            }
            f.put(law, out.laws[k]);
        }
    });
}

void price_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                 LaneReply& out) {
    each_some([&](Some some) {
        const Follow f(some, readings, period, room);
        const Register over = 1.0 / some.see(period.contacts);
        const Column next = some.list(out.next);
        for (std::size_t c = 0; c < out.next.size(); ++c) next[c] = all(0.0);
        for (std::size_t k = 0; k < readings.size(); ++k) {
            const KpiReading& r = readings[k];
            const Law law = f.seen(out.laws[k]);
            const Register slope = where(law.exists, law.slope) * over;
            const Register bend = where(law.exists, law.bend) * over;
            const Column held = some.list(out.held) + static_cast<std::ptrdiff_t>(4 * k);
            next[r.channel] += slope * law.gain;
            held[0] = bend * law.gain * law.gain;
            if (!r.ratio) continue;
            next[r.below] += slope * law.below_gain;
            const Register up = 1.0 / select(law.exists, f.mean(r.below), all(1.0));
            held[1] = held[2] = bend * law.gain * law.below_gain - slope * law.gain * up;
            held[3] = bend * law.below_gain * law.below_gain - 2.0 * slope * law.below_gain * up;
        }
    });
}

void reply_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                 LaneReply& out) {
    each_some([&](Some some) {
        const Follow f(some, readings, period, room);
        const Column size = some.list(out.reply.size);
        for (std::size_t k = 0; k < readings.size(); ++k) {
            const Law law = f.seen(out.laws[k]);
            const Column own = size + period.reply_at[k];
            if (readings[k].ratio) f.ratio_reply(readings[k], law, k, own, size + period.reply_below_at[k]);
            else f.reply_of(readings[k], law, k, own);
        }
    });
    for (std::size_t c = 0; c < out.next.size(); ++c) {
        Bits some{};
        for (int i = out.reply.first[c]; i < out.reply.first[c + 1]; ++i)
            some |= out.reply.size[as_index(i)] != all_lanes(0.0);
        out.reply.live[c] = any_lane(some) ? 1 : 0;
    }
}

void normal_law(const Lanes& u, Lanes& bell, Lanes& share) {
    each_some([&](Some some) {
        const Register at = some.see(u);
        const Register own = exp_lanes(-0.5 * at * at);
        some.one(bell) = own;
        some.one(share) = share_of(at, own);
    });
}

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
