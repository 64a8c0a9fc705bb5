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

/// Where a step into a situation can move one side of a pair and what follows the other.
void add_crossings(PassShape& shape) {
    std::vector<std::set<int>> arriving(static_cast<std::size_t>(shape.situations));
    for (std::size_t a = 0; a < static_cast<std::size_t>(shape.actions); ++a) {
        for (int o = shape.opening_first[a]; o < shape.opening_first[a + 1]; ++o) {
            arriving[static_cast<std::size_t>(shape.opening_target[static_cast<std::size_t>(o)])].insert(
                shape.touch_channel.begin() + shape.touch_first[a],
                shape.touch_channel.begin() + shape.touch_first[a + 1]);
        }
    }
    for (std::size_t s = 0; s < arriving.size(); ++s) {
        shape.crossing_first.push_back(static_cast<int>(shape.crossings.size()));
        const std::set<int> below(shape.active_channel.begin() + shape.active_first[s],
                                  shape.active_channel.begin() + shape.active_first[s + 1]);
        for (std::size_t q = 0; q < shape.pairs.size(); ++q) {
            const auto [c, d] = shape.pairs[q];
            if (arriving[s].contains(c) && below.contains(d)) shape.crossings.push_back({static_cast<int>(q), c, d});
            if (arriving[s].contains(d) && below.contains(c)) shape.crossings.push_back({static_cast<int>(q), d, c});
        }
    }
    shape.crossing_first.push_back(static_cast<int>(shape.crossings.size()));
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
class ActiveChannels {
public:
    ActiveChannels(const PassShape& shape, int situation)
        : all_(shape.active_channel.data() + shape.active_first[static_cast<std::size_t>(situation)],
               shape.active_channel.data() + shape.active_first[static_cast<std::size_t>(situation) + 1]) {}

    [[nodiscard]] std::span<const int> all() const { return all_; }
    /// Position among them; -1: not one of them.
    [[nodiscard]] int place(int channel) const {
        const auto it = std::ranges::lower_bound(all_, channel);
        return it == all_.end() || *it != channel ? -1 : static_cast<int>(it - all_.begin());
    }

private:
    std::span<const int> all_;
};

/// The terms of a list of sums, each given as (slot, action, at).
PassShape::Sums sums_of(std::size_t slots, const std::vector<std::array<int, 3>>& terms) {
    std::vector<std::vector<std::pair<int, int>>> by_slot(slots);
    for (const auto& [slot, action, at] : terms) by_slot[static_cast<std::size_t>(slot)].emplace_back(action, at);
    PassShape::Sums sums;
    sums.first.push_back(0);
    for (const auto& own : by_slot) {
        for (const auto& [action, at] : own) {
            sums.action.push_back(action);
            sums.at.push_back(at);
        }
        sums.first.push_back(static_cast<int>(sums.action.size()));
    }
    return sums;
}

/// Calls `own(place, action, at)` for all that the actions of a situation move themselves, at their places among the situation's active
/// channels, and `later(place, action, opening, from)` for all that can come about where they lead.
template <class Own, class Later>
void each_reach(const PassShape& shape, int situation, const Own& own, const Later& later) {
    const auto s = static_cast<std::size_t>(situation);
    const ActiveChannels here(shape, situation);
    for (int a = shape.first_action[s]; a < shape.last_action[s]; ++a) {
        const auto at = static_cast<std::size_t>(a);
        for (int t = shape.touch_first[at]; t < shape.touch_first[at + 1]; ++t)
            own(here.place(shape.touch_channel[static_cast<std::size_t>(t)]), a, shape.at_touch + t);
        for (int o = shape.opening_first[at]; o < shape.opening_first[at + 1]; ++o) {
            const int target = shape.opening_target[static_cast<std::size_t>(o)];
            for (const int c : ActiveChannels(shape, target).all())
                later(here.place(c), a, o, target * shape.channels + c);
        }
    }
}

/// Everything a pass sums over actions, by what it adds up to.
void add_sums(PassShape& shape) {
    std::vector<std::array<int, 3>> means, squares, arrivals, below, onward;
    std::vector<char> carried(static_cast<std::size_t>(shape.channels), 0);
    for (const auto& [c, d] : shape.pairs)
        carried[static_cast<std::size_t>(c)] = carried[static_cast<std::size_t>(d)] = 1;
    std::map<int, int> arrival;  // situation × channels -> index
    for (int a = 0; a < shape.actions; ++a) {
        const auto at = static_cast<std::size_t>(a);
        const int openings = shape.opening_first[at + 1] - shape.opening_first[at];
        for (int t = shape.touch_first[at]; t < shape.touch_first[at + 1]; ++t) {
            const int c = shape.touch_channel[static_cast<std::size_t>(t)];
            means.push_back({c, a, shape.at_touch + t});
            if (carried[static_cast<std::size_t>(c)] == 0) continue;
            for (int o = 0; o < openings; ++o) {
                const int target = shape.opening_target[static_cast<std::size_t>(shape.opening_first[at] + o)];
                const auto [it, fresh] =
                    arrival.try_emplace(target * shape.channels + c, static_cast<int>(shape.arrival_slot.size()));
                if (fresh) shape.arrival_slot.push_back(it->first);
                arrivals.push_back({it->second, a, shape.carry_at(a, t, o)});
            }
        }
        for (int q = shape.square_first[at]; q < shape.square_first[at + 1]; ++q)
            squares.push_back({shape.square_pair[static_cast<std::size_t>(q)], a, shape.at_square + q});
    }
    for (int s = 0; s < shape.situations; ++s) {
        const int first = shape.active_first[static_cast<std::size_t>(s)];
        each_reach(
            shape, s, [&](int place, int a, int at) { below.push_back({first + place, a, at}); },
            [&](int place, int /*a*/, int o, int from) { onward.push_back({first + place, o, from}); });
    }
    shape.mean_sums = sums_of(static_cast<std::size_t>(shape.channels), means);
    shape.square_sums = sums_of(shape.pairs.size(), squares);
    shape.arrival_sums = sums_of(shape.arrival_slot.size(), arrivals);
    shape.below_sums = sums_of(shape.active_channel.size(), below);
    PassShape::Sums later = sums_of(shape.active_channel.size(), onward);  // of openings in place of actions
    shape.below_first = std::move(later.first);
    shape.below_opening = std::move(later.action);
    shape.below_from = std::move(later.at);
}

/// What slopes need of the actions of a situation.
void add_branches(PassShape& shape, int situation) {
    std::set<int> filled;  // action × channels + place
    each_reach(
        shape, situation,
        [&](int place, int a, int at) {
            shape.own.push_back({a * shape.channels + place, at});
            filled.insert(a * shape.channels + place);
        },
        [&](int place, int a, int o, int from) {
            const int branch = a * shape.channels + place;
            shape.onward.push_back({branch, o, from, filled.insert(branch).second});
        });
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
            parts[shape_.square_pair[static_cast<std::size_t>(i)]].own = shape_.at_square + i;
        const int first = shape_.touch_first[at];
        const int openings = shape_.opening_first[at + 1] - shape_.opening_first[at];
        for (int o = 0; o < openings; ++o) {
            const int opening = shape_.opening_first[at] + o;
            const int target = shape_.opening_target[static_cast<std::size_t>(opening)];
            const ActiveChannels there(shape_, target);
            for (int t = first; t < shape_.touch_first[at + 1]; ++t) {
                const int carry = shape_.carry_at(a, t, o);
                for (const auto& [pair, after] :
                     partners_[static_cast<std::size_t>(shape_.touch_channel[static_cast<std::size_t>(t)])]) {
                    if (there.place(after) >= 0)
                        parts[pair].products.push_back({carry, target * shape_.channels + after});
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
    int carried = 0;
    for (const PlannedAction& action : plan.actions) {
        shape.touch_first.push_back(static_cast<int>(shape.touch_channel.size()));
        shape.opening_first.push_back(static_cast<int>(shape.opening_target.size()));
        shape.square_first.push_back(static_cast<int>(shape.square_pair.size()));
        shape.carry_first.push_back(carried);
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
        carried += (static_cast<int>(shape.touch_channel.size()) - shape.touch_first.back()) *
                   static_cast<int>(targets.size());
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
    add_crossings(shape);
    add_levels(shape);

    shape.at_q0 = next_offset(shape.size, plan.actions.size());
    shape.at_habit = next_offset(shape.size, plan.actions.size());
    shape.at_share = next_offset(shape.size, plan.situations.size());
    shape.at_noise = next_offset(shape.size, plan.situations.size());
    shape.at_foresight = next_offset(shape.size, 1);
    shape.at_touch = next_offset(shape.size, shape.touch_channel.size());
    shape.at_opening = next_offset(shape.size, shape.opening_target.size());
    shape.at_carry = next_offset(shape.size, static_cast<std::size_t>(carried));
    shape.at_square = next_offset(shape.size, shape.square_pair.size());
    add_sums(shape);
    return shape;
}

void add_places(PassShape& shape) {
    std::vector<std::vector<std::pair<int, int>>> partners(static_cast<std::size_t>(shape.channels));
    for (std::size_t q = 0; q < shape.pairs.size(); ++q) {
        const auto [c, d] = shape.pairs[q];
        partners[static_cast<std::size_t>(c)].emplace_back(static_cast<int>(q), d);
        partners[static_cast<std::size_t>(d)].emplace_back(static_cast<int>(q), c);  // of X_c² too: x·y + y·x
    }
    SquareParts square_parts(shape, partners);
    const std::vector<std::set<int>> pairs = square_parts.active_pairs();
    shape.place.assign(static_cast<std::size_t>(shape.situations * shape.channels), -1);
    for (int s = 0; s < shape.situations; ++s) {
        const auto at = static_cast<std::size_t>(s);
        const ActiveChannels here(shape, s);
        for (const int c : here.all()) shape.place[static_cast<std::size_t>(s * shape.channels + c)] = here.place(c);
        shape.own_first.push_back(static_cast<int>(shape.own.size()));
        shape.onward_first.push_back(static_cast<int>(shape.onward.size()));
        shape.active_pair_first.push_back(static_cast<int>(shape.active_pair.size()));
        shape.active_pair.insert(shape.active_pair.end(), pairs[at].begin(), pairs[at].end());
        add_branches(shape, s);
        for (int a = shape.first_action[at]; a < shape.last_action[at]; ++a) square_parts.add(a, pairs);
    }
    shape.active_pair_first.push_back(static_cast<int>(shape.active_pair.size()));
    shape.own_first.push_back(static_cast<int>(shape.own.size()));
    shape.onward_first.push_back(static_cast<int>(shape.onward.size()));
    shape.squares_first.push_back(static_cast<int>(shape.squares.size()));
}

}  // namespace backfire
