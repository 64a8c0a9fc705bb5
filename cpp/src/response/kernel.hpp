/// The kernel: one backward and one forward pass over the plan of a contact, for eight agents at once (design section 3.1).
#pragma once

#include "response/lanes.hpp"

#include <utility>
#include <vector>

namespace backfire {

/// The structure a pass runs over: which action touches which channel and opens which situation. Compiled once per set of channels.
///
/// A *channel* is a quantity whose mean per contact is wanted: a measure, a derived measure, or a count of events. The first
/// `priced` channels may have a price. *Touches* are the (action, channel) pairs with a direct move; *openings* the (action,
/// situation) pairs some outcome leads to; *pairs* the (channel, channel) whose second moment is wanted.
struct PassShape {
    int situations = 0;
    int actions = 0;
    int channels = 0;
    int priced = 0;
    std::vector<int> topological;  ///< situations, each before those it opens
    std::vector<int> level_first;  ///< one more at the end: situations that open only those of levels before
    std::vector<int> level_situation;
    std::vector<int> first_action, last_action;  ///< by situation
    std::vector<char> choice, opened;            ///< by situation
    std::vector<int> touch_first;                ///< by action, one more at the end
    std::vector<int> touch_channel;
    std::vector<int> opening_first;  ///< by action, one more at the end
    std::vector<int> opening_target;
    std::vector<int> carry_first;   ///< by action: first of its touches × openings
    std::vector<int> square_first;  ///< by action, one more at the end
    std::vector<int> square_pair;
    std::vector<std::pair<int, int>> pairs;
    std::vector<int> active_first;  ///< by situation, one more at the end: channels reachable from it
    std::vector<int> active_channel;
    /// What the step into a situation moved, times what is moved from there on, enters a pair's second moment.
    struct Crossing {
        int pair, before, after;  ///< channels
    };
    std::vector<int> crossing_first;  ///< by situation, one more at the end
    std::vector<Crossing> crossings;

    /// Sums over actions, slot by slot: what an action is taken with, times a number of the tile.
    struct Sums {
        std::vector<int> first;  ///< by slot, one more at the end
        std::vector<int> action;
        std::vector<int> at;  ///< where the number lies
    };
    Sums mean_sums;    ///< by channel
    Sums square_sums;  ///< by pair
    std::vector<int>
        arrival_slot;   ///< situation × channels: what the steps into a situation move of a channel that is in a pair
    Sums arrival_sums;  ///< by arrival
    Sums below_sums;    ///< by active channel of each situation: its actions' own touches
    std::vector<int>
        below_first;  ///< likewise: openings through which more of the channel comes about, one more at the end
    std::vector<int> below_opening;
    std::vector<int> below_from;  ///< situation × channels

    // For slopes and the Jacobian: places are positions among a situation's active channels, -1 where a channel is not among them.
    std::vector<int> place;  ///< [situation × channels]
    /// What an action brings of a channel, kept at [action × channels + place]: its own touch, and what comes about through openings.
    struct Own {
        int branch, at;
    };
    struct Onward {
        int branch, opening, from;  ///< from: situation × channels
        bool first;                 ///< nothing is there yet
    };
    std::vector<int> own_first, onward_first;  ///< by situation, one more at the end
    std::vector<Own> own;
    std::vector<Onward> onward;
    /// E[X_c·X_d] from an action on: its own (-1: none), what it moves times what follows, and what follows.
    struct Square {
        int pair, at, product_last, onward_last;
    };
    std::vector<int> squares_first;  ///< by action, one more at the end
    std::vector<Square> squares;
    struct Product {
        int carry, from;  ///< where the carry lies in the tile; situation × channels
    };
    std::vector<Product> products;
    struct SquareOnward {
        int opening, from;  ///< from: situation × pairs
    };
    std::vector<SquareOnward> square_onward;
    std::vector<int> active_pair_first;  ///< by situation, one more at the end: pairs with a second moment from it on
    std::vector<int> active_pair;

