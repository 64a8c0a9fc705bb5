// Situations, measures and traits: ids sorted, references resolved, what cannot fit together reported with its place.
#include "model/decode_work.hpp"

#include "core/nearest.hpp"
#include "model/keys.hpp"
#include "model/reading.hpp"
#include "model/shape.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace backfire {
namespace {

class WorkDecoder {
public:
    WorkDecoder(const Node& document, Problems& problems) : document_(document), problems_(problems) {}

    Work run() {
        work_.currency = read_word(document_, "currency", "money");
        decode_measures(document_, work_, problems_);
        moved_.assign(work_.measures.size(), false);
        measure_ids_ = ids_of(work_.measures);
        conditions();
        workforce();
        clashes();
        situations();
        period();
        unused();
        for (const std::string_view part : {"measures", "conditions", "situations", "workforce"})
            warn_of_remarks(document_, part, problems_);
        return std::move(work_);
    }

private:
    // -------------------------------------------------------------------------------------------- conditions
    void conditions() {
        const Members found = members(document_.find("conditions"));
        for (std::size_t i = 0; i < found.ids.size(); ++i) {
            const Node& node = *found.values[i];
            Condition condition{
                .id = found.ids[i], .title = read_title(node), .share = read_number(node, "share", 1), .fields = {}};
            for (std::size_t k = 0; node.is_object() && k < node.size(); ++k) {
                const std::string& name = node.keys()[k];
                if (name == "share" || name == "title" || name == "description" || name.starts_with("x-")) continue;
                if (node.items()[k]->is_number()) condition.fields.emplace_back(name, node.items()[k]->number_value());
            }
            std::ranges::sort(condition.fields);
            work_.conditions.push_back(std::move(condition));
        }
        work_.condition_order = found.order;
        shares_positive(work_.conditions, "/conditions", document_.find("conditions"));
        if (work_.conditions.empty()) {
            work_.conditions.push_back({.id = "all", .title = {}, .share = 1, .fields = {}});
            work_.condition_order = {0};
        }
    }

    template <class Things>
    void shares_positive(const Things& things, const std::string& pointer, const Node* node) {
        double sum = 0;
        for (const auto& thing : things) sum += std::abs(thing.share);  // negative ones are reported themselves
        if (things.empty() || sum > 0) return;
        problems_.error("out_of_range", pointer, node->position(), "the shares sum to 0: nobody would be there",
                        "give one of them a positive share");
    }

    // --------------------------------------------------------------------------------------------- workforce
    static const Node& nowhere() {
        static const Node nothing;
        return nothing;
    }

    void workforce() {
        const Node* node = document_.find("workforce");
        const Node& workforce = node == nullptr ? nowhere() : *node;
        work_.agents = read_number(workforce, "agents", 0);
        work_.shock = read_word(workforce, "shock", "logit") == "normal" ? Shock::Normal : Shock::Logit;
        const std::map<std::string, Trait> defaults = traits(workforce.find("traits"), "/workforce/traits");
        const Members found = members(workforce.find("segments"));
        for (std::size_t i = 0; i < found.ids.size(); ++i) {
            const Node& segment = *found.values[i];
            const std::string place = "/workforce/segments/" + found.ids[i];
            work_.segments.push_back(
                {.id = found.ids[i],
                 .title = read_title(segment),
                 .share = read_number(segment, "share", 1),
                 .traits = completed(defaults, traits(segment.find("traits"), place + "/traits"), segment, place)});
        }
        work_.segment_order = found.order;
        shares_positive(work_.segments, "/workforce/segments", workforce.find("segments"));
        if (work_.segments.empty()) {
            work_.segments.push_back(
                {.id = "all", .title = {}, .share = 1, .traits = completed(defaults, {}, workforce, "/workforce")});
            work_.segment_order = {0};
        }
    }

    std::map<std::string, Trait> traits(const Node* node, const std::string& pointer) {
        std::map<std::string, Trait> read;
        const Members found = members(node);
        for (std::size_t i = 0; i < found.ids.size(); ++i) {
            const std::string& name = found.ids[i];
            const std::string place = child_pointer(pointer, name);
            const auto known = std::ranges::find(keys::preferences(), std::string_view(name), &keys::Preference::name);
            if (known != keys::preferences().end() && !known->supported) {
                problems_.error("not_supported", place, found.values[i]->position(),
                                "the trait '" + name + "' is not modelled yet and would do nothing", "remove it");
                continue;
            }
            read[name] = trait(name, *found.values[i], place);
        }
        return read;
    }

