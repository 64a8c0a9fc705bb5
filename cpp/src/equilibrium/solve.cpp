// Solving: every tile searched in order, tables made when asked for.
#include "equilibrium/rows.hpp"
#include "equilibrium/search.hpp"
#include "equilibrium/solution_parts.hpp"
#include "response/parts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#ifndef BACKFIRE_VERSION
#define BACKFIRE_VERSION "0.0.0"
#endif

namespace backfire {

std::string_view version() { return BACKFIRE_VERSION; }

std::string_view to_string(Status status) {
    switch (status) {
        case Status::Converged: return "converged";
        case Status::SeveralEquilibria: return "several_equilibria";
        case Status::CoarseQuadrature: return "coarse_quadrature";
        case Status::IterationLimit: return "iteration_limit";
        case Status::NoFixedPoint: return "no_fixed_point";
    }
    return "";
}

/// Error of a probability past which the quadrature over traits is called coarse.
constexpr double kQuadratureError = 1e-3;

const Solution::Parts::Evaluated& Solution::Parts::evaluated(Pulse& pulse) const {
    return evaluated_.get([&] {
        Evaluation evaluation = evaluate_at_prices(
            task, [this](int agent) -> const std::vector<double>& { return kept(agent).prices; }, pulse);
        std::vector<Diagnostic> notes = notes_on(evaluation);
        return Evaluated{std::move(evaluation), std::move(notes)};
    });
}

const std::vector<double>& Solution::Parts::behaviour(Pulse& pulse) const {
    return behaviour_.get([&] {
        return behaviour_at_prices(
            task, [this](int agent) -> const std::vector<double>& { return kept(agent).prices; }, pulse);
    });
}

std::vector<Diagnostic> Solution::Parts::notes_on(const Evaluation& evaluation) const {
    std::vector<Diagnostic> notes;
    const auto& kpis = scenario.model().policy->kpis;
    for (std::size_t k = 0; evaluation.null_kpi && k < kpis.size(); ++k) {
        const int at = evaluation.layout.kpi_mean + static_cast<int>(k);
        const auto null = [&](int s, int c) { return std::isnan(evaluation.row(s, c)[at]); };
        bool somewhere = false;
        for (int s = 0; s <= evaluation.segments; ++s) {
            for (int c = 0; c <= evaluation.conditions; ++c) somewhere = somewhere || null(s, c);
        }
        if (!somewhere) continue;
        notes.push_back({"null_ratio", Severity::Warning,
                         "the KPI '" + kpis[k].id + "' " +
                             (null(evaluation.segments, evaluation.conditions) ? "has no value: what it divides by is 0"
                                                                               : "has a value for some agents only"),
                         "/policy/kpis/" + kpis[k].id, 0, 0, "rules on a KPI without a value pay nothing"});
    }
    return notes;
}

Solution solve(const Scenario& scenario, const Progress& progress) {
    auto parts = std::make_shared<Solution::Parts>(scenario);
    const int tiles = parts->task.plan->tiles();
    parts->answers.reserve(parts->task.plan->agents.size());
    Pulse pulse(progress);
    TileEvaluation evaluation(parts->task, 0, &pulse);
    for (int tile = 0; tile < tiles; ++tile) {
        if (tile > 0) evaluation.load(tile);
        for (AgentAnswer& answer : search_tile(parts->task, evaluation)) parts->answers.push_back(std::move(answer));
        pulse.at(static_cast<double>(tile + 1) / tiles);
    }
    return Solution(std::move(parts));
}

Solution solve(const Scenario& scenario, const Reform& reform, const Progress& progress) {
    return solve(scenario.reformed(reform, held_at(progress, 0)), progress);
}

namespace {

Table figures(const Solution::Parts& parts, TableKind kind, const Progress& progress) {
    Pulse pulse(progress);
    const Evaluation& evaluation = parts.evaluation(pulse);
    return fill_rows(plan_rows(kind, parts.scenario.model(), first_actions(*parts.task.plan), evaluation.layout),
                     evaluation, pulse);
}

}  // namespace

Table Solution::behaviour(const Progress& progress) const { return figures(*parts_, TableKind::Behaviour, progress); }
Table Solution::measures(const Progress& progress) const { return figures(*parts_, TableKind::Measures, progress); }
Table Solution::kpis(const Progress& progress) const { return figures(*parts_, TableKind::Kpis, progress); }
Table Solution::payouts(const Progress& progress) const { return figures(*parts_, TableKind::Payouts, progress); }
Table Solution::values(const Progress& progress) const { return figures(*parts_, TableKind::Values, progress); }
Table Solution::prices(const Progress& progress) const { return figures(*parts_, TableKind::Prices, progress); }

namespace {

/// What the agents of one (segment, condition) add up to.
struct CellSummary {
    Status status = Status::Converged;
    std::int64_t found = 0;
    double objective = 0;
    double residual = 0;
    double contacts = 0;
    double count = 0;
};

CellSummary summarise(const Solution::Parts& parts, const Evaluation& evaluation, int segment, int condition) {
    CellSummary cell;
    const auto [first, last] = parts.task.plan->agents_of(segment, condition);
    for (int i = first; i < last; ++i) {
        const AgentAnswer& answer = parts.answers[static_cast<std::size_t>(i)];
        const FixedPoint& kept = parts.kept(i);
        cell.status = std::max(cell.status, answer.status);
        cell.found = std::max(
            cell.found,
            static_cast<std::int64_t>(answer.reached ? std::ranges::count_if(answer.points, &FixedPoint::peak) : 0));
        cell.objective += kept.objective;
        cell.residual = std::max(cell.residual, kept.residual);
        cell.contacts += kept.contacts;
        cell.count += 1;
    }
    const double error =
        evaluation.quadrature_error[static_cast<std::size_t>(segment * evaluation.conditions + condition)];
    if (error > kQuadratureError) cell.status = std::max(cell.status, Status::CoarseQuadrature);
    return cell;
}

}  // namespace

Table Solution::fixed_points(const Progress& progress) const {
    Pulse pulse(progress);
    const Evaluation& evaluation = parts_->evaluation(pulse);
    std::vector<std::string> segments, conditions, status;
    std::vector<std::int64_t> found;
    std::vector<double> objective, residual, contacts;
    each_group(cells_of(*parts_->scenario.model().work), pulse, [&](const Group& group) {
        const CellSummary cell = summarise(*parts_, evaluation, group.segment, group.condition);
        segments.push_back(group.segment_id);
        conditions.push_back(group.condition_id);
        status.emplace_back(to_string(cell.status));
        found.push_back(cell.found);
        objective.push_back(cell.objective / cell.count);
        residual.push_back(cell.residual);
        contacts.push_back(cell.contacts / cell.count);
    });
    return {{{"segment", segments},
             {"condition", conditions},
             {"status", status},
             {"found", found},
             {"objective", objective},
             {"residual", residual},
             {"contacts", contacts}}};
}

Table Solution::equilibria(const Progress& progress) const {
    Pulse pulse(progress);
    std::vector<std::string> segments, conditions, kind;
    std::vector<std::int64_t> point;
    std::vector<double> weight, objective;
    std::vector<bool> kept;
    each_group(cells_of(*parts_->scenario.model().work), pulse, [&](const Group& group) {
        const auto [first, last] = parts_->task.plan->agents_of(group.segment, group.condition);
        for (int i = first; i < last; ++i) {
            pulse.beat();
            const Agent& agent = parts_->task.plan->agents[static_cast<std::size_t>(i)];
            const AgentAnswer& answer = parts_->answers[static_cast<std::size_t>(i)];
            if (!answer.reached) continue;
            for (std::size_t k = 0; k < answer.points.size(); ++k) {
                segments.push_back(group.segment_id);
                conditions.push_back(group.condition_id);
                point.push_back(agent.point);
                weight.push_back(agent.weight);
                objective.push_back(answer.points[k].objective);
                kind.emplace_back(answer.points[k].peak ? "peak" : "between");
                kept.push_back(static_cast<int>(k) == answer.kept);
            }
        }
    });
    return {{{"segment", segments},
             {"condition", conditions},
             {"point", point},
             {"weight", weight},
             {"objective", objective},
             {"kind", kind},
             {"kept", kept}}};
}

double Solution::value(std::string_view figure, const Progress& progress) const {
    Pulse pulse(progress);
    return read_figure(figure, parts_->scenario.model(), first_actions(*parts_->task.plan), parts_->evaluation(pulse));
}

double Solution::probability(std::string_view action, std::string_view segment, std::string_view condition,
                             const Progress& progress) const {
    return value("behaviour." + std::string(action) + "@" + std::string(segment) + "," + std::string(condition),
                 progress);
}

const Scenario& Solution::scenario() const { return parts_->scenario; }

Status Solution::status(const Progress& progress) const {
    Status worst = quadrature_error(progress) > kQuadratureError ? Status::CoarseQuadrature : Status::Converged;
    for (const AgentAnswer& answer : parts_->answers) worst = std::max(worst, answer.status);
    return worst;
}

double Solution::quadrature_error(const Progress& progress) const {
    Pulse pulse(progress);
    const Evaluation& evaluation = parts_->evaluation(pulse);
    return evaluation.quadrature_error.empty() ? 0 : *std::ranges::max_element(evaluation.quadrature_error);
}

const std::vector<Diagnostic>& Solution::notes(const Progress& progress) const {
    Pulse pulse(progress);
    return parts_->notes(pulse);
}

}  // namespace backfire
