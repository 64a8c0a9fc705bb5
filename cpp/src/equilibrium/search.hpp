/// The search for fixed points of one period, eight agents at a time.
#pragma once

#include "equilibrium/tile_evaluation.hpp"

#include <backfire/equilibrium/solve.hpp>

#include <vector>

namespace backfire {

/// A behaviour that answers the prices it leads to.
struct FixedPoint {
    std::vector<double> prices;  ///< by priced channel
    double objective = 0;        ///< J
    double residual = 0;         ///< max |p_new − p|·|m|, money per contact
    double contacts = 1;         ///< N
    double stake = 0;            ///< Σ|p·m|, for ties of the objective
    std::vector<double> kpis;    ///< means of the KPIs read, for ties of both
    bool peak = true;            ///< false: p_new − p grows along some direction, nobody would stay
    bool safe = false;           ///< p_new − p was far from growing along any direction
};

/// What a search found for one agent.
struct AgentAnswer {
    std::vector<FixedPoint> points;  ///< in the order of their prices; at least the best approximation
    int kept = 0;
    bool reached = true;  ///< the point kept is a fixed point, no approximation of one
    Status status = Status::Converged;
};

/// Picks the point to keep: the highest objective among peaks; within 1e-9 (relative) the smaller Σ|p·m|, then the lower KPIs.
void keep_best(AgentAnswer& answer);

/// Searches the agents of the tile under evaluation. Where the unknown is one number all fixed points are found (scan and bracket); elsewhere those
/// that a safeguarded Newton method reaches from the documented starts.
/// @throws Interrupted when the pulse's caller says stop
[[nodiscard]] std::vector<AgentAnswer> search_tile(const PeriodTask& task, TileEvaluation& tile);

}  // namespace backfire
