// Tables of a comparison: every figure before and after with its change split in two, winners and losers, and what KPIs show
// beside what they stand for.
#include <backfire/analysis/compare.hpp>

#include "analysis/comparison_parts.hpp"
#include "equilibrium/rows.hpp"
#include "model/reading.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace backfire {
namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

/// Where each of `things` stands among `known`, by name; -1 for what is not among them.
std::vector<int> places(const std::vector<std::string>& things, const std::vector<std::string>& known) {
    std::map<std::string_view, int> at;
    for (std::size_t i = 0; i < known.size(); ++i) at[known[i]] = static_cast<int>(i);
    std::vector<int> found;
    for (const std::string& thing : things) {
        const auto it = at.find(thing);
        found.push_back(it == at.end() ? -1 : it->second);
    }
    return found;
}

std::vector<std::string> names_of(const std::vector<std::pair<int, std::string>>& groups) {
    std::vector<std::string> names;
    for (const auto& [index, id] : groups) names.push_back(id);
    return names;
}

/// Names of a plan's entries: their key columns without the unit, which a reform may change.
std::vector<std::string> names_of(const RowPlan& plan) {
    std::vector<std::string> names;
    for (const RowEntry& entry : plan.entries) {
        names.emplace_back();
        for (std::size_t k = 0; k < plan.keys.size(); ++k) {
            if (plan.keys[k] != "unit") names.back() += entry.label[k] + "\n";
        }
    }
    return names;
}

/// Where the segments, conditions and entries of one plan stand in another.
struct Places {
    Places(const RowPlan& from, const RowPlan& to)
        : segments(places(names_of(from.groups.segments), names_of(to.groups.segments))),
          conditions(places(names_of(from.groups.conditions), names_of(to.groups.conditions))),
          entries(places(names_of(from), names_of(to))) {}
    std::vector<int> segments, conditions, entries;
};

/// Rows of a comparison, filled column by column.
struct Rows {
    std::vector<std::string> reform, figure;
    std::vector<std::vector<std::string>> keys;
    std::vector<double> baseline, value, delta, mechanical, behavioural;

    struct Side {
        const RowEntry* entry = nullptr;  ///< null: this side has no such row
        const double* averages = nullptr;
        [[nodiscard]] double figure(std::size_t f) const {
            return entry == nullptr ? kNull : figure_of(*entry, f, averages);
        }
    };

    /// One row for each of the columns `figures`; what it is called is as the reform has it, where it has it.
    void add(const std::string& name, const Group& group, const std::vector<std::string>& figures, const Side& before,
             const Side& after, const double* between) {
        const RowEntry& entry = after.entry != nullptr ? *after.entry : *before.entry;
        keys.resize(entry.label.size() + 2);
        for (std::size_t f = 0; f < figures.size(); ++f) {
            const double b = before.figure(f);
            const double v = after.figure(f);
            reform.push_back(name);
            keys[0].push_back(group.segment_id);
            keys[1].push_back(group.condition_id);
            for (std::size_t k = 0; k < entry.label.size(); ++k) keys[k + 2].push_back(entry.label[k]);
            figure.push_back(figures[f]);
            baseline.push_back(b);
            value.push_back(v);
            delta.push_back(v - b);
            const bool split = after.entry != nullptr && !std::isnan(b) && !std::isnan(v);
            const double m = split ? figure_of(*after.entry, f, between) : kNull;
            mechanical.push_back(split ? m - b : kNull);
            behavioural.push_back(split ? (v - b) - (m - b) : kNull);
        }
    }

    Table table(const RowPlan& plan) {
        Table out;
        out.columns.push_back({"reform", std::move(reform)});
        keys.resize(plan.keys.size() + 2);
        out.columns.push_back({"segment", std::move(keys[0])});
        out.columns.push_back({"condition", std::move(keys[1])});
        for (std::size_t k = 0; k < plan.keys.size(); ++k)
            out.columns.push_back({plan.keys[k], std::move(keys[k + 2])});
        out.columns.push_back({"figure", std::move(figure)});
        out.columns.push_back({"baseline", std::move(baseline)});
        out.columns.push_back({"value", std::move(value)});
        out.columns.push_back({"delta", std::move(delta)});
        out.columns.push_back({"mechanical", std::move(mechanical)});
        out.columns.push_back({"behavioural", std::move(behavioural)});
        return out;
    }
};

