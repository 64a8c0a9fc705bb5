// Compiled once per instruction set, like the kernel; lane_dispatch.cpp picks one when it runs.
#include "equilibrium/lane_period.hpp"

#include <array>

#ifndef BACKFIRE_KERNEL_NAMESPACE
#define BACKFIRE_KERNEL_NAMESPACE kernel_baseline
#endif

namespace backfire::BACKFIRE_KERNEL_NAMESPACE {
namespace {

constexpr double kFar = 38;  ///< spreads beyond which the normal law is 0 or 1 to the last digit
constexpr double kNear = 9;  ///< spreads beyond which a bound is not felt at the margin
constexpr double kDensity = 0.3989422804014326779;

/// Φ(u), given e^(−u²/2).
[[gnu::always_inline]] inline Lanes share_of(Lanes u, Lanes bell) {
    const Lanes t = 1.0 / (1.0 + 0.25 * magnitude(u));
    const Lanes s = 2.0 * t - 1.0;
    const Lanes s2 = s * s;
    const Lanes s4 = s2 * s2;
    const auto four = [&](double a, double b, double c, double d) { return (a + b * s) + (c + d * s) * s2; };
    const Lanes a = four(0.18882128260393785, 0.15197416049297302, 0.09678435018555673, 0.04663046448991294);
    const Lanes b = four(0.01509914372258702, 0.0018850472417491558, -0.0008699230891126944, -0.0004077046156947422);
    const Lanes c = four(3.333605188788428e-05, 5.777374668713712e-05, -4.769171283300536e-07, -8.78624703290086e-06);
    const Lanes d =
        four(1.7864506480482754e-07, 1.480322355528757e-06, -1.5622854202251649e-07, -2.560592247141351e-07);
    const Lanes e =
        four(6.617114031617589e-08, 3.979109847948726e-08, -1.9686736076177096e-08, -4.3547812948647285e-09);
    const Lanes f = four(4.012985628570631e-09, 1.0443709631083569e-10, -4.214620484319719e-10, 3.7341198774887576e-11);
    const Lanes tail = bell * t * (a + s4 * (b + s4 * (c + s4 * (d + s4 * (e + s4 * f)))));
    return select(u > all_lanes(0.0), 1.0 - tail, tail);
}

[[gnu::always_inline]] inline Lanes where(Bits mask, Lanes x) { return select(mask, x, all_lanes(0.0)); }

[[gnu::always_inline]] inline std::size_t as_index(int i) { return static_cast<std::size_t>(i); }

/// Variance of what one contact moves; what rounding leaves is none.
[[gnu::always_inline]] inline Lanes variance(Lanes second, Lanes mean) {
    const Lanes value = second - mean * mean;
    return select(value < 1e-12 * second, all_lanes(0.0), value);
}

struct Follow {
    const std::vector<KpiReading>& readings;
    const LanePeriod& period;
    const PassRoom& room;

    [[nodiscard]] Lanes mean(int channel) const { return room.mean[as_index(channel)]; }
    [[nodiscard]] Lanes second(int pair) const { return room.second[as_index(pair)]; }

    [[nodiscard]] Lanes scale(const KpiReading& r) const {
        return r.total ? r.scale * period.contacts : all_lanes(r.scale);
    }

    void law(std::size_t k, LaneLaw& law) const {
        const KpiReading& r = readings[k];
        const Lanes n = period.reviewed[k];
        const Lanes m = mean(r.channel);
        law.exists = all_lanes(0.0) < all_lanes(1.0);
        law.below_gain = all_lanes(0.0);
        law.scalar = period.curved[k] | period.counted[k];
        if (r.ratio) {
            ratio(r, n, law);
        } else if (r.share) {
            const double keep = 1 - r.seen.miss - r.seen.false_alarm;
            const double alarm = r.seen.false_alarm;
            law.mean = scale(r) * (alarm + keep * m);
            law.gain = scale(r) * keep;
            const Lanes each = keep * keep * variance(second(r.square), m) + m * (r.seen.miss * (1 - r.seen.miss)) +
                               (1.0 - select(m < all_lanes(1.0), m, all_lanes(1.0))) * (alarm * (1 - alarm));
            law.sd = magnitude(scale(r)) * root_lanes(larger(each, all_lanes(0.0)) / n);
        } else {
            Lanes spread = (variance(second(r.square), m) + r.seen.error_sd * r.seen.error_sd) / n;
            for (const KpiReading::Luck& luck : r.luck) {
                const Lanes swing = luck.above * mean(luck.channel);
                spread += swing * swing;
            }
            law.mean = scale(r) * m;
            law.gain = scale(r);
            law.sd = magnitude(scale(r)) * root_lanes(spread);
        }
        const Bits spreads = law.sd > all_lanes(0.0);
        law.scalar = (law.scalar | ~spreads) & law.exists;
    }