    Trait trait(const std::string& name, const Node& node, const std::string& pointer) {
        Trait trait{.name = name, .shape = Trait::Shape::Point, .mean = 0, .sd = 0};
        if (node.is_number()) trait.mean = node.number_value();
        if (!node.is_object()) return trait;
        trait.mean = read_number(node, "mean", 0);
        trait.sd = read_number(node, "sd", 0);
        const std::string shape = read_word(node, "shape", "normal");
        if (trait.sd > 0) {
            trait.shape = shape == "lognormal" ? Trait::Shape::Lognormal
                          : shape == "beta"    ? Trait::Shape::Beta
                          : shape == "uniform" ? Trait::Shape::Uniform
                                               : Trait::Shape::Normal;
        }
        const double m = trait.mean;
        if (shape == "lognormal" && !(m > 0)) {
            problems_.error("trait_shape", pointer, node.position(),
                            "a lognormal trait needs a mean above 0, got " + shortest(m));
        }
        if (shape == "beta" && !(m > 0 && m < 1 && trait.sd * trait.sd < m * (1 - m))) {
            problems_.error("trait_shape", pointer, node.position(),
                            "a beta trait needs a mean within 0…1 and sd² below mean·(1 − mean), got mean " +
                                shortest(m) + " and sd " + shortest(trait.sd));
        }
        return trait;
    }

    std::vector<Trait> completed(std::map<std::string, Trait> all, const std::map<std::string, Trait>& own,
                                 const Node& node, const std::string& pointer) {
        for (const auto& [name, trait] : own) all[name] = trait;
        for (const keys::Preference& preference : keys::preferences()) {
            const std::string name(preference.name);
            if (all.contains(name)) continue;
            if (name == "noise" && &node != &nowhere()) {  // a missing workforce has been reported as such
                problems_.error("missing_trait", pointer, node.position(),
                                "no trait 'noise' (scale of the choice shock, in money) is given here or as a default",
                                "add workforce.traits.noise; 0 is the exact best response");
            }
            all[name] = {.name = name, .shape = Trait::Shape::Point, .mean = preference.neutral, .sd = 0};
        }
        std::vector<Trait> list;
        for (auto& [name, trait] : all) list.push_back(std::move(trait));
        return list;
    }

    void clashes() {
        std::set<std::string> trait_names;
        for (const Segment& segment : work_.segments) {
            for (const Trait& trait : segment.traits) trait_names.insert(trait.name);
        }
        for (const Condition& condition : work_.conditions) {
            for (const auto& [field, value] : condition.fields) {
                if (trait_names.contains(field)) {
                    const Node* node = document_.find("conditions")->find(condition.id);
                    problems_.error(
                        "name_clash", "/conditions/" + condition.id + "/" + field, node->find(field)->position(),
                        "'" + field + "' is a trait and a condition field: responses could not tell them apart",
                        "rename one of them");
                }
                names_.insert(field);
            }
        }
        for (const std::string& name : trait_names) names_.insert(name);
    }

    // -------------------------------------------------------------------------------------------- situations
    void situations() {
        const Node* node = document_.find("situations");
        const Members found = members(node);
        situation_ids_ = found.ids;
        if (node != nullptr && node->is_object() && found.ids.empty() && node->size() == 0) {
            problems_.error("empty", "/situations", node->position(), "a workplace needs at least one situation");
        }
        for (std::size_t i = 0; i < found.ids.size(); ++i) situation(found.ids[i], *found.values[i]);
        work_.situation_order = found.order;
        for (std::size_t s = 0; s < work_.situations.size(); ++s) collect_events(static_cast<int>(s));
    }

