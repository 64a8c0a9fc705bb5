/// The behavioural response at given prices: design section 3.1 without the search for a fixed point.
#pragma once

#include <backfire/core/progress.hpp>
#include <backfire/core/table.hpp>
#include <backfire/response/scenario.hpp>

#include <map>
#include <string>

namespace backfire {

/// Behaviour and measures when `prices` hold.
struct RespondTables {
    Table behaviour;  ///< columns of `Solution::behaviour`
    Table measures;   ///< columns of `Solution::measures`
};

/// What people do when one more unit of each measure is worth `prices[measure]` to them, on top of event rules, per-unit rules
/// and care. With `hours`, contacts follow from the time each takes at that behaviour, and detection chances from those contacts.
/// @param prices money per unit of declared measures, derived ones included; measures left out have none
/// @throws UnknownNameError for a measure the scenario does not have
/// @throws ScenarioError with every price that is no finite number
/// @throws Interrupted when `progress` says stop
[[nodiscard]] RespondTables respond(const Scenario& scenario, const std::map<std::string, double>& prices = {},
                                    const Progress& progress = {});

}  // namespace backfire