    void ratio(const KpiReading& r, Lanes n, LaneLaw& law) const {
        const Lanes a = mean(r.channel);
        law.exists = mean(r.below) != all_lanes(0.0);
        const Lanes b = select(law.exists, mean(r.below), all_lanes(1.0));
        const Lanes up = 1.0 / b;
        const Lanes down = -a / (b * b);
        law.mean = r.scale * a / b;
        law.gain = r.scale * up;
        law.below_gain = r.scale * down;
        const Lanes caa = variance(second(r.square), a);
        const Lanes cbb = variance(second(r.below_square), b);
        const Lanes cab = second(r.cross) - a * b;
        const Lanes by_contacts = up * up * caa + 2.0 * up * down * cab + down * down * cbb;
        // Terms cancel where the two sides move together: what rounding leaves is no spread.
        const Lanes size =
            larger(up * up * caa + magnitude(2.0 * up * down * cab) + down * down * cbb, a * a / (b * b));
        Lanes spread = select(by_contacts <= 1e-12 * size, all_lanes(0.0), by_contacts / n);
        for (const KpiReading::Luck& luck : r.luck) {
            const Lanes swing = (luck.above * up + luck.below * down) * mean(luck.channel);
            spread += swing * swing;
        }
        law.sd = magnitude(all_lanes(r.scale)) * root_lanes(spread);
    }

