/// The first walk: the eight agents of a tile go from no price to a fixed point side by side, and it is judged for each of them
/// whether there can be another.
#pragma once

#include "equilibrium/period_task.hpp"
#include "equilibrium/tile_evaluation.hpp"
#include "equilibrium/walks.hpp"

#include <vector>

namespace backfire {

/// Where one agent's first walk led.
struct FirstPoint {
    bool arrived = false;
    bool came_near = false;  ///< else it led nowhere, and there are no prices
    bool peak = false;       ///< as of `Walks`
    bool safe = false;
    bool judged = false;  ///< it was asked whether there can be another
    std::vector<double> prices;
    Answer answer;
    /// Where it is judged: walks from every KPI at its lowest, and at its highest bound, after their first step.
    std::vector<Underway> underway;
    /// By reading: its KPI may hold several peaks. All false: the basin of the point found is everything.
    std::vector<bool> wild;
    /// By reading, where it was looked along: prices of its channel that may lead elsewhere.
    std::vector<std::vector<double>> elsewhere;
    [[nodiscard]] bool alone() const;
};

/// Walks every lane from no price, then judges whether that is the one peak of J.
///
/// It is where nowhere the payouts' convexity outweighs what noise resists: with R the largest ∂²Φ/∂m² over all that the KPIs can
/// reach and S = ∂m/∂p, the largest eigenvalue of R·S stays below ½ at no price, at the point found, and with every KPI at its
/// lowest and at its highest bound. KPIs are called wild, largest part of R·S first, until what the others add up to stays below it.
/// A wild KPI is looked along: its mean in proportion to its price (steepest S seen), shifted by all that the other prices may do;
/// where p_new − p, having fallen through 0, does not come near 0 again, it is wild no more.
/// Not judged, all wild: hours, foresight below 1, noise 0.
[[nodiscard]] std::vector<FirstPoint> first_walk(const PeriodTask& task, TileEvaluation& tile, Walks& walks);

}  // namespace backfire
