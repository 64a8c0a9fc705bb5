/// The incentive graph: what opens, moves, feeds, triggers and pays what, derived from a scenario's references.
#pragma once

#include <backfire/core/progress.hpp>
#include <backfire/core/table.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

struct Model;

/// What a node stands for; the account is that into which rules pay, values are those of organisation and customer.
enum class NodeKind { Situation, Action, Outcome, Measure, Monitor, Kpi, Rule, Account, Value };
/// What an edge says, pointing the way influence flows; through SeenBy and StandsFor nothing flows.
enum class Relation {
    Offers,
    LeadsTo,
    Opens,
    Moves,
    SeenBy,
    Feeds,
    Triggers,
    Reads,
    Gates,
    PaysInto,
    StandsFor,
    CountsFor
};

/// The kind as it leads names: "situation", … "value".
[[nodiscard]] std::string_view to_string(NodeKind kind);
/// The relation in snake case: "offers", "leads_to", … "counts_for".
[[nodiscard]] std::string_view to_string(Relation relation);

/// Typed nodes and typed relations of one scenario. Immutable; cheap to copy; safe to read from any thread.
/// Nodes are named `kind:id`, e.g. `action:enquiry.look_up`, `rule:aht_bonus`, `value:customer`; where one is asked for, the
/// id alone will do if no other kind has it, and UnknownNameError lists the nearest names or the kinds meant.
/// Where `progress` says stop, Interrupted is thrown.
class Graph {
public:
    /// Of a checked model. @throws Error where its situations open each other in a loop
    explicit Graph(const Model& model, const Progress& progress = {});

    /// Columns name, kind, id, title; document order.
    [[nodiscard]] Table nodes() const;
    /// Columns source, relation, target.
    [[nodiscard]] Table edges(const Progress& progress = {}) const;
    /// Every simple path from `a` to `b`, shortest first, then in order of names; at most `limit`, and fewer where they are so
    /// long or so many that finding more would take seconds.
    /// @throws UnknownNameError
    [[nodiscard]] std::vector<std::vector<std::string>> paths(std::string_view a, std::string_view b,
                                                              std::size_t limit = 1000,
                                                              const Progress& progress = {}) const;
    /// Names of all nodes that `a` can reach, itself left out. @throws UnknownNameError
    [[nodiscard]] std::vector<std::string> reachable(std::string_view a, const Progress& progress = {}) const;
    /// Ids of the rules whose payout the action (or any node) can move, i.e. the rules reachable from it.
    /// @throws UnknownNameError
    [[nodiscard]] std::vector<std::string> payouts_moved_by(std::string_view a, const Progress& progress = {}) const;
    /// Nodes that every path from the situations where contacts begin to `b` must pass (Lengauer and Tarjan 1979), nearest first.
    /// @throws UnknownNameError
    [[nodiscard]] std::vector<std::string> dominators(std::string_view b, const Progress& progress = {}) const;
    /// Ids of situations in an order in which each stands before those it opens, ties by id.
    [[nodiscard]] std::vector<std::string> evaluation_order() const;
    /// Graphviz text, titles in `language`.
    [[nodiscard]] std::string dot(std::string_view language = "en", const Progress& progress = {}) const;
    /// Mermaid flowchart text, titles in `language`.
    [[nodiscard]] std::string mermaid(std::string_view language = "en", const Progress& progress = {}) const;

private:
    struct Impl;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace backfire
