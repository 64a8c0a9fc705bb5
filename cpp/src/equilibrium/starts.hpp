/// Starts: the prices from which the search for fixed points sets out (design section 3.3).
#pragma once

#include "equilibrium/period_task.hpp"

#include <vector>

namespace backfire {

/// Most starts tried per agent beyond the single breakpoints.
inline constexpr int kMostCombinations = 96;

/// Most bounds of one KPI that are starts: the ones nearest to where it stands at the base.
inline constexpr std::size_t kMostBounds = 32;

/// The starts of one agent, spreads and the worth of time as at a base.
class Starts {
public:
    Starts(const PeriodTask& task, const AgentTask& agent, const Answer& base)
        : task_(task), agent_(agent), base_(base) {}

    /// Prices that the time has on its own at the base; KPI prices are added to them.
    [[nodiscard]] std::vector<double> quiet() const;
    /// Every KPI at its lowest bound, or at its highest.
    [[nodiscard]] std::vector<double> all_lowest() const;
    [[nodiscard]] std::vector<double> all_highest() const;
    /// Each breakpoint alone; all lowest; all highest; then combinations by stake up to the cap.
    [[nodiscard]] std::vector<std::vector<double>> all() const;
    /// What prices change by where wild KPIs stand elsewhere, by reading and place: at prices somebody names and at each breakpoint.
    /// @param wild by reading
    /// @param elsewhere by reading: prices of its channel
    [[nodiscard]] std::vector<std::vector<std::vector<double>>> changes(
        const std::vector<bool>& wild, const std::vector<std::vector<double>>& elsewhere) const;

private:
    [[nodiscard]] std::vector<double> bounds(std::size_t k) const;
    /// At most `kMostBounds` of them, in order.
    [[nodiscard]] std::vector<double> nearest_bounds(std::size_t k) const;
    void add_price(std::size_t k, double bound, double share, std::vector<double>& prices) const;
    void combine(const std::vector<std::vector<double>>& bounds, std::vector<std::vector<double>>& starts) const;

    const PeriodTask& task_;
    const AgentTask& agent_;
    const Answer& base_;
};

/// Prices with changes of two readings or more at once, fewest first, up to the cap.
[[nodiscard]] std::vector<std::vector<double>> combined(const std::vector<double>& prices,
                                                        const std::vector<std::vector<std::vector<double>>>& changes);

}  // namespace backfire