    static void expect(const LaneSchedule& schedule, LaneLaw& law, Lanes over) {
        const Bits felt = law.exists & ~law.scalar;
        const Lanes low = law.mean - kFar * law.sd;
        const Lanes high = law.mean + kFar * law.sd;
        double lowest = 1e300;
        double highest = -1e300;
        for (int l = 0; l < kLanes; ++l) {
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
        law.slope += where(felt, schedule.slope[i]);
        for (; i < kinks && at[i] <= highest; ++i) {
            const Lanes jump = where(felt, schedule.jump[i]);
            const Lanes bend = where(felt, schedule.bend[i]);
            const Lanes u = (law.mean - at[i]) * over;
            const Lanes bell = exp_lanes(-0.5 * u * u);
            const Lanes density = bell * kDensity * over;
            const Bits near = magnitude(u) < all_lanes(kNear);
            law.slope += jump * density + bend * share_of(u, bell);
            const Lanes tilt = bend - jump * u * over;
            law.bend += where(near, tilt * density);
            law.third += where(near, -(jump * over + tilt * u) * over * density);
        }
    }

    // -------------------------------------------------------------------------------------------------- replies
    /// Parts of the reply of a price that is `gain`·slope/N, in the order of `reply_shape`.
    void reply_of(const KpiReading& r, const LaneLaw& law, std::size_t k, Lanes* into) const {
        const Lanes m = mean(r.channel);
        const Lanes n = period.reviewed[k];
        const Lanes g = law.gain / period.contacts;
        const Lanes half = 0.5 * g * law.third;  // times what the variance of the KPI moves by
        const Lanes square = scale(r) * scale(r);
        Lanes by_mean{};
        Lanes by_second{};
        if (r.share) {
            const double keep = 1 - r.seen.miss - r.seen.false_alarm;
            const double alarm = r.seen.false_alarm;
            by_second = square * (keep * keep) / n;
            by_mean = -2.0 * m * by_second + square * (r.seen.miss * (1 - r.seen.miss)) / n -
                      where(m < all_lanes(1.0), square * (alarm * (1 - alarm)) / n);
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

    void ratio_reply(const KpiReading& r, const LaneLaw& law, std::size_t k, Lanes* above, Lanes* below) const {
        const Lanes n = period.reviewed[k];
        const Lanes a = mean(r.channel);
        const Lanes b = select(law.exists, mean(r.below), all_lanes(1.0));
        const Lanes up = 1.0 / b;
        const Lanes up2 = up * up;
        const Lanes square = all_lanes(r.scale * r.scale);
        const Lanes aa = second(r.square);
        const Lanes ab = second(r.cross);
        const Lanes bb = second(r.below_square);
        // The variance of one contact is aa/b² − 2a·ab/b³ + a²·bb/b⁴.
        Lanes by_a = square * (2.0 * a * bb * up2 * up2 - 2.0 * ab * up2 * up) / n;
        Lanes by_b = square * (6.0 * a * ab * up2 * up2 - 2.0 * aa * up2 * up - 4.0 * a * a * bb * up2 * up2 * up) / n;
        const Lanes by_aa = square * up2 / n;
        const Lanes by_ab = -2.0 * square * a * up2 * up / n;
        const Lanes by_bb = square * a * a * up2 * up2 / n;
        for (const KpiReading::Luck& luck : r.luck) {
            const Lanes moved = mean(luck.channel);
            const Lanes swing = (luck.above * up - luck.below * a * up2) * moved;
            by_a += 2.0 * square * swing * (-luck.below * up2) * moved;
            by_b += 2.0 * square * swing * (2.0 * luck.below * a * up2 * up - luck.above * up2) * moved;
        }
        const Lanes over = where(law.exists, 1.0 / period.contacts);
        const Lanes third = 0.5 * law.third;
        const std::array<Lanes, 5> by{law.bend * law.gain + third * by_a, law.bend * law.below_gain + third * by_b,
                                      third * by_aa, third * by_ab, third * by_bb};  // of the slope
        for (std::size_t i = 0; i < by.size(); ++i) {
            above[i] = over * law.gain * by[i];
            below[i] = over * law.below_gain * by[i];
        }
        const Lanes s = over * law.slope * r.scale;
        above[1] -= s * up2;
        below[0] -= s * up2;
        below[1] += s * 2.0 * a * up2 * up;
        std::size_t i = 5;
        for (const KpiReading::Luck& luck : r.luck) {
            const Lanes each = luck.above * up - luck.below * a * up2;
            const Lanes by_luck = third * 2.0 * square * each * each * mean(luck.channel);
            above[i] = over * law.gain * by_luck;
            below[i] = over * law.below_gain * by_luck;
            ++i;
        }
    }
};

}  // namespace

void follow_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                  LaneReply& out) {
    const Follow f{readings, period, room};
    for (std::size_t k = 0; k < readings.size(); ++k) {
        LaneLaw& law = out.laws[k];
        law.slope = law.bend = law.third = all_lanes(0.0);
        f.law(k, law);
        const Bits spreads = law.sd > all_lanes(0.0);
        const Lanes over = 1.0 / select(spreads, law.sd, all_lanes(1.0));
        for (const LaneSchedule& schedule : period.schedules) {
            if (as_index(schedule.reading) == k) Follow::expect(schedule, law, over);
        }
    }
}

void price_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                 LaneReply& out) {
    const Lanes over = 1.0 / period.contacts;
    for (Lanes& x : out.next) x = all_lanes(0.0);
    for (std::size_t k = 0; k < readings.size(); ++k) {
        const KpiReading& r = readings[k];
        const LaneLaw& law = out.laws[k];
        const Lanes slope = where(law.exists, law.slope) * over;
        const Lanes bend = where(law.exists, law.bend) * over;
        Lanes* held = out.held.data() + 4 * k;
        out.next[as_index(r.channel)] += slope * law.gain;
        held[0] = bend * law.gain * law.gain;
        if (!r.ratio) continue;
        out.next[as_index(r.below)] += slope * law.below_gain;
        const Lanes up = 1.0 / select(law.exists, room.mean[as_index(r.below)], all_lanes(1.0));
        held[1] = held[2] = bend * law.gain * law.below_gain - slope * law.gain * up;
        held[3] = bend * law.below_gain * law.below_gain - 2.0 * slope * law.below_gain * up;
    }
}

void reply_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                 LaneReply& out) {
    const Follow f{readings, period, room};
    for (std::size_t k = 0; k < readings.size(); ++k) {
        Lanes* own = out.reply.size.data() + period.reply_at[k];
        if (readings[k].ratio)
            f.ratio_reply(readings[k], out.laws[k], k, own, out.reply.size.data() + period.reply_below_at[k]);
        else f.reply_of(readings[k], out.laws[k], k, own);
    }
    for (std::size_t c = 0; c < out.next.size(); ++c) {
        Bits some{};
        for (int i = out.reply.first[c]; i < out.reply.first[c + 1]; ++i)
            some |= out.reply.size[as_index(i)] != all_lanes(0.0);
        out.reply.live[c] = any_lane(some) ? 1 : 0;
    }
}

void normal_share(const Lanes& u, Lanes& out) { out = share_of(u, exp_lanes(-0.5 * u * u)); }

}  // namespace backfire::BACKFIRE_KERNEL_NAMESPACE
