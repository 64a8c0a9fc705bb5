// Picks what was compiled for the best instruction set of this machine, and prepares what lanes share.
#include "equilibrium/lane_period.hpp"
#include "equilibrium/lane_walk.hpp"

namespace backfire {

#define BACKFIRE_DECLARE_LANES(level)                                                                                  \
    namespace level {                                                                                                  \
    void follow(const std::vector<KpiReading>&, const LanePeriod&, const PassRoom&, LaneReply&);                       \
    void price(const std::vector<KpiReading>&, const LanePeriod&, const PassRoom&, bool, LaneReply&);                  \
    Lanes share(const Lanes&);                                                                                         \
    void decide_walks(const std::vector<KpiReading>&, const PassRoom&, const LaneList&, double, WalkLanes&);           \
    void take(const PassRoom&, const std::vector<char>&, WalkLanes&);                                                  \
    void eliminate_lanes(const Lanes&, bool, WalkLanes&);                                                              \
    }
BACKFIRE_DECLARE_LANES(kernel_baseline)
BACKFIRE_DECLARE_LANES(kernel_v3)
BACKFIRE_DECLARE_LANES(kernel_v4)
#undef BACKFIRE_DECLARE_LANES

namespace {

struct LaneCode {
    decltype(&kernel_baseline::follow) follow;
    decltype(&kernel_baseline::price) price;
    decltype(&kernel_baseline::share) share;
    decltype(&kernel_baseline::decide_walks) decide;
    decltype(&kernel_baseline::take) take;
    decltype(&kernel_baseline::eliminate_lanes) eliminate;
};

const LaneCode& lane_code() {
    static const LaneCode code = [] {
        switch (kernel_level()) {
#ifdef BACKFIRE_HAVE_KERNEL_V4
            case KernelLevel::V4:
                return LaneCode{kernel_v4::follow,       kernel_v4::price, kernel_v4::share,
                                kernel_v4::decide_walks, kernel_v4::take,  kernel_v4::eliminate_lanes};
#endif
#ifdef BACKFIRE_HAVE_KERNEL_V3
            case KernelLevel::V3:
                return LaneCode{kernel_v3::follow,       kernel_v3::price, kernel_v3::share,
                                kernel_v3::decide_walks, kernel_v3::take,  kernel_v3::eliminate_lanes};
#endif
            default:
                return LaneCode{kernel_baseline::follow,       kernel_baseline::price, kernel_baseline::share,
                                kernel_baseline::decide_walks, kernel_baseline::take,  kernel_baseline::eliminate_lanes};
        }
    }();
    return code;
}

}  // namespace

void follow_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room, LaneReply& out) {
    lane_code().follow(readings, period, room, out);
}

void price_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room, bool with_reply,
                 LaneReply& out) {
    lane_code().price(readings, period, room, with_reply, out);
}

Lanes normal_share(const Lanes& u) { return lane_code().share(u); }

void decide(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& next, double slack,
            WalkLanes& walk) {
    lane_code().decide(readings, room, next, slack, walk);
}

void take_jacobian(const PassRoom& room, const std::vector<char>& live, WalkLanes& walk) {
    lane_code().take(room, live, walk);
}

void eliminate(const Lanes& diagonal, bool solve, WalkLanes& walk) { lane_code().eliminate(diagonal, solve, walk); }

WalkLanes::WalkLanes(std::size_t prices_in, std::size_t channels, std::size_t pairs)
    : n(prices_in),
      prices(n, all_lanes(0.0)),
      before(n, all_lanes(0.0)),
      best(n, all_lanes(0.0)),
      weight(n, all_lanes(1.0)),
      gap(n, all_lanes(0.0)),
      change(n, all_lanes(0.0)),
      jacobian(n * n, all_lanes(0.0)),
      live(n, 1),
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
