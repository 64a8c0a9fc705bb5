// The incentive graph: built once from a model's references, then only asked. Edges point the way influence flows.
#include "structure/incentive_graph.hpp"
#include "structure/order.hpp"

#include "core/nearest.hpp"

#include <backfire/core/diagnostic.hpp>
#include <backfire/model/model.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

namespace backfire {

std::string_view to_string(NodeKind kind) {
    static constexpr std::array<std::string_view, 9> kNames{"situation", "action", "outcome", "measure", "monitor", "kpi", "rule", "account", "value"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Relation relation) {
    static constexpr std::array<std::string_view, 12> kNames{"offers", "leads_to", "opens", "moves", "seen_by", "feeds", "triggers", "reads", "gates", "pays_into", "stands_for", "counts_for"};
    return kNames[static_cast<std::size_t>(relation)];
}

namespace {

bool carries_influence(Relation relation) { return influence()[static_cast<std::size_t>(relation)]; }

}  // namespace

struct Graph::Impl {
    IncentiveGraph graph;
    std::map<std::string, std::size_t> index;
    std::vector<std::string> names;
    std::vector<std::size_t> starts;
    std::vector<std::string> order;

    std::size_t add(NodeKind kind, std::string id, const Title& title) {
        const std::string name = std::string(to_string(kind)) + ":" + id;
        const std::size_t vertex = boost::add_vertex(NodeInfo{kind, std::move(id), name, title, false}, graph);
        index[name] = vertex;
        names.push_back(name);
        return vertex;
    }
    void link(std::size_t from, Relation relation, std::size_t to) {
        for (const auto edge : boost::make_iterator_range(boost::out_edges(from, graph))) {
            if (boost::target(edge, graph) == to && graph[edge].relation == relation) return;
        }
        boost::add_edge(from, to, EdgeInfo{relation}, graph);
    }
    [[nodiscard]] std::size_t find(std::string_view name) const;
    /// Vertices that influence flows to from `v` in one step, each once.
    [[nodiscard]] std::vector<std::size_t> next(std::size_t v) const {
        std::set<std::size_t> to;
        for (const auto edge : boost::make_iterator_range(boost::out_edges(v, graph))) {
            if (carries_influence(graph[edge].relation)) to.insert(boost::target(edge, graph));
        }
        return {to.begin(), to.end()};
    }
    [[nodiscard]] std::vector<bool> reach(std::size_t from) const {
        std::vector<bool> seen(names.size());
        std::vector<std::size_t> stack{from};
        while (!stack.empty()) {
            const std::size_t v = stack.back();
            stack.pop_back();
            for (const std::size_t w : next(v)) {
                if (seen[w]) continue;
                seen[w] = true;
                stack.push_back(w);
            }
        }
        return seen;
    }
};

std::size_t Graph::Impl::find(std::string_view name) const {
    if (const auto it = index.find(std::string(name)); it != index.end()) return it->second;
    for (std::size_t v = 0; v < names.size(); ++v) {
        if (graph[v].id == name) return v;
    }
    const std::string hint = nearest_hint(name, names);
    throw UnknownNameError("the graph has no node '" + std::string(name) + "'; " + (hint.empty() ? "nodes are called kind:id, e.g. " + list_some(names, 5) : hint));
}

Graph::Graph(const Model& model) {
    auto impl = std::make_shared<Impl>();
    const Work& work = *model.work;
    const Policy& policy = *model.policy;
    std::vector<std::size_t> situation(work.situations.size()), measure(work.measures.size()), event(work.events.size()), monitor(policy.monitors.size()), kpi(policy.kpis.size());
    std::map<std::array<int, 3>, std::size_t> place;  // situation, action, outcome → vertex
    for (const int s : work.situation_order) {
        const Situation& it = work.situations[static_cast<std::size_t>(s)];
        situation[static_cast<std::size_t>(s)] = impl->add(NodeKind::Situation, it.id, it.title);
        if (it.share.base != 0 || !it.share.terms.empty() || it.share.link != Link::Identity) impl->starts.push_back(situation[static_cast<std::size_t>(s)]);
        for (const int a : it.action_order) {
            const Action& action = it.actions[static_cast<std::size_t>(a)];
            std::size_t from = situation[static_cast<std::size_t>(s)];
            if (it.choice) {
                from = impl->add(NodeKind::Action, it.id + "." + action.id, action.title);
                impl->link(situation[static_cast<std::size_t>(s)], Relation::Offers, from);
                place[{s, a, -1}] = from;
            }
            for (const int o : action.outcome_order) {
                const Outcome& outcome = action.outcomes[static_cast<std::size_t>(o)];
                const std::size_t to = impl->add(NodeKind::Outcome, it.id + (it.choice ? "." + action.id : "") + "." + outcome.id, outcome.title);
                impl->link(from, Relation::LeadsTo, to);
                place[{s, a, o}] = to;
            }
        }
    }
    for (const int i : work.measure_order) measure[static_cast<std::size_t>(i)] = impl->add(NodeKind::Measure, work.measures[static_cast<std::size_t>(i)].id, work.measures[static_cast<std::size_t>(i)].title);
    for (std::size_t e = 0; e < work.events.size(); ++e) event[e] = place[{work.events[e].situation, work.events[e].action, work.events[e].outcome}];
    for (std::size_t i = 0; i < work.measures.size(); ++i) {
        for (const auto& [part, factor] : work.measures[i].sum) {
            if (factor != 0) impl->link(measure[static_cast<std::size_t>(part)], Relation::Feeds, measure[i]);
        }
    }
    for (std::size_t s = 0; s < work.situations.size(); ++s) {
        for (std::size_t a = 0; a < work.situations[s].actions.size(); ++a) {
            const Action& action = work.situations[s].actions[a];
            const auto at = [&](int o) { return place[{static_cast<int>(s), static_cast<int>(a), o}]; };
            for (const Move& move : action.moves) impl->link(at(-1), Relation::Moves, measure[static_cast<std::size_t>(move.measure)]);
            if (action.opens >= 0) impl->link(at(-1), Relation::Opens, situation[static_cast<std::size_t>(action.opens)]);
            for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
                const Outcome& outcome = action.outcomes[o];
                for (const Move& move : outcome.moves) impl->link(at(static_cast<int>(o)), Relation::Moves, measure[static_cast<std::size_t>(move.measure)]);
                if (outcome.opens >= 0) impl->link(at(static_cast<int>(o)), Relation::Opens, situation[static_cast<std::size_t>(outcome.opens)]);
            }
        }
    }
    for (std::size_t m = 0; m < policy.monitors.size(); ++m) monitor[m] = impl->add(NodeKind::Monitor, policy.monitors[m].id, policy.monitors[m].title);
    const auto feed = [&](const EventSet& set, Relation relation, std::size_t to) {
        for (const int e : set.events) impl->link(event[static_cast<std::size_t>(e)], relation, to);
    };
    for (const int k : policy.kpi_order) {
        const Kpi& it = policy.kpis[static_cast<std::size_t>(k)];
        const std::size_t v = impl->add(NodeKind::Kpi, it.id, it.title);
        kpi[static_cast<std::size_t>(k)] = v;
        struct Feeds {
            const std::function<void(int)>& by_measure;
            const std::function<void(const EventSet&)>& by_events;
            void operator()(const TotalOf& f) const { by_measure(f.measure); }
            void operator()(const MeanOf& f) const { by_measure(f.measure); }
            void operator()(const RatioOf& f) const { by_measure(f.above); by_measure(f.below); }
            void operator()(const ShareOf& f) const { by_events(f.events); }
            void operator()(const ShareAmong& f) const { by_events(f.events); by_events(f.of); }
        };
        const std::function<void(int)> by_measure = [&](int i) { impl->link(measure[static_cast<std::size_t>(i)], Relation::Feeds, v); };
        const std::function<void(const EventSet&)> by_events = [&](const EventSet& set) { feed(set, Relation::Feeds, v); };
        std::visit(Feeds{by_measure, by_events}, it.form);
        if (it.monitor >= 0) impl->link(v, Relation::SeenBy, monitor[static_cast<std::size_t>(it.monitor)]);
        if (!it.stands_for) continue;
        if (const int* i = std::get_if<int>(&it.stands_for->what)) impl->link(v, Relation::StandsFor, measure[static_cast<std::size_t>(*i)]);
        else for (const int e : std::get<EventSet>(it.stands_for->what).events) impl->link(v, Relation::StandsFor, event[static_cast<std::size_t>(e)]);
    }
    std::vector<std::size_t> rules(policy.rules.size());
    for (const int r : policy.rule_order) rules[static_cast<std::size_t>(r)] = impl->add(NodeKind::Rule, policy.rules[static_cast<std::size_t>(r)]->id, policy.rules[static_cast<std::size_t>(r)]->title);
    const std::size_t account = impl->add(NodeKind::Account, "payouts", {});
    const std::size_t organisation = impl->add(NodeKind::Value, "organisation", {});
    const std::size_t customer = impl->add(NodeKind::Value, "customer", {});
    for (std::size_t r = 0; r < policy.rules.size(); ++r) {
        const Rule& rule = *policy.rules[r];
        if (const EachEvent* each = std::get_if<EachEvent>(&rule.form)) feed(each->events, Relation::Triggers, rules[r]);
        if (const PerMeasure* per = std::get_if<PerMeasure>(&rule.form)) impl->link(measure[static_cast<std::size_t>(per->measure)], Relation::Triggers, rules[r]);
        if (const OnKpi* on = std::get_if<OnKpi>(&rule.form)) impl->link(kpi[static_cast<std::size_t>(on->kpi)], Relation::Reads, rules[r]);
        if (rule.monitor >= 0) impl->link(rules[r], Relation::SeenBy, monitor[static_cast<std::size_t>(rule.monitor)]);
        impl->link(rules[r], Relation::PaysInto, account);
    }
    if (model.values->payouts != 0) impl->link(account, Relation::CountsFor, organisation);
    for (const auto& [i, weight] : model.values->organisation) {
        if (weight != 0) impl->link(measure[static_cast<std::size_t>(i)], Relation::CountsFor, organisation);
    }
    for (const auto& [i, weight] : model.values->customer) {
        if (weight != 0) impl->link(measure[static_cast<std::size_t>(i)], Relation::CountsFor, customer);
    }
    for (const int s : evaluate_order(work).topological) impl->order.push_back(work.situations[static_cast<std::size_t>(s)].id);
    impl_ = std::move(impl);
}

Table Graph::nodes() const {
    std::vector<std::string> kind, id, title;
    for (std::size_t v = 0; v < impl_->names.size(); ++v) {
        kind.emplace_back(to_string(impl_->graph[v].kind));
        id.push_back(impl_->graph[v].id);
        title.push_back(title_or_id(impl_->graph[v].title, impl_->graph[v].id));
    }
    return {{{"name", impl_->names}, {"kind", kind}, {"id", id}, {"title", title}}};
}

Table Graph::edges() const {
    std::vector<std::string> source, relation, target;
    for (const auto edge : boost::make_iterator_range(boost::edges(impl_->graph))) {
        source.push_back(impl_->names[boost::source(edge, impl_->graph)]);
        relation.emplace_back(to_string(impl_->graph[edge].relation));
        target.push_back(impl_->names[boost::target(edge, impl_->graph)]);
    }
    return {{{"source", source}, {"relation", relation}, {"target", target}}};
}

std::vector<std::vector<std::string>> Graph::paths(std::string_view a, std::string_view b, std::size_t limit) const {
    const std::size_t from = impl_->find(a);
    const std::size_t to = impl_->find(b);
    std::vector<bool> useful(impl_->names.size());  // only what still leads to b is walked
    for (std::size_t v = 0; v < useful.size(); ++v) useful[v] = v == to || impl_->reach(v)[to];
    std::vector<std::vector<std::string>> found;
    std::vector<std::vector<std::size_t>> front{{from}};
    std::size_t work = 0;
    constexpr std::size_t kMostWork = 200'000;  // ways looked at: a graph of many branches must not hang
    while (!front.empty() && found.size() < limit && work < kMostWork) {
        std::vector<std::vector<std::size_t>> longer;
        std::vector<std::vector<std::string>> level;
        for (const auto& path : front) {
            if (path.back() == to && path.size() > 1) {
                std::vector<std::string> named;
                for (const std::size_t v : path) named.push_back(impl_->names[v]);
                level.push_back(std::move(named));
                continue;
            }
            for (const std::size_t w : impl_->next(path.back())) {
                if (!useful[w] || std::ranges::find(path, w) != path.end() || ++work > kMostWork) continue;
                longer.push_back(path);
                longer.back().push_back(w);
            }
        }
        std::ranges::sort(level);
        for (auto& path : level) {
            if (found.size() < limit) found.push_back(std::move(path));
        }
        front = std::move(longer);
    }
    return found;
}

std::vector<std::string> Graph::reachable(std::string_view a) const {
    const std::size_t from = impl_->find(a);
    const std::vector<bool> seen = impl_->reach(from);
    std::vector<std::string> found;
    for (std::size_t v = 0; v < seen.size(); ++v) {
        if (seen[v] && v != from) found.push_back(impl_->names[v]);
    }
    return found;
}

std::vector<std::string> Graph::payouts_moved_by(std::string_view a) const {
    std::vector<std::string> found;
    for (const std::string& name : reachable(a)) {
        if (name.starts_with("rule:")) found.push_back(name.substr(5));
    }
    return found;
}

std::vector<std::string> Graph::dominators(std::string_view b) const {
    const std::size_t to = impl_->find(b);
    // A virtual root stands before every situation where contacts begin.
    const std::size_t n = impl_->names.size();
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS> rooted(n + 1);
    for (std::size_t v = 0; v < n; ++v) {
        for (const std::size_t w : impl_->next(v)) boost::add_edge(v, w, rooted);
    }
    for (const std::size_t v : impl_->starts) boost::add_edge(n, v, rooted);
    constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::vector<std::size_t> parent(n + 1, kNone);
    boost::lengauer_tarjan_dominator_tree(rooted, n, boost::make_iterator_property_map(parent.begin(), boost::get(boost::vertex_index, rooted)));
    std::vector<std::string> found;
    for (std::size_t v = parent[to]; v != kNone && v != n; v = parent[v]) found.push_back(impl_->names[v]);
    return found;
}

std::vector<std::string> Graph::evaluation_order() const { return impl_->order; }

namespace {

std::string escaped(std::string_view text, bool html) {
    std::string out;
    for (const char c : text) {
        if (c == '"') out += html ? "#quot;" : "\\\"";
        else if (c == '\\') out += html ? "\\" : "\\\\";
        else if (html && c == '<') out += "#lt;";
        else if (html && c == '>') out += "#gt;";
        else if (html && c == '#') out += "#35;";
        else if (c == '\n' || c == '\r') out += ' ';
        else out += c;
    }
    return out;
}

}  // namespace

std::string Graph::dot(std::string_view language) const {
    static constexpr std::array<std::string_view, 9> kShapes{"house", "box", "ellipse", "parallelogram", "invtriangle", "hexagon", "octagon", "cylinder", "doubleoctagon"};
    std::string text = "digraph incentives {\n  rankdir=LR;\n";
    for (std::size_t v = 0; v < impl_->names.size(); ++v) {
        const NodeInfo& it = impl_->graph[v];
        text += "  \"" + escaped(impl_->names[v], false) + "\" [label=\"" + escaped(title_or_id(it.title, it.id, language), false) + "\", shape=" + std::string(kShapes[static_cast<std::size_t>(it.kind)]) + "];\n";
    }
    for (const auto edge : boost::make_iterator_range(boost::edges(impl_->graph))) {
        const Relation relation = impl_->graph[edge].relation;
        text += "  \"" + escaped(impl_->names[boost::source(edge, impl_->graph)], false) + "\" -> \"" + escaped(impl_->names[boost::target(edge, impl_->graph)], false) + "\" [label=\"" +
                std::string(to_string(relation)) + "\"" + (carries_influence(relation) ? "" : ", style=dashed") + "];\n";
    }
    return text + "}\n";
}

std::string Graph::mermaid(std::string_view language) const {
    std::string text = "flowchart LR\n";
    for (std::size_t v = 0; v < impl_->names.size(); ++v) {
        const NodeInfo& it = impl_->graph[v];
        text += "  n" + std::to_string(v) + "[\"" + escaped(title_or_id(it.title, it.id, language), true) + "\"]\n";
    }
    for (const auto edge : boost::make_iterator_range(boost::edges(impl_->graph))) {
        const Relation relation = impl_->graph[edge].relation;
        text += "  n" + std::to_string(boost::source(edge, impl_->graph)) + (carries_influence(relation) ? " -->|" : " -.->|") + std::string(to_string(relation)) + "| n" +
                std::to_string(boost::target(edge, impl_->graph)) + "\n";
    }
    return text;
}

}  // namespace backfire
