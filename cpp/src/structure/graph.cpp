/// The incentive graph's public face: names in, names out. Descriptors of Boost.Graph stay behind it.
#include <backfire/core/diagnostic.hpp>

#include "core/nearest.hpp"
#include "structure/incentive_graph.hpp"
#include "structure/order.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>

namespace backfire {

std::string_view to_string(NodeKind kind) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(NodeKind::Value) + 1> kNames{
        "situation", "action", "outcome", "measure", "monitor", "kpi", "rule", "account", "value"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_string(Relation relation) {
    static constexpr std::array<std::string_view, kRelations> kNames{
        "offers",   "leads_to", "opens", "moves",     "seen_by",    "feeds",
        "triggers", "reads",    "gates", "pays_into", "stands_for", "counts_for"};
    return kNames[static_cast<std::size_t>(relation)];
}

struct Graph::Impl {
    Impl(const Model& model, Pulse& pulse) : graph(derive_graph(model, pulse)) {}

    IncentiveGraph graph;
    std::vector<Vertex> topological;                  ///< every node before those it influences
    std::vector<std::string> situations;              ///< ids in evaluation order
    std::unordered_map<std::string, Vertex> by_name;  ///< `kind:id`
    std::unordered_multimap<std::string, Vertex> by_id;

    [[nodiscard]] RelationView influenced() const { return view(graph, influence()); }
    [[nodiscard]] Vertex find(std::string_view name) const;
    [[nodiscard]] std::string unknown(std::string_view name) const;
    [[nodiscard]] std::vector<bool> reached_from(Vertex from, const Progress& progress) const;
};

Vertex Graph::Impl::find(std::string_view name) const {
    const std::string key(name);
    if (const auto node = by_name.find(key); node != by_name.end()) return node->second;
    const auto [first, last] = by_id.equal_range(key);
    if (first == last) throw UnknownNameError(unknown(name));
    if (std::next(first) == last) return first->second;
    std::vector<std::string> meant;
    for (auto node = first; node != last; ++node) meant.push_back(graph[node->second].name);
    std::ranges::sort(meant);
    throw UnknownNameError("'" + key + "' names several nodes of the graph; write one of " + list_some(meant));
}

std::string Graph::Impl::unknown(std::string_view name) const {
    const bool with_kind = name.find(':') != std::string_view::npos;
    std::vector<std::string> known;
    for (const Vertex v : boost::make_iterator_range(boost::vertices(graph))) {
        known.push_back(with_kind ? graph[v].name : graph[v].id);
    }
    const std::string hint = nearest_hint(name, known);
    return "the graph has no node '" + std::string(name) + "'; " +
           (hint.empty() ? "nodes are called kind:id, such as " + list_some(known) : hint);
}

std::vector<bool> Graph::Impl::reached_from(Vertex from, const Progress& progress) const {
    Pulse pulse(progress);
    const RelationView edges = influenced();
    std::vector<bool> reached(boost::num_vertices(graph));
    std::vector<Vertex> open{from};
    while (!open.empty()) {
        const Vertex v = open.back();
        open.pop_back();
        pulse.beat();
        for (const Edge& edge : boost::make_iterator_range(boost::out_edges(v, edges))) {
            const Vertex target = boost::target(edge, edges);
            if (reached[target]) continue;
            reached[target] = true;
            open.push_back(target);
        }
    }
    return reached;
}

namespace {

/// Boost's, which hears a pulse at every node.
class SortVisitor : public boost::topo_sort_visitor<std::back_insert_iterator<std::vector<Vertex>>> {
public:
    SortVisitor(std::vector<Vertex>& sorted, Pulse& pulse)
        : topo_sort_visitor(std::back_inserter(sorted)), pulse_(&pulse) {}
    void discover_vertex(Vertex /*vertex*/, const RelationView& /*view*/) const { pulse_->beat(); }

private:
    Pulse* pulse_;
};

}  // namespace

Graph::Graph(const Model& model, const Progress& progress) {
    Pulse pulse(progress);
    auto impl = std::make_shared<Impl>(model, pulse);
    for (const int s : evaluate_order(*model.work).topological) {
        impl->situations.push_back(model.work->situations[static_cast<std::size_t>(s)].id);
    }
    const RelationView edges = impl->influenced();
    std::vector<boost::default_color_type> colours(boost::num_vertices(impl->graph));
    const auto colour =
        boost::make_iterator_property_map(colours.begin(), boost::get(boost::vertex_index, impl->graph));
    try {
        boost::depth_first_search(edges, boost::visitor(SortVisitor(impl->topological, pulse)).color_map(colour));
    } catch (const boost::not_a_dag&) {
        throw Error("an incentive graph needs a model without loops");  // every checked document is one
    }
    std::reverse(impl->topological.begin(), impl->topological.end());
    for (const Vertex v : boost::make_iterator_range(boost::vertices(impl->graph))) {
        impl->by_name.emplace(impl->graph[v].name, v);
        impl->by_id.emplace(impl->graph[v].id, v);
    }
    impl_ = std::move(impl);
}

Table Graph::nodes() const {
    std::vector<std::string> name;
    std::vector<std::string> kind;
    std::vector<std::string> id;
    std::vector<std::string> title;
    for (const Vertex v : boost::make_iterator_range(boost::vertices(impl_->graph))) {
        const NodeInfo& node = impl_->graph[v];
        name.push_back(node.name);
        kind.emplace_back(to_string(node.kind));
        id.push_back(node.id);
        title.push_back(title_or_id(node.title, node.id));
    }
    return {{{"name", std::move(name)}, {"kind", std::move(kind)}, {"id", std::move(id)}, {"title", std::move(title)}}};
}

Table Graph::edges(const Progress& progress) const {
    Pulse pulse(progress);
    const IncentiveGraph& graph = impl_->graph;
    Table table;
    const auto add_column = [&](std::string name, const auto& text) {
        std::vector<std::string> column;
        column.reserve(boost::num_edges(graph));
        each_edge(graph, pulse, [&](const Edge& edge) { column.emplace_back(text(edge)); });
        table.columns.push_back({std::move(name), std::move(column)});
    };
    add_column("source", [&](const Edge& edge) { return std::string_view(graph[boost::source(edge, graph)].name); });
    add_column("relation", [&](const Edge& edge) { return to_string(graph[edge].relation); });
    add_column("target", [&](const Edge& edge) { return std::string_view(graph[boost::target(edge, graph)].name); });
    return table;
}

std::vector<std::vector<std::string>> Graph::paths(std::string_view a, std::string_view b, std::size_t limit,
                                                   const Progress& progress) const {
    Pulse pulse(progress);
    std::vector<std::vector<std::string>> named;
    for (const std::vector<Vertex>& path :
         shortest_paths(impl_->influenced(), impl_->find(a), impl_->find(b), limit, pulse)) {
        std::vector<std::string>& names = named.emplace_back();
        names.reserve(path.size());
        for (const Vertex v : path) names.push_back(impl_->graph[v].name);
    }
    return named;
}

std::vector<std::string> Graph::reachable(std::string_view a, const Progress& progress) const {
    const std::vector<bool> reached = impl_->reached_from(impl_->find(a), progress);
    std::vector<std::string> names;
    for (Vertex v = 0; v < reached.size(); ++v) {
        if (reached[v]) names.push_back(impl_->graph[v].name);
    }
    return names;
}

std::vector<std::string> Graph::payouts_moved_by(std::string_view a, const Progress& progress) const {
    const std::vector<bool> reached = impl_->reached_from(impl_->find(a), progress);
    std::vector<std::string> rules;
    for (Vertex v = 0; v < reached.size(); ++v) {
        if (reached[v] && impl_->graph[v].kind == NodeKind::Rule) rules.push_back(impl_->graph[v].id);
    }
    return rules;
}

std::vector<std::string> Graph::dominators(std::string_view b, const Progress& progress) const {
    Pulse pulse(progress);
    const Vertex target = impl_->find(b);
    const std::vector<Vertex> parents = immediate_dominators(impl_->influenced(), impl_->topological, pulse);
    std::vector<std::string> names;
    for (Vertex v = parents[target]; v < parents.size(); v = parents[v]) names.push_back(impl_->graph[v].name);
    return names;
}

std::vector<std::string> Graph::evaluation_order() const { return impl_->situations; }

std::string Graph::dot(std::string_view language, const Progress& progress) const {
    Pulse pulse(progress);
    return dot_text(impl_->graph, language, pulse);
}

std::string Graph::mermaid(std::string_view language, const Progress& progress) const {
    Pulse pulse(progress);
    return mermaid_text(impl_->graph, language, pulse);
}

}  // namespace backfire
