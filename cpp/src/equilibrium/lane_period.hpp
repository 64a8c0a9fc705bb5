/// The period's problem of the eight agents of a tile side by side, with contacts given: moments in, prices and their slopes out.
///
/// The same mathematics as `AgentTask::follow`, which stays the one to read; a test holds them together. What has no closed form
/// there (curvature, spread 0, counts of finds) is left to it, lane by lane.
#pragma once

#include "equilibrium/reading.hpp"
#include "response/kernel.hpp"

#include <vector>

namespace backfire {

/// One rule's schedule as eight agents feel it: the value right of some kinks and left of all others is a straight line.
struct LaneSchedule {
    int reading = -1;
    std::vector<double> at;  ///< kinks, in order
    LaneList jump;           ///< change of value, by kink
    LaneList bend;           ///< change of slope, by kink
    LaneList slope;          ///< right of the first 0, 1, … kinks
};

/// What the lanes of a tile need beside moments, made once per tile.
struct LanePeriod {
    std::vector<LaneSchedule> schedules;
    LaneList reviewed;                ///< by reading: contacts its monitor sees
    BitsList counted;                 ///< by reading: lanes in which finds are counted
    BitsList curved;                  ///< by reading: lanes in which some rule is curved
    alignas(64) Lanes contacts{};     ///< N
    std::vector<int> reply_at;        ///< by reading: the first part of its channel's row
    std::vector<int> reply_below_at;  ///< by reading: the first part of the row of the channel it divides by
};

/// A reading's law in each lane and what its rules are worth at the margin there.
struct LaneLaw {
    alignas(64) Lanes mean;
    Lanes sd;
    Lanes gain, below_gain;  ///< ∂mean/∂m, of a ratio by both channels
    Bits exists;
    Bits scalar;  ///< lanes left to scalar code
    Lanes slope;  ///< ∂E[v]/∂mean, in the KPI
    Lanes bend;   ///< ∂²E[v]/∂mean², in the KPI; 0 where no bound is near
    Lanes third;  ///< ∂³E[v]/∂mean³ likewise
};

/// What follows from moments in each lane.
struct LaneReply {
    std::vector<LaneLaw, LaneAllocator<LaneLaw>> laws;  ///< by reading
    LaneList next;                                      ///< prices that follow, by priced channel
    /// ∂next/∂m with spreads held, four numbers by reading: of its channel by itself; of a ratio also by the channel below, of that by
    /// the one above and by itself.
    LaneList held;
    Reply reply;  ///< how `next` changes with moments, spreads moving
};

/// Laws and expectations; lanes that have no closed form are marked `scalar` and hold nothing.
void follow_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                  LaneReply& out);

/// The prices that follow from the laws, and how they change with means, spreads held.
void price_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                 LaneReply& out);

/// How they change with all moments: fills in `reply`.
void reply_lanes(const std::vector<KpiReading>& readings, const LanePeriod& period, const PassRoom& room,
                 LaneReply& out);

/// Rows and parts of the replies of these readings.
[[nodiscard]] Reply reply_shape(const std::vector<KpiReading>& readings, int priced, LanePeriod& period);

}  // namespace backfire
