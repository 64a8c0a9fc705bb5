/// Walks: eight agents step side by side through the prices towards fixed points.
#pragma once

#include "equilibrium/period_task.hpp"
#include "equilibrium/tile_evaluation.hpp"

#include <Eigen/Core>

#include <vector>

namespace backfire {

/// Most steps of a walk.
inline constexpr int kMostSteps = 80;

/// One agent on its way from one start.
struct Walk {
    bool active = false;
    bool arrived = false;
    bool moved = false;
    bool safe = false;  ///< where it arrived the Jacobian with spreads held is far from growing
    int steps = 0;
    std::vector<double> prices;
    Answer answer;
    double size = 0;           ///< largest gap next − p, in money per contact
    double scale = 1;          ///< what gaps are measured by: what the prices move, and a little of what is at stake
    double time = 1;           ///< length of the next step in pseudo-time
    std::vector<double> best;  ///< prices of the smallest gap on the way
    double best_size = 0;
    Answer best_answer;

    std::vector<double> before;
    double size_before = 0;
};

/// Implicit Euler steps of p′ = F(p) − p that grow into Newton steps (pseudo-transient continuation, Kelley and Keyes 1998). The
/// Jacobian comes from the pass; one secant (Broyden 1965) mends what it leaves out: spreads and contacts that move with behaviour.
class Walks {
public:
    Walks(const PeriodTask& task, TileEvaluation& tile);

    void set_out(std::size_t lane, std::vector<double> prices);
    [[nodiscard]] bool any_active() const;
    [[nodiscard]] std::size_t size() const { return walks_.size(); }
    [[nodiscard]] Walk& operator[](std::size_t lane) { return walks_[lane]; }
    [[nodiscard]] const Walk& operator[](std::size_t lane) const { return walks_[lane]; }

    /// Evaluates where every active walk stands.
    /// @param slopes leaves ∂m/∂p in the tile's room, and with it the Jacobian with spreads held
    void look(bool slopes);
    /// Takes the Jacobian of the whole map instead, [priced × priced] by lane.
    void take_jacobian(std::size_t lane, const std::vector<double>& jacobian);
    /// Ends walks that have arrived and moves the others one step.
    void step(bool mended);

    /// Money each price moves per contact, at the last look.
    [[nodiscard]] double weight(std::size_t lane, std::size_t c) const { return weight_[c][static_cast<int>(lane)]; }
    /// Largest weighted distance between two prices of a lane.
    [[nodiscard]] double distance(std::size_t lane, const std::vector<double>& a, const std::vector<double>& b) const;

private:
    void weigh(std::size_t l);
    void add_reply(std::size_t l);
    void held_jacobian();
    [[nodiscard]] bool decide(std::size_t l, bool mended);
    void mend();
    void solve(const Lanes& diagonal, LaneList* change);
    void solve_pivoting(std::size_t l, double diagonal);
    [[nodiscard]] Eigen::MatrixXd lane_jacobian(std::size_t l) const;
    [[nodiscard]] double growth(std::size_t l) const;

    const PeriodTask& task_;
    TileEvaluation& tile_;
    std::size_t n_;
    std::vector<Walk> walks_;
    LaneList weight_, gap_, gap_before_, change_, scratch_;
    LaneList jacobian_, jacobian_before_;  ///< ∂next/∂p, weighted
    LaneList reply_;                       ///< ∂next/∂m, spreads held
    std::vector<bool> replies_;            ///< its entries that can differ from 0
    LaneList factor_;
    alignas(64) Bits stable_{};  ///< lanes whose I − J has positive pivots
    std::vector<double> steep_;  ///< by lane: what convex payouts add up to, a bound on the Jacobian's growth
    std::vector<bool> moving_;
};

}  // namespace backfire