    // Where a tile's numbers lie (in units of eight doubles).
    int at_q0 = 0, at_habit = 0, at_share = 0, at_noise = 0, at_foresight = 0, at_touch = 0, at_opening = 0,
        at_carry = 0, at_square = 0;
    int size = 0;
    /// Where it lies what action `a` carries of its touch `t` (an index into `touch_channel`) through its opening `o` (0, 1, …).
    [[nodiscard]] int carry_at(int a, int t, int o) const {
        const auto at = static_cast<std::size_t>(a);
        const int openings = opening_first[at + 1] - opening_first[at];
        return at_carry + carry_first[at] + (t - touch_first[at]) * openings + o;
    }

    bool normal_shock = false;
    bool zero_noise = false;  ///< some agent may have noise 0
    bool foresight = false;   ///< some agent may weigh later moves by less than 1
    bool habits = false;      ///< some habit may differ from 1
};

/// What a pass works in and leaves behind; reused between passes. Everything in units of eight doubles.
struct PassRoom {
    LaneList probability;             ///< by action
    LaneList best;                    ///< highest value of any action, by situation
    LaneList value;                   ///< V by situation
    LaneList visits;                  ///< by situation, per contact
    LaneList weighed;                 ///< visits as foresight weighs them
    LaneList below, below_weighed;    ///< expected channels from a situation on: [situation × channels]
    LaneList mean;                    ///< m by channel
    LaneList weighed_mean;            ///< m̃ by channel
    LaneList second;                  ///< second moment by pair
    LaneList slope;                   ///< ∂m_c/∂p_d, [channel × priced]
    LaneList taken, taken_weighed;    ///< visits × probability, by action
    LaneList onward_chance;           ///< probability × chance, by opening
    LaneList arrived;                 ///< moved by the steps into a situation, [situation × channels]
    LaneList branch, branch_weighed;  ///< expected channels from each action on, [action × place]
    LaneList push;                    ///< scratch: ∂probability/∂price of the actions of one situation, likewise
    LaneList history;                 ///< moved before a situation is reached, times its visits, [situation × channels]
    LaneList square_below;            ///< second moments from a situation on, [situation × pairs]
    LaneList square_branch;           ///< those from each action on, [action × pairs]
    LaneList jacobian;                ///< Σ reply·∂moment/∂p_d, [priced × priced]
    alignas(64) Lanes start_value{};  ///< Σ share·V

    explicit PassRoom(const PassShape& shape);
};

/// What to do in a pass.
struct PassWish {
    const double* tile = nullptr;    ///< numbers of the tile, laid out as the shape says
    const double* prices = nullptr;  ///< [priced × lanes], money per unit of each channel
    const double* given = nullptr;   ///< [actions × lanes]: probabilities to take instead of choosing
    bool slope = false;              ///< compute ∂m/∂p too
};

/// How the price of each channel replies to moments: ∂p_new/∂(mean or second moment), spreads moving with them.
struct Reply {
    struct Part {
        bool pair;  ///< a second moment; else a mean
        int index;  ///< pair or channel
    };
    std::vector<int> first;  ///< by priced channel, one more at the end
    std::vector<Part> parts;
    LaneList size;           ///< by part
    std::vector<char> live;  ///< by priced channel: some lane's price replies to something
};

/// Runs a pass with the best instruction set of this machine.
void run_pass(const PassShape& shape, const PassWish& wish, PassRoom& room);

/// The Jacobian of the prices that follow, ∂p_new/∂p, after a pass with slopes at the same prices (what else the wish says is not
/// read); rows that do not reply are 0.
///
/// A moment changes with a price through every choice: ∂M/∂p_d = Σ_s Σ_a ∂P_a/∂p_d · G_a, where G_a is what taking `a` in `s` adds to
/// M; of E[X_c·X_d] that is E[X_c·X_d] from there on and, for each side, what was moved before times what the other brings.
void run_jacobian(const PassShape& shape, const PassWish& wish, const Reply& reply, PassRoom& room);

}  // namespace backfire
