/// The incentive graph: what opens, moves, feeds, triggers and pays what, derived from a scenario's references.
#pragma once

#include <backfire/core/table.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

struct Model;

enum class NodeKind { Situation, Action, Outcome, Measure, Monitor, Kpi, Rule, Account, Value };
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

[[nodiscard]] std::string_view to_string(NodeKind kind);
[[nodiscard]] std::string_view to_string(Relation relation);

/// Typed nodes and typed relations of one scenario. Immutable; cheap to copy; safe to read from any thread.
/// Nodes are named `kind:id`, e.g. `action:enquiry.look_up`, `rule:aht_bonus`, `value:customer`.
class Graph {
public:
    explicit Graph(const Model& model);

    /// Columns name, kind, id, title; document order.
    [[nodiscard]] Table nodes() const;
    /// Columns source, relation, target.
    [[nodiscard]] Table edges() const;
    /// Every simple path from `a` to `b` (names with or without `kind:`), shortest first, then in order of names; at most `limit`.
    /// @throws UnknownNameError listing the nearest names
    [[nodiscard]] std::vector<std::vector<std::string>> paths(std::string_view a, std::string_view b,
                                                              std::size_t limit = 1000) const;
    /// Names of all nodes that `a` can reach, itself left out.
    [[nodiscard]] std::vector<std::string> reachable(std::string_view a) const;
    /// Rules whose payout the action (or any node) can move, i.e. the rules reachable from it.
    [[nodiscard]] std::vector<std::string> payouts_moved_by(std::string_view a) const;
    /// Nodes that every path from the situations where contacts begin to `b` must pass (Lengauer and Tarjan 1979), nearest first.
    [[nodiscard]] std::vector<std::string> dominators(std::string_view b) const;
    /// Situations in an order in which each stands before those it opens, ties by id.
    [[nodiscard]] std::vector<std::string> evaluation_order() const;
    /// Graphviz text, titles in `language`.
    [[nodiscard]] std::string dot(std::string_view language = "en") const;
    /// Mermaid flowchart text.
    [[nodiscard]] std::string mermaid(std::string_view language = "en") const;

private:
    struct Impl;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace backfire