    void situation(const std::string& id, const Node& node) {
        const std::string place = "/situations/" + id;
        Situation situation{.id = id,
                            .title = read_title(node),
                            .share = response(node, "share", place, 0),
                            .noise_factor = response(node, "noise", place, 1),
                            .choice = node.find("actions") != nullptr,
                            .actions = {},
                            .action_order = {}};
        const bool chance = node.find("outcomes") != nullptr;
        if (situation.choice && chance) {
            problems_.error("exclusive_keys", place, node.position(),
                            "a situation has actions, or outcomes where nobody chooses, not both");
        } else if (!situation.choice && !chance && node.is_object()) {
            problems_.error("missing_key", place, node.position(), "this situation has neither actions nor outcomes",
                            "add 'actions'");
        }
        if (situation.choice) {
            const Node& actions = *node.find("actions");
            const Members found = members(&actions);
            if (actions.is_object() && actions.size() == 0)
                problems_.error("empty", place + "/actions", actions.position(),
                                "a situation needs at least one action");
            for (std::size_t i = 0; i < found.ids.size(); ++i)
                situation.actions.push_back(action(found.ids[i], *found.values[i], place + "/actions/" + found.ids[i]));
            situation.action_order = found.order;
        } else {
            if (node.find("noise") != nullptr) {
                problems_.warning("unused", place + "/noise", node.find("noise")->position(),
                                  "nobody chooses in '" + id + "', so its 'noise' does nothing");
            }
            situation.actions.push_back(action("", node, place));
            situation.action_order = {0};
        }
        work_.situations.push_back(std::move(situation));
    }

    Action action(const std::string& id, const Node& node, const std::string& place) {
        Action action{.id = id,
                      .title = id.empty() ? Title{} : read_title(node),
                      .effort = {},
                      .habit = {.base = 1, .terms = {}, .link = Link::Identity},
                      .moves = {},
                      .outcomes = {},
                      .outcome_order = {},
                      .opens = -1};
        if (!id.empty()) {
            action.effort = response(node, "effort", place, 0);
            action.habit = response(node, "habit", place, 1);
            action.moves = moves(node, place);
            action.opens = opens(node, place);
        }
        const Node* outcomes = node.find("outcomes");
        if (outcomes == nullptr) return action;
        const Members found = members(outcomes);
        if (outcomes->is_object() && outcomes->size() == 0)
            problems_.error("empty", place + "/outcomes", outcomes->position(), "outcomes need at least one");
        int rests = 0;
        for (std::size_t i = 0; i < found.ids.size(); ++i) {
            const Node& child = *found.values[i];
            const std::string at = place + "/outcomes/" + found.ids[i];
            Outcome outcome{.id = found.ids[i],
                            .title = read_title(child),
                            .chance = std::nullopt,
                            .moves = moves(child, at),
                            .opens = opens(child, at)};
            const Node* chance = child.find("chance");
            const bool rest = chance != nullptr && chance->is_string() && chance->string_value() == "rest";
            if (rest && ++rests == 2) {
                problems_.error("rest_repeated", at + "/chance", chance->position(),
                                "two outcomes of one action are 'rest'", "give all but one a chance of its own");
            }
            if (!rest) outcome.chance = response(child, "chance", at, 0);
            action.outcomes.push_back(std::move(outcome));
        }
        action.outcome_order = found.order;
        if (action.opens >= 0) {
            problems_.error("exclusive_keys", place + "/opens", node.find("opens")->position(),
                            "an action with outcomes cannot itself open a situation", "let its outcomes say 'opens'");
        }
        return action;
    }

    Response response(const Node& node, const char* key, const std::string& place, double otherwise) {
        const Node* value = node.find(key);
        if (value != nullptr) check_names(*value, place + "/" + key);
        return read_response(value, otherwise);
    }

    void check_names(const Node& value, const std::string& pointer) {
        if (!value.is_object()) return;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string& name = value.keys()[i];
            if (name == "base" || name == "link" || name.starts_with("x-") || !keys::is_id(name) ||
                keys::is_reserved(name))
                continue;
            used_names_.insert(name);
            if (!names_.contains(name)) {
                const std::vector<std::string> known(names_.begin(), names_.end());
                unknown_name(problems_, pointer + "/" + name, value.keys().position(i), "trait or condition field",
                             name, known);
                continue;
            }
            check_everywhere(name, pointer + "/" + name, value.keys().position(i));
        }
    }

