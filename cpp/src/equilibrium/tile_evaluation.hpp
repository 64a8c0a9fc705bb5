/// One tile under evaluation: prices of eight agents in, eight answers out.
#pragma once

#include "equilibrium/period_task.hpp"

#include <backfire/core/progress.hpp>

#include <array>
#include <chrono>
#include <vector>

namespace backfire {

/// Asks a caller now and then whether to go on.
class Pulse {
public:
    explicit Pulse(const Progress& progress) : progress_(progress) {}

    /// The share of the work done by now; asks where the last time is 30 ms ago.
    /// @throws Interrupted when the caller says stop
    void at(double done);
    /// Asks again how the work goes on, the share done being the same.
    void beat() { at(done_); }

private:
    const Progress& progress_;
    double done_ = 0;
    std::chrono::steady_clock::time_point asked_ = std::chrono::steady_clock::now();
};

class TileEvaluation {
public:
    /// @param pulse asked at every pass; none: never
    TileEvaluation(const PeriodTask& task, int tile, Pulse* pulse = nullptr);

    /// Number of agents in the tile (the last tile may be short).
    [[nodiscard]] int agents() const { return agents_; }
    [[nodiscard]] const AgentTask& agent(int lane) const { return tasks_[static_cast<std::size_t>(lane)]; }

    /// Prices of one lane, to be set before a pass.
    void set_prices(int lane, const std::vector<double>& prices);
    /// Runs a pass; then `answer` reads lanes.
    /// @throws Interrupted when the pulse's caller says stop
    void pass(bool slope = false);
    /// What follows for one lane after a pass; `prices` as set.
    void answer(int lane, const std::vector<double>& prices, Answer& out) const;
    /// ∂m_c/∂p_d of one lane after a pass with slopes.
    [[nodiscard]] double slope(int lane, int c, int d) const {
        return room_.slope[static_cast<std::size_t>(c * task_.priced + d)][lane];
    }
    [[nodiscard]] const PassRoom& room() const { return room_; }
    /// Passes run so far.
    [[nodiscard]] int passes() const { return passes_; }

private:
    const PeriodTask& task_;
    Pulse* pulse_;
    int agents_;
    int passes_ = 0;
    std::vector<double> numbers_;
    std::vector<double> prices_;
    alignas(64) Lanes every_contact_{};
    PassRoom room_;
    std::vector<AgentTask> tasks_;
};

}  // namespace backfire
