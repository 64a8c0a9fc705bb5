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
/// situation) pairs some outcome leads to; *pairs* the (channel, channel) whose second moment is wanted. A channel is *active* in a
/// situation from which on it can come about. Numbers of a tile lie at places counted in units of eight doubles.
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
    std::vector<int> touch_channel, touch_at;    ///< by touch: its channel, and where its number lies
    std::vector<int> opening_first;              ///< by action, one more at the end
    std::vector<int> opening_target;
    std::vector<int> square_first;            ///< by action, one more at the end: pairs of which it touches both sides
    std::vector<int> square_pair, square_at;  ///< likewise
    std::vector<std::pair<int, int>> pairs;
    std::vector<int> active_first;  ///< by situation, one more at the end
    std::vector<int> active_channel;
    std::vector<int> active_priced;  ///< by situation: how many of them can have a price; they come first
    /// Stretches of channels that hold the active ones of a situation and few others, which nothing ever moves from there on.
    struct Stretch {
        int first, last;  ///< last: past the end
    };
    std::vector<int> stretch_first;  ///< by situation, one more at the end
    std::vector<Stretch> stretches;

    /// Columns: channels touched by half the actions of a situation or more, and pairs likewise. A column's numbers lie side by side,
    /// one for each action of the situation, 0 for those that do not touch.
    std::vector<int> column_first;  ///< by situation, one more at the end
    std::vector<int> column_unpriced,
        column_pairs;             ///< by situation: where columns of channels without price begin, and of pairs
    std::vector<int> column_of;   ///< channel or pair
    std::vector<int> columns_at;  ///< by situation: where the numbers of its columns begin

    /// Touches, or squares, that are in no column.
    struct Loose {
        int action, of, at;  ///< of a channel, or a pair
    };
    std::vector<int> loose_first;  ///< by action, one more at the end
    std::vector<Loose> loose_touches;
    std::vector<Loose> loose_squares;

    /// Sums of products, by what they add up to.
    struct Products {
        std::vector<int> first;  ///< by sum, one more at the end
        std::vector<int> one, two;
    };
    Products mean_columns;            ///< by channel: situations and columns
    Products square_columns;          ///< by pair: likewise
    std::vector<int> opening_action;  ///< by opening

    /// What steps into situations move of one side of a pair, times what is moved of the other from there on. Of a pair of a channel
    /// with itself once, as the other side adds the same.
    struct Crossing {
        int action, carry, below;  ///< carry: where the number lies; below: situation × channels
    };
    std::vector<int> crossing_first;  ///< by pair, one more at the end
    std::vector<Crossing> crossings;

    std::vector<char> carried;  ///< by channel: it is in a pair
    std::vector<int>
        carry_first;  ///< by opening, one more at the end: what the step carries, touch by touch, of carried channels
    std::vector<int> carry_into;  ///< situation × channels

    // For the Jacobian.
    std::vector<char> active;  ///< [situation × channels]
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

    // Where a tile's other numbers lie.
    int at_q0 = 0, at_habit = 0, at_share = 0, at_noise = 0, at_foresight = 0, at_opening = 0, at_carry = 0;
    int size = 0;

    bool normal_shock = false;
    bool zero_noise = false;  ///< some agent may have noise 0
    bool foresight = false;   ///< some agent may weigh later moves by less than 1
    bool habits = false;      ///< some habit may differ from 1
    bool slopes = false;      ///< what the Jacobian needs is there
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
    LaneList own;                     ///< what the actions of a situation move themselves, by column
    LaneList branch, branch_weighed;  ///< expected channels from each action on, [action × channels]
    LaneList push;           ///< scratch: ∂probability/∂price of the actions of one situation, [action × active price]
    LaneList history;        ///< moved before a situation is reached, times its visits, [situation × channels]
    LaneList square_below;   ///< second moments from a situation on, [situation × pairs]
    LaneList square_branch;  ///< those from each action on, [action × pairs]
    LaneList jacobian;       ///< Σ reply·∂moment/∂p_d, [priced × priced]
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
