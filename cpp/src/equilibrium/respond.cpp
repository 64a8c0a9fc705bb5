// Behaviour at prices somebody names: one full pass, no search. With hours, contacts are iterated to agree with detection.
#include <backfire/response/respond.hpp>

#include "core/nearest.hpp"
#include "equilibrium/rows.hpp"
#include "equilibrium/tile_evaluation.hpp"
#include "model/reading.hpp"
#include "response/parts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace backfire {
namespace {

/// Policy without KPI rules: their prices are the ones given.
std::shared_ptr<const Policy> without_kpi_rules(const Policy& policy) {
    auto plain = std::make_shared<Policy>(policy);
    std::erase_if(plain->rules, [](const auto& rule) { return std::holds_alternative<OnKpi>(rule->form); });
    plain->rule_order.resize(plain->rules.size());  // nobody asks for these rules in the document's order
    std::iota(plain->rule_order.begin(), plain->rule_order.end(), 0);
    return plain;
}

}  // namespace

RespondTables respond(const Scenario& scenario, const std::map<std::string, double>& prices, const Progress& progress) {
    const Model& model = scenario.model();
    const std::vector<std::string> known = ids_of(model.work->measures);
    std::vector<std::pair<int, double>> given;
    std::vector<Diagnostic> problems;
    for (const auto& [name, price] : prices) {
        const int measure = index_of(known, name);
        if (measure < 0) {
            const std::string hint = nearest_hint(name, known);
            throw UnknownNameError("there is no measure '" + name + "'; " +
                                   (hint.empty() ? "there are " + list_some(known, 20) : hint));
        }
        if (!std::isfinite(price)) {
            problems.push_back({"out_of_range", Severity::Error, "the price of '" + name + "' is no finite number", "",
                                0, 0, "a price is money per unit of the measure"});
        }
        given.emplace_back(measure, price);
    }
    if (!problems.empty()) throw ScenarioError(std::move(problems));
    Pulse pulse(progress);
    PeriodTask task(scenario.parts().plan, without_kpi_rules(*model.policy), model.values);
    const std::vector<double> none(static_cast<std::size_t>(task.priced), 0);
    task.given_prices = std::move(given);
    // Detection of sampled rules hangs on contacts (with hours): iterate the channels they price until both agree.
    std::vector<std::vector<double>> by_agent(task.plan->agents.size(), none);
    for (int tile = 0; task.priced > 0 && tile < task.plan->tiles(); ++tile) {
        TileEvaluation evaluation(task, tile, &pulse);
        for (int step = 0; step < 200; ++step) {
            for (int l = 0; l < evaluation.agents(); ++l)
                evaluation.set_prices(l, by_agent[static_cast<std::size_t>(tile * kLanes + l)]);
            evaluation.pass();
            double moved = 0;
            for (int l = 0; l < evaluation.agents(); ++l) {
                std::vector<double>& own = by_agent[static_cast<std::size_t>(tile * kLanes + l)];
                Answer answer;
                evaluation.answer(l, own, answer);
                for (std::size_t c = 0; c < own.size(); ++c) {
                    moved = std::max(moved, std::abs(answer.on_spot[c] - own[c]) / (1e-300 + std::abs(own[c])));
                    own[c] = answer.on_spot[c];
                }
            }
            if (moved < 1e-15) break;
        }
    }
    const Evaluation evaluation = evaluate_at_prices(
        task, [&](int agent) -> const std::vector<double>& { return by_agent[static_cast<std::size_t>(agent)]; },
        pulse);
    const std::vector<int> first = first_actions(*task.plan);
    return {fill_rows(plan_rows(TableKind::Behaviour, model, first, evaluation.layout), evaluation, pulse),
            fill_rows(plan_rows(TableKind::Measures, model, first, evaluation.layout), evaluation, pulse)};
}

}  // namespace backfire
