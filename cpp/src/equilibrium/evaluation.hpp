/// Evaluation: every figure of a scenario at a given behaviour of its agents, averaged over segments and conditions.
#pragma once

#include "core/pulse.hpp"
#include "equilibrium/period_task.hpp"

#include <backfire/core/table.hpp>

#include <functional>
#include <string>
#include <vector>

namespace backfire {

/// Where figures lie in a row of averages; indices are those of the model (sorted ids).
struct FigureLayout {
    int probability = 0;  ///< by action of the plan
    int visits = 0;       ///< by action of the plan
    int measure_mean = 0;
    int measure_sd = 0;
    int kpi_mean = 0;
    int kpi_sd = 0;
    int expected = 0;  ///< by rule, in its unit
    int money = 0;     ///< by rule
    int work = 0;      ///< organisation, customer
    int payouts = 0;   ///< organisation, customer: weight × money of all rules
    int price = 0;     ///< by measure
    int truth = 0;     ///< by KPI: its form applied to what it stands for
    int size = 0;
};

/// Averages for every (segment, condition), (segment, all), (all, condition) and (all, all).
struct Evaluation {
    FigureLayout layout;
    int segments = 1;
    int conditions = 1;
    std::vector<double> averages;          ///< [(segment or all) × (condition or all) × figure], NaN where null
    std::vector<double> agent_money;       ///< by agent: expected money from all rules
    std::vector<double> quadrature_error;  ///< by segment × condition: estimated error of a probability
    bool null_kpi = false;                 ///< some agent's ratio has the denominator 0

    /// Row of averages; `segments` stands for all segments, `conditions` for all conditions.
    [[nodiscard]] const double* row(int segment, int condition) const {
        return averages.data() + (static_cast<std::size_t>(segment) * static_cast<std::size_t>(conditions + 1) +
                                  static_cast<std::size_t>(condition)) *
                                     static_cast<std::size_t>(layout.size);
    }
};

/// Fills in one agent's behaviour: probabilities by action of the plan.
using GivenBehaviour = std::function<void(int agent, std::vector<double>& probability)>;

/// Evaluates agents at solved prices.
/// @param prices by agent: the priced channels of `period`
/// @throws Interrupted when the pulse's caller says stop, as the others do
[[nodiscard]] Evaluation evaluate_at_prices(const PeriodTask& period,
                                            const std::function<const std::vector<double>&(int agent)>& prices,
                                            Pulse& pulse);

/// Evaluates agents at given action probabilities; all else follows.
[[nodiscard]] Evaluation evaluate_at_behaviour(const PeriodTask& period, const GivenBehaviour& behaviour, Pulse& pulse);

/// Action probabilities of every agent at solved prices, [agent × action].
[[nodiscard]] std::vector<double> behaviour_at_prices(
    const PeriodTask& period, const std::function<const std::vector<double>&(int agent)>& prices, Pulse& pulse);

}  // namespace backfire
