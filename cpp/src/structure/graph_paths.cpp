/// Paths and dominators of the incentive graph, both by methods whose cost and stack stay bounded on any document.
#include "structure/incentive_graph.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace backfire {

namespace {

// Where a search for paths stops: after about a second, or where the answer itself would fill the memory.
constexpr std::size_t kMostSteps = 20'000'000;
constexpr std::size_t kMostNodes = 1'000'000;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Edges on a shortest path from every vertex to `to`; kNone where no path leads there.
std::vector<std::size_t> distances_to(const RelationView& influenced, Vertex to, Pulse& pulse) {
    std::vector<std::size_t> distance(boost::num_vertices(influenced), kNone);
    std::deque<Vertex> queue{to};
    distance[to] = 0;
    while (!queue.empty()) {
        const Vertex v = queue.front();
        queue.pop_front();
        pulse.beat();
        for (const Edge& edge : boost::make_iterator_range(boost::in_edges(v, influenced))) {
            const Vertex before = boost::source(edge, influenced);
            if (distance[before] != kNone) continue;
            distance[before] = distance[v] + 1;
            queue.push_back(before);
        }
    }
    return distance;
}

/// Depth-first search for the paths of one length after the other, names in order at every step.
///
/// A beginning is followed only where it can still end within the length allowed, so each one followed is part of a path, and
/// the work is in proportion to what is found, however many paths there are.
class PathSearch {
public:
    PathSearch(const RelationView& influenced, Vertex from, Vertex to, Pulse& pulse)
        : influenced_(influenced), from_(from), to_(to), pulse_(pulse), left_(distances_to(influenced, to, pulse)) {}

    std::vector<std::vector<Vertex>> first(std::size_t limit) {
        for (std::size_t length = left_[from_]; length != kNone && found_.size() < limit;)
            length = collect(length, limit);
        return std::move(found_);
    }

private:
    /// Where a path can go on from a node: names in order; two relations between the same two nodes are one step.
    const std::vector<Vertex>& after(Vertex v) {
        const auto [place, fresh] = after_.try_emplace(v);
        std::vector<Vertex>& next = place->second;
        if (!fresh) return next;
        pulse_.beat();
        for (const Edge& edge : boost::make_iterator_range(boost::out_edges(v, influenced_))) {
            if (left_[boost::target(edge, influenced_)] != kNone) next.push_back(boost::target(edge, influenced_));
        }
        std::ranges::sort(next, {}, [&](Vertex w) -> const std::string& { return influenced_[w].name; });
        const auto same = std::ranges::unique(next);
        next.erase(same.begin(), same.end());
        return next;
    }

    /// Finds the paths of this length, and answers which length to try next: the least that was too long.
    std::size_t collect(std::size_t length, std::size_t limit) {
        std::size_t longer = kNone;
        std::vector<Vertex> path{from_};
        std::vector<std::size_t> tried{0};
        while (!path.empty()) {
            if (++steps_ > kMostSteps || written_ > kMostNodes || found_.size() >= limit) return kNone;
            if (steps_ % 1000 == 0) pulse_.beat();
            const Vertex v = path.back();
            const std::vector<Vertex>& next = after(v);
            if (v == to_ || tried.back() == next.size()) {
                path.pop_back();
                tried.pop_back();
                continue;
            }
            const Vertex w = next[tried.back()++];
            const std::size_t least = path.size() + left_[w];
            if (least > length) {
                longer = std::min(longer, least);
                continue;
            }
            path.push_back(w);
            tried.push_back(0);
            if (w == to_ && least == length) {
                found_.push_back(path);
                written_ += path.size();
            }
        }
        return longer;
    }

    const RelationView& influenced_;
    Vertex from_;
    Vertex to_;
    Pulse& pulse_;
    std::vector<std::size_t> left_;  // edges still needed from each vertex
    std::unordered_map<Vertex, std::vector<Vertex>> after_;
    std::vector<std::vector<Vertex>> found_;
    std::size_t steps_ = 0;
    std::size_t written_ = 0;
};

/// A tree that grows at its leaves and finds the last common ancestor of two vertices in logarithmic time: besides its
/// parent every vertex knows one far ancestor, at distances that follow skew binary numbers (Myers 1983).
class AncestorTree {
public:
    explicit AncestorTree(std::size_t root) : parent_(root + 1, kNone), far_(root + 1), depth_(root + 1) {
        parent_[root] = far_[root] = root;
    }

    [[nodiscard]] bool has(Vertex v) const { return parent_[v] != kNone; }
    [[nodiscard]] Vertex parent(Vertex v) const { return parent_[v]; }

    void hang(Vertex v, Vertex parent) {
        parent_[v] = parent;
        depth_[v] = depth_[parent] + 1;
        const Vertex far = far_[parent];
        const bool even = depth_[parent] - depth_[far] == depth_[far] - depth_[far_[far]];
        far_[v] = even ? far_[far] : parent;
    }

    [[nodiscard]] Vertex common_ancestor(Vertex a, Vertex b) const {
        a = ancestor_at(a, std::min(depth_[a], depth_[b]));
        b = ancestor_at(b, depth_[a]);
        while (a != b) {
            const bool leap = far_[a] != far_[b];
            a = leap ? far_[a] : parent_[a];
            b = leap ? far_[b] : parent_[b];
        }
        return a;
    }

private:
    [[nodiscard]] Vertex ancestor_at(Vertex v, std::size_t depth) const {
        while (depth_[v] > depth) v = depth_[far_[v]] >= depth ? far_[v] : parent_[v];
        return v;
    }

    std::vector<Vertex> parent_;
    std::vector<Vertex> far_;
    std::vector<std::size_t> depth_;
};

}  // namespace

std::vector<std::vector<Vertex>> shortest_paths(const RelationView& influenced, Vertex from, Vertex to,
                                                std::size_t limit, Pulse& pulse) {
    return PathSearch(influenced, from, to, pulse).first(limit);
}

// Boost's Lengauer and Tarjan recurses as deep as the graph, so that a long document exhausts the stack, and goes wrong where an
// edge comes from what no start reaches. Without loops there is a plainer way: a vertex is dominated by the last common
// ancestor of all that lead to it.
std::vector<Vertex> immediate_dominators(const RelationView& influenced, const std::vector<Vertex>& topological,
                                         Pulse& pulse) {
    const Vertex root = boost::num_vertices(influenced);
    AncestorTree tree(root);
    for (const Vertex v : topological) {
        pulse.beat();
        Vertex dominator = influenced[v].starts ? root : kNone;
        for (const Edge& edge : boost::make_iterator_range(boost::in_edges(v, influenced))) {
            const Vertex before = boost::source(edge, influenced);
            if (!tree.has(before)) continue;
            dominator = dominator == kNone ? before : tree.common_ancestor(dominator, before);
        }
        if (dominator != kNone) tree.hang(v, dominator);
    }
    std::vector<Vertex> parents(root);
    for (Vertex v = 0; v < root; ++v) parents[v] = tree.has(v) ? tree.parent(v) : root + 1;
    return parents;
}

}  // namespace backfire
