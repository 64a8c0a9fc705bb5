// From a plan and channels to the lists a pass runs along; all sums run in sorted order of ids.
#include "response/pass_shape.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

namespace backfire {

namespace {

bool touches(const Channel& channel, const PlannedAction& action) {
    const auto moved = [&](const std::vector<PlannedMove>& moves) {
        return std::ranges::any_of(moves,
                                   [&](const PlannedMove& move) { return factor_in(channel, move.measure) != 0; });
    };
    if (moved(action.moves) || counts(channel, action.event)) return true;
    return std::ranges::any_of(action.outcomes,
                               [&](const PlannedOutcome& o) { return moved(o.moves) || counts(channel, o.event); });
}

int next_offset(int& size, std::size_t count) {
    const int at = size;
    size += static_cast<int>(count);
    return at;
}

/// Situations by how many openings can follow one another from them on: those of a level do not wait for one another.
void add_levels(PassShape& shape) {
    std::vector<int> depth(static_cast<std::size_t>(shape.situations), 0);
    int most = 0;
    for (auto it = shape.topological.rbegin(); it != shape.topological.rend(); ++it) {
        const auto s = static_cast<std::size_t>(*it);
        const int first = shape.opening_first[static_cast<std::size_t>(shape.first_action[s])];
        const int last = shape.opening_first[static_cast<std::size_t>(shape.last_action[s])];
        for (int o = first; o < last; ++o) {
            const auto target = static_cast<std::size_t>(shape.opening_target[static_cast<std::size_t>(o)]);
            depth[s] = std::max(depth[s], depth[target] + 1);
        }
        most = std::max(most, depth[s]);
    }
    for (int level = 0; level <= most; ++level) {
        shape.level_first.push_back(static_cast<int>(shape.level_situation.size()));
        for (int s = 0; s < shape.situations; ++s) {
            if (depth[static_cast<std::size_t>(s)] == level) shape.level_situation.push_back(s);
        }
    }
    shape.level_first.push_back(static_cast<int>(shape.level_situation.size()));
}

/// The channels that can come about from a situation on.
std::span<const int> active_channels(const PassShape& shape, int situation) {
    const auto s = static_cast<std::size_t>(situation);
    return {shape.active_channel.begin() + shape.active_first[s],
            shape.active_channel.begin() + shape.active_first[s + 1]};
}

void add_stretches(PassShape& shape) {
    constexpr int kGap = 2;  // as many idle channels cost less than another stretch
    for (int s = 0; s < shape.situations; ++s) {
        shape.stretch_first.push_back(static_cast<int>(shape.stretches.size()));
        int priced = 0;
        for (const int c : active_channels(shape, s)) {
            priced += c < shape.priced ? 1 : 0;
            const bool fresh = static_cast<int>(shape.stretches.size()) == shape.stretch_first.back();
            if (fresh || c > shape.stretches.back().last + kGap) shape.stretches.push_back({c, c});
            shape.stretches.back().last = c + 1;
        }
        shape.active_priced.push_back(priced);
    }
    shape.stretch_first.push_back(static_cast<int>(shape.stretches.size()));
}

/// The sums of a list of products, each given as (sum, one, two).
PassShape::Products products_of(std::size_t sums, const std::vector<std::array<int, 3>>& terms) {
    std::vector<std::vector<std::pair<int, int>>> by_sum(sums);
    for (const auto& [sum, one, two] : terms) by_sum[static_cast<std::size_t>(sum)].emplace_back(one, two);
    PassShape::Products products;
    products.first.push_back(0);
    for (const auto& own : by_sum) {
        for (const auto& [one, two] : own) {
            products.one.push_back(one);
            products.two.push_back(two);
        }
        products.first.push_back(static_cast<int>(products.one.size()));
    }
    return products;
}

/// Gives the touches and squares of every situation their places in the tile: in columns, or loose.
class Columns {
public:
    explicit Columns(PassShape& shape) : shape_(shape) {}