Table table_of(const Comparison::Parts& parts, TableKind kind, const Progress& progress) {
    Pulse pulse(progress);
    const Solution::Parts& before = parts.baseline.parts();
    const Evaluation& was = before.evaluation(pulse);
    const RowPlan old = plan_rows(kind, before.scenario.model(), first_actions(*before.task.plan), was.layout);
    Rows rows;
    for (std::size_t r = 0; r < parts.reforms.size(); ++r) {
        const std::string& name = parts.reforms[r].first;
        const Solution::Parts& after = parts.reforms[r].second.parts();
        const Evaluation& is = after.evaluation(pulse);
        const RowPlan fresh = plan_rows(kind, after.scenario.model(), first_actions(*after.task.plan), is.layout);
        const Places now(old, fresh);
        each_group(old.groups, pulse, [&](const Group& group) {
            const int s = now.segments[group.segment_place];
            const int c = now.conditions[group.condition_place];
            const bool known = s >= 0 && c >= 0;
            const auto new_row = [&](const Evaluation& evaluation) {
                return evaluation.row(fresh.groups.segments[static_cast<std::size_t>(s)].first,
                                      fresh.groups.conditions[static_cast<std::size_t>(c)].first);
            };
            const double* then = was.row(group.segment, group.condition);
            const double* averages = known ? new_row(is) : nullptr;
            const double* between = known ? new_row(parts.mechanical[r]) : nullptr;
            for (std::size_t e = 0; e < old.entries.size(); ++e) {
                const int same = known ? now.entries[e] : -1;
                const RowEntry* entry = same < 0 ? nullptr : &fresh.entries[static_cast<std::size_t>(same)];
                rows.add(name, group, old.figures, {&old.entries[e], then}, {entry, averages}, between);
            }
        });
        const Places before_it(fresh, old);
        each_group(fresh.groups, pulse, [&](const Group& group) {
            const bool known =
                before_it.segments[group.segment_place] >= 0 && before_it.conditions[group.condition_place] >= 0;
            const double* averages = is.row(group.segment, group.condition);
            for (std::size_t e = 0; e < fresh.entries.size(); ++e) {
                if (known && before_it.entries[e] >= 0) continue;
                rows.add(name, group, fresh.figures, {}, {&fresh.entries[e], averages}, nullptr);
            }
        });
    }
    return rows.table(old);
}

}  // namespace

Table Comparison::behaviour(const Progress& progress) const {
    return table_of(*parts_, TableKind::Behaviour, progress);
}
Table Comparison::measures(const Progress& progress) const { return table_of(*parts_, TableKind::Measures, progress); }
Table Comparison::kpis(const Progress& progress) const { return table_of(*parts_, TableKind::Kpis, progress); }
Table Comparison::payouts(const Progress& progress) const { return table_of(*parts_, TableKind::Payouts, progress); }
Table Comparison::values(const Progress& progress) const { return table_of(*parts_, TableKind::Values, progress); }
Table Comparison::prices(const Progress& progress) const { return table_of(*parts_, TableKind::Prices, progress); }

namespace {

/// The indices a group's index stands for: itself, or all of them; the first, and the one past the last.
std::pair<int, int> indices(int group, int count) {
    return group == count ? std::pair{0, count} : std::pair{group, group + 1};
}

}  // namespace

Table Comparison::winners(const Progress& progress) const {
    Pulse pulse(progress);
    std::vector<std::string> reform, segments, conditions;
    std::vector<double> winners, losers, unchanged, gain, loss;
    const Evaluation& before = parts_->baseline.parts().evaluation(pulse);
    for (std::size_t r = 0; r < parts_->reforms.size(); ++r) {
        const std::string& name = parts_->reforms[r].first;
        const Solution::Parts& solved = parts_->reforms[r].second.parts();
        const Plan& plan = *solved.task.plan;
        const Evaluation& after = solved.evaluation(pulse);
        each_group(groups_of(*plan.work), pulse, [&](const Group& group) {
            double all = 0, same = 0, won = 0, lost = 0, won_money = 0, lost_money = 0;
            const auto add = [&](int i) {
                const int pair = parts_->pairs[r][static_cast<std::size_t>(i)];
                if (pair < 0) return;
                const double weight = plan.agents[static_cast<std::size_t>(i)].weight;
                const double old = before.agent_money[static_cast<std::size_t>(pair)];
                const double change = after.agent_money[static_cast<std::size_t>(i)] - old;
                all += weight;
                if (std::abs(change) <= 1e-9 * std::max(1.0, std::abs(old))) {
                    same += weight;
                    return;
                }
                (change > 0 ? won : lost) += weight;
                (change > 0 ? won_money : lost_money) += weight * change;
            };
            const auto [first_segment, last_segment] = indices(group.segment, after.segments);
            const auto [first_condition, last_condition] = indices(group.condition, after.conditions);
            for (int s = first_segment; s < last_segment; ++s) {
                for (int c = first_condition; c < last_condition; ++c) {
                    pulse.beat();
                    const auto [first, last] = plan.agents_of(s, c);
                    for (int i = first; i < last; ++i) add(i);
                }
            }
            reform.push_back(name);
            segments.push_back(group.segment_id);
            conditions.push_back(group.condition_id);
            winners.push_back(all > 0 ? won / all : kNull);
            losers.push_back(all > 0 ? lost / all : kNull);
            unchanged.push_back(all > 0 ? same / all : kNull);
            gain.push_back(won > 0 ? won_money / won : 0);
            loss.push_back(lost > 0 ? lost_money / lost : 0);
        });
    }
    return {{{"reform", reform},
             {"segment", segments},
             {"condition", conditions},
             {"winners", winners},
             {"losers", losers},
             {"unchanged", unchanged},
             {"gain", gain},
             {"loss", loss}}};
}

