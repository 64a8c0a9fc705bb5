// Baseline against reforms on the same trait points: what old behaviour would bring under new rules, and what new behaviour adds.
#include <backfire/analysis/compare.hpp>

#include "equilibrium/rows.hpp"
#include "equilibrium/solution_parts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace backfire {
namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

int id_index(const auto& things, const std::string& id) {
    const auto it = std::ranges::find_if(things, [&](const auto& thing) { return thing.id == id; });
    return it == things.end() ? -1 : static_cast<int>(it - things.begin());
}

/// For each agent of the reform, the baseline's agent of the same segment, condition and quantile; -1 where there is none.
std::vector<int> pair_agents(const Plan& before, const Plan& after) {
    std::vector<int> segment, condition;
    for (const Segment& s : after.work->segments) segment.push_back(id_index(before.work->segments, s.id));
    for (const Condition& c : after.work->conditions) condition.push_back(id_index(before.work->conditions, c.id));
    std::map<std::pair<int, int>, int> first;
    for (std::size_t i = before.agents.size(); i-- > 0;)
        first[{before.agents[i].segment, before.agents[i].condition}] = static_cast<int>(i);
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
        pairs.push_back(first[{s, c}] + static_cast<int>((2 * agent.point + 1) * old_count / (2 * new_count)));
    }
    return pairs;
}

