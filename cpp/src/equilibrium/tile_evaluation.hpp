/// One tile under evaluation: prices of eight agents in, eight answers out.
#pragma once

#include "core/pulse.hpp"
#include "equilibrium/lane_period.hpp"
#include "equilibrium/period_task.hpp"

#include <vector>

namespace backfire {

class TileEvaluation {
public:
    /// @param pulse asked at every pass; none: never
    TileEvaluation(const PeriodTask& task, int tile, Pulse* pulse = nullptr);
    /// Takes another tile of the same task in its place.
    void load(int tile);

    /// Number of agents in the tile (the last tile may be short).
    [[nodiscard]] int agents() const { return agents_; }
    [[nodiscard]] const AgentTask& agent(int lane) const { return tasks_[static_cast<std::size_t>(lane)]; }

    /// Prices of one lane, to be set before a pass.
    void set_prices(int lane, const std::vector<double>& prices);
    /// Runs a pass; then `answer` reads lanes. Slopes are for tasks with more than one unknown.
    /// @throws Interrupted when the pulse's caller says stop
    void pass(bool slope = false);
    /// What follows for one lane after a pass; `prices` as set.
    void answer(int lane, const std::vector<double>& prices, Answer& out) const;
    /// Laws of every reading in one lane after a pass, contacts given.
    [[nodiscard]] std::vector<KpiLaw> laws(int lane) const;
    /// What follows for one lane from the moments in `out`, Σ share·V as in a room.
    void follow(int lane, const std::vector<double>& prices, double start_value, Answer& out) const;

    /// Runs a pass at the prices of every lane.
    /// @throws Interrupted when the pulse's caller says stop
    void pass_at(const LaneList& prices, bool slope = false);
    /// With contacts given: the prices that follow in every lane after a pass, in `reply()`.
    void follow_lanes();
    [[nodiscard]] const LaneReply& reply() const { return reply_; }
    [[nodiscard]] const LanePeriod& period() const { return period_; }
    /// ∂p_new/∂p in every lane, after a pass with slopes and `follow_lanes`, in the room.
    void jacobian();

    /// The smallest noise of any choice of one lane, in money.
    [[nodiscard]] double least_noise(int lane) const;
    [[nodiscard]] const PassRoom& room() const { return room_; }
    /// Passes run on this tile so far.
    [[nodiscard]] int passes() const { return passes_; }

private:
    const PeriodTask& task_;
    Pulse* pulse_;
    int agents_ = 0;
    int passes_ = 0;
    std::vector<double> numbers_;
    std::vector<double> prices_;
    alignas(64) Lanes every_contact_{};
    PassRoom room_;
    std::vector<AgentTask> tasks_;
    LanePeriod period_;
    LaneReply reply_;

    void prepare_lanes();
    void read_moments(int lane, Answer& out) const;
    void expect_scalar(std::size_t reading);
};

}  // namespace backfire
