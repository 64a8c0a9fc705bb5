/// What a Solution holds: each agent's fixed points, and the averages once somebody asked for them.
#pragma once

#include "equilibrium/evaluation.hpp"
#include "equilibrium/period_task.hpp"
#include "equilibrium/search.hpp"
#include "response/parts.hpp"

#include <backfire/equilibrium/solve.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace backfire {

/// A value made on first use and the same from then on. Two who ask at once both work and the first is kept, so that nobody
/// waits for another where no signal reaches him.
template <class Value>
class KeptOnceMade {
public:
    /// @param make called without a lock; where it throws, nothing is kept and the next who asks starts afresh
    template <class Make>
    [[nodiscard]] const Value& get(const Make& make) const {
        {
            const std::scoped_lock lock(keeping_);
            if (kept_ != nullptr) return *kept_;
        }
        auto fresh = std::make_unique<const Value>(make());
        const std::scoped_lock lock(keeping_);
        if (kept_ == nullptr) kept_ = std::move(fresh);
        return *kept_;
    }

private:
    mutable std::mutex keeping_;
    mutable std::unique_ptr<const Value> kept_;
};

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
    /// @throws Interrupted when the pulse's caller says stop; the next who asks starts afresh
    [[nodiscard]] const Evaluation& evaluation(Pulse& pulse) const { return evaluated(pulse).evaluation; }
    [[nodiscard]] const std::vector<Diagnostic>& notes(Pulse& pulse) const { return evaluated(pulse).notes; }

    /// Action probabilities of every agent, [agent × action]; made and kept likewise.
    [[nodiscard]] const std::vector<double>& behaviour(Pulse& pulse) const;

private:
    struct Evaluated {
        Evaluation evaluation;
        std::vector<Diagnostic> notes;
    };
    [[nodiscard]] const Evaluated& evaluated(Pulse& pulse) const;
    [[nodiscard]] std::vector<Diagnostic> notes_on(const Evaluation& evaluation) const;

    KeptOnceMade<Evaluated> evaluated_;
    KeptOnceMade<std::vector<double>> behaviour_;
};

}  // namespace backfire
