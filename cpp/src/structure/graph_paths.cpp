/// Paths and dominators of the incentive graph, both by methods whose cost and stack stay bounded on any document.
#include "structure/incentive_graph.hpp"

#include <algorithm>
#include <deque>
#include <numeric>
#include <queue>

namespace backfire {

namespace {

// Steps taken, compared or written out before a search for paths stops: about a second.
constexpr std::size_t kMostSteps = 5'000'000;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Edges on a shortest path from every vertex to `to`; kNone where no path leads there.
std::vector<std::size_t> distances_to(const RelationView& influenced, Vertex to) {
    std::vector<std::size_t> distance(boost::num_vertices(influenced), kNone);
    std::deque<Vertex> queue{to};
    distance[to] = 0;
    while (!queue.empty()) {
        const Vertex v = queue.front();
        queue.pop_front();
        for (const Edge& edge : boost::make_iterator_range(boost::in_edges(v, influenced))) {
            const Vertex before = boost::source(edge, influenced);
            if (distance[before] != kNone) continue;
            distance[before] = distance[v] + 1;
            queue.push_back(before);
        }
    }
    return distance;
}

/// Best-first search over beginnings of paths.
///
/// A beginning is as good as the shortest path it can still become, and beginnings that are equally good stand in order of
/// their names. So paths come out shortest first, then by name, and nothing is looked at that does not lead to one: the
/// work is in proportion to what is found, however many paths there are.
class PathSearch {
public:
    PathSearch(const RelationView& influenced, Vertex from, Vertex to)
        : influenced_(influenced), to_(to), left_(distances_to(influenced, to)), rank_(ranks(influenced)) {
        if (from != to && left_[from] != kNone) push(kNone, from, 0);
    }

    std::vector<std::vector<Vertex>> first(std::size_t limit) {
        std::vector<std::vector<Vertex>> found;
        while (!queue_.empty() && found.size() < limit && work_ < kMostSteps) {
            const std::size_t step = queue_.top();
            queue_.pop();
            if (steps_[step].at == to_) {
                found.push_back(path_to(step));
            } else {
                extend(step);
            }
        }
        return found;
    }

private:
    struct Step {
        std::size_t before = kNone;  // the step it was taken from
        Vertex at = 0;
        std::size_t length = 0;
    };

    static std::vector<std::size_t> ranks(const RelationView& influenced) {
        std::vector<Vertex> by_name(boost::num_vertices(influenced));
        std::iota(by_name.begin(), by_name.end(), Vertex{0});
        std::ranges::sort(by_name, {}, [&](Vertex v) -> const std::string& { return influenced[v].name; });
        std::vector<std::size_t> rank(by_name.size());
        for (std::size_t i = 0; i < by_name.size(); ++i) rank[by_name[i]] = i;
        return rank;
    }

    void push(std::size_t before, Vertex at, std::size_t length) {
        ++work_;
        steps_.push_back({before, at, length});
        queue_.push(steps_.size() - 1);
    }

    void extend(std::size_t step) {
        std::vector<Vertex> next;
        for (const Edge& edge : boost::make_iterator_range(boost::out_edges(steps_[step].at, influenced_))) {
            const Vertex target = boost::target(edge, influenced_);
            if (left_[target] != kNone) next.push_back(target);
        }
        std::sort(next.begin(), next.end());  // two relations between the same two nodes are one path
        next.erase(std::unique(next.begin(), next.end()), next.end());
        for (const Vertex v : next) push(step, v, steps_[step].length + 1);
    }

    [[nodiscard]] std::vector<Vertex> path_to(std::size_t step) {
        std::vector<Vertex> path;
        for (; step != kNone; step = steps_[step].before) path.push_back(steps_[step].at);
        std::reverse(path.begin(), path.end());
        work_ += path.size();
        return path;
    }

    [[nodiscard]] bool comes_later(std::size_t a, std::size_t b) {
        const std::size_t length_a = steps_[a].length + left_[steps_[a].at];
        const std::size_t length_b = steps_[b].length + left_[steps_[b].at];
        return length_a != length_b ? length_a > length_b : named_later(a, b);
    }

    /// Order of names of two beginnings, found where they part; a beginning of the other stands first.
    [[nodiscard]] bool named_later(std::size_t a, std::size_t b) {
        const bool longer = steps_[a].length > steps_[b].length;
        for (; steps_[a].length > steps_[b].length; ++work_) a = steps_[a].before;
        for (; steps_[b].length > steps_[a].length; ++work_) b = steps_[b].before;
        if (a == b) return longer;
        for (; steps_[a].before != steps_[b].before; ++work_) {
            a = steps_[a].before;
            b = steps_[b].before;
        }
        return rank_[steps_[a].at] > rank_[steps_[b].at];
    }

    struct Later {
        PathSearch* search;
        bool operator()(std::size_t a, std::size_t b) const { return search->comes_later(a, b); }
    };

    const RelationView& influenced_;
    Vertex to_;
    std::vector<std::size_t> left_;  // edges still needed from each vertex
    std::vector<std::size_t> rank_;  // place of each vertex in the order of names
    std::vector<Step> steps_;
    std::size_t work_ = 0;
    std::priority_queue<std::size_t, std::vector<std::size_t>, Later> queue_{Later{this}};
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
                                                std::size_t limit) {
    return PathSearch(influenced, from, to).first(limit);
}

// Boost's Lengauer and Tarjan would do, but it recurses as deep as the graph, and a long document would exhaust the stack.
// Without loops there is a plainer way: the dominator of a vertex is the last common ancestor of all that lead to it.
std::vector<Vertex> immediate_dominators(const RelationView& influenced, const std::vector<Vertex>& topological) {
    const Vertex root = boost::num_vertices(influenced);
    AncestorTree tree(root);
    for (const Vertex v : topological) {
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
