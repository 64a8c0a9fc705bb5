/// The incentive graph out of a model's references: which node stands for what, and which edge for which reference.
///
/// Edges point the way influence flows, from choices to measures, KPIs, rules and values: a rule that reads a KPI gets the
/// edge `kpi reads rule`. What is seen by a monitor, or stands for something, points at it and ends there.
#include "structure/incentive_graph.hpp"
#include "structure/order.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace backfire {

namespace {

std::size_t index_of(int i) { return static_cast<std::size_t>(i); }

/// Overloads for std::visit without a generic case, so that a new kind of KPI or rule does not compile until it is here.
template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang before 17 does not find this by itself

/// A rule that a reform disabled, or whose every amount is 0.
bool pays_nothing(const Rule& rule) {
    const auto all_zero = [](const std::vector<SchedulePoint>& points) {
        return std::ranges::all_of(points, [](const SchedulePoint& point) { return point.y == 0.0; });
    };
    const Overloaded zero_schedule{[&](const Steps& steps) { return all_zero(steps.points); },
                                   [&](const Curve& curve) { return all_zero(curve.points); },
                                   [&](const Tiers& tiers) { return all_zero(tiers.points); }};
    return std::visit(Overloaded{[](const EachEvent& each) { return each.pay == 0.0; },
                                 [](const PerMeasure& per) { return per.pay == 0.0; },
                                 [&](const OnKpi& on) { return std::visit(zero_schedule, on.schedule); }},
                      rule.form);
}

class GraphBuilder {
public:
    GraphBuilder(const Model& model, IncentiveGraph& graph, Pulse& pulse)
        : model_(model), work_(*model.work), policy_(*model.policy), graph_(graph), pulse_(pulse) {}

    void build() {
        add_situations();
        measures_.resize(work_.measures.size());
        for (const int m : work_.measure_order)
            measures_[index_of(m)] = add(NodeKind::Measure, work_.measures[index_of(m)]);
        monitors_.resize(policy_.monitors.size());
        for (const int m : monitor_order())
            monitors_[index_of(m)] = add(NodeKind::Monitor, policy_.monitors[index_of(m)]);
        kpis_.resize(policy_.kpis.size());
        for (const int k : policy_.kpi_order) kpis_[index_of(k)] = add(NodeKind::Kpi, policy_.kpis[index_of(k)]);
        rules_.resize(policy_.rules.size());
        for (const int r : policy_.rule_order) {
            rules_[index_of(r)] = add(NodeKind::Rule, *policy_.rules[index_of(r)]);
            graph_[rules_[index_of(r)]].off = pays_nothing(*policy_.rules[index_of(r)]);
        }
        account_ = add(NodeKind::Account, "payouts", {});
        organisation_ = add(NodeKind::Value, "organisation", {});
        customer_ = add(NodeKind::Value, "customer", {});

        link_situations();
        for (const int m : work_.measure_order) link_measure(index_of(m));
        for (const int k : policy_.kpi_order) link_kpi(index_of(k));
        for (const int r : policy_.rule_order) link_rule(index_of(r));
        link_values();
    }

private:
    /// An action and its outcomes; without choice the action is the situation itself.
    struct Branch {
        Vertex action = 0;
        std::vector<Vertex> outcomes;
    };
    struct Moment {
        Vertex situation = 0;
        std::vector<Branch> branches;
    };

    Vertex add(NodeKind kind, std::string id, const Title& title) {
        std::string name = std::string(to_string(kind)) + ':' + id;
        const Vertex vertex = boost::add_vertex(graph_);
        graph_[vertex] = NodeInfo{kind, std::move(id), std::move(name), title, false, false};
        return vertex;
    }
    template <class Named>
    Vertex add(NodeKind kind, const Named& named) {
        return add(kind, named.id, named.title);
    }
    void link(Vertex source, Relation relation, Vertex target) {
        boost::add_edge(source, target, EdgeInfo{relation}, graph_);
    }