    /// A name known to some segments or conditions must be known to all: a missing one is never taken for 0.
    void check_everywhere(const std::string& name, const std::string& pointer, Position at) {
        const auto has_trait = [&](const Segment& s) {
            return std::ranges::binary_search(s.traits, name, {}, &Trait::name);
        };
        const auto has_field = [&](const Condition& c) {
            return std::ranges::binary_search(c.fields, name, {}, &std::pair<std::string, double>::first);
        };
        if (std::ranges::any_of(work_.segments, has_trait)) {
            for (const Segment& segment : work_.segments) {
                if (has_trait(segment)) continue;
                problems_.error("missing_trait", pointer, at,
                                "segment '" + segment.id + "' has no trait '" + name + "'",
                                "add it there or to workforce.traits");
            }
            return;
        }
        for (const Condition& condition : work_.conditions) {
            if (has_field(condition)) continue;
            problems_.error("missing_field", pointer, at,
                            "condition '" + condition.id + "' has no field '" + name + "'",
                            "add it to conditions." + condition.id);
        }
    }

    std::vector<Move> moves(const Node& node, const std::string& place) {
        std::vector<Move> list;
        const Node* map = node.find("moves");
        if (map == nullptr || !map->is_object()) return list;
        const std::vector<std::string>& known = measure_ids_;
        for (std::size_t i = 0; i < map->size(); ++i) {
            const std::string& name = map->keys()[i];
            const Node& value = *map->items()[i];
            const std::string at = place + "/moves/" + name;
            if (name.starts_with("x-") || !keys::is_id(name)) continue;
            const int measure = index_of(known, name);
            if (measure < 0) {
                unknown_name(problems_, at, map->keys().position(i), "measure", name, known);
                continue;
            }
            if (work_.measures[static_cast<std::size_t>(measure)].derived) {
                problems_.error("derived_moved", at, map->keys().position(i),
                                "'" + name + "' is derived from other measures and cannot be moved itself",
                                "move its parts");
                continue;
            }
            moved_[static_cast<std::size_t>(measure)] = true;
            list.push_back(move(value, measure, at));
        }
        std::ranges::sort(list, {}, &Move::measure);
        return list;
    }

    Move move(const Node& value, int measure, const std::string& at) {
        Move move{.measure = measure, .mean = {}, .spread = Move::Spread::None, .amount = {}};
        if (value.find("mean") == nullptr) {
            if (value.find("sd") == nullptr && value.find("cv") == nullptr) check_names(value, at);
            move.mean = read_response(&value, 0);
            return move;
        }
        move.mean = response(value, "mean", at, 0);
        if (value.find("sd") != nullptr) {
            move.spread = Move::Spread::Sd;
            move.amount = response(value, "sd", at, 0);
        } else if (value.find("cv") != nullptr) {
            move.spread = Move::Spread::Cv;
            move.amount = response(value, "cv", at, 0);
        }
        return move;
    }

    int opens(const Node& node, const std::string& place) {
        const Node* value = node.find("opens");
        if (value == nullptr || !value->is_string()) return -1;
        const int target = index_of(situation_ids_, value->string_value());
        if (target < 0)
            unknown_name(problems_, place + "/opens", value->position(), "situation", value->string_value(),
                         situation_ids_);
        return target;
    }

    void collect_events(int s) {
        const Situation& situation = work_.situations[static_cast<std::size_t>(s)];
        for (std::size_t a = 0; a < situation.actions.size(); ++a) {
            if (situation.choice) work_.events.push_back({s, static_cast<int>(a), -1});
            for (std::size_t o = 0; o < situation.actions[a].outcomes.size(); ++o)
                work_.events.push_back({s, static_cast<int>(a), static_cast<int>(o)});
        }
    }

