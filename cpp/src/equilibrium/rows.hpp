/// Rows: averages as tables, in document order, and single figures by name.
#pragma once

#include "equilibrium/evaluation.hpp"

#include <backfire/core/table.hpp>
#include <backfire/model/model.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backfire {

enum class TableKind { Behaviour, Measures, Kpis, Payouts, Values, Prices };

/// Ids of segments and conditions with `all` at the end; a scenario without conditions (segments) has only `all`.
struct Groups {
    std::vector<std::pair<int, std::string>> segments;  ///< index (count: all), id
    std::vector<std::pair<int, std::string>> conditions;
};
[[nodiscard]] Groups groups_of(const Work& work);
/// The same without `all`: every segment and every condition by itself.
[[nodiscard]] Groups cells_of(const Work& work);

/// One segment under one condition of a `Groups`; either may be `all`.
struct Group {
    std::size_t segment_place, condition_place;  ///< where the two stand in the `Groups`
    int segment, condition;                      ///< indices (count: all)
    const std::string& segment_id;
    const std::string& condition_id;
};

/// Calls `visit(group)` for every segment and, within it, every condition, and asks before each whether to go on.
/// @throws Interrupted when the pulse's caller says stop
template <class Visit>
void each_group(const Groups& groups, Pulse& pulse, const Visit& visit) {
    for (std::size_t s = 0; s < groups.segments.size(); ++s) {
        const auto& [segment, segment_id] = groups.segments[s];
        for (std::size_t c = 0; c < groups.conditions.size(); ++c) {
            pulse.beat();
            const auto& [condition, condition_id] = groups.conditions[c];
            visit(Group{.segment_place = s,
                        .condition_place = c,
                        .segment = segment,
                        .condition = condition,
                        .segment_id = segment_id,
                        .condition_id = condition_id});
        }
    }
}

/// What a row of one group is about; `label` names it in the key columns.
struct RowEntry {
    std::vector<std::string> label;
    std::vector<int> figures;  ///< where its numbers lie in a row of averages
};

/// A table's columns and rows, without numbers: for every segment, for every condition, every entry.
struct RowPlan {
    Groups groups;
    std::vector<std::string> keys;     ///< key columns after segment and condition
    std::vector<std::string> figures;  ///< number columns
    std::vector<RowEntry> entries;

    [[nodiscard]] std::size_t rows() const {
        return groups.segments.size() * groups.conditions.size() * entries.size();
    }
};

/// Says that nothing is called `name` and what is nearest.
/// @throws UnknownNameError always
[[noreturn]] void no_such(std::string_view what, std::string_view name, const std::vector<std::string>& known);
/// Index of a segment or condition (`what`), their count for `all`.
/// @throws UnknownNameError listing the nearest names
[[nodiscard]] int group_index(const std::vector<std::pair<int, std::string>>& groups, const std::string& name,
                              std::string_view what);

[[nodiscard]] RowPlan plan_rows(TableKind kind, const Model& model, const std::vector<int>& first_action,
                                const FigureLayout& layout);

/// The number of an entry in one column; `averages` is the row of its group.
[[nodiscard]] double figure_of(const RowEntry& entry, std::size_t column, const double* averages);

/// Columns of a table from one evaluation.
/// @throws Interrupted when the pulse's caller says stop
[[nodiscard]] Table fill_rows(const RowPlan& plan, const Evaluation& evaluation, Pulse& pulse);

/// First action of each situation in the plan's flat list.
[[nodiscard]] std::vector<int> first_actions(const Plan& plan);

/// The number a FIGURE names: `table.key[.key][@segment[,condition]]`.
/// @throws UnknownNameError listing the nearest names
[[nodiscard]] double read_figure(std::string_view figure, const Model& model, const std::vector<int>& first_action,
                                 const Evaluation& evaluation);

}  // namespace backfire