    void add_situations() {
        moments_.resize(work_.situations.size());
        for (const int s : work_.situation_order) {
            const Situation& situation = work_.situations[index_of(s)];
            Moment& moment = moments_[index_of(s)];
            moment.situation = add(NodeKind::Situation, situation);
            graph_[moment.situation].starts = !always_zero(situation.share);
            moment.branches.resize(situation.actions.size());
            for (const int a : situation.action_order) add_branch(moment, situation, index_of(a));
        }
    }

    void add_branch(Moment& moment, const Situation& situation, std::size_t a) {
        const Action& action = situation.actions[a];
        Branch& branch = moment.branches[a];
        pulse_.beat();
        branch.action = moment.situation;
        std::string prefix = situation.id + '.';
        if (situation.choice) {
            branch.action = add(NodeKind::Action, prefix + action.id, action.title);
            graph_[branch.action].off = always_zero(action.habit);
            prefix += action.id + '.';
        }
        branch.outcomes.resize(action.outcomes.size());
        for (const int o : action.outcome_order) {
            const Outcome& outcome = action.outcomes[index_of(o)];
            branch.outcomes[index_of(o)] = add(NodeKind::Outcome, prefix + outcome.id, outcome.title);
        }
    }

    /// The model keeps monitors by id only; the document knows the order in which they were written.
    [[nodiscard]] std::vector<int> monitor_order() const {
        std::vector<std::pair<std::size_t, int>> places;
        const Node* policy = model_.document ? model_.document->find("policy") : nullptr;
        const Node* monitors = policy != nullptr ? policy->find("monitors") : nullptr;
        const bool written = monitors != nullptr && monitors->is_object();
        for (std::size_t m = 0; m < policy_.monitors.size(); ++m) {
            const auto place = written ? monitors->keys().find(policy_.monitors[m].id) : std::nullopt;
            places.emplace_back(place.value_or(m), static_cast<int>(m));
        }
        std::ranges::sort(places);
        std::vector<int> order;
        for (const auto& [place, monitor] : places) order.push_back(monitor);
        return order;
    }

    void link_situations() {
        for (const int s : work_.situation_order) {
            const Situation& situation = work_.situations[index_of(s)];
            const Moment& moment = moments_[index_of(s)];
            for (const int a : situation.action_order) {
                const Action& action = situation.actions[index_of(a)];
                const Branch& branch = moment.branches[index_of(a)];
                pulse_.beat();
                if (situation.choice && !graph_[branch.action].off)
                    link(moment.situation, Relation::Offers, branch.action);
                link_effects(branch.action, action.moves, action.opens);
                for (const int o : action.outcome_order) {
                    const Outcome& outcome = action.outcomes[index_of(o)];
                    link(branch.action, Relation::LeadsTo, branch.outcomes[index_of(o)]);
                    link_effects(branch.outcomes[index_of(o)], outcome.moves, outcome.opens);
                }
            }
        }
    }

    void link_effects(Vertex source, const std::vector<Move>& moves, int opens) {
        for (const Move& move : moves) link(source, Relation::Moves, measures_[index_of(move.measure)]);
        if (opens >= 0) link(source, Relation::Opens, moments_[index_of(opens)].situation);
    }

    void link_measure(std::size_t m) {
        pulse_.beat();
        for (const auto& [part, factor] : work_.measures[m].sum) {
            if (factor != 0.0) link(measures_[index_of(part)], Relation::Feeds, measures_[m]);
        }
    }

    [[nodiscard]] Vertex vertex_of(int event_index) const {
        const Event& event = work_.events[index_of(event_index)];
        const Branch& branch = moments_[index_of(event.situation)].branches[index_of(event.action)];
        return event.outcome < 0 ? branch.action : branch.outcomes[index_of(event.outcome)];
    }
    [[nodiscard]] std::vector<Vertex> vertices_of(const EventSet& set) const {
        std::vector<Vertex> vertices;
        for (const int e : set.events) vertices.push_back(vertex_of(e));
        std::ranges::sort(vertices);  // vertices are numbered in document order, events by id
        return vertices;
    }
    [[nodiscard]] Vertex measure(int m) const { return measures_[index_of(m)]; }

