/// The commit response: agents settle on one behaviour for the period (design section 3.3).
#pragma once

#include <backfire/core/progress.hpp>
#include <backfire/core/table.hpp>
#include <backfire/response/scenario.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// How a search ended, from best to worst; a table's row carries the worst of its agents.
enum class Status { Converged, SeveralEquilibria, CoarseQuadrature, IterationLimit, NoFixedPoint };

/// "converged", "several_equilibria", "coarse_quadrature", "iteration_limit" or "no_fixed_point".
[[nodiscard]] std::string_view to_string(Status status);

/// What people do under a scenario, and what follows from it. Immutable, cheap to copy, safe to share between threads.
/// Holds each agent's fixed points; a table is made when it is asked for. Money is per agent and period.
/// The first figure asked for makes all of them; `progress` may stop that, as it stops a table under way: `Interrupted` is
/// thrown, and the next who asks starts afresh.
class Solution {
public:
    /// segment, condition, situation, action, probability, visits (times per contact that the action is taken).
    [[nodiscard]] Table behaviour(const Progress& progress = {}) const;
    /// segment, condition, measure, unit, mean, sd (per contact).
    [[nodiscard]] Table measures(const Progress& progress = {}) const;
    /// segment, condition, kpi, unit, mean, sd.
    [[nodiscard]] Table kpis(const Progress& progress = {}) const;
    /// segment, condition, rule, unit, expected (in the rule's unit), money.
    [[nodiscard]] Table payouts(const Progress& progress = {}) const;
    /// segment, condition, party, work, payouts, money.
    [[nodiscard]] Table values(const Progress& progress = {}) const;
    /// segment, condition, measure, price.
    [[nodiscard]] Table prices(const Progress& progress = {}) const;
    /// segment, condition, status, found, objective, residual, contacts.
    [[nodiscard]] Table fixed_points(const Progress& progress = {}) const;
    /// segment, condition, point, weight, objective, kind, kept.
    [[nodiscard]] Table equilibria(const Progress& progress = {}) const;

    /// One number by name: `table.key[.key][@segment[,condition]]`, e.g. `behaviour.enquiry.look_up@novice`, `values.organisation`.
    /// @throws UnknownNameError listing the nearest names
    [[nodiscard]] double value(std::string_view figure, const Progress& progress = {}) const;
    /// Share of occasions of a situation on which the action is taken, e.g. `mistake_noticed.call_back`. @throws UnknownNameError
    [[nodiscard]] double probability(std::string_view action, std::string_view segment = "all",
                                     std::string_view condition = "all", const Progress& progress = {}) const;

    /// The scenario solved.
    [[nodiscard]] const Scenario& scenario() const;
    /// The worst status of any agent.
    [[nodiscard]] Status status(const Progress& progress = {}) const;
    /// Largest estimated error of a probability from the quadrature over traits; 0 where no trait is distributed.
    [[nodiscard]] double quadrature_error(const Progress& progress = {}) const;
    /// Remarks a reader must see, e.g. a ratio whose denominator is 0.
    [[nodiscard]] const std::vector<Diagnostic>& notes(const Progress& progress = {}) const;

    struct Parts;  ///< private to the library
    [[nodiscard]] const Parts& parts() const { return *parts_; }
    explicit Solution(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

private:
    std::shared_ptr<const Parts> parts_;
};

/// Solves a scenario: every agent's fixed points, the one with the highest objective kept.
/// Deterministic: same document and build give the same bytes. Uses the calling thread only.
/// @throws Interrupted when `progress` says stop
[[nodiscard]] Solution solve(const Scenario& scenario, const Progress& progress = {});
/// Solves the scenario after a reform.
/// @throws ScenarioError with every problem of the reform; Interrupted
[[nodiscard]] Solution solve(const Scenario& scenario, const Reform& reform, const Progress& progress = {});

/// The library's version, e.g. "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace backfire
