// From a plan and a set of channels to the flat numbers a pass runs over; all sums run in sorted order of ids.
#include "response/task.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <span>

namespace backfire {

Channel measure_channel(const Work& work, int measure) {
    const Measure& m = work.measures[static_cast<std::size_t>(measure)];
    if (!m.derived) return {.measures = {{measure, 1.0}}, .events = {}};
    return {.measures = m.sum, .events = {}};
}

int Channels::add(Channel channel) {
    const auto it = std::ranges::find(list_, channel);
    if (it != list_.end()) return static_cast<int>(it - list_.begin());
    list_.push_back(std::move(channel));
    return static_cast<int>(list_.size()) - 1;
}

double Seen::number(double contacts) const {
    if (samples) return std::min(*samples, contacts);
    return rate ? *rate * contacts : contacts;
}

double Seen::chance(double contacts) const {
    if (samples) return std::min(1.0, *samples / contacts);
    return rate.value_or(1.0);
}

Seen seen_by(const Policy& policy, int monitor) {
    if (monitor < 0) return {};
    const Monitor& m = policy.monitors[static_cast<std::size_t>(monitor)];
    return {.samples = m.samples, .rate = m.rate, .miss = m.miss, .false_alarm = m.false_alarm, .error_sd = m.error_sd};
}

Worth event_worth(const Rule& rule, double pay, const Seen& seen, double contacts, const Taste& taste) {
    const double x = pay * rule.worth;
    const double looked = seen.chance(contacts);
    const double found = weighted(looked * (1 - seen.miss), taste.weighting);
    const double alarm = weighted(looked * seen.false_alarm, taste.weighting);
    Worth worth{.each = (found - alarm) * felt(x, taste), .every_contact = alarm * felt(x, taste)};
    if (rule.loss_frame && x > 0) {
        // The best payout is the reference: every contact is charged its loss, and the event gives it back.
        worth.each = -(found - alarm) * felt(-x, taste);
        worth.every_contact -= worth.each;
    }
    return worth;
}

double unit_worth(const Rule& rule, double pay, const Seen& seen, double contacts, const Taste& taste) {
    return weighted(seen.chance(contacts) * (1 - seen.miss), taste.weighting) * felt(pay * rule.worth, taste);
}

Taste taste_of(const Plan& plan, int agent) {
    return {.loss_aversion = plan.of(agent, plan.preferences.loss_aversion),
            .curvature = plan.of(agent, plan.preferences.curvature),
            .weighting = plan.of(agent, plan.preferences.weighting)};
}

namespace {

/// Factor of a measure in a channel, 0 where it has none.
double factor_in(const Channel& channel, int measure) {
    for (const auto& [m, factor] : channel.measures) {
        if (m == measure) return factor;
    }
    return 0;
}

bool counts(const Channel& channel, int event) {
    return event >= 0 && channel.measures.empty() && std::ranges::binary_search(channel.events, event);
}

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
        : first_(shape.active_first[static_cast<std::size_t>(situation)]),
          all_(shape.active_channel.data() + first_,
               shape.active_channel.data() + shape.active_first[static_cast<std::size_t>(situation) + 1]) {}

    [[nodiscard]] std::span<const int> all() const { return all_; }
    /// Position among them; -1: not one of them.
    [[nodiscard]] int place(int channel) const {
        const auto it = std::ranges::lower_bound(all_, channel);
        return it == all_.end() || *it != channel ? -1 : static_cast<int>(it - all_.begin());
    }
    /// Position among the active channels of all situations.
    [[nodiscard]] int slot(int channel) const { return first_ + place(channel); }

private:
    int first_;
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

/// Everything a pass sums over actions, by what it adds up to.
void add_sums(PassShape& shape) {
    std::vector<std::array<int, 3>> means, squares, arrivals, below;
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
                arrivals.push_back(
                    {it->second, a,
                     shape.at_carry + shape.carry_first[at] + (t - shape.touch_first[at]) * openings + o});
            }
        }
        for (int q = shape.square_first[at]; q < shape.square_first[at + 1]; ++q)
            squares.push_back({shape.square_pair[static_cast<std::size_t>(q)], a, shape.at_square + q});
    }
    // What follows in situation s of its k-th active channel: what its actions move, and what comes about where they lead.
    std::vector<std::vector<std::pair<int, int>>> onward(shape.active_channel.size());
    for (std::size_t s = 0; s < static_cast<std::size_t>(shape.situations); ++s) {
        const ActiveChannels here(shape, static_cast<int>(s));
        for (int a = shape.first_action[s]; a < shape.last_action[s]; ++a) {
            const auto at = static_cast<std::size_t>(a);
            for (int t = shape.touch_first[at]; t < shape.touch_first[at + 1]; ++t)
                below.push_back({here.slot(shape.touch_channel[static_cast<std::size_t>(t)]), a, shape.at_touch + t});
            for (int o = shape.opening_first[at]; o < shape.opening_first[at + 1]; ++o) {
                const int target = shape.opening_target[static_cast<std::size_t>(o)];
                for (const int c : ActiveChannels(shape, target).all())
                    onward[static_cast<std::size_t>(here.slot(c))].emplace_back(o, target * shape.channels + c);
            }
        }
    }
    shape.below_first.push_back(0);
    for (const auto& own : onward) {
        for (const auto& [opening, from] : own) {
            shape.below_opening.push_back(opening);
            shape.below_from.push_back(from);
        }
        shape.below_first.push_back(static_cast<int>(shape.below_opening.size()));
    }
    shape.mean_sums = sums_of(static_cast<std::size_t>(shape.channels), means);
    shape.square_sums = sums_of(shape.pairs.size(), squares);
    shape.arrival_sums = sums_of(shape.arrival_slot.size(), arrivals);
    shape.below_sums = sums_of(shape.active_channel.size(), below);
}

