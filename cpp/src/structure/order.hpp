/// The order of situations within a contact: each before those it opens, and the loops that have no such order.
#pragma once

#include <backfire/model/model.hpp>

#include <vector>

namespace backfire {

/// How the situations of one contact follow each other.
struct Order {
    /// Situation indices, each before those it opens, ties by index. Situations in a loop or behind one are left out.
    std::vector<int> topological;
    /// One loop for each set of situations that all lead to each other: the shortest found, in full, as situation indices in
    /// the order in which they open each other, the smallest first. Empty for a sound document.
    std::vector<std::vector<int>> loops;
};

/// Order and loops of a workplace. Linear in its size but for the search for short loops.
[[nodiscard]] Order evaluate_order(const Work& work);

/// Whether a response is 0 for every agent: no contact begins where a share is, nobody takes an action whose habit is.
[[nodiscard]] bool always_zero(const Response& response);

/// The largest number of the set's events that one contact can meet, 2 standing for two or more.
/// @pre no loops
[[nodiscard]] int most_occurrences(const Work& work, const Order& order, const EventSet& events);

}  // namespace backfire
