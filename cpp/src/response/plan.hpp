/// The plan of one contact: the work compiled into flat arrays, with every response evaluated for every agent.
#pragma once

#include "model/problems.hpp"
#include "response/lanes.hpp"
#include "response/quadrature.hpp"
#include "structure/order.hpp"

#include <backfire/model/model.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace backfire {

/// Where a move stands: its measure and the slots of its mean and variance (-1: no spread).
struct PlannedMove {
    int measure;
    int mean;
    int variance;
};

struct PlannedOutcome {
    int chance;    ///< slot; with `certain` unused
    int opens;     ///< situation or -1
    int event;     ///< index into Work::events, -1 for the certain branch of an action that itself opens
    bool certain;  ///< chance 1
    std::vector<PlannedMove> moves;
};

struct PlannedAction {
    int effort;  ///< slots; -1 where nobody chooses
    int habit;
    int event;  ///< index into Work::events, -1 where nobody chooses
    std::vector<PlannedMove> moves;
    std::vector<PlannedOutcome> outcomes;  ///< none: the contact ends here
};

struct PlannedSituation {
    int first_action;
    int last_action;  ///< past the end
    bool choice;
    bool opened;  ///< some outcome leads here
    int share;    ///< slot, normalised
    int noise;    ///< slot, in money; -1 where nobody chooses
};

/// One agent: a point of a segment under a condition.
struct Agent {
    int segment;
    int condition;
    int point;
    double weight;  ///< quadrature weight × segment share × condition share; sums to 1
};

/// Slots of the preferences and of the period, the same for every plan.
struct PreferenceSlots {
    int care = -1;
    int loss_aversion = -1;
    int curvature = -1;
    int weighting = -1;
    int foresight = -1;
    int contacts = -1;  ///< contacts or hours per period
};

/// Immutable; shared by a scenario and every reform that leaves its work alone. Agents lie in tiles of eight lanes.
class Plan {
public:
    std::shared_ptr<const Work> work;
    Order order;
    std::vector<PlannedSituation> situations;  ///< by model index
    std::vector<PlannedAction> actions;
    std::vector<Agent> agents;
    std::vector<SegmentPoints> points;  ///< by segment
    std::vector<int> first_agent;       ///< by segment; its agents follow by condition, then by point
    PreferenceSlots preferences;
    int slots = 0;
    bool hours = false;
    bool normal_shock = false;
    bool any_zero_noise = false;
    bool any_habit = false;      ///< some habit differs from 1
    bool any_foresight = false;  ///< some agent weighs later moves by less than 1

    [[nodiscard]] int tiles() const { return (static_cast<int>(agents.size()) + kLanes - 1) / kLanes; }
    /// The agents of a segment under a condition: the first, and the one past the last.
    [[nodiscard]] std::pair<int, int> agents_of(int segment, int condition) const {
        const auto s = static_cast<std::size_t>(segment);
        const int first = first_agent[s] + condition * points[s].count;
        return {first, first + points[s].count};
    }
    /// Values of a slot for the agents of a tile; lanes past the last agent repeat it.
    [[nodiscard]] Lanes at(int tile, int slot) const {
        return load_lanes(values.data() + (static_cast<std::size_t>(tile) * static_cast<std::size_t>(slots) +
                                           static_cast<std::size_t>(slot)) *
                                              kLanes);
    }
    [[nodiscard]] double of(int agent, int slot) const {
        return values[(static_cast<std::size_t>(agent / kLanes) * static_cast<std::size_t>(slots) +
                       static_cast<std::size_t>(slot)) *
                          kLanes +
                      static_cast<std::size_t>(agent % kLanes)];
    }
    std::vector<double> values;
};

/// Compiles the work and evaluates it for every agent, checking every range at every quadrature point and at the corners of the
/// traits' box.
/// @throws Interrupted when the pulse's caller says stop
[[nodiscard]] std::shared_ptr<const Plan> compile_plan(const std::shared_ptr<const Work>& work, Order order,
                                                       const Node& document, Problems& problems, Pulse& pulse);

}  // namespace backfire
