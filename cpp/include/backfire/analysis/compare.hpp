/// Comparison: a baseline against reforms, every change split into what is mechanical and what is behavioural (design section 3.7).
#pragma once

#include <backfire/equilibrium/solve.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace backfire {

/// A baseline and its reforms, each against the baseline. Immutable, cheap to copy, safe to share between threads.
/// Each table has the Solution's key columns, led by `reform`, then figure, baseline, value, delta, mechanical, behavioural;
/// what exists on one side only has null (NaN) on the other and no split. A table under way throws `Interrupted` when `progress`
/// says stop.
class Comparison {
public:
    [[nodiscard]] Table behaviour(const Progress& progress = {}) const;
    [[nodiscard]] Table measures(const Progress& progress = {}) const;
    [[nodiscard]] Table kpis(const Progress& progress = {}) const;
    [[nodiscard]] Table payouts(const Progress& progress = {}) const;
    [[nodiscard]] Table values(const Progress& progress = {}) const;
    [[nodiscard]] Table prices(const Progress& progress = {}) const;
    /// reform, segment, condition, winners, losers, unchanged (shares of agents), gain, loss (their mean change of money).
    [[nodiscard]] Table winners(const Progress& progress = {}) const;
    /// reform, segment, condition, kpi, unit, kpi_improvement, true_improvement, gap.
    [[nodiscard]] Table goodhart(const Progress& progress = {}) const;

    /// What the reforms are held against.
    [[nodiscard]] const Solution& baseline() const;
    /// The reforms in the order given, with their solutions.
    [[nodiscard]] const std::vector<std::pair<std::string, Solution>>& reforms() const;

    struct Parts;  ///< private to the library
    [[nodiscard]] const Parts& parts() const { return *parts_; }
    explicit Comparison(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

private:
    std::shared_ptr<const Parts> parts_;
};

/// Solves the scenario and each reform of it.
/// @throws ScenarioError with the problems of every reform, their pointers led by the reform's name in the message
/// @throws Interrupted when `progress` says stop
[[nodiscard]] Comparison compare(const Scenario& scenario, const std::vector<std::pair<std::string, Reform>>& reforms,
                                 const Progress& progress = {});
/// Solves each reform of a scenario that is solved already; throws as the other does.
[[nodiscard]] Comparison compare(const Solution& baseline, const std::vector<std::pair<std::string, Reform>>& reforms,
                                 const Progress& progress = {});

}  // namespace backfire