    void run() {
        shape_.touch_at.resize(shape_.touch_channel.size());
        shape_.square_at.resize(shape_.square_pair.size());
        for (int s = 0; s < shape_.situations; ++s) situation(s);
        shape_.column_first.push_back(static_cast<int>(shape_.column_of.size()));
        shape_.loose_first.push_back(static_cast<int>(shape_.loose_touches.size()));
        shape_.mean_columns = products_of(static_cast<std::size_t>(shape_.channels), means_);
        shape_.square_columns = products_of(shape_.pairs.size(), squares_);
    }

private:
    void situation(int s) {
        const auto at = static_cast<std::size_t>(s);
        const int first = shape_.first_action[at];
        const int last = shape_.last_action[at];
        shape_.column_first.push_back(static_cast<int>(shape_.column_of.size()));
        shape_.columns_at.push_back(shape_.size);
        const std::map<int, int> channels = columns(first, last, shape_.touch_first, shape_.touch_channel,
                                                    [&](int c) { means_.push_back({c, s, next()}); });
        int unpriced = shape_.column_first.back();
        for (const auto& [channel, place] : channels) unpriced += channel < shape_.priced ? 1 : 0;
        shape_.column_unpriced.push_back(unpriced);
        shape_.column_pairs.push_back(static_cast<int>(shape_.column_of.size()));
        const std::map<int, int> pairs = columns(first, last, shape_.square_first, shape_.square_pair,
                                                 [&](int q) { squares_.push_back({q, s, next()}); });
        for (int a = first; a < last; ++a) {
            shape_.loose_first.push_back(static_cast<int>(shape_.loose_touches.size()));
            place(a, a - first, channels, shape_.touch_first, shape_.touch_channel, shape_.touch_at,
                  shape_.loose_touches);
            place(a, a - first, pairs, shape_.square_first, shape_.square_pair, shape_.square_at, shape_.loose_squares);
        }
    }

    [[nodiscard]] int next() const { return static_cast<int>(shape_.column_of.size()); }

    /// Makes columns of what half the actions of a situation or more have.
    /// @return where the numbers of each begin
    template <class Visit>
    std::map<int, int> columns(int first, int last, const std::vector<int>& list_first, const std::vector<int>& list,
                               const Visit& before_each) {
        std::map<int, int> count;
        for (int i = list_first[static_cast<std::size_t>(first)]; i < list_first[static_cast<std::size_t>(last)]; ++i)
            ++count[list[static_cast<std::size_t>(i)]];
        std::map<int, int> found;
        for (const auto& [of, actions] : count) {
            if (2 * actions < last - first) continue;
            before_each(of);
            found[of] = shape_.size;
            shape_.column_of.push_back(of);
            shape_.size += last - first;
        }
        return found;
    }

    void place(int a, int among, const std::map<int, int>& columns, const std::vector<int>& list_first,
               const std::vector<int>& list, std::vector<int>& at, std::vector<PassShape::Loose>& loose) {
        for (int i = list_first[static_cast<std::size_t>(a)]; i < list_first[static_cast<std::size_t>(a) + 1]; ++i) {
            const int of = list[static_cast<std::size_t>(i)];
            const auto it = columns.find(of);
            if (it == columns.end()) loose.push_back({a, of, shape_.size});
            at[static_cast<std::size_t>(i)] = it == columns.end() ? shape_.size++ : it->second + among;
        }
    }

    PassShape& shape_;
    std::vector<std::array<int, 3>> means_, squares_;
};

/// What steps into situations carry of channels that are in a pair, in the order of touches.
void add_steps(PassShape& shape) {
    shape.carried.assign(static_cast<std::size_t>(shape.channels), 0);
    for (const auto& [c, d] : shape.pairs)
        shape.carried[static_cast<std::size_t>(c)] = shape.carried[static_cast<std::size_t>(d)] = 1;
    for (int a = 0; a < shape.actions; ++a) {
        const auto at = static_cast<std::size_t>(a);
        for (int o = shape.opening_first[at]; o < shape.opening_first[at + 1]; ++o) {
            shape.opening_action.push_back(a);
            shape.carry_first.push_back(static_cast<int>(shape.carry_into.size()));
            for (int t = shape.touch_first[at]; t < shape.touch_first[at + 1]; ++t) {
                const int c = shape.touch_channel[static_cast<std::size_t>(t)];
                if (shape.carried[static_cast<std::size_t>(c)] != 0)
                    shape.carry_into.push_back(shape.opening_target[static_cast<std::size_t>(o)] * shape.channels + c);
            }
        }
    }
    shape.carry_first.push_back(static_cast<int>(shape.carry_into.size()));
    shape.at_carry = next_offset(shape.size, shape.carry_into.size());
}

/// Where a step into a situation can move one side of a pair and what follows the other.
void add_crossings(PassShape& shape, const std::vector<std::vector<std::pair<int, int>>>& partners) {
    std::vector<std::vector<PassShape::Crossing>> crossings(shape.pairs.size());
    for (std::size_t o = 0; o < shape.opening_target.size(); ++o) {
        const std::span<const int> below = active_channels(shape, shape.opening_target[o]);
        for (int i = shape.carry_first[o]; i < shape.carry_first[o + 1]; ++i) {
            const int into = shape.carry_into[static_cast<std::size_t>(i)];
            const int before = into % shape.channels;
            for (const auto& [pair, after] : partners[static_cast<std::size_t>(before)]) {
                if (std::ranges::binary_search(below, after))
                    crossings[static_cast<std::size_t>(pair)].push_back(
                        {shape.opening_action[o], shape.at_carry + i, into - before + after});
            }
        }
    }
    for (const auto& own : crossings) {
        shape.crossing_first.push_back(static_cast<int>(shape.crossings.size()));
        shape.crossings.insert(shape.crossings.end(), own.begin(), own.end());
    }
    shape.crossing_first.push_back(static_cast<int>(shape.crossings.size()));
}

/// By channel: pairs it is in, and the other side.
/// @param twice list a pair of a channel with itself from both sides
std::vector<std::vector<std::pair<int, int>>> partners_in(const PassShape& shape, bool twice) {
    std::vector<std::vector<std::pair<int, int>>> partners(static_cast<std::size_t>(shape.channels));
    for (std::size_t q = 0; q < shape.pairs.size(); ++q) {
        const auto [c, d] = shape.pairs[q];
        partners[static_cast<std::size_t>(c)].emplace_back(static_cast<int>(q), d);
        if (twice || c != d) partners[static_cast<std::size_t>(d)].emplace_back(static_cast<int>(q), c);
    }
    return partners;
}

/// Second moments from one action on.
class SquareParts {
public:
    /// @param partners by channel: pairs it is in, and the other side
    SquareParts(PassShape& shape, const std::vector<std::vector<std::pair<int, int>>>& partners)
        : shape_(shape), partners_(partners) {}

