/// What a Solution holds: each agent's fixed points, and the averages once somebody asked for them.
#pragma once

#include "equilibrium/evaluation.hpp"
#include "equilibrium/period_task.hpp"
#include "equilibrium/search.hpp"
#include "response/parts.hpp"

#include <backfire/equilibrium/solve.hpp>

#include <mutex>
#include <utility>
#include <vector>

namespace backfire {

struct Solution::Parts {
    explicit Parts(Scenario s)
        : scenario(std::move(s)), task(scenario.parts().plan, scenario.model().policy, scenario.model().values) {}

    Scenario scenario;
    PeriodTask task;
    std::vector<AgentAnswer> answers;  ///< by agent

    [[nodiscard]] const FixedPoint& kept(int agent) const {
        const AgentAnswer& answer = answers[static_cast<std::size_t>(agent)];
        return answer.points[static_cast<std::size_t>(answer.kept)];
    }
    /// Averages of every figure; made on first use, the same whoever asks first.
    [[nodiscard]] const Evaluation& evaluation() const;

    mutable std::vector<Diagnostic> notes;

private:
    [[nodiscard]] bool null_somewhere(const std::string& id) const;
    mutable std::once_flag evaluated_;
    mutable Evaluation memo_;
};

}  // namespace backfire