namespace {

double direction(const Kpi& kpi) { return kpi.better == Better::Higher ? 1 : -1; }

/// What a KPI stands for, and which way that is good.
struct Truth {
    std::vector<std::string> what;  ///< a measure, or patterns of events, sorted
    double sign = 1;
    friend bool operator==(const Truth&, const Truth&) = default;
};

std::optional<Truth> truth_of(const Model& model, const Kpi& kpi) {
    if (!kpi.stands_for) return std::nullopt;
    if (const auto* events = std::get_if<EventSet>(&kpi.stands_for->what)) {
        Truth truth{events->patterns, direction(kpi)};
        std::ranges::sort(truth.what);
        return truth;
    }
    const auto& weights =
        kpi.stands_for->party == Party::Customer ? model.values->customer : model.values->organisation;
    const int measure = std::get<int>(kpi.stands_for->what);
    const auto it = std::ranges::find(weights, measure, &std::pair<int, double>::first);
    return Truth{{model.work->measures[static_cast<std::size_t>(measure)].id},
                 it != weights.end() && it->second < 0 ? -1.0 : 1.0};
}

/// A KPI that stands for something, on both sides, and the signs that make improvements of changes: null where which way is
/// better, or what is true, differs between the sides, so that no change has a meaning.
struct Watched {
    int kpi = -1;
    int before = -1;
    double shown = kNull;
    double truth = kNull;
};

std::vector<Watched> watched(const Model& old, const Model& model) {
    std::vector<Watched> found;
    for (const int k : model.policy->kpi_order) {
        const Kpi& kpi = model.policy->kpis[static_cast<std::size_t>(k)];
        const int before = find_id(old.policy->kpis, kpi.id);
        if (!kpi.stands_for || before < 0) continue;
        const Kpi& then = old.policy->kpis[static_cast<std::size_t>(before)];
        const std::optional<Truth> meant = truth_of(model, kpi);
        const bool one_way = then.better == kpi.better || then.better == Better::Unsaid;
        found.push_back({.kpi = k,
                         .before = before,
                         .shown = one_way ? direction(kpi) : kNull,
                         .truth = truth_of(old, then) == meant ? meant->sign : kNull});
    }
    return found;
}

}  // namespace

Table Comparison::goodhart(const Progress& progress) const {
    Pulse pulse(progress);
    std::vector<std::string> reform, segments, conditions, kpis, units;
    std::vector<double> kpi_improvement, true_improvement, gap;
    const Solution::Parts& before = parts_->baseline.parts();
    const Model& old = before.scenario.model();
    const Evaluation& was = before.evaluation(pulse);
    for (const auto& named : parts_->reforms) {
        const std::string& name = named.first;
        const Solution::Parts& after = named.second.parts();
        const Model& model = after.scenario.model();
        const Evaluation& is = after.evaluation(pulse);
        const std::vector<Watched> kpis_told = watched(old, model);
        each_group(groups_of(*model.work), pulse, [&](const Group& group) {
            const int segment =
                group.segment_id == "all" ? was.segments : find_id(old.work->segments, group.segment_id);
            const int condition =
                group.condition_id == "all" ? was.conditions : find_id(old.work->conditions, group.condition_id);
            if (segment < 0 || condition < 0) return;
            const double* now = is.row(group.segment, group.condition);
            const double* then = was.row(segment, condition);
            for (const Watched& w : kpis_told) {
                const double shown = w.shown * (now[is.layout.kpi_mean + w.kpi] - then[was.layout.kpi_mean + w.before]);
                const double truth = w.truth * (now[is.layout.truth + w.kpi] - then[was.layout.truth + w.before]);
                const Kpi& kpi = model.policy->kpis[static_cast<std::size_t>(w.kpi)];
                reform.push_back(name);
                segments.push_back(group.segment_id);
                conditions.push_back(group.condition_id);
                kpis.push_back(kpi.id);
                units.push_back(kpi.unit);
                kpi_improvement.push_back(shown);
                true_improvement.push_back(truth);
                gap.push_back(shown - truth);
            }
        });
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
