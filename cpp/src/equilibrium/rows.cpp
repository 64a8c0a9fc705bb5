// The tables of a solution and a comparison share their rows; only the number columns differ.
#include "equilibrium/rows.hpp"

#include "core/nearest.hpp"
#include "model/reading.hpp"

#include <backfire/core/diagnostic.hpp>

#include <algorithm>
#include <array>

namespace backfire {

Groups groups_of(const Work& work) {
    Groups groups = cells_of(work);
    const auto add_all = [](const auto& things, std::vector<std::pair<int, std::string>>& out) {
        const bool stand_in = things.size() == 1 && things.front().id == "all";
        if (stand_in) out.clear();
        out.emplace_back(static_cast<int>(things.size()), "all");
    };
    add_all(work.segments, groups.segments);
    add_all(work.conditions, groups.conditions);
    return groups;
}

Groups cells_of(const Work& work) {
    Groups cells;
    for (const int s : work.segment_order)
        cells.segments.emplace_back(s, work.segments[static_cast<std::size_t>(s)].id);
    for (const int c : work.condition_order)
        cells.conditions.emplace_back(c, work.conditions[static_cast<std::size_t>(c)].id);
    return cells;
}

std::vector<int> first_actions(const Plan& plan) {
    std::vector<int> first;
    for (const PlannedSituation& s : plan.situations) first.push_back(s.first_action);
    return first;
}

namespace {

/// Calls `add(label, figures)` for every row of one group, in document order.
template <class Add>
void rows_of(TableKind kind, const Model& model, const std::vector<int>& first_action, const FigureLayout& at,
             const Add& add) {
    const Work& work = *model.work;
    const Policy& policy = *model.policy;
    const std::array<std::string, 2> parties{"organisation", "customer"};
    switch (kind) {
        case TableKind::Behaviour:
            for (const int s : work.situation_order) {
                const Situation& situation = work.situations[static_cast<std::size_t>(s)];
                if (!situation.choice) continue;
                for (const int a : situation.action_order) {
                    const int flat = first_action[static_cast<std::size_t>(s)] + a;
                    add({situation.id, situation.actions[static_cast<std::size_t>(a)].id},
                        {at.probability + flat, at.visits + flat});
                }
            }
            break;
        case TableKind::Measures:
            for (const int i : work.measure_order) {
                const Measure& m = work.measures[static_cast<std::size_t>(i)];
                add({m.id, m.unit}, {at.measure_mean + i, at.measure_sd + i});
            }
            break;
        case TableKind::Kpis:
            for (const int k : policy.kpi_order) {
                const Kpi& kpi = policy.kpis[static_cast<std::size_t>(k)];
                add({kpi.id, kpi.unit}, {at.kpi_mean + k, at.kpi_sd + k});
            }
            break;
        case TableKind::Payouts:
            for (const int r : policy.rule_order) {
                const Rule& rule = *policy.rules[static_cast<std::size_t>(r)];
                add({rule.id, rule.unit}, {at.expected + r, at.money + r});
            }
            break;
        case TableKind::Values:
            for (int p = 0; p < 2; ++p) add({parties[static_cast<std::size_t>(p)]}, {at.work + p, at.payouts + p});
            break;
        case TableKind::Prices:
            for (const int i : work.measure_order) add({work.measures[static_cast<std::size_t>(i)].id}, {at.price + i});
            break;
    }
}

}  // namespace

RowPlan plan_rows(TableKind kind, const Model& model, const std::vector<int>& first_action,
                  const FigureLayout& layout) {
    RowPlan plan;
    switch (kind) {
        case TableKind::Behaviour:
            plan.keys = {"situation", "action"};
            plan.figures = {"probability", "visits"};
            break;
        case TableKind::Measures:
            plan.keys = {"measure", "unit"};
            plan.figures = {"mean", "sd"};
            break;
        case TableKind::Kpis:
            plan.keys = {"kpi", "unit"};
            plan.figures = {"mean", "sd"};
            break;
        case TableKind::Payouts:
            plan.keys = {"rule", "unit"};
            plan.figures = {"expected", "money"};
            break;
        case TableKind::Values:
            plan.keys = {"party"};
            plan.figures = {"work", "payouts", "money"};
            break;
        case TableKind::Prices:
            plan.keys = {"measure"};
            plan.figures = {"price"};
            break;
    }
    plan.groups = groups_of(*model.work);
    rows_of(kind, model, first_action, layout, [&](std::vector<std::string> label, std::vector<int> figures) {
        plan.entries.push_back({std::move(label), std::move(figures)});
    });
    return plan;
}

double figure_of(const RowEntry& entry, std::size_t column, const double* averages) {
    if (column < entry.figures.size()) return averages[entry.figures[column]];
    return averages[entry.figures[0]] + averages[entry.figures[1]];  // money of a party: work and payouts
}

Table fill_rows(const RowPlan& plan, const Evaluation& evaluation, Pulse& pulse) {
    Table table;
    const auto add_column = [&]<class Cell>(const std::string& name, std::vector<Cell> column, const auto& cell) {
        column.reserve(plan.rows());
        each_group(plan.groups, pulse, [&](const Group& group) {
            for (const RowEntry& entry : plan.entries) column.push_back(cell(group, entry));
        });
        table.columns.push_back({name, std::move(column)});
    };
    using Texts = std::vector<std::string>;
    add_column("segment", Texts(), [](const Group& group, const RowEntry&) { return group.segment_id; });
    add_column("condition", Texts(), [](const Group& group, const RowEntry&) { return group.condition_id; });
    for (std::size_t k = 0; k < plan.keys.size(); ++k)
        add_column(plan.keys[k], Texts(), [k](const Group&, const RowEntry& entry) { return entry.label[k]; });
    for (std::size_t f = 0; f < plan.figures.size(); ++f) {
        add_column(plan.figures[f], std::vector<double>(), [&](const Group& group, const RowEntry& entry) {
            return figure_of(entry, f, evaluation.row(group.segment, group.condition));
        });
    }
    return table;
}

void no_such(std::string_view what, std::string_view name, const std::vector<std::string>& known) {
    const std::string hint = nearest_hint(name, known);
    throw UnknownNameError("there is no " + std::string(what) + " '" + std::string(name) + "'; " +
                           (hint.empty() ? "there are " + list_some(known, 12) : hint));
}

int group_index(const std::vector<std::pair<int, std::string>>& groups, const std::string& name,
                std::string_view what) {
    std::vector<std::string> known;
    for (const auto& [index, id] : groups) {
        if (id == name) return index;
        known.push_back(id);
    }
    no_such(what, name, known);
}

namespace {

std::vector<std::string> split(std::string_view text, char mark) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t at = text.find(mark);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

struct FigureName {
    TableKind kind;
    std::size_t column;
    std::size_t keys;  ///< how many names follow the table
};

FigureName figure_table(const std::string& name) {
    if (name == "behaviour") return {TableKind::Behaviour, 0, 2};
    if (name == "visits") return {TableKind::Behaviour, 1, 2};
    if (name == "measures") return {TableKind::Measures, 0, 1};
    if (name == "kpis") return {TableKind::Kpis, 0, 1};
    if (name == "payouts") return {TableKind::Payouts, 1, 1};
    if (name == "values") return {TableKind::Values, 2, 1};
    if (name == "work") return {TableKind::Values, 0, 1};
    if (name == "prices") return {TableKind::Prices, 0, 1};
    no_such("figure table", name, {"behaviour", "visits", "measures", "kpis", "payouts", "values", "work", "prices"});
}

}  // namespace

double read_figure(std::string_view figure, const Model& model, const std::vector<int>& first_action,
                   const Evaluation& evaluation) {
    const std::vector<std::string> halves = split(figure, '@');
    const std::vector<std::string> names = split(halves[0], '.');
    const std::vector<std::string> where = halves.size() > 1 ? split(halves[1], ',') : std::vector<std::string>{};
    const FigureName named = figure_table(names[0]);
    if (halves.size() > 2 || where.size() > 2 || names.size() != named.keys + 1) {
        throw UnknownNameError("'" + std::string(figure) +
                               "' is no figure; a figure is table.key[.key][@segment[,condition]], e.g. " +
                               (named.keys == 2 ? names[0] + ".situation.action" : names[0] + ".name"));
    }
    const Groups groups = groups_of(*model.work);
    const int segment = group_index(groups.segments, where.empty() ? "all" : where[0], "segment");
    const int condition = group_index(groups.conditions, where.size() < 2 ? "all" : where[1], "condition");
    std::vector<std::string> known;
    double value = 0;
    bool found = false;
    const double* averages = evaluation.row(segment, condition);
    rows_of(named.kind, model, first_action, evaluation.layout,
            [&](const std::vector<std::string>& label, const std::vector<int>& figures) {
                const std::string name = named.keys == 2 ? label[0] + "." + label[1] : label[0];
                const std::string wanted = named.keys == 2 ? names[1] + "." + names[2] : names[1];
                known.push_back(name);
                if (name != wanted) return;
                found = true;
                value = named.column < figures.size() ? averages[figures[named.column]]
                                                      : averages[figures[0]] + averages[figures[1]];
            });
    if (!found) no_such("key in '" + names[0] + "' named", halves[0].substr(names[0].size() + 1), known);
    return value;
}

}  // namespace backfire
