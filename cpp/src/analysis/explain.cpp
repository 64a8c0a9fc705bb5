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
#include <optional>
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

/// Means over the occasions of a group; over its agents where nobody has an occasion.
class OccasionMeans {
public:
    explicit OccasionMeans(std::size_t size) : by_occasion_(size), plain_(size) {}

    void add(double weight, double occasions, const std::vector<double>& values) {
        by_occasion_.add(weight * occasions, values);
        plain_.add(weight, values);
    }
    [[nodiscard]] std::vector<double> means() const {
        const Sums& used = by_occasion_.weight > 0 ? by_occasion_ : plain_;
        std::vector<double> means = used.values;
        for (double& x : means) x /= used.weight;
        return means;
    }

private:
    struct Sums {
        explicit Sums(std::size_t size) : values(size) {}
        void add(double w, const std::vector<double>& more) {
            weight += w;
            for (std::size_t i = 0; i < more.size(); ++i) values[i] += w * more[i];
        }
        double weight = 0;
        std::vector<double> values;
    };
    Sums by_occasion_, plain_;
};

/// The mean ledger of one action.
class MeanLedger {
public:
    explicit MeanLedger(std::size_t parts) : direct_(parts), whole_(parts), money_(parts), whole_money_(parts) {}

    void add(double weight, double occasions, const ActionLedger& ledger) {
        direct_.add(weight, occasions, ledger.direct);
        whole_.add(weight, occasions, ledger.whole);
        money_.add(weight, occasions, ledger.money);
        whole_money_.add(weight, occasions, ledger.whole_money);
    }
    [[nodiscard]] ActionLedger mean() const {
        return {direct_.means(), whole_.means(), money_.means(), whole_money_.means()};
    }

private:
    OccasionMeans direct_, whole_, money_, whole_money_;
};

/// Agents of one segment and one condition, or of all.
struct Crowd {
    const Solution::Parts& parts;
    const LedgerPlan& plan;
    int segment, condition;  ///< past the last one: all

