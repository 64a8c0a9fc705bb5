/// The incentive graph as Boost.Graph sees it: bundles, and views of some relations. No other file includes Boost.Graph.
///
/// Vertices are never removed, so that their descriptors stay dense indices in the order in which they were added.
#pragma once

#include "core/pulse.hpp"

#include <backfire/model/model.hpp>
#include <backfire/structure/graph.hpp>

#include <bitset>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// What a node is and what it is called.
struct NodeInfo {
    NodeKind kind = NodeKind::Situation;
    std::string id;
    std::string name;  ///< `kind:id`
    Title title;
    bool starts = false;  ///< a situation in which contacts may begin
    bool off = false;     ///< never happens or pays nothing: it stands here, but no influence reaches it
};

struct EdgeInfo {
    Relation relation = Relation::Offers;
};

using IncentiveGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, NodeInfo, EdgeInfo>;
using Vertex = IncentiveGraph::vertex_descriptor;
using Edge = IncentiveGraph::edge_descriptor;

/// Situations alone, an edge where one opens another; vertices are situation indices.
using SituationGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

inline constexpr std::size_t kRelations = static_cast<std::size_t>(Relation::CountsFor) + 1;
using RelationSet = std::bitset<kRelations>;

[[nodiscard]] inline RelationSet only(Relation relation) {
    return RelationSet().set(static_cast<std::size_t>(relation));
}

/// Edges whose relation is in a set; a predicate for boost::filtered_graph.
struct InRelations {
    const IncentiveGraph* graph = nullptr;
    RelationSet relations;
    bool operator()(const Edge& edge) const { return relations[static_cast<std::size_t>((*graph)[edge].relation)]; }
};

/// A view that owns nothing; boost::num_edges on it counts the edges it hides too, so count by iterating.
using RelationView = boost::filtered_graph<IncentiveGraph, InRelations>;

[[nodiscard]] inline RelationView view(const IncentiveGraph& graph, RelationSet relations) {
    return {graph, InRelations{&graph, relations}};
}

/// The relations along which a change of behaviour travels to measures, payouts and values. Being seen by a monitor and
/// standing for something are remarks on a node: nothing flows through them.
[[nodiscard]] inline RelationSet influence() {
    return RelationSet().set() & ~only(Relation::SeenBy) & ~only(Relation::StandsFor);
}

/// Calls `visit(edge)` for every edge in document order; the pulse beats at one in a thousand.
template <class Visit>
void each_edge(const IncentiveGraph& graph, Pulse& pulse, const Visit& visit) {
    std::size_t seen = 0;
    for (const Edge& edge : boost::make_iterator_range(boost::edges(graph))) {
        if (seen++ % 1000 == 0) pulse.beat();
        visit(edge);
    }
}

/// The graph of a model, nodes and edges in document order.
[[nodiscard]] IncentiveGraph derive_graph(const Model& model, Pulse& pulse);

/// Paths with at least one edge, shortest first, then in order of names; at most `limit`, and fewer where they are so long
/// or so many that finding more would take seconds.
/// @pre `influenced` has no loops
[[nodiscard]] std::vector<std::vector<Vertex>> shortest_paths(const RelationView& influenced, Vertex from, Vertex to,
                                                              std::size_t limit, Pulse& pulse);

/// For every vertex the last one before it that no path from a starting situation avoids: its parent in the tree of
/// dominators. num_vertices + 1 for what cannot be reached; num_vertices (a root before every start) where there is none.
/// @pre `topological` has every vertex before those it influences
[[nodiscard]] std::vector<Vertex> immediate_dominators(const RelationView& influenced,
                                                       const std::vector<Vertex>& topological, Pulse& pulse);

/// Graphviz and Mermaid texts.
[[nodiscard]] std::string dot_text(const IncentiveGraph& graph, std::string_view language, Pulse& pulse);
[[nodiscard]] std::string mermaid_text(const IncentiveGraph& graph, std::string_view language, Pulse& pulse);

}  // namespace backfire
