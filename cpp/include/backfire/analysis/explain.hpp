/// Explanation: why an action is taken or not, as a ledger of what it is worth to those who choose (design sections 3.1 and 3.7).
#pragma once

#include <backfire/analysis/compare.hpp>
#include <backfire/core/table.hpp>
#include <backfire/equilibrium/solve.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// The ledger of one action beside its alternative, at the behaviour of a solution. Plain value.
///
/// Money per occasion of the situation, as the agents feel it. Every figure is a mean over the occasions of the agents of
/// `segment` and `condition` (weight × contacts × visits of the situation, as `probability` is; a plain mean over agents where
/// nobody has an occasion), so that columns sum to the mean value Q of the action.
///
/// Columns of `ledger` and `whole`: part, name, action, alternative, difference (action − alternative), measure, money,
/// alternative_money. The last two are the expected payout, unvalued, of `rule` and `price` rows (how it changes at the margin
/// for a KPI rule); null elsewhere. Without an alternative its columns and the difference are null. Parts:
/// - `effort`: what the action costs in effort;
/// - `care`: weight on the customer's value;
/// - `rule`: one row per event rule and per-unit rule, named by the rule;
/// - `price`: one row per KPI rule and measure (or events) it reads, named by the rule; with `hours` a rule on a total also has a
///   price on time, since time decides how many contacts add to it;
/// - `time`: with `hours`, what the contacts are worth that this time could be used for;
/// - `continuation` (`ledger`): foresight × value of the situations that follow;
/// - `choice` (`whole`): what having a choice later is worth: V less the mean Q of what is done then;
/// - `unsettled`: only where the search ended without a fixed point: what the prices acted on differ by from those that follow.
struct Explanation {
    std::string situation;
    std::string action;
    std::string alternative;  ///< another action of the situation; "" where there is none
    std::string segment;
    std::string condition;
    double probability = 0;              ///< share of occasions on which the action is taken
    double alternative_probability = 0;  ///< NaN without an alternative
    double value = 0;                    ///< Q of the action: the sum of its column
    double alternative_value = 0;        ///< NaN without an alternative
    Table ledger;                        ///< Q as section 3.1 writes it
    Table whole;  ///< the same Q with the continuation opened up, along the behaviour that follows

    /// How influence travels from the action (or the alternative) to each part of `whole`.
    struct Route {
        std::string part;
        std::string name;
        std::string measure;
        std::string start;               ///< the action it begins with
        std::vector<std::string> nodes;  ///< names of the graph's nodes, `kind:id`
    };
    std::vector<Route> routes;  ///< shortest paths; all of them where several are equally short
    /// The routes in the document's own titles: columns part, name, path (titles joined by →), measure, action.
    [[nodiscard]] Table paths(std::string_view language = "en") const;

    /// Of a comparison: part, name, baseline, value, delta, measure: the ledger's `difference` before and after; a row that one
    /// side lacks has null there. No columns otherwise.
    Table changes;
    double baseline_probability = 0;  ///< of a comparison: share of occasions before; NaN where the action is new

    Scenario scenario;  ///< the scenario explained
};

/// Share of a situation's occasions on which an action is taken, as the table `behaviour` has it.
/// @param action `situation.action`
/// @param segment,condition whose choice; `all` for everybody's
/// @throws UnknownNameError listing the nearest names
/// @throws Interrupted when `progress` says stop
[[nodiscard]] double probability(const Solution& solution, std::string_view action, std::string_view segment = "all",
                                 std::string_view condition = "all", const Progress& progress = {});

/// Why an action is taken or not.
/// @param action `situation.action`
/// @param segment,condition whose choice; `all` for everybody's
/// @param against the action to compare with; "" for the likeliest other one of the situation
/// @throws UnknownNameError listing the nearest names
/// @throws Interrupted when `progress` says stop
[[nodiscard]] Explanation explain(const Solution& solution, std::string_view action, std::string_view segment = "all",
                                  std::string_view condition = "all", std::string_view against = "",
                                  const Progress& progress = {});

/// Why an action is taken or not after a reform, and what the reform changed. The alternative, where none is named, is the
/// baseline's likeliest other action if the reform still has it.
/// @throws UnknownNameError listing the nearest names, for a reform that was not compared too
/// @throws Interrupted when `progress` says stop
[[nodiscard]] Explanation explain(const Comparison& comparison, std::string_view reform, std::string_view action,
                                  std::string_view segment = "all", std::string_view condition = "all",
                                  std::string_view against = "", const Progress& progress = {});

}  // namespace backfire