    /// Calls `visit(ledgers, lane, weight)` for every one of them.
    template <class Visit>
    void each(Pulse& pulse, const Visit& visit) const {
        const Plan& agents = *parts.task.plan;
        const auto all_segments = static_cast<int>(agents.work->segments.size());
        const auto all_conditions = static_cast<int>(agents.work->conditions.size());
        const auto in = [&](const Agent& agent) {
            return (segment == all_segments || agent.segment == segment) &&
                   (condition == all_conditions || agent.condition == condition);
        };
        for (int tile = 0; tile < agents.tiles(); ++tile) {
            pulse.beat();
            const auto first = agents.agents.begin() + static_cast<std::ptrdiff_t>(tile) * kLanes;
            const auto last = std::min(first + kLanes, agents.agents.end());
            if (std::none_of(first, last, in)) continue;
            const TileLedgers ledgers(plan, parts, tile);
            for (int l = 0; l < ledgers.agents(); ++l) {
                if (in(*(first + l))) visit(ledgers, l, (first + l)->weight);
            }
        }
    }
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

/// The other action that is taken most often; -1 where there is none.
int most_taken_beside(const Situation& situation, int action, const std::vector<double>& probability) {
    int most = -1;
    for (const int a : situation.action_order) {
        if (a == action) continue;
        if (most < 0 || probability[static_cast<std::size_t>(a)] > probability[static_cast<std::size_t>(most)])
            most = a;
    }
    return most;
}

/// An explanation, and what its routes are found by.
struct Reasons {
    LedgerPlan plan;
    Explanation explanation;
    ActionLedger own, beside;  ///< no parts beside where there is no alternative
};

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

namespace {

/// Everything but the routes.
Reasons reasons(const Solution& solution, std::string_view action, std::string_view segment, std::string_view condition,
                std::string_view against, const Progress& progress) {
    Pulse pulse(progress);
    const Solution::Parts& parts = solution.parts();
    const Work& work = *parts.scenario.model().work;
    const Named asked = named(work, action);
    const Situation& situation = work.situations[static_cast<std::size_t>(asked.situation)];
    const Groups groups = groups_of(work);
    LedgerPlan plan(parts.task);
    const Crowd crowd{.parts = parts,
                      .plan = plan,
                      .segment = group_index(groups.segments, std::string(segment), "segment"),
                      .condition = group_index(groups.conditions, std::string(condition), "condition")};
    int other = against.empty() ? -1 : alternative_of(situation, asked, against);

    OccasionMeans shares(situation.actions.size());
    std::vector<double> share(situation.actions.size());
    const int first_action = parts.task.plan->situations[static_cast<std::size_t>(asked.situation)].first_action;
    crowd.each(pulse, [&](const TileLedgers& ledgers, int lane, double weight) {
        for (std::size_t a = 0; a < share.size(); ++a)
            share[a] = ledgers.probability(lane, first_action + static_cast<int>(a));
        shares.add(weight, ledgers.occasions(lane, asked.situation), share);
    });
    const std::vector<double> probability = shares.means();
    if (other < 0) other = most_taken_beside(situation, asked.action, probability);
    const bool pair = other >= 0;

    const LedgerPlace place =
        plan.place(asked.situation, pair ? std::vector{asked.action, other} : std::vector{asked.action});
    MeanLedger own_mean(plan.parts.size()), beside_mean(plan.parts.size());
    crowd.each(pulse, [&](const TileLedgers& ledgers, int lane, double weight) {
        const std::vector<ActionLedger> found = ledgers.of(lane, place);
        const double occasions = ledgers.occasions(lane, asked.situation);
        own_mean.add(weight, occasions, found[0]);
        if (pair) beside_mean.add(weight, occasions, found[1]);
    });
    const auto at = static_cast<std::size_t>(asked.action);
    ActionLedger own = own_mean.mean();
    ActionLedger beside = pair ? beside_mean.mean() : ActionLedger{};
    Explanation explanation{.situation = situation.id,
                            .action = situation.actions[at].id,
                            .alternative = pair ? situation.actions[static_cast<std::size_t>(other)].id : "",
                            .segment = std::string(segment),
                            .condition = std::string(condition),
                            .probability = probability[at],
                            .alternative_probability = pair ? probability[static_cast<std::size_t>(other)] : kNull,
                            .value = sum(own.direct),
                            .alternative_value = pair ? sum(beside.direct) : kNull,
                            .ledger = ledger_table(plan, PartKind::Choice, own.direct, own.money,
                                                   pair ? &beside.direct : nullptr, pair ? &beside.money : nullptr),
                            .whole = ledger_table(plan, PartKind::Continuation, own.whole, own.whole_money,
                                                  pair ? &beside.whole : nullptr, pair ? &beside.whole_money : nullptr),
                            .routes = {},
                            .changes = {},
                            .baseline_probability = 0,
                            .scenario = parts.scenario};
    return {std::move(plan), std::move(explanation), std::move(own), std::move(beside)};
}

/// The explanation with its routes.
Explanation with_routes(Reasons reasons, const Progress& progress) {
    Pulse pulse(progress);
    Explanation& explanation = reasons.explanation;
    const LedgerPlan& plan = reasons.plan;
    const Graph graph = backfire::graph(explanation.scenario, progress);
    const auto from = [&](const std::string& action) {
        return Routes(graph, plan, "action:" + explanation.situation + "." + action, progress);
    };
    const auto add = [&](const Routes& routes, const LedgerPart& part, const std::string& action) {
        pulse.beat();
        for (auto& nodes : routes.to(part)) {
            explanation.routes.push_back(
                {std::string(to_string(part.kind)), part.name, part.measure, action, std::move(nodes)});
        }
    };
    const Routes own = from(explanation.action);
    std::optional<Routes> beside;
    if (!explanation.alternative.empty()) beside.emplace(from(explanation.alternative));
    for (std::size_t i = 0; i < plan.parts.size(); ++i) {
        if (reasons.own.whole[i] != 0) add(own, plan.parts[i], explanation.action);
        if (beside && reasons.beside.whole[i] != 0) add(*beside, plan.parts[i], explanation.alternative);
    }
    return std::move(explanation);
}

}  // namespace

Explanation explain(const Solution& solution, std::string_view action, std::string_view segment,
                    std::string_view condition, std::string_view against, const Progress& progress) {
    return with_routes(reasons(solution, action, segment, condition, against, progress), progress);
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
    const Explanation before =
        reasons(comparison.baseline(), action, segment, condition, against, progress).explanation;
    std::string beside = before.alternative;
    if (beside.empty() || !has_action(fresh, situation, beside)) beside = std::string(against);
    Explanation now = explain(*after, action, segment, condition, beside, progress);
    // Where the alternative is gone, the baseline is read against the one the reform leaves.
    const bool same = now.alternative == before.alternative;
    const bool readable = same || has_action(old, situation, now.alternative);
    const Explanation then =
        same || !readable
            ? before
            : reasons(comparison.baseline(), action, segment, condition, now.alternative, progress).explanation;
    now.changes = changes_of(then.ledger, now.ledger);
    now.baseline_probability = then.probability;
    return now;
}

}  // namespace backfire
