/// Ledgers: what every action of one situation is worth to each agent, part by part.
#pragma once

#include "equilibrium/solution_parts.hpp"
#include "equilibrium/tile_evaluation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace backfire {

enum class PartKind { Effort, Care, Rule, Price, Time, Unsettled, Continuation, Choice };
[[nodiscard]] std::string_view to_string(PartKind kind);

/// One part of a ledger; where it has a channel it is worth so much per unit of it.
struct LedgerPart {
    PartKind kind = PartKind::Effort;
    int rule = -1;          ///< index into the policy's rules, of rule and price parts
    int channel = -1;       ///< of the ledger's channels
    bool above = true;      ///< price of what the KPI reads, of a ratio the upper side
    bool below = false;     ///< price of a ratio's lower side
    bool contacts = false;  ///< price of time, since time decides how many contacts add to a total
    std::string name;       ///< the rule's id, else ""
    std::string measure;    ///< id of a measure, or the patterns of events
};

/// What one action of one agent is worth, by part of `LedgerPlan::parts`.
struct ActionLedger {
    std::vector<double> direct;       ///< Q as section 3.1 writes it
    std::vector<double> whole;        ///< Q with the continuation opened up
    std::vector<double> money;        ///< expected payout, unvalued, of `direct`
    std::vector<double> whole_money;  ///< expected payout, unvalued, of `whole`
};

/// Actions of one situation, and what can follow it.
struct LedgerPlace {
    std::vector<int> actions;    ///< indices into the plan's actions
    std::vector<int> following;  ///< situations that can follow, each behind those it opens
};

/// The parts of a scenario's ledgers, in the order of rows, and where their amounts lie.
class LedgerPlan {
public:
    explicit LedgerPlan(const PeriodTask& period);

    const PeriodTask& task;
    std::vector<LedgerPart> parts;
    std::vector<Channel> channels;  ///< those of the task first
    PassShape shape;                ///< of all channels, none priced
    TileRecipe recipe;

    [[nodiscard]] std::size_t part_of(PartKind kind) const;
    /// @param actions indices into the situation's actions
    [[nodiscard]] LedgerPlace place(int situation, const std::vector<int>& actions) const;

private:
    void add_rules(Channels& list);
    void add_prices(Channels& list, std::size_t rule);
};

/// Ledgers of the agents of one tile at their kept fixed points.
class TileLedgers {
public:
    TileLedgers(const LedgerPlan& plan, const Solution::Parts& solution, int tile);

    /// Agents in the tile.
    [[nodiscard]] int agents() const { return tile_.agents(); }
    /// A ledger of each action of the place.
    [[nodiscard]] std::vector<ActionLedger> of(int lane, const LedgerPlace& place) const;
    [[nodiscard]] double probability(int lane, int action) const {
        return tile_.room().probability[static_cast<std::size_t>(action)][lane];
    }
    /// How often the agent meets the situation in the period.
    [[nodiscard]] double occasions(int lane, int situation) const;

private:
    /// What one unit of each part's channel is worth to the agent, and pays.
    struct Worths {
        std::vector<double> felt, paid, unsettled;
    };
    [[nodiscard]] Worths worths(int lane) const;
    void price(int lane, const LedgerPart& part, double& felt, double& paid) const;
    /// By situation, what follows from it on: by part, in value and in money.
    struct Following {
        std::vector<std::vector<double>> felt, money;
    };
    void action(int lane, int flat, const Worths& worths, const Following& below, ActionLedger& ledger) const;
    [[nodiscard]] double number(int at, int lane) const {
        return numbers_[static_cast<std::size_t>(at) * kLanes + static_cast<std::size_t>(lane)];
    }

    const LedgerPlan& plan_;
    const Solution::Parts& solution_;
    int first_agent_;
    TileEvaluation tile_;
    std::vector<Answer> answers_;  ///< by lane
    std::vector<double> numbers_;
};

}  // namespace backfire