    /// What a KPI is made of; each source once, however often the form names it.
    [[nodiscard]] std::vector<Vertex> sources_of(const KpiForm& form) const {
        return std::visit(Overloaded{[&](const TotalOf& total) { return std::vector{measure(total.measure)}; },
                                     [&](const MeanOf& mean) { return std::vector{measure(mean.measure)}; },
                                     [&](const RatioOf& ratio) {
                                         std::vector<Vertex> both{measure(ratio.above)};
                                         if (ratio.below != ratio.above) both.push_back(measure(ratio.below));
                                         return both;
                                     },
                                     [&](const ShareOf& share) { return vertices_of(share.events); },
                                     [&](const ShareAmong& share) {
                                         std::vector<Vertex> both;
                                         std::ranges::set_union(vertices_of(share.events), vertices_of(share.of),
                                                                std::back_inserter(both));
                                         return both;
                                     }},
                          form);
    }

    void link_kpi(std::size_t k) {
        pulse_.beat();
        const Kpi& kpi = policy_.kpis[k];
        for (const Vertex source : sources_of(kpi.form)) link(source, Relation::Feeds, kpis_[k]);
        if (kpi.monitor >= 0) link(kpis_[k], Relation::SeenBy, monitors_[index_of(kpi.monitor)]);
        if (!kpi.stands_for) return;
        const std::vector<Vertex> meant =
            std::visit(Overloaded{[&](int m) { return std::vector{measure(m)}; },
                                  [&](const EventSet& events) { return vertices_of(events); }},
                       kpi.stands_for->what);
        for (const Vertex target : meant) link(kpis_[k], Relation::StandsFor, target);
    }

    void link_rule(std::size_t r) {
        pulse_.beat();
        const Rule& rule = *policy_.rules[r];
        if (rule.monitor >= 0) link(rules_[r], Relation::SeenBy, monitors_[index_of(rule.monitor)]);
        if (graph_[rules_[r]].off) return;
        std::visit(Overloaded{[&](const EachEvent& each) {
                                  for (const Vertex event : vertices_of(each.events)) {
                                      link(event, Relation::Triggers, rules_[r]);
                                  }
                              },
                              [&](const PerMeasure& per) { link(measure(per.measure), Relation::Triggers, rules_[r]); },
                              [&](const OnKpi& on) { link(kpis_[index_of(on.kpi)], Relation::Reads, rules_[r]); }},
                   rule.form);
        link(rules_[r], Relation::PaysInto, account_);
    }

    void link_values() {
        const Values& values = *model_.values;
        if (values.payouts != 0.0) link(account_, Relation::CountsFor, organisation_);
        const auto count = [&](const std::vector<std::pair<int, double>>& weights, Vertex party) {
            for (const auto& [m, weight] : weights) {
                if (weight != 0.0) link(measure(m), Relation::CountsFor, party);
            }
        };
        count(values.organisation, organisation_);
        count(values.customer, customer_);
    }

    const Model& model_;
    const Work& work_;
    const Policy& policy_;
    IncentiveGraph& graph_;
    Pulse& pulse_;
    std::vector<Moment> moments_;
    std::vector<Vertex> measures_, monitors_, kpis_, rules_;
    Vertex account_ = 0;
    Vertex organisation_ = 0;
    Vertex customer_ = 0;
};

}  // namespace

IncentiveGraph derive_graph(const Model& model, Pulse& pulse) {
    IncentiveGraph graph;  // filled in place: Boost 1.74 copies where others move
    GraphBuilder(model, graph, pulse).build();
    return graph;
}

}  // namespace backfire