/// What slopes need of one action; actions come in the order of their situations.
void add_branches(PassShape& shape, int a, const ActiveChannels& here) {
    const auto at = static_cast<std::size_t>(a);
    std::set<int> filled;
    for (int t = shape.touch_first[at]; t < shape.touch_first[at + 1]; ++t) {
        const int place = here.place(shape.touch_channel[static_cast<std::size_t>(t)]);
        shape.own.push_back({a * shape.channels + place, shape.at_touch + t});
        filled.insert(place);
    }
    for (int o = shape.opening_first[at]; o < shape.opening_first[at + 1]; ++o) {
        const int target = shape.opening_target[static_cast<std::size_t>(o)];
        for (const int c : ActiveChannels(shape, target).all()) {
            const bool first = filled.insert(here.place(c)).second;
            shape.onward.push_back({a * shape.channels + here.place(c), o, target * shape.channels + c, first});
        }
    }
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
                const int carry = shape_.at_carry + shape_.carry_first[at] + (t - first) * openings + o;
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
        for (int a = shape.first_action[at]; a < shape.last_action[at]; ++a) {
            add_branches(shape, a, here);
            square_parts.add(a, pairs);
        }
    }
    shape.active_pair_first.push_back(static_cast<int>(shape.active_pair.size()));
    shape.own_first.push_back(static_cast<int>(shape.own.size()));
    shape.onward_first.push_back(static_cast<int>(shape.onward.size()));
    shape.squares_first.push_back(static_cast<int>(shape.squares.size()));
}

namespace {

/// Fills one tile action by action.
class TileFiller {
public:
    TileFiller(const Plan& plan, const PassShape& shape, const std::vector<Channel>& channels, const OnTheSpot& spot,
               int tile, std::vector<double>& out)
        : plan_(plan), shape_(shape), channels_(channels), spot_(spot), tile_(tile), out_(out) {}

    void run() {
        out_.resize(static_cast<std::size_t>(shape_.size) * kLanes);
        for (std::size_t s = 0; s < plan_.situations.size(); ++s) {
            const PlannedSituation& situation = plan_.situations[s];
            put(shape_.at_share + static_cast<int>(s), plan_.at(tile_, situation.share));
            put(shape_.at_noise + static_cast<int>(s),
                situation.noise < 0 ? all_lanes(0.0) : plan_.at(tile_, situation.noise));
        }
        put(shape_.at_foresight, plan_.at(tile_, plan_.preferences.foresight));
        for (std::size_t a = 0; a < plan_.actions.size(); ++a) action(static_cast<int>(a));
    }

private:
    void put(int at, Lanes x) { store_lanes(out_.data() + static_cast<std::ptrdiff_t>(at) * kLanes, x); }

    [[nodiscard]] Lanes paid(const std::vector<PlannedMove>& moves, int event) const {
        Lanes sum = event >= 0 ? spot_.event[static_cast<std::size_t>(event)] : all_lanes(0.0);
        for (const PlannedMove& move : moves)
            sum += spot_.measure[static_cast<std::size_t>(move.measure)] * plan_.at(tile_, move.mean);
        return sum;
    }

    /// Expected direct move of a channel.
    [[nodiscard]] Lanes moved(const std::vector<PlannedMove>& moves, int event, const Channel& channel) const {
        Lanes sum = all_lanes(counts(channel, event) ? 1.0 : 0.0);
        for (const PlannedMove& move : moves) {
            const double factor = factor_in(channel, move.measure);
            if (factor != 0) sum += factor * plan_.at(tile_, move.mean);
        }
        return sum;
    }

    /// Covariance of the direct moves of two channels.
    [[nodiscard]] Lanes spread(const std::vector<PlannedMove>& moves, const Channel& c, const Channel& d) const {
        Lanes sum = all_lanes(0.0);
        for (const PlannedMove& move : moves) {
            if (move.variance < 0) continue;
            const double factor = factor_in(c, move.measure) * factor_in(d, move.measure);
            if (factor != 0) sum += factor * plan_.at(tile_, move.variance);
        }
        return sum;
    }