    [[nodiscard]] std::vector<std::set<int>> active_pairs() const {
        std::vector<std::set<int>> active(static_cast<std::size_t>(shape_.situations));
        for (auto it = shape_.topological.rbegin(); it != shape_.topological.rend(); ++it) {
            const auto s = static_cast<std::size_t>(*it);
            for (int a = shape_.first_action[s]; a < shape_.last_action[s]; ++a) {
                for (const auto& [pair, parts] : of(a, active)) active[s].insert(pair);
            }
        }
        return active;
    }

    void add(int a, const std::vector<std::set<int>>& active) {
        shape_.squares_first.push_back(static_cast<int>(shape_.squares.size()));
        for (const auto& [pair, parts] : of(a, active)) {
            shape_.products.insert(shape_.products.end(), parts.products.begin(), parts.products.end());
            shape_.square_onward.insert(shape_.square_onward.end(), parts.onward.begin(), parts.onward.end());
            shape_.squares.push_back({pair, parts.own, static_cast<int>(shape_.products.size()),
                                      static_cast<int>(shape_.square_onward.size())});
        }
    }

private:
    struct Parts {
        int own = -1;
        std::vector<PassShape::Product> products;
        std::vector<PassShape::SquareOnward> onward;
    };

    [[nodiscard]] std::map<int, Parts> of(int a, const std::vector<std::set<int>>& active) const {
        const auto at = static_cast<std::size_t>(a);
        std::map<int, Parts> parts;
        for (int i = shape_.square_first[at]; i < shape_.square_first[at + 1]; ++i)
            parts[shape_.square_pair[static_cast<std::size_t>(i)]].own = shape_.square_at[static_cast<std::size_t>(i)];
        for (int opening = shape_.opening_first[at]; opening < shape_.opening_first[at + 1]; ++opening) {
            const int target = shape_.opening_target[static_cast<std::size_t>(opening)];
            const std::span<const int> there = active_channels(shape_, target);
            for (int i = shape_.carry_first[static_cast<std::size_t>(opening)];
                 i < shape_.carry_first[static_cast<std::size_t>(opening) + 1]; ++i) {
                const int before = shape_.carry_into[static_cast<std::size_t>(i)] % shape_.channels;
                for (const auto& [pair, after] : partners_[static_cast<std::size_t>(before)]) {
                    if (std::ranges::binary_search(there, after))
                        parts[pair].products.push_back({shape_.at_carry + i, target * shape_.channels + after});
                }
            }
            const int pairs = static_cast<int>(shape_.pairs.size());
            for (const int q : active[static_cast<std::size_t>(target)])
                parts[q].onward.push_back({opening, target * pairs + q});
        }
        return parts;
    }

