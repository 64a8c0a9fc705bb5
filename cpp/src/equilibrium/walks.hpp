/// Walks: eight agents step side by side through the prices towards fixed points.
#pragma once

#include "equilibrium/lane_walk.hpp"
#include "equilibrium/period_task.hpp"
#include "equilibrium/tile_evaluation.hpp"

#include <vector>

namespace backfire {

/// Most steps of a walk.
inline constexpr int kMostSteps = 80;

/// Whether p_new − p leads back to a point along every direction, given the Jacobian there of the whole map, [n × n]: nobody stays
/// where it leads away.
[[nodiscard]] bool leads_back(const LaneList& jacobian, std::size_t n, int lane);

/// One lane of a list.
[[nodiscard]] std::vector<double> lane_of(const LaneList& lanes, int lane);

/// A walk after a step: where it stands, and what the next step has to know.
struct Underway {
    std::vector<double> prices, before, gap_before, jacobian_before;
    double size_before, time;
};

/// Implicit Euler steps of p′ = F(p) − p that grow into Newton steps (pseudo-transient continuation, Kelley and Keyes 1998), each lane
/// on a walk of its own. The Jacobian comes from ∂m/∂p, spreads held; one secant (Broyden 1965) mends what that leaves out: spreads,
/// and with hours contacts, that move with behaviour.
class Walks {
public:
    Walks(const PeriodTask& task, TileEvaluation& tile);

    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(tile_.agents()); }
    void set_out(std::size_t lane, const std::vector<double>& prices);
    /// Takes up a walk again that was left, in the same lane.
    void set_out(std::size_t lane, const Underway& walk);
    /// A walk left after a step.
    [[nodiscard]] Underway leave(std::size_t lane) const;
    void stop(std::size_t lane) {
        lanes_.active[static_cast<int>(lane)] = 0;
        lanes_.stepping[static_cast<int>(lane)] = 0;
    }
    [[nodiscard]] bool any_active() const;

    /// Evaluates where every active walk stands and ends those that have arrived.
    /// @param patient call a walk arrived at a larger gap, once it no longer shrinks
    void look(bool patient = false);
    /// Moves the walks still active one step, and judges the points where others have just arrived.
    /// @param exact take the Jacobian of the whole map; with hours by central differences, two passes per price
    void step(bool exact = false);

    [[nodiscard]] bool active(std::size_t l) const { return lanes_.active[static_cast<int>(l)] != 0; }
    [[nodiscard]] bool arrived(std::size_t l) const { return lanes_.arrived[static_cast<int>(l)] != 0; }
    [[nodiscard]] int steps(std::size_t l) const { return static_cast<int>(lanes_.steps[static_cast<int>(l)]); }
    /// Largest gap p_new − p at the last look, in money per contact.
    [[nodiscard]] double gap(std::size_t l) const { return lanes_.size[static_cast<int>(l)]; }
    /// What gaps are measured by.
    [[nodiscard]] double scale(std::size_t l) const { return lanes_.scale[static_cast<int>(l)]; }
    /// How much of a priced channel a contact moves, at the last look: times a price, money.
    [[nodiscard]] double weight(std::size_t l, std::size_t c) const { return lanes_.weight[c][static_cast<int>(l)]; }
    /// Whether the walk came anywhere, and where its gap was smallest: where it ended, if it arrived.
    [[nodiscard]] bool came_near(std::size_t l) const { return lanes_.best_size[static_cast<int>(l)] < 1e299; }
    [[nodiscard]] std::vector<double> nearest(std::size_t l) const;
    /// Whether it stands, or has just stepped, at prices like these: each nearly the same in proportion, or in weighted distance.
    [[nodiscard]] bool beside(std::size_t l, const std::vector<double>& prices, double proportion, double slack) const;
    /// Largest weighted distance of these prices from where it stands.
    [[nodiscard]] double apart(std::size_t l, const std::vector<double>& prices) const;
    [[nodiscard]] Answer answer_there(std::size_t l) const;
    /// Where the walk arrived: nobody would stay if p_new − p grew along some direction. With hours false: not known here.
    [[nodiscard]] bool peak(std::size_t l) const { return peak_[l]; }
    /// Likewise: p_new − p is far from growing along any direction. With more than four prices the Jacobian with spreads held is
    /// asked first; only where that is in doubt, the one of the whole map.
    [[nodiscard]] bool safe(std::size_t l) const { return safe_[l]; }
    /// Jacobians of the whole map at these prices by central differences, two passes per price, in the lanes wanted: [n × n].
    [[nodiscard]] LaneList differences(const LaneList& at, const Bits& wanted);
    /// Largest weighted distance between two prices of a lane.
    [[nodiscard]] double distance(std::size_t lane, const std::vector<double>& a, const std::vector<double>& b) const;

private:
    void jacobians(bool exact);
    void judge_arrivals(bool exact);
    void take_steps();
    void solve_pivoting(std::size_t l);
    [[nodiscard]] double growth(std::size_t l) const;
    // With hours.
    void look_by_lane();
    void add_time(std::size_t l);

    const PeriodTask& task_;
    TileEvaluation& tile_;
    std::size_t n_;
    bool hours_;
    WalkLanes lanes_;
    alignas(64) Bits fresh_{};  ///< lanes that have arrived since the last step
    std::vector<bool> peak_, safe_;
    // With hours.
    std::vector<Answer> answers_;
    LaneList next_, held_;
};

}  // namespace backfire