    [[nodiscard]] Lanes chance(const PlannedOutcome& outcome) const {
        return outcome.certain ? all_lanes(1.0) : plan_.at(tile_, outcome.chance);
    }

    void action(int a) {
        const auto at = static_cast<std::size_t>(a);
        const PlannedAction& action = plan_.actions[at];
        Lanes q = paid(action.moves, action.event);
        if (action.effort >= 0) q -= plan_.at(tile_, action.effort);
        for (const PlannedOutcome& outcome : action.outcomes) q += chance(outcome) * paid(outcome.moves, outcome.event);
        put(shape_.at_q0 + a, q);
        put(shape_.at_habit + a, action.habit < 0 ? all_lanes(1.0) : plan_.at(tile_, action.habit));
        openings(a, action);
        const int first = shape_.touch_first[at];
        const int last = shape_.touch_first[at + 1];
        direct_.assign(static_cast<std::size_t>(last - first), Lanes{});
        branch_.assign(static_cast<std::size_t>(last - first) * action.outcomes.size(), Lanes{});
        for (int t = first; t < last; ++t) touch(t, t - first, a, action);
        for (int s = shape_.square_first[at]; s < shape_.square_first[at + 1]; ++s)
            put(shape_.at_square + s, square(s, first, last, action));
    }

    void openings(int a, const PlannedAction& action) {
        const auto at = static_cast<std::size_t>(a);
        for (int o = shape_.opening_first[at]; o < shape_.opening_first[at + 1]; ++o) {
            Lanes sum = all_lanes(0.0);
            for (const PlannedOutcome& outcome : action.outcomes) {
                if (outcome.opens == shape_.opening_target[static_cast<std::size_t>(o)]) sum += chance(outcome);
            }
            put(shape_.at_opening + o, sum);
        }
    }

    void touch(int t, int local, int a, const PlannedAction& action) {
        const auto at = static_cast<std::size_t>(a);
        const Channel& channel = channels_[static_cast<std::size_t>(shape_.touch_channel[static_cast<std::size_t>(t)])];
        const Lanes direct = moved(action.moves, action.event, channel);
        direct_[static_cast<std::size_t>(local)] = direct;
        Lanes sum = direct;
        Lanes* branch = branch_.data() + static_cast<std::size_t>(local) * action.outcomes.size();
        for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
            branch[o] = moved(action.outcomes[o].moves, action.outcomes[o].event, channel);
            sum += chance(action.outcomes[o]) * branch[o];
        }
        put(shape_.at_touch + t, sum);
        const int openings = shape_.opening_first[at + 1] - shape_.opening_first[at];
        for (int k = 0; k < openings; ++k) {
            const int target = shape_.opening_target[static_cast<std::size_t>(shape_.opening_first[at] + k)];
            Lanes carried = all_lanes(0.0);
            for (std::size_t o = 0; o < action.outcomes.size(); ++o) {
                if (action.outcomes[o].opens == target) carried += chance(action.outcomes[o]) * (direct + branch[o]);
            }
            put(shape_.at_carry + shape_.carry_first[at] + local * openings + k, carried);
        }
    }

    /// E[X_c·X_d] of what the action and its outcomes move themselves.
    [[nodiscard]] Lanes square(int s, int first, int last, const PlannedAction& action) const {
        const auto [c, d] = shape_.pairs[static_cast<std::size_t>(shape_.square_pair[static_cast<std::size_t>(s)])];
        std::size_t i = 0;
        std::size_t j = 0;
        for (int t = first; t < last; ++t) {
            if (shape_.touch_channel[static_cast<std::size_t>(t)] == c) i = static_cast<std::size_t>(t - first);
            if (shape_.touch_channel[static_cast<std::size_t>(t)] == d) j = static_cast<std::size_t>(t - first);
        }
        const Channel& cc = channels_[static_cast<std::size_t>(c)];
        const Channel& cd = channels_[static_cast<std::size_t>(d)];
        Lanes sum = spread(action.moves, cc, cd);
        if (action.outcomes.empty()) return sum + direct_[i] * direct_[j];
        const std::size_t n = action.outcomes.size();
        for (std::size_t o = 0; o < n; ++o) {
            sum += chance(action.outcomes[o]) * ((direct_[i] + branch_[i * n + o]) * (direct_[j] + branch_[j * n + o]) +
                                                 spread(action.outcomes[o].moves, cc, cd));
        }
        return sum;
    }

    const Plan& plan_;
    const PassShape& shape_;
    const std::vector<Channel>& channels_;
    const OnTheSpot& spot_;
    int tile_;
    std::vector<double>& out_;
    LaneList direct_;  ///< of the current action, by touch
    LaneList branch_;  ///< of the current action, by touch and outcome
};

}  // namespace

void fill_tile(const Plan& plan, const PassShape& shape, const std::vector<Channel>& channels, const OnTheSpot& spot,
               int tile, std::vector<double>& out) {
    TileFiller(plan, shape, channels, spot, tile, out).run();
}

}  // namespace backfire
