// Ledgers of every agent of a group, averaged over occasions, and set beside those of the alternative.
#include <backfire/analysis/explain.hpp>

#include "analysis/ledger.hpp"
#include "analysis/routes.hpp"
#include "core/nearest.hpp"
#include "equilibrium/rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

namespace backfire {
namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

/// A situation and one of its actions by index.
struct Named {
    int situation = -1;
    int action = -1;
};

Named named(const Work& work, std::string_view name) {
    std::vector<std::string> known, of_that_name;
    for (const int s : work.situation_order) {
        const Situation& situation = work.situations[static_cast<std::size_t>(s)];
        if (!situation.choice) continue;
        for (const int a : situation.action_order) {
            const std::string& id = situation.actions[static_cast<std::size_t>(a)].id;
            known.push_back(situation.id + "." + id);
            if (known.back() == name) return {s, a};
            if (id == name) of_that_name.push_back(known.back());
        }
    }
    if (of_that_name.empty()) no_such("action", name, known);
    throw UnknownNameError("there is no action '" + std::string(name) +
                           "'; an action is named with its situation: " + list_some(of_that_name, 12));
}

int alternative_of(const Situation& situation, const Named& action, std::string_view against) {
    std::vector<std::string> known;
    for (const int a : situation.action_order) {
        if (a == action.action) continue;
        known.push_back(situation.actions[static_cast<std::size_t>(a)].id);
        if (known.back() == against || situation.id + "." + known.back() == against) return a;
    }
    no_such("other action in '" + situation.id + "'", against, known);
}

/// Means over the occasions of a group, by action of one situation.
class OccasionMeans {
public:
    OccasionMeans(std::size_t actions, std::size_t parts) : by_action_(actions, Sums(parts)) {}

    void add(double weight, double occasions, std::size_t action, double probability, const ActionLedger& ledger) {
        for (const auto& [sums, w] : {std::pair{&by_action_[action].by_occasion, weight * occasions},
                                      std::pair{&by_action_[action].plain, weight}}) {
            sums->weight += w;
            sums->probability += w * probability;
            for (std::size_t i = 0; i < ledger.direct.size(); ++i) {
                sums->ledger.direct[i] += w * ledger.direct[i];
                sums->ledger.whole[i] += w * ledger.whole[i];
                sums->ledger.money[i] += w * ledger.money[i];
                sums->ledger.whole_money[i] += w * ledger.whole_money[i];
            }
        }
    }

    [[nodiscard]] double probability(std::size_t action) const {
        return used(action).probability / used(action).weight;
    }
    [[nodiscard]] ActionLedger ledger(std::size_t action) const {
        ActionLedger mean = used(action).ledger;
        for (std::vector<double>* column : {&mean.direct, &mean.whole, &mean.money, &mean.whole_money}) {
            for (double& x : *column) x /= used(action).weight;
        }
        return mean;
    }

private:
    struct Sum {
        explicit Sum(std::size_t parts)
            : ledger{std::vector<double>(parts), std::vector<double>(parts), std::vector<double>(parts),
                     std::vector<double>(parts)} {}
        double weight = 0;
        double probability = 0;
        ActionLedger ledger;
    };
    struct Sums {
        explicit Sums(std::size_t parts) : by_occasion(parts), plain(parts) {}
        Sum by_occasion, plain;
    };
    [[nodiscard]] const Sum& used(std::size_t action) const {
        const Sums& sums = by_action_[action];
        return sums.by_occasion.weight > 0 ? sums.by_occasion : sums.plain;
    }
    std::vector<Sums> by_action_;
};

/// Columns of a ledger under way.
struct LedgerRows {
    std::vector<std::string> part, name, measure;
    std::vector<double> action, alternative, difference, money, alternative_money;

    Table table() && {
        return {{{"part", std::move(part)},
                 {"name", std::move(name)},
                 {"action", std::move(action)},
                 {"alternative", std::move(alternative)},
                 {"difference", std::move(difference)},
                 {"measure", std::move(measure)},
                 {"money", std::move(money)},
                 {"alternative_money", std::move(alternative_money)}}};
    }
};

Table ledger_table(const LedgerPlan& plan, PartKind left_out, const std::vector<double>& own,
                   const std::vector<double>& own_money, const std::vector<double>* other,
                   const std::vector<double>* other_money) {
    LedgerRows rows;
    for (std::size_t i = 0; i < plan.parts.size(); ++i) {
        const LedgerPart& part = plan.parts[i];
        if (part.kind == left_out) continue;
        const double against = other != nullptr ? (*other)[i] : kNull;
        if (part.kind == PartKind::Unsettled && own[i] == 0 && !(std::abs(against) > 0)) continue;
        const bool pays = part.kind == PartKind::Rule || part.kind == PartKind::Price;
        rows.part.emplace_back(to_string(part.kind));
        rows.name.push_back(part.name);
        rows.measure.push_back(part.measure);
        rows.action.push_back(own[i]);
        rows.alternative.push_back(against);
        rows.difference.push_back(own[i] - against);
        rows.money.push_back(pays ? own_money[i] : kNull);
        rows.alternative_money.push_back(pays && other_money != nullptr ? (*other_money)[i] : kNull);
    }
    return std::move(rows).table();
}

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

void add_routes(Explanation& explanation, const LedgerPlan& plan, const std::vector<double>& own,
                const std::vector<double>* other, const Progress& progress) {
    const Graph graph = backfire::graph(explanation.scenario, progress);
    const auto add = [&](const LedgerPart& part, const std::string& action) {
        const std::string start = "action:" + explanation.situation + "." + action;
        for (auto& nodes : routes_to(graph, plan, part, start, progress)) {
            explanation.routes.push_back(
                {std::string(to_string(part.kind)), part.name, part.measure, action, std::move(nodes)});
        }
    };
    for (std::size_t i = 0; i < plan.parts.size(); ++i) {
        if (own[i] != 0) add(plan.parts[i], explanation.action);
        if (other != nullptr && (*other)[i] != 0) add(plan.parts[i], explanation.alternative);
    }
}

}  // namespace