    // ------------------------------------------------------------------------------------------------ period
    void period() {
        const Node* node = document_.find("period");
        if (node == nullptr || !node->is_object()) return;
        Period& period = work_.period;
        period.name = read_word(*node, "name", "period");
        period.title = read_title(*node);
        period.days = read_number(*node, "days", 0);
        const bool contacts = node->find("contacts") != nullptr;
        const bool hours = node->find("hours") != nullptr;
        if (contacts) period.contacts = response(*node, "contacts", "/period", 0);
        if (hours) period.hours = response(*node, "hours", "/period", 0);
        if (contacts && hours)
            problems_.error("exclusive_keys", "/period", node->position(), "a period has contacts or hours, not both",
                            "remove one of them");
        if (!contacts && !hours)
            problems_.error("missing_key", "/period", node->position(), "this period has neither contacts nor hours",
                            "add 'contacts'");
        const Node* time = node->find("time");
        if (time != nullptr && !hours)
            problems_.error("exclusive_keys", "/period/time", time->position(), "'time' belongs to a period of hours",
                            "remove it");
        if (!hours) return;
        if (time == nullptr) {
            problems_.error("missing_key", "/period", node->position(),
                            "a period of hours needs 'time', the measure that is handling time");
            return;
        }
        if (!time->is_string()) return;
        const std::vector<std::string>& known = measure_ids_;
        period.time = index_of(known, time->string_value());
        if (period.time < 0) {
            unknown_name(problems_, "/period/time", time->position(), "measure", time->string_value(), known);
            return;
        }
        const double seconds = seconds_in(work_.measures[static_cast<std::size_t>(period.time)].unit);
        if (seconds == 0) {
            problems_.error("unit_mismatch", "/period/time", time->position(),
                            "'" + time->string_value() + "' is counted in '" +
                                work_.measures[static_cast<std::size_t>(period.time)].unit + "', not in s, min or h");
            return;
        }
        period.time_per_hour = 3600 / seconds;
    }

    // ---------------------------------------------------------------------------------------------- warnings
    /// Where a trait or condition field is first given.
    [[nodiscard]] std::pair<std::string, Position> first_place(const std::string& name) const {
        std::vector<std::pair<std::string, const Node*>> maps;
        if (const Node* workforce = document_.find("workforce")) {
            maps.emplace_back("/workforce/traits", workforce->find("traits"));
            for (const Segment& segment : work_.segments) {
                const Node* segments = workforce->find("segments");
                const Node* own = segments == nullptr ? nullptr : segments->find(segment.id);
                if (own != nullptr)
                    maps.emplace_back("/workforce/segments/" + segment.id + "/traits", own->find("traits"));
            }
        }
        if (const Node* conditions = document_.find("conditions")) {
            for (const Condition& condition : work_.conditions)
                maps.emplace_back("/conditions/" + condition.id, conditions->find(condition.id));
        }
        for (const auto& [pointer, map] : maps) {
            if (map == nullptr || !map->is_object()) continue;
            if (const auto at = map->keys().find(name))
                return {child_pointer(pointer, name), map->keys().position(*at)};
        }
        return {};
    }

    void unused() {
        for (std::size_t i = 0; i < work_.measures.size(); ++i) {
            if (!moved_[i] && !work_.measures[i].derived) {
                const Node* node = document_.find("measures")->find(work_.measures[i].id);
                problems_.warning("unused", "/measures/" + work_.measures[i].id, node->position(),
                                  "nothing moves the measure '" + work_.measures[i].id + "': it stays 0");
            }
        }
        std::set<std::string> reserved;
        for (const keys::Preference& p : keys::preferences()) reserved.insert(std::string(p.name));
        const std::vector<std::string> used(used_names_.begin(), used_names_.end());
        for (const std::string& name : names_) {
            if (used_names_.contains(name) || reserved.contains(name)) continue;
            const auto [pointer, at] = first_place(name);
            problems_.beat();
            std::string hint = nearest_hint(name, used);
            if (hint.empty()) hint = "remove it, or name it in a response";
            problems_.warning("unused", pointer, at,
                              "no response reads '" + name + "' (trait or condition field): it does nothing",
                              std::move(hint));
        }
    }

    const Node& document_;
    Problems& problems_;
    Work work_;
    std::vector<std::string> measure_ids_;
    std::vector<std::string> situation_ids_;
    std::set<std::string> names_;       ///< what responses may name
    std::set<std::string> used_names_;  ///< what they do name
    std::vector<bool> moved_;
};

}  // namespace

Work decode_work(const Node& document, Problems& problems) { return WorkDecoder(document, problems).run(); }

}  // namespace backfire
