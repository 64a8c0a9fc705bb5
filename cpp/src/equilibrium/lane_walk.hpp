/// The arithmetic of eight walks side by side: whether a step was good, how long the next one is, and the linear equations it takes.
#pragma once

#include "equilibrium/reading.hpp"
#include "response/kernel.hpp"

#include <vector>

namespace backfire {

/// Eight agents on their way. What is measured in money is money per contact.
struct WalkLanes {
    WalkLanes(std::size_t prices, std::size_t channels, std::size_t pairs);

    std::size_t n;                ///< prices
    alignas(64) Bits active{};    ///< still on its way
    alignas(64) Bits arrived{};   ///< ended at a fixed point
    alignas(64) Bits stepped{};   ///< has taken a step
    alignas(64) Bits stepping{};  ///< to be moved now
    alignas(64) Bits stable{};    ///< I − J had positive pivots
    alignas(64) Lanes steps{};
    alignas(64) Lanes size{};   ///< largest gap p_new − p
    alignas(64) Lanes scale{};  ///< what gaps are measured by: what the prices move, and a little of what is at stake
    alignas(64) Lanes floor{};  ///< that little
    alignas(64) Lanes time{};   ///< length of the next step in pseudo-time
    alignas(64) Lanes steep{};  ///< Σ of what is positive on J's diagonal: a measure of its growth
    alignas(64) Lanes size_before{};
    alignas(64) Lanes best_size{};
    LaneList prices, before, best;
    LaneList weight;               ///< how much of its channel a contact moves: times a price, money
    alignas(64) Lanes diagonal{};  ///< of the equations to solve
    LaneList gap, change;          ///< in money
    LaneList jacobian;             ///< ∂p_new/∂p in money, [n × n]
    LaneList gap_before, jacobian_before;
    LaneList factor;        ///< scratch
    LaneList best_moments;  ///< where it came nearest: means, weighed means, second moments, Σ share·V
};

/// Takes in where the walks stand: ends those that have arrived or can go no further, sends those that went too far three quarters of the
/// way back, marks the others as stepping.
/// @param next prices that follow
/// @param slack a gap this small is as good as none where it no longer shrinks
void decide(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& next, double slack,
            WalkLanes& walk);

/// The Jacobian with spreads held: what prices do to means, times what means do to prices; and how steep it is.
/// @param held as in `LaneReply`
void take_held_jacobian(const std::vector<KpiReading>& readings, const PassRoom& room, const LaneList& held,
                        WalkLanes& walk);

/// The Jacobian of the whole map, [n × n].
void take_jacobian(const LaneList& jacobian, WalkLanes& walk);

/// One secant (Broyden 1965) for what the Jacobian leaves out, in lanes that step again.
void mend(WalkLanes& walk);

/// Remembers where the stepping walks stand and with what Jacobian.
void remember(WalkLanes& walk);

/// Factors diagonal·I − J without pivoting, as it nearly leads its diagonal, and notes in which lanes the pivots are positive.
/// @param solve also solve for the change that closes the gap
void eliminate(bool solve, WalkLanes& walk);

}  // namespace backfire