double probability(const Solution& solution, std::string_view action, std::string_view segment,
                   std::string_view condition, const Progress& progress) {
    const Work& work = *solution.scenario().model().work;
    (void)named(work, action);
    const Groups groups = groups_of(work);
    const std::string who(segment), when(condition);
    (void)group_index(groups.segments, who, "segment");
    (void)group_index(groups.conditions, when, "condition");
    return solution.value("behaviour." + std::string(action) + "@" + who + "," + when, progress);
}

Explanation explain(const Solution& solution, std::string_view action, std::string_view segment,
                    std::string_view condition, std::string_view against, const Progress& progress) {
    Pulse pulse(progress);
    const Solution::Parts& parts = solution.parts();
    const Work& work = *parts.scenario.model().work;
    const Named asked = named(work, action);
    const Situation& situation = work.situations[static_cast<std::size_t>(asked.situation)];
    const Groups groups = groups_of(work);
    const int group = group_index(groups.segments, std::string(segment), "segment");
    const int where = group_index(groups.conditions, std::string(condition), "condition");
    int other = against.empty() ? -1 : alternative_of(situation, asked, against);

    const LedgerPlan plan(parts.task);
    const Plan& agents = *parts.task.plan;
    const PlannedSituation& place = agents.situations[static_cast<std::size_t>(asked.situation)];
    OccasionMeans means(situation.actions.size(), plan.parts.size());
    const auto in = [&](const Agent& agent) {
        return (group == static_cast<int>(work.segments.size()) || agent.segment == group) &&
               (where == static_cast<int>(work.conditions.size()) || agent.condition == where);
    };
    for (int tile = 0; tile < agents.tiles(); ++tile) {
        pulse.beat();
        const auto first = agents.agents.begin() + static_cast<std::ptrdiff_t>(tile) * kLanes;
        const auto last = std::min(first + kLanes, agents.agents.end());
        if (std::none_of(first, last, in)) continue;
        const TileLedgers ledgers(plan, parts, tile);
        for (int l = 0; l < ledgers.agents(); ++l) {
            const Agent& agent = *(first + l);
            if (!in(agent)) continue;
            const std::vector<ActionLedger> own = ledgers.of(l, asked.situation);
            for (std::size_t a = 0; a < own.size(); ++a) {
                means.add(agent.weight, ledgers.occasions(l, asked.situation), a,
                          ledgers.probability(l, place.first_action + static_cast<int>(a)), own[a]);
            }
        }
    }
    if (other < 0) {
        for (const int a : situation.action_order) {
            if (a == asked.action) continue;
            if (other < 0 ||
                means.probability(static_cast<std::size_t>(a)) > means.probability(static_cast<std::size_t>(other)))
                other = a;
        }
    }

    const auto at = static_cast<std::size_t>(asked.action);
    const ActionLedger own = means.ledger(at);
    const ActionLedger beside = other < 0 ? ActionLedger{} : means.ledger(static_cast<std::size_t>(other));
    const bool pair = other >= 0;
    Explanation explanation{
        .situation = situation.id,
        .action = situation.actions[at].id,
        .alternative = pair ? situation.actions[static_cast<std::size_t>(other)].id : "",
        .segment = std::string(segment),
        .condition = std::string(condition),
        .probability = means.probability(at),
        .alternative_probability = pair ? means.probability(static_cast<std::size_t>(other)) : kNull,
        .value = sum(own.direct),
        .alternative_value = pair ? sum(beside.direct) : kNull,
        .ledger = ledger_table(plan, PartKind::Choice, own.direct, own.money, pair ? &beside.direct : nullptr,
                               pair ? &beside.money : nullptr),
        .whole = ledger_table(plan, PartKind::Continuation, own.whole, own.whole_money, pair ? &beside.whole : nullptr,
                              pair ? &beside.whole_money : nullptr),
        .routes = {},
        .changes = {},
        .baseline_probability = 0,
        .scenario = parts.scenario};
    add_routes(explanation, plan, own.whole, pair ? &beside.whole : nullptr, progress);
    return explanation;
}

