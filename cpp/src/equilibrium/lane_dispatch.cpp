// Picks what was compiled for the best instruction set of this machine, and prepares what lanes share.
#include "equilibrium/lane_period.hpp"
#include "equilibrium/lane_walk.hpp"
#include "equilibrium/normal_law.hpp"
#include "response/kernel_levels.hpp"

namespace backfire {

using Readings = std::vector<KpiReading>;

BACKFIRE_EACH_LEVEL(void follow_lanes(const Readings&, const LanePeriod&, const PassRoom&, LaneReply&);
                    void price_lanes(const Readings&, const LanePeriod&, const PassRoom&, LaneReply&);
                    void reply_lanes(const Readings&, const LanePeriod&, const PassRoom&, LaneReply&);
                    void normal_law(const Lanes&, Lanes&, Lanes&);
                    void decide(const Readings&, const PassRoom&, const LaneList&, double, WalkLanes&);
                    void take_jacobian(const LaneList&, WalkLanes&);
                    void take_held_jacobian(const Readings&, const PassRoom&, const LaneList&, WalkLanes&);
                    void mend(WalkLanes&); void remember(WalkLanes&); void eliminate(bool, WalkLanes&);)

void follow_lanes(const Readings& readings, const LanePeriod& period, const PassRoom& room, LaneReply& out) {
    static const auto best = BACKFIRE_BEST(follow_lanes);
    best(readings, period, room, out);
}

void price_lanes(const Readings& readings, const LanePeriod& period, const PassRoom& room, LaneReply& out) {
    static const auto best = BACKFIRE_BEST(price_lanes);
    best(readings, period, room, out);
}

void reply_lanes(const Readings& readings, const LanePeriod& period, const PassRoom& room, LaneReply& out) {
    static const auto best = BACKFIRE_BEST(reply_lanes);
    best(readings, period, room, out);
}

void normal_law(const Lanes& u, Lanes& bell, Lanes& share) {
    static const auto best = BACKFIRE_BEST(normal_law);
    best(u, bell, share);
}

void decide(const Readings& readings, const PassRoom& room, const LaneList& next, double slack, WalkLanes& walk) {
    static const auto best = BACKFIRE_BEST(decide);
    best(readings, room, next, slack, walk);
}

void take_jacobian(const LaneList& jacobian, WalkLanes& walk) {
    static const auto best = BACKFIRE_BEST(take_jacobian);
    best(jacobian, walk);
}

void take_held_jacobian(const Readings& readings, const PassRoom& room, const LaneList& held, WalkLanes& walk) {
    static const auto best = BACKFIRE_BEST(take_held_jacobian);
    best(readings, room, held, walk);
}

void mend(WalkLanes& walk) {
    static const auto best = BACKFIRE_BEST(mend);
    best(walk);
}

void remember(WalkLanes& walk) {
    static const auto best = BACKFIRE_BEST(remember);
    best(walk);
}

void eliminate(bool solve, WalkLanes& walk) {
    static const auto best = BACKFIRE_BEST(eliminate);
    best(solve, walk);
}

WalkLanes::WalkLanes(std::size_t prices_in, std::size_t channels, std::size_t pairs)
    : n(prices_in),
      prices(n, all_lanes(0.0)),
      before(n, all_lanes(0.0)),
      best(n, all_lanes(0.0)),
      weight(n, all_lanes(1.0)),
      gap(n, all_lanes(0.0)),
      change(n, all_lanes(0.0)),
      jacobian(n * n, all_lanes(0.0)),
      gap_before(n, all_lanes(0.0)),
      jacobian_before(n * n, all_lanes(0.0)),
      factor(n * n, all_lanes(0.0)),
      best_moments(2 * channels + pairs + 1, all_lanes(0.0)) {}

Reply reply_shape(const std::vector<KpiReading>& readings, int priced, LanePeriod& period) {
    Reply reply;
    period.reply_at.assign(readings.size(), 0);
    period.reply_below_at.assign(readings.size(), 0);
    const auto add = [&](const KpiReading& r) {
        reply.parts.push_back({false, r.channel});
        if (r.ratio) reply.parts.push_back({false, r.below});
        reply.parts.push_back({true, r.square});
        if (r.ratio) {
            reply.parts.push_back({true, r.cross});
            reply.parts.push_back({true, r.below_square});
        }
        for (const KpiReading::Luck& luck : r.luck) reply.parts.push_back({false, luck.channel});
    };
    for (int c = 0; c < priced; ++c) {
        reply.first.push_back(static_cast<int>(reply.parts.size()));
        for (std::size_t k = 0; k < readings.size(); ++k) {
            if (readings[k].channel == c) {
                period.reply_at[k] = static_cast<int>(reply.parts.size());
                add(readings[k]);
            }
            if (readings[k].ratio && readings[k].below == c) {
                period.reply_below_at[k] = static_cast<int>(reply.parts.size());
                add(readings[k]);
            }
        }
    }
    reply.first.push_back(static_cast<int>(reply.parts.size()));
    reply.size.assign(reply.parts.size(), all_lanes(0.0));
    reply.live.assign(static_cast<std::size_t>(priced), 0);
    return reply;
}

}  // namespace backfire
