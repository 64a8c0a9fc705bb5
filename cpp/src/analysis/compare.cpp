// Making a comparison: agents paired on the same trait points, and the baseline's behaviour carried over to new rules.
#include <backfire/analysis/compare.hpp>

#include "analysis/comparison_parts.hpp"
#include "model/reading.hpp"

#include <cmath>
#include <memory>

namespace backfire {
namespace {

/// For each agent of the reform, the baseline's agent of the same segment, condition and quantile; -1 where there is none.
std::vector<int> pair_agents(const Plan& before, const Plan& after) {
    std::vector<int> segment, condition;
    for (const Segment& s : after.work->segments) segment.push_back(find_id(before.work->segments, s.id));
    for (const Condition& c : after.work->conditions) condition.push_back(find_id(before.work->conditions, c.id));
    std::vector<int> pairs;
    for (const Agent& agent : after.agents) {
        const int s = segment[static_cast<std::size_t>(agent.segment)];
        const int c = condition[static_cast<std::size_t>(agent.condition)];
        if (s < 0 || c < 0) {
            pairs.push_back(-1);
            continue;
        }
        const std::int64_t old_count = before.points[static_cast<std::size_t>(s)].count;
        const std::int64_t new_count = after.points[static_cast<std::size_t>(agent.segment)].count;
        pairs.push_back(before.agents_of(s, c).first +
                        static_cast<int>((2 * agent.point + 1) * old_count / (2 * new_count)));
    }
    return pairs;
}

/// The baseline's behaviour carried over to the reform's situations and actions.
class OldBehaviour {
public:
    OldBehaviour(const PeriodTask& before, const PeriodTask& after, const std::vector<double>& old,
                 const std::vector<int>& pairs)
        : before_(*before.plan), after_(*after.plan), old_(old), pairs_(pairs) {
        for (std::size_t s = 0; s < after_.situations.size(); ++s) {
            const Situation& situation = after_.work->situations[s];
            const int same = find_id(before_.work->situations, situation.id);
            const bool known =
                same >= 0 && before_.work->situations[static_cast<std::size_t>(same)].choice == situation.choice;
            for (const Action& action : situation.actions) {
                int from = -1;
                if (known) {
                    const int a = find_id(before_.work->situations[static_cast<std::size_t>(same)].actions, action.id);
                    if (a >= 0) from = before_.situations[static_cast<std::size_t>(same)].first_action + a;
                }
                from_.push_back(from);
            }
            known_.push_back(known);
        }
    }

    void operator()(int agent, std::vector<double>& probability) const {
        const int pair = pairs_[static_cast<std::size_t>(agent)];
        const std::size_t width = before_.actions.size();
        for (std::size_t s = 0; s < after_.situations.size(); ++s) {
            const PlannedSituation& situation = after_.situations[s];
            double kept = 0;
            double left = 0;  // actions there still are
            double habits = 0;
            for (int a = situation.first_action; a < situation.last_action; ++a) {
                const auto at = static_cast<std::size_t>(a);
                const double habit = situation.choice ? after_.of(agent, after_.actions[at].habit) : 1;
                habits += habit;
                left += habit > 0 ? 1 : 0;
                const int from = pair < 0 || !known_[s] ? -1 : from_[at];
                probability[at] = habit > 0 && from >= 0
                                      ? old_[static_cast<std::size_t>(pair) * width + static_cast<std::size_t>(from)]
                                      : 0;
                kept += probability[at];
            }
            for (int a = situation.first_action; a < situation.last_action; ++a) {
                const auto at = static_cast<std::size_t>(a);
                const double habit = situation.choice ? after_.of(agent, after_.actions[at].habit) : 1;
                if (pair < 0 || !known_[s]) probability[at] = habit / habits;
                else if (kept == 0) probability[at] = habit > 0 ? 1 / left : 0;
                else if (std::abs(kept - 1) > 1e-12) probability[at] /= kept;
            }
        }
    }

private:
    const Plan& before_;
    const Plan& after_;
    const std::vector<double>& old_;
    const std::vector<int>& pairs_;
    std::vector<int> from_;
    std::vector<bool> known_;
};

using NamedReforms = std::vector<std::pair<std::string, Reform>>;
using NamedScenarios = std::vector<std::pair<std::string, Scenario>>;

/// The scenario after each reform; throws the problems of all of them.
NamedScenarios reformed_by_each(const Scenario& scenario, const NamedReforms& reforms, const Progress& progress) {
    NamedScenarios reformed;
    std::vector<Diagnostic> problems;
    for (const auto& [name, reform] : reforms) {
        try {
            reformed.emplace_back(name, scenario.reformed(reform, held_at(progress, 0)));
        } catch (const ScenarioError& error) {
            for (Diagnostic diagnostic : error.diagnostics()) {
                diagnostic.message = "reform '" + name + "': " + diagnostic.message;
                problems.push_back(std::move(diagnostic));
            }
        }
    }
    if (!problems.empty()) throw ScenarioError(std::move(problems));
    return reformed;
}

/// Progress of one of `steps` equal steps, `done` of which lie behind.
Progress step_of(const Progress& progress, double done, double steps) {
    if (!progress) return {};
    return [&progress, done, steps](double share) { return progress((done + share) / steps); };
}

/// Solves each reform and holds it against the baseline; `done` of the `steps` lie behind.
Comparison held_against(Solution baseline, const NamedScenarios& reformed, const Progress& progress, double done,
                        double steps) {
    auto parts = std::make_shared<Comparison::Parts>(std::move(baseline));
    const Solution::Parts& solved = parts->baseline.parts();
    const PeriodTask& before = solved.task;
    Pulse pulse(progress);
    pulse.at(done / steps);
    const std::vector<double>& old = solved.behaviour(pulse);
    for (const auto& [name, changed] : reformed) {
        const bool same = &changed.parts() == &solved.scenario.parts();
        parts->reforms.emplace_back(name, same ? parts->baseline : solve(changed, step_of(progress, done, steps)));
        done += 1;
        pulse.at(done / steps);
        const PeriodTask& after = parts->reforms.back().second.parts().task;
        parts->pairs.push_back(pair_agents(*before.plan, *after.plan));
        parts->mechanical.push_back(
            same ? solved.evaluation(pulse)
                 : evaluate_at_behaviour(after, OldBehaviour(before, after, old, parts->pairs.back()), pulse));
    }
    return Comparison(std::move(parts));
}

}  // namespace

Comparison compare(const Scenario& scenario, const NamedReforms& reforms, const Progress& progress) {
    const NamedScenarios reformed = reformed_by_each(scenario, reforms, progress);
    const double steps = static_cast<double>(reformed.size()) + 1;
    return held_against(solve(scenario, step_of(progress, 0, steps)), reformed, progress, 1, steps);
}

Comparison compare(const Solution& baseline, const NamedReforms& reforms, const Progress& progress) {
    const NamedScenarios reformed = reformed_by_each(baseline.scenario(), reforms, progress);
    return held_against(baseline, reformed, progress, 0, static_cast<double>(reformed.size()));
}

}  // namespace backfire