    PassShape& shape_;
    const std::vector<std::vector<std::pair<int, int>>>& partners_;
};

}  // namespace

PassShape shape_of(const Plan& plan, const std::vector<Channel>& channels, int priced,
                   const std::vector<std::pair<int, int>>& pairs) {
    PassShape shape;
    shape.situations = static_cast<int>(plan.situations.size());
    shape.actions = static_cast<int>(plan.actions.size());
    shape.channels = static_cast<int>(channels.size());
    shape.priced = priced;
    shape.topological = plan.order.topological;
    shape.normal_shock = plan.normal_shock;
    shape.zero_noise = plan.any_zero_noise;
    shape.foresight = plan.any_foresight;
    shape.habits = plan.any_habit;
    shape.pairs = pairs;
    for (const PlannedSituation& s : plan.situations) {
        shape.first_action.push_back(s.first_action);
        shape.last_action.push_back(s.last_action);
        shape.choice.push_back(s.choice ? 1 : 0);
        shape.opened.push_back(s.opened ? 1 : 0);
    }
    for (const PlannedAction& action : plan.actions) {
        shape.touch_first.push_back(static_cast<int>(shape.touch_channel.size()));
        shape.opening_first.push_back(static_cast<int>(shape.opening_target.size()));
        shape.square_first.push_back(static_cast<int>(shape.square_pair.size()));
        std::vector<bool> touched(channels.size());
        for (std::size_t c = 0; c < channels.size(); ++c) {
            touched[c] = touches(channels[c], action);
            if (touched[c]) shape.touch_channel.push_back(static_cast<int>(c));
        }
        std::set<int> targets;
        for (const PlannedOutcome& outcome : action.outcomes) {
            if (outcome.opens >= 0) targets.insert(outcome.opens);
        }
        shape.opening_target.insert(shape.opening_target.end(), targets.begin(), targets.end());
        for (std::size_t q = 0; q < pairs.size(); ++q) {
            if (touched[static_cast<std::size_t>(pairs[q].first)] && touched[static_cast<std::size_t>(pairs[q].second)])
                shape.square_pair.push_back(static_cast<int>(q));
        }
    }
    shape.touch_first.push_back(static_cast<int>(shape.touch_channel.size()));
    shape.opening_first.push_back(static_cast<int>(shape.opening_target.size()));
    shape.square_first.push_back(static_cast<int>(shape.square_pair.size()));

    std::vector<std::set<int>> active(plan.situations.size());
    for (auto it = shape.topological.rbegin(); it != shape.topological.rend(); ++it) {
        const auto s = static_cast<std::size_t>(*it);
        for (int a = shape.first_action[s]; a < shape.last_action[s]; ++a) {
            const auto at = static_cast<std::size_t>(a);
            active[s].insert(shape.touch_channel.begin() + shape.touch_first[at],
                             shape.touch_channel.begin() + shape.touch_first[at + 1]);
            for (int o = shape.opening_first[at]; o < shape.opening_first[at + 1]; ++o) {
                const std::set<int>& below =
                    active[static_cast<std::size_t>(shape.opening_target[static_cast<std::size_t>(o)])];
                active[s].insert(below.begin(), below.end());
            }
        }
    }
    for (const std::set<int>& set : active) {
        shape.active_first.push_back(static_cast<int>(shape.active_channel.size()));
        shape.active_channel.insert(shape.active_channel.end(), set.begin(), set.end());
    }
    shape.active_first.push_back(static_cast<int>(shape.active_channel.size()));
    add_levels(shape);
    add_stretches(shape);

    shape.at_q0 = next_offset(shape.size, plan.actions.size());
    shape.at_habit = next_offset(shape.size, plan.actions.size());
    shape.at_share = next_offset(shape.size, plan.situations.size());
    shape.at_noise = next_offset(shape.size, plan.situations.size());
    shape.at_foresight = next_offset(shape.size, 1);
    shape.at_opening = next_offset(shape.size, shape.opening_target.size());
    add_steps(shape);
    add_crossings(shape, partners_in(shape, false));
    Columns(shape).run();
    return shape;
}

void add_slopes(PassShape& shape) {
    const std::vector<std::vector<std::pair<int, int>>> partners = partners_in(shape, true);  // of X_c²: x·y + y·x
    SquareParts square_parts(shape, partners);
    const std::vector<std::set<int>> pairs = square_parts.active_pairs();
    shape.active.assign(static_cast<std::size_t>(shape.situations * shape.channels), 0);
    for (int s = 0; s < shape.situations; ++s) {
        const auto at = static_cast<std::size_t>(s);
        for (const int c : active_channels(shape, s))
            shape.active[static_cast<std::size_t>(s * shape.channels + c)] = 1;
        shape.active_pair_first.push_back(static_cast<int>(shape.active_pair.size()));
        shape.active_pair.insert(shape.active_pair.end(), pairs[at].begin(), pairs[at].end());
        for (int a = shape.first_action[at]; a < shape.last_action[at]; ++a) square_parts.add(a, pairs);
    }
    shape.active_pair_first.push_back(static_cast<int>(shape.active_pair.size()));
    shape.squares_first.push_back(static_cast<int>(shape.squares.size()));
    shape.slopes = true;
}

}  // namespace backfire
