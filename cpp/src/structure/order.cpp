/// The order of situations within a contact, and the shortest loops where there is none.
#include "structure/order.hpp"

#include "structure/incentive_graph.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <queue>

namespace backfire {

namespace {

// In a large knot of situations a shortest loop is looked for from this many of them: any loop shown helps to untie it.
constexpr std::size_t kMostLoopStarts = 64;

std::size_t index_of(int i) { return static_cast<std::size_t>(i); }

template <class Visit>
void for_each_opening(const Situation& situation, const Visit& visit) {
    for (const Action& action : situation.actions) {
        if (action.opens >= 0) visit(index_of(action.opens));
        for (const Outcome& outcome : action.outcomes) {
            if (outcome.opens >= 0) visit(index_of(outcome.opens));
        }
    }
}

SituationGraph situation_graph(const Work& work) {
    SituationGraph graph(work.situations.size());
    for (std::size_t s = 0; s < work.situations.size(); ++s) {
        for_each_opening(work.situations[s], [&](std::size_t opened) { boost::add_edge(s, opened, graph); });
    }
    return graph;
}

/// Kahn's algorithm; boost::topological_sort would leave ties to the order of the edges.
std::vector<int> topological_order(const SituationGraph& graph) {
    const std::size_t count = boost::num_vertices(graph);
    std::vector<std::size_t> openers(count);
    for (std::size_t s = 0; s < count; ++s) {
        for (const auto& edge : boost::make_iterator_range(boost::out_edges(s, graph)))
            ++openers[boost::target(edge, graph)];
    }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t s = 0; s < count; ++s) {
        if (openers[s] == 0) ready.push(s);
    }
    std::vector<int> order;
    while (!ready.empty()) {
        const std::size_t s = ready.top();
        ready.pop();
        order.push_back(static_cast<int>(s));
        for (const auto& edge : boost::make_iterator_range(boost::out_edges(s, graph))) {
            if (--openers[boost::target(edge, graph)] == 0) ready.push(boost::target(edge, graph));
        }
    }
    return order;
}

/// A shortest way from `start` back to itself through situations of its component, by breadth-first search.
std::vector<int> loop_through(const SituationGraph& graph, const std::vector<std::size_t>& component,
                              std::size_t start) {
    constexpr auto kUnseen = static_cast<std::size_t>(-1);
    std::vector<std::size_t> from(component.size(), kUnseen);
    std::deque<std::size_t> queue{start};
    while (!queue.empty()) {
        const std::size_t s = queue.front();
        queue.pop_front();
        for (const auto& edge : boost::make_iterator_range(boost::out_edges(s, graph))) {
            const std::size_t next = boost::target(edge, graph);
            if (component[next] != component[start] || from[next] != kUnseen) continue;
            from[next] = s;
            if (next == start) {
                std::vector<int> loop{static_cast<int>(start)};
                for (std::size_t at = s; at != start; at = from[at]) loop.push_back(static_cast<int>(at));
                std::ranges::reverse(loop.begin() + 1, loop.end());
                return loop;
            }
            queue.push_back(next);
        }
    }
    return {};
}

std::vector<std::vector<int>> shortest_loops(const SituationGraph& graph) {
    const std::size_t count = boost::num_vertices(graph);
    std::vector<std::size_t> component(count);
    const auto index = boost::get(boost::vertex_index, graph);
    const std::size_t components =
        boost::strong_components(graph, boost::make_iterator_property_map(component.begin(), index));
    std::vector<std::vector<std::size_t>> members(components);
    for (std::size_t s = 0; s < count; ++s) members[component[s]].push_back(s);

    std::vector<std::vector<int>> loops;
    for (const std::vector<std::size_t>& knot : members) {
        if (knot.size() == 1 && !boost::edge(knot.front(), knot.front(), graph).second) continue;
        std::vector<int> best;
        for (std::size_t i = 0; i < std::min(knot.size(), kMostLoopStarts); ++i) {
            std::vector<int> loop = loop_through(graph, component, knot[i]);
            if (best.empty() || loop.size() < best.size()) best = std::move(loop);
        }
        // NOLINTNEXTLINE(modernize-use-ranges): clang 14 does not compile what std::ranges::rotate of GCC 12 gives back
        std::rotate(best.begin(), std::ranges::min_element(best), best.end());
        loops.push_back(std::move(best));
    }
    std::ranges::sort(loops);
    return loops;
}

constexpr int kSaturated = 2;

/// Which actions and outcomes of each situation belong to a set of events; -1 marks the action itself.
using Marks = std::vector<std::vector<std::pair<int, int>>>;

Marks marks_of(const Work& work, const EventSet& events) {
    Marks marks(work.situations.size());
    for (const int e : events.events) {
        const Event& event = work.events[index_of(e)];
        marks[index_of(event.situation)].emplace_back(event.action, event.outcome);
    }
    for (auto& of_situation : marks) std::ranges::sort(of_situation);
    return marks;
}

/// The most that can still be met from a situation on, given the same for the situations it opens.
int most_from(const Situation& situation, const std::vector<std::pair<int, int>>& marks, const std::vector<int>& most) {
    const auto marked = [&](std::size_t a, int o) {
        return std::ranges::binary_search(marks, std::pair(static_cast<int>(a), o)) ? 1 : 0;
    };
    const auto behind = [&](int opens) { return opens < 0 ? 0 : most[index_of(opens)]; };
    int best = 0;
    for (std::size_t a = 0; a < situation.actions.size(); ++a) {
        const Action& action = situation.actions[a];
        int branch = behind(action.opens);
        for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
            branch = std::max(branch, marked(a, static_cast<int>(o)) + behind(action.outcomes[o].opens));
        }
        best = std::max(best, marked(a, -1) + branch);
    }
    return std::min(best, kSaturated);
}

}  // namespace

Order evaluate_order(const Work& work) {
    const SituationGraph graph = situation_graph(work);
    Order order{topological_order(graph), {}};
    if (order.topological.size() < work.situations.size()) order.loops = shortest_loops(graph);
    return order;
}

bool always_zero(const Response& response) {
    if (response.link != Link::Identity || response.base != 0.0) return false;
    return std::ranges::all_of(response.terms, [](const Response::Term& term) { return term.coefficient == 0.0; });
}

int most_occurrences(const Work& work, const Order& order, const EventSet& events) {
    const Marks marks = marks_of(work, events);
    std::vector<int> most(work.situations.size());
    int answer = 0;
    for (std::size_t left = order.topological.size(); left > 0; --left) {
        const std::size_t i = index_of(order.topological[left - 1]);
        most[i] = most_from(work.situations[i], marks[i], most);
        if (!always_zero(work.situations[i].share)) answer = std::max(answer, most[i]);
    }
    return answer;
}

}  // namespace backfire