/// The baseline's behaviour carried over to the reform's situations and actions.
class OldBehaviour {
public:
    OldBehaviour(const PeriodTask& before, const PeriodTask& after, std::vector<double> old, std::vector<int> pairs)
        : before_(*before.plan), after_(*after.plan), old_(std::move(old)), pairs_(std::move(pairs)) {
        for (std::size_t s = 0; s < after_.situations.size(); ++s) {
            const Situation& situation = after_.work->situations[s];
            const int same = id_index(before_.work->situations, situation.id);
            const bool known =
                same >= 0 && before_.work->situations[static_cast<std::size_t>(same)].choice == situation.choice;
            for (const Action& action : situation.actions) {
                int from = -1;
                if (known) {
                    const int a = id_index(before_.work->situations[static_cast<std::size_t>(same)].actions, action.id);
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
    std::vector<double> old_;
    std::vector<int> pairs_;
    std::vector<int> from_;
    std::vector<bool> known_;
};

}  // namespace

struct Comparison::Parts {
    explicit Parts(Solution b) : baseline(std::move(b)) {}

    Solution baseline;
    std::vector<std::pair<std::string, Solution>> reforms;
    std::vector<std::vector<int>> pairs;  ///< by reform: agents of the baseline
    std::vector<Evaluation> mechanical;   ///< by reform: old behaviour, new rules
};

namespace {

using NamedReforms = std::vector<std::pair<std::string, Reform>>;
using NamedScenarios = std::vector<std::pair<std::string, Scenario>>;

/// The scenario after each reform; throws the problems of all of them.
NamedScenarios reformed_by_each(const Scenario& scenario, const NamedReforms& reforms) {
    NamedScenarios reformed;
    std::vector<Diagnostic> problems;
    for (const auto& [name, reform] : reforms) {
        try {
            reformed.emplace_back(name, scenario.reformed(reform));
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
    const std::vector<double> old =
        behaviour_at_prices(before, [&](int agent) -> const std::vector<double>& { return solved.kept(agent).prices; });
    for (const auto& [name, changed] : reformed) {
        const bool same = &changed.parts() == &solved.scenario.parts();
        parts->reforms.emplace_back(name, same ? parts->baseline : solve(changed, step_of(progress, done, steps)));
        const PeriodTask& after = parts->reforms.back().second.parts().task;
        parts->pairs.push_back(pair_agents(*before.plan, *after.plan));
        parts->mechanical.push_back(
            same ? solved.evaluation()
                 : evaluate_at_behaviour(after, OldBehaviour(before, after, old, parts->pairs.back())));
        done += 1;
    }
    return Comparison(std::move(parts));
}

}  // namespace

Comparison compare(const Scenario& scenario, const NamedReforms& reforms, const Progress& progress) {
    const NamedScenarios reformed = reformed_by_each(scenario, reforms);
    const double steps = static_cast<double>(reformed.size()) + 1;
    return held_against(solve(scenario, step_of(progress, 0, steps)), reformed, progress, 1, steps);
}

Comparison compare(const Solution& baseline, const NamedReforms& reforms, const Progress& progress) {
    const NamedScenarios reformed = reformed_by_each(baseline.scenario(), reforms);
    return held_against(baseline, reformed, progress, 0, static_cast<double>(reformed.size()));
}

namespace {

/// Key columns without the unit, which a reform may change.
std::string key_of(const RowPlan& plan, const RowKey& row) {
    std::string key;
    for (std::size_t k = 0; k < plan.keys.size(); ++k) {
        if (plan.keys[k] != "unit") key += row.label[k] + "\n";
    }
    return key;
}

double figure_of(const RowKey& row, std::size_t f, const Evaluation& evaluation) {
    const double* averages = evaluation.row(row.segment, row.condition);
    return f < row.figures.size() ? averages[row.figures[f]] : averages[row.figures[0]] + averages[row.figures[1]];
}

/// Rows of a comparison, filled column by column.
struct Rows {
    std::vector<std::string> reform, figure;
    std::vector<std::vector<std::string>> keys;
    std::vector<double> baseline, value, delta, mechanical, behavioural;

    void add(const std::string& name, const RowKey& row, const std::string& column, double b, double v, double m) {
        reform.push_back(name);
        if (keys.empty()) keys.resize(row.label.size());
        for (std::size_t k = 0; k < row.label.size(); ++k) keys[k].push_back(row.label[k]);
        figure.push_back(column);
        baseline.push_back(b);
        value.push_back(v);
        delta.push_back(v - b);
        const bool split = !std::isnan(b) && !std::isnan(v);
        mechanical.push_back(split ? m - b : kNull);
        behavioural.push_back(split ? (v - b) - (m - b) : kNull);
    }

    Table table(const RowPlan& plan) {
        Table out;
        out.columns.push_back({"reform", std::move(reform)});
        keys.resize(plan.keys.size());
        for (std::size_t k = 0; k < plan.keys.size(); ++k) out.columns.push_back({plan.keys[k], std::move(keys[k])});
        out.columns.push_back({"figure", std::move(figure)});
        out.columns.push_back({"baseline", std::move(baseline)});
        out.columns.push_back({"value", std::move(value)});
        out.columns.push_back({"delta", std::move(delta)});
        out.columns.push_back({"mechanical", std::move(mechanical)});
        out.columns.push_back({"behavioural", std::move(behavioural)});
        return out;
    }
};

Table table_of(const Comparison::Parts& parts, TableKind kind) {
    const Solution::Parts& before = parts.baseline.parts();
    const RowPlan old =
        plan_rows(kind, before.scenario.model(), first_actions(*before.task.plan), before.evaluation().layout);
    Rows rows;
    for (std::size_t r = 0; r < parts.reforms.size(); ++r) {
        const auto& [name, solution] = parts.reforms[r];
        const Solution::Parts& after = solution.parts();
        const RowPlan fresh =
            plan_rows(kind, after.scenario.model(), first_actions(*after.task.plan), after.evaluation().layout);
        std::map<std::string, const RowKey*> known;
        for (const RowKey& row : fresh.rows) known[key_of(fresh, row)] = &row;
        std::map<std::string, bool> seen;
        for (const RowKey& row : old.rows) {
            const std::string key = key_of(old, row);
            seen[key] = true;
            const auto it = known.find(key);
            for (std::size_t f = 0; f < old.figures.size(); ++f) {
                const double b = figure_of(row, f, before.evaluation());
                if (it == known.end()) rows.add(name, row, old.figures[f], b, kNull, kNull);
                else
                    rows.add(name, *it->second, old.figures[f], b, figure_of(*it->second, f, after.evaluation()),
                             figure_of(*it->second, f, parts.mechanical[r]));
            }
        }
        for (const RowKey& row : fresh.rows) {
            if (seen.contains(key_of(fresh, row))) continue;
            for (std::size_t f = 0; f < fresh.figures.size(); ++f)
                rows.add(name, row, fresh.figures[f], kNull, figure_of(row, f, after.evaluation()), kNull);
        }
    }
    return rows.table(old);
}

}  // namespace

Table Comparison::behaviour() const { return table_of(*parts_, TableKind::Behaviour); }
Table Comparison::measures() const { return table_of(*parts_, TableKind::Measures); }
Table Comparison::kpis() const { return table_of(*parts_, TableKind::Kpis); }
Table Comparison::payouts() const { return table_of(*parts_, TableKind::Payouts); }
Table Comparison::values() const { return table_of(*parts_, TableKind::Values); }
Table Comparison::prices() const { return table_of(*parts_, TableKind::Prices); }

Table Comparison::winners() const {
    std::vector<std::string> reform, segment_ids, condition_ids;
    std::vector<double> winners, losers, unchanged, gain, loss;
    const Evaluation& before = parts_->baseline.parts().evaluation();
    for (std::size_t r = 0; r < parts_->reforms.size(); ++r) {
        const auto& [name, solution] = parts_->reforms[r];
        const Solution::Parts& after = solution.parts();
        const Groups groups =
            groups_of(after.scenario.model().work->segments.empty() ? Work{} : *after.scenario.model().work);
        for (const auto& [s, segment] : groups.segments) {
            for (const auto& [c, condition] : groups.conditions) {
                double all = 0, same = 0, won = 0, lost = 0, won_money = 0, lost_money = 0;
                for (std::size_t i = 0; i < after.task.plan->agents.size(); ++i) {
                    const Agent& agent = after.task.plan->agents[i];
                    const bool in = (s == after.evaluation().segments || agent.segment == s) &&
                                    (c == after.evaluation().conditions || agent.condition == c);
                    const int pair = parts_->pairs[r][i];
                    if (!in || pair < 0) continue;
                    const double old = before.agent_money[static_cast<std::size_t>(pair)];
                    const double change = after.evaluation().agent_money[i] - old;
                    all += agent.weight;
                    if (std::abs(change) <= 1e-9 * std::max(1.0, std::abs(old))) {
                        same += agent.weight;
                        continue;
                    }
                    (change > 0 ? won : lost) += agent.weight;
                    (change > 0 ? won_money : lost_money) += agent.weight * change;
                }
                reform.push_back(name);
                segment_ids.push_back(segment);
                condition_ids.push_back(condition);
                winners.push_back(all > 0 ? won / all : kNull);
                losers.push_back(all > 0 ? lost / all : kNull);
                unchanged.push_back(all > 0 ? same / all : kNull);
                gain.push_back(won > 0 ? won_money / won : 0);
                loss.push_back(lost > 0 ? lost_money / lost : 0);
            }
        }
    }
    return {{{"reform", reform},
             {"segment", segment_ids},
             {"condition", condition_ids},
             {"winners", winners},
             {"losers", losers},
             {"unchanged", unchanged},
             {"gain", gain},
             {"loss", loss}}};
}

Table Comparison::goodhart() const {
    std::vector<std::string> reform, segments, conditions, kpis, units;
    std::vector<double> kpi_improvement, true_improvement, gap;
    const Solution::Parts& before = parts_->baseline.parts();
    const Model& old = before.scenario.model();
    for (const auto& [name, solution] : parts_->reforms) {
        const Solution::Parts& after = solution.parts();
        const Model& model = after.scenario.model();
        const Groups groups = groups_of(*model.work);
        for (const auto& [s, segment] : groups.segments) {
            for (const auto& [c, condition] : groups.conditions) {
                const int old_segment =
                    segment == "all" ? before.evaluation().segments : id_index(old.work->segments, segment);
                const int old_condition =
                    condition == "all" ? before.evaluation().conditions : id_index(old.work->conditions, condition);
                for (const int k : model.policy->kpi_order) {
                    const Kpi& kpi = model.policy->kpis[static_cast<std::size_t>(k)];
                    const int old_kpi = id_index(old.policy->kpis, kpi.id);
                    if (!kpi.stands_for || old_kpi < 0 || old_segment < 0 || old_condition < 0) continue;
                    const double* now = after.evaluation().row(s, c);
                    const double* then = before.evaluation().row(old_segment, old_condition);
                    const FigureLayout& at = after.evaluation().layout;
                    const FigureLayout& was = before.evaluation().layout;
                    const double better = kpi.better == Better::Higher ? 1 : -1;
                    double sign = better;
                    if (const int* measure = std::get_if<int>(&kpi.stands_for->what)) {
                        const auto& weights = kpi.stands_for->party == Party::Customer ? model.values->customer
                                                                                       : model.values->organisation;
                        const auto it = std::ranges::find(weights, *measure, &std::pair<int, double>::first);
                        sign = it != weights.end() && it->second < 0 ? -1 : 1;
                    }
                    const double shown = better * (now[at.kpi_mean + k] - then[was.kpi_mean + old_kpi]);
                    const double truth = sign * (now[at.truth + k] - then[was.truth + old_kpi]);
                    reform.push_back(name);
                    segments.push_back(segment);
                    conditions.push_back(condition);
                    kpis.push_back(kpi.id);
                    units.push_back(kpi.unit);
                    kpi_improvement.push_back(shown);
                    true_improvement.push_back(truth);
                    gap.push_back(shown - truth);
                }
            }
        }
    }
    return {{{"reform", reform},
             {"segment", segments},
             {"condition", conditions},
             {"kpi", kpis},
             {"unit", units},
             {"kpi_improvement", kpi_improvement},
             {"true_improvement", true_improvement},
             {"gap", gap}}};
}

const Solution& Comparison::baseline() const { return parts_->baseline; }
const std::vector<std::pair<std::string, Solution>>& Comparison::reforms() const { return parts_->reforms; }

}  // namespace backfire
