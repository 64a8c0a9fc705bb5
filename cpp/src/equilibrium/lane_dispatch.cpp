// Picks what was compiled for the best instruction set of this machine, and prepares what lanes share.
#include "equilibrium/lane_period.hpp"
#include "equilibrium/lane_walk.hpp"

namespace backfire {

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): a namespace cannot be a template argument
#define BACKFIRE_DECLARE_LANES(level)                                                                        \
    namespace level {                                                                                        \
    void follow(const std::vector<KpiReading>&, const LanePeriod&, const PassRoom&, LaneReply&);             \
    void price(const std::vector<KpiReading>&, const LanePeriod&, const PassRoom&, LaneReply&);              \
    void replies(const std::vector<KpiReading>&, const LanePeriod&, const PassRoom&, LaneReply&);            \
    void share(const Lanes&, Lanes&);                                                                        \
    void decide_walks(const std::vector<KpiReading>&, const PassRoom&, const LaneList&, double, WalkLanes&); \
    void take(const LaneList&, WalkLanes&);                                                                  \
    void take_held(const std::vector<KpiReading>&, const PassRoom&, const LaneList&, WalkLanes&);            \
    void mend_lanes(WalkLanes&);                                                                             \
    void remember_lanes(WalkLanes&);                                                                         \
    void eliminate_lanes(bool, WalkLanes&);                                                                  \
    }
BACKFIRE_DECLARE_LANES(kernel_baseline)
BACKFIRE_DECLARE_LANES(kernel_v3)
BACKFIRE_DECLARE_LANES(kernel_v4)
#undef BACKFIRE_DECLARE_LANES

namespace {

struct LaneCode {
    decltype(&kernel_baseline::follow) follow;
    decltype(&kernel_baseline::price) price;
    decltype(&kernel_baseline::replies) replies;
    decltype(&kernel_baseline::share) share;
    decltype(&kernel_baseline::decide_walks) decide_walks;
    decltype(&kernel_baseline::take) take;
    decltype(&kernel_baseline::take_held) take_held;
    decltype(&kernel_baseline::mend_lanes) mend_lanes;
    decltype(&kernel_baseline::remember_lanes) remember_lanes;
    decltype(&kernel_baseline::eliminate_lanes) eliminate_lanes;
};

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): likewise
#define BACKFIRE_LANE_CODE(level)                                                                                      \
    LaneCode {                                                                                                         \
        level::follow, level::price, level::replies, level::share, level::decide_walks, level::take, level::take_held, \
            level::mend_lanes, level::remember_lanes, level::eliminate_lanes                                           \
    }

const LaneCode& lane_code() {
    static const LaneCode code = [] {
        switch (kernel_level()) {
#ifdef BACKFIRE_HAVE_KERNEL_V4
            case KernelLevel::V4: return BACKFIRE_LANE_CODE(kernel_v4);
#endif
#ifdef BACKFIRE_HAVE_KERNEL_V3
            case KernelLevel::V3: return BACKFIRE_LANE_CODE(kernel_v3);
#endif
            default: return BACKFIRE_LANE_CODE(kernel_baseline);
        }
    }();
    return code;
}

}  // namespace

void follow_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                  LaneReply& out) {
    lane_code().follow(readings, period, room, out);
}

void price_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                 LaneReply& out) {
    lane_code().price(readings, period, room, out);
}

void reply_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                 LaneReply& out) {
    lane_code().replies(readings, period, room, out);
}

void normal_share(const Lanes& u, Lanes& share) { lane_code().share(u, share); }

void decide(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& next, double slack,
            WalkLanes& walk) {
    lane_code().decide_walks(readings, room, next, slack, walk);
}

void take_held_jacobian(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& held,
                        WalkLanes& walk) {
    lane_code().take_held(readings, room, held, walk);
}

void take_jacobian(const LaneList& jacobian, WalkLanes& walk) { lane_code().take(jacobian, walk); }
void mend(WalkLanes& walk) { lane_code().mend_lanes(walk); }
void remember(WalkLanes& walk) { lane_code().remember_lanes(walk); }
void eliminate(bool solve, WalkLanes& walk) { lane_code().eliminate_lanes(solve, walk); }

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