Table Explanation::paths(std::string_view language) const {
    std::map<std::string, std::string> called;
    for (auto& [node, title] : titles(scenario.model(), language)) called[node] = std::move(title);
    std::vector<std::string> part, name, path, measure, start;
    for (const Route& route : routes) {
        std::string text;
        for (const std::string& node : route.nodes) {
            const auto title = called.find(node);
            text += text.empty() ? "" : " → ";
            text += title == called.end() ? node.substr(node.find(':') + 1) : title->second;
        }
        part.push_back(route.part);
        name.push_back(route.name);
        path.push_back(std::move(text));
        measure.push_back(route.measure);
        start.push_back(route.start);
    }
    return {{{"part", part}, {"name", name}, {"path", path}, {"measure", measure}, {"action", start}}};
}

namespace {

/// The difference column of two ledgers side by side, rows of the first in its order and then what only the second has.
Table changes_of(const Table& before, const Table& after) {
    using Key = std::tuple<std::string, std::string, std::string>;
    const auto key = [](const Table& table, std::size_t i) {
        return Key{table.texts("part")[i], table.texts("name")[i], table.texts("measure")[i]};
    };
    std::map<Key, double> old;
    for (std::size_t i = 0; i < before.rows(); ++i) old[key(before, i)] += before.numbers("difference")[i];
    std::map<Key, double> fresh;
    for (std::size_t i = 0; i < after.rows(); ++i) fresh[key(after, i)] += after.numbers("difference")[i];
    std::vector<std::string> part, name, measure;
    std::vector<double> baseline, value, delta;
    std::map<Key, bool> written;
    const auto write = [&](const Key& row) {
        if (std::exchange(written[row], true)) return;
        const auto was = old.find(row);
        const auto is = fresh.find(row);
        part.push_back(std::get<0>(row));
        name.push_back(std::get<1>(row));
        measure.push_back(std::get<2>(row));
        baseline.push_back(was == old.end() ? kNull : was->second);
        value.push_back(is == fresh.end() ? kNull : is->second);
        delta.push_back(value.back() - baseline.back());
    };
    for (std::size_t i = 0; i < before.rows(); ++i) write(key(before, i));
    for (std::size_t i = 0; i < after.rows(); ++i) write(key(after, i));
    return {{{"part", part},
             {"name", name},
             {"baseline", baseline},
             {"value", value},
             {"delta", delta},
             {"measure", measure}}};
}

bool has_action(const Work& work, std::string_view situation, std::string_view action) {
    return std::ranges::any_of(work.situations, [&](const Situation& s) {
        return s.id == situation && s.choice &&
               std::ranges::any_of(s.actions, [&](const Action& a) { return a.id == action; });
    });
}

template <class Things>
bool has(const Things& things, std::string_view id) {
    return id == "all" || std::ranges::any_of(things, [&](const auto& thing) { return thing.id == id; });
}

}  // namespace

Explanation explain(const Comparison& comparison, std::string_view reform, std::string_view action,
                    std::string_view segment, std::string_view condition, std::string_view against,
                    const Progress& progress) {
    std::vector<std::string> known;
    const Solution* after = nullptr;
    for (const auto& [name, solution] : comparison.reforms()) {
        if (name == reform) after = &solution;
        known.push_back(name);
    }
    if (after == nullptr) no_such("reform", reform, known);
    const Work& fresh = *after->scenario().model().work;
    const Work& old = *comparison.baseline().scenario().model().work;
    const std::string_view situation = action.substr(0, action.find('.'));
    const std::string_view id = action.find('.') == std::string_view::npos ? "" : action.substr(action.find('.') + 1);
    const std::string_view rival =
        against.find('.') == std::string_view::npos ? against : against.substr(against.find('.') + 1);
    const bool known_before = has_action(old, situation, id) && (rival.empty() || has_action(old, situation, rival)) &&
                              has(old.segments, segment) && has(old.conditions, condition);
    if (!known_before) {  // nothing to set it beside
        Explanation alone = explain(*after, action, segment, condition, against, progress);
        alone.changes = changes_of({{{"part", std::vector<std::string>{}},
                                     {"name", std::vector<std::string>{}},
                                     {"measure", std::vector<std::string>{}},
                                     {"difference", std::vector<double>{}}}},
                                   alone.ledger);
        alone.baseline_probability = kNull;
        return alone;
    }
    const Explanation before = explain(comparison.baseline(), action, segment, condition, against, progress);
    std::string beside = before.alternative;
    if (beside.empty() || !has_action(fresh, situation, beside)) beside = std::string(against);
    Explanation now = explain(*after, action, segment, condition, beside, progress);
    // Where the alternative is gone, the baseline is read against the one the reform leaves.
    const bool same = now.alternative == before.alternative;
    const bool readable = same || has_action(old, situation, now.alternative);
    const Explanation then =
        same || !readable ? before
                          : explain(comparison.baseline(), action, segment, condition, now.alternative, progress);
    now.changes = changes_of(then.ledger, now.ledger);
    now.baseline_probability = then.probability;
    return now;
}

}  // namespace backfire
