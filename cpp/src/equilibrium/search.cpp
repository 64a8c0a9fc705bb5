// Which search a tile takes, and which of the points found is kept.
#include "equilibrium/search.hpp"

#include "equilibrium/newton.hpp"
#include "equilibrium/scan.hpp"

#include <algorithm>
#include <cmath>

namespace backfire {

void keep_best(AgentAnswer& answer) {
    int best = -1;
    int peaks = 0;
    for (std::size_t i = 0; i < answer.points.size(); ++i) {
        const FixedPoint& p = answer.points[i];
        if (!p.peak) continue;
        ++peaks;
        if (best < 0) {
            best = static_cast<int>(i);
            continue;
        }
        const FixedPoint& b = answer.points[static_cast<std::size_t>(best)];
        const double size = 1e-9 * std::max(std::abs(p.objective), std::abs(b.objective));
        if (p.objective > b.objective + size) best = static_cast<int>(i);
        else if (p.objective >= b.objective - size) {
            const double stakes = 1e-9 * std::max(p.stake, b.stake);
            if (p.stake < b.stake - stakes || (p.stake <= b.stake + stakes && p.kpis < b.kpis))
                best = static_cast<int>(i);
        }
    }
    answer.kept = std::max(best, 0);
    if (answer.status == Status::Converged && peaks > 1) answer.status = Status::SeveralEquilibria;
}

std::vector<AgentAnswer> search_tile(const PeriodTask& task, TileEvaluation& tile) {
    if (task.priced == 0) {
        std::vector<AgentAnswer> answers(static_cast<std::size_t>(tile.agents()));
        tile.pass();
        for (std::size_t l = 0; l < answers.size(); ++l) {
            Answer answer;
            tile.answer(static_cast<int>(l), {}, answer);
            answers[l].points.push_back({.prices = {},
                                         .objective = answer.objective,
                                         .residual = 0,
                                         .contacts = answer.contacts,
                                         .stake = 0,
                                         .kpis = {},
                                         .peak = true});
        }
        return answers;
    }
    return task.one_unknown() ? scan_tile(task, tile) : newton_tile(task, tile);
}

}  // namespace backfire
