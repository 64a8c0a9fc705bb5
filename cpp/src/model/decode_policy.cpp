// Units and rules, after the monitors and KPIs they name; unchanged rules are reused as they are.
#include "model/decode_policy.hpp"

#include "model/decode_kpis.hpp"
#include "model/event_patterns.hpp"
#include "model/shape.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace backfire {
namespace {

const Node* member(const Node* map, std::string_view key) { return map == nullptr ? nullptr : map->find(key); }

class PolicyDecoder {
public:
    PolicyDecoder(const Node& document, const Work& work, const Values& values, const Model* known, Problems& problems)
        : document_(document),
          policy_node_(document.find("policy")),
          work_(work),
          values_(values),
          problems_(problems),
          monitors_(member(policy_node_, "monitors"), problems) {
        measure_ids_ = ids_of(work.measures);
        if (known != nullptr) {
            known_policy_ = known->policy.get();
            known_node_ = known->document->find("policy");
        }
    }

    Policy run() {
        units();
        const Members found = members(member(policy_node_, "kpis"));
        policy_.kpis = decode_kpis(found, work_, values_, monitors_, problems_);
        policy_.kpi_order = found.order;
        kpi_ids_ = found.ids;
        rules();
        count_followed();
        unused();
        warn_of_remarks(document_, "policy", problems_);
        policy_.monitors = std::move(monitors_).take();
        return std::move(policy_);
    }

private:
    void units() {
        const Members found = members(member(policy_node_, "units"));
        for (std::size_t i = 0; i < found.ids.size(); ++i) {
            if (found.values[i]->is_number()) policy_.units.emplace_back(found.ids[i], found.values[i]->number_value());
        }
        unit_ids_ = found.ids;
        unit_used_.assign(found.ids.size(), false);
    }

    // ------------------------------------------------------------------------------------------------- rules
    /// Every KPI that a rule reads is an unknown price of the search, whose work grows with the cube of their number.
    void count_read(const Node& map) {
        constexpr std::size_t kMostRead = 300;
        std::set<int> read;
        for (const auto& rule : policy_.rules) {
            if (const OnKpi* on = std::get_if<OnKpi>(&rule->form)) read.insert(on->kpi);
        }
        if (read.size() > kMostRead) {
            problems_.error("too_many", "/policy/rules", map.position(),
                            "rules read " + std::to_string(read.size()) + " KPIs, at most " +
                                std::to_string(kMostRead) + " can be answered",
                            "leave out rules on KPIs that hardly pay");
        }
    }

    /// Whatever is counted is followed through every situation and, where people choose, through every action of it.
    void count_followed() {
        constexpr std::size_t kMostNumbers = 40'000'000;
        std::size_t most_actions = 0;
        for (const Situation& s : work_.situations) most_actions = std::max(most_actions, s.actions.size());
        const std::size_t places = 3 * work_.situations.size() + most_actions;
        std::size_t sets = 0;
        each_event_set([&](const EventSet&) { ++sets; });
        if ((work_.measures.size() + sets) * places <= kMostNumbers) return;
        std::set<std::vector<int>> different;
        each_event_set([&](const EventSet& set) {
            problems_.beat();
            different.insert(set.events);
        });
        const std::size_t counted = work_.measures.size() + different.size();
        if (counted * places <= kMostNumbers) return;
        const Node* at = policy_node_ == nullptr ? document_.find("measures") : policy_node_;
        problems_.error("too_many", policy_node_ == nullptr ? "/measures" : "/policy", at->position(),
                        std::to_string(counted) + " measures and patterns of events would be followed through " +
                            std::to_string(work_.situations.size()) + " situations with up to " +
                            std::to_string(most_actions) + " actions, more than can be held",
                        "use fewer measures, KPIs or rules, or put actions together");
    }

    /// Every union of events that a KPI, what it stands for, or a rule counts.
    template <class Visit>
    void each_event_set(const Visit& visit) const {
        for (const Kpi& kpi : policy_.kpis) {
            if (const ShareOf* share = std::get_if<ShareOf>(&kpi.form)) visit(share->events);
            if (const ShareAmong* share = std::get_if<ShareAmong>(&kpi.form)) {
                visit(share->events);
                visit(share->of);
            }
            if (!kpi.stands_for) continue;
            if (const EventSet* events = std::get_if<EventSet>(&kpi.stands_for->what)) visit(*events);
        }
        for (const auto& rule : policy_.rules) {
            if (const EachEvent* each = std::get_if<EachEvent>(&rule->form)) visit(each->events);
        }
    }

    void rules() {
        const Node* map = member(policy_node_, "rules");
        const Members found = members(map);
        const bool same_readers =
            known_node_ != nullptr && policy_node_ != nullptr && same("monitors") && same("kpis") && same("units");
        const Node* known_rules = member(known_node_, "rules");
        for (std::size_t i = 0; i < found.ids.size(); ++i) {
            if (same_readers && known_rules != nullptr && known_rules->find(found.ids[i]) == found.values[i].get()) {
                const int k = rule_index(*known_policy_, found.ids[i]);
                policy_.rules.push_back(known_policy_->rules[static_cast<std::size_t>(k)]);
                mark_used(*policy_.rules.back());
                continue;
            }
            policy_.rules.push_back(std::make_shared<const Rule>(rule(found.ids[i], *found.values[i])));
        }
        if (map != nullptr) count_read(*map);
        policy_.rule_order = found.order;
    }

    [[nodiscard]] bool same(std::string_view key) const { return policy_node_->find(key) == known_node_->find(key); }

    static int rule_index(const Policy& policy, std::string_view id) {
        const auto it =
            std::ranges::lower_bound(policy.rules, id, {}, [](const auto& rule) { return std::string_view(rule->id); });
        return static_cast<int>(it - policy.rules.begin());
    }

    void mark_used(const Rule& rule) {
        if (rule.monitor >= 0) monitors_.use(rule.monitor);
        if (const int u = index_of(unit_ids_, rule.unit); u >= 0) unit_used_[static_cast<std::size_t>(u)] = true;
    }

    Rule rule(const std::string& id, const Node& node) {
        const std::string place = "/policy/rules/" + id;
        Rule rule{.id = id,
                  .title = read_title(node),
                  .form = EachEvent{},
                  .unit = read_word(node, "unit", work_.currency),
                  .worth = 1,
                  .monitor = -1,
                  .loss_frame = read_word(node, "frame", "gain") == "loss"};
        unit(node, place, rule);
        const int kinds = (node.find("each") != nullptr ? 1 : 0) + (node.find("per") != nullptr ? 1 : 0) +
                          (node.find("kpi") != nullptr ? 1 : 0);
        if (kinds != 1) {
            if (node.is_object())
                problems_.error(kinds == 0 ? "missing_key" : "exclusive_keys", place, node.position(),
                                "a rule is exactly one of each, per, kpi");
            return rule;
        }
        if (node.find("kpi") != nullptr) kpi_rule(node, place, rule);
        else paid_rule(node, place, rule);
        mark_used(rule);
        return rule;
    }

    void unit(const Node& node, const std::string& place, Rule& rule) {
        if (node.find("unit") == nullptr || rule.unit == work_.currency) return;
        const auto it = std::ranges::find(policy_.units, rule.unit, &std::pair<std::string, double>::first);
        if (it != policy_.units.end()) {
            rule.worth = it->second;
            return;
        }
        if (index_of(unit_ids_, rule.unit) >= 0) return;  // there, but its worth is broken and reported
        std::vector<std::string> known = unit_ids_;
        known.push_back(work_.currency);
        unknown_name(problems_, place + "/unit", node.find("unit")->position(), "unit", rule.unit, known);
    }

    void paid_rule(const Node& node, const std::string& place, Rule& rule) {
        for (const char* key : {"steps", "curve", "tiers"}) {
            if (node.find(key) != nullptr)
                problems_.error("exclusive_keys", place + "/" + key, node.find(key)->position(),
                                std::string("'") + key + "' belongs to a rule on a KPI", "remove it");
        }
        if (node.find("pay") == nullptr)
            problems_.error("missing_key", place, node.position(), "this rule does not say what it pays", "add 'pay'");
        const double pay = read_number(node, "pay", 0);
        if (const Node* each = node.find("each")) {
            rule.form = EachEvent{read_events(*each, place + "/each", work_, problems_), pay};
            rule.monitor = monitors_.of(node, place, "an event rule", {"miss", "false_alarm"});
            return;
        }
        rule.form = PerMeasure{read_measure(*node.find("per"), place + "/per", measure_ids_, problems_), pay};
        rule.monitor = monitors_.of(node, place, "a per-unit rule", {"miss"});
        if (rule.loss_frame)
            problems_.error("no_best_payout", place + "/frame", node.find("frame")->position(),
                            "a per-unit rule has no best payout to lose from", "remove 'frame'");
    }

    void kpi_rule(const Node& node, const std::string& place, Rule& rule) {
        OnKpi form;
        const Node& name = *node.find("kpi");
        if (name.is_string()) {
            form.kpi = index_of(kpi_ids_, name.string_value());
            if (form.kpi < 0)
                unknown_name(problems_, place + "/kpi", name.position(), "KPI", name.string_value(), kpi_ids_);
        }
        if (const Node* seen = node.find("seen_by")) {
            problems_.error("seen_by_on_kpi_rule", place + "/seen_by", seen->position(),
                            "a rule on a KPI sees what the KPI's monitor sees", "put 'seen_by' on the KPI");
        }
        if (const Node* pay = node.find("pay"))
            problems_.error("exclusive_keys", place + "/pay", pay->position(),
                            "a rule on a KPI pays by its schedule, not by 'pay'", "remove it");
        int schedules = 0;
        for (const char* key : {"steps", "curve", "tiers"}) {
            const Node* list = node.find(key);
            if (list == nullptr) continue;
            ++schedules;
            std::vector<SchedulePoint> points = schedule(*list, place + "/" + key);
            const std::string_view kind = key;
            if (kind == "curve" && list->is_array() && list->size() == 1) {
                problems_.error("schedule_length", place + "/curve", list->position(),
                                "a curve needs two points or more");
            }
            if (kind == "steps") form.schedule = Steps{std::move(points)};
            else if (kind == "curve") form.schedule = Curve{std::move(points)};
            else form.schedule = Tiers{std::move(points)};
        }
        if (schedules != 1) {
            problems_.error(schedules == 0 ? "missing_key" : "exclusive_keys", place, node.position(),
                            "a rule on a KPI has exactly one of steps, curve, tiers");
        }
        const Tiers* tiers = std::get_if<Tiers>(&form.schedule);
        if (rule.loss_frame && tiers != nullptr && !tiers->points.empty() && tiers->points.back().y * rule.worth > 0) {
            problems_.error("no_best_payout", place + "/frame", node.find("frame")->position(),
                            "tiers that rise for ever have no best payout to lose from",
                            "add a last tier with rate 0, or remove 'frame'");
        }
        rule.form = std::move(form);
    }

    std::vector<SchedulePoint> schedule(const Node& list, const std::string& place) {
        std::vector<SchedulePoint> points;
        if (!list.is_array()) return points;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const Node& item = *list.items()[i];
            if (!item.is_array() || item.size() != 2 || !item.items()[1]->is_number()) continue;
            const Node& x = *item.items()[0];
            if (!x.is_number() && !x.is_null()) continue;
            const SchedulePoint point{x.is_null() ? -std::numeric_limits<double>::infinity() : x.number_value(),
                                      item.items()[1]->number_value()};
            if (!points.empty() && !(point.x > points.back().x)) {
                problems_.error("schedule_order", place + "/" + std::to_string(i), item.position(),
                                "bounds must rise: " + shortest(point.x) + " follows " + shortest(points.back().x),
                                "sort the points, each bound once");
            }
            points.push_back(point);
        }
        return points;
    }

    void unused() {
        monitors_.report_unused();
        for (std::size_t i = 0; i < unit_ids_.size(); ++i) {
            if (!unit_used_[i]) {
                problems_.warning("unused", "/policy/units/" + unit_ids_[i],
                                  policy_node_->find("units")->find(unit_ids_[i])->position(),
                                  "no rule pays in '" + unit_ids_[i] + "'");
            }
        }
    }

    const Node& document_;
    const Node* policy_node_;
    const Work& work_;
    const Values& values_;
    Problems& problems_;
    Monitors monitors_;
    const Policy* known_policy_ = nullptr;
    const Node* known_node_ = nullptr;
    Policy policy_;
    std::vector<std::string> measure_ids_, unit_ids_, kpi_ids_;
    std::vector<bool> unit_used_;
};

}  // namespace

Policy decode_policy(const Node& document, const Work& work, const Values& values, const Model* known,
                     Problems& problems) {
    return PolicyDecoder(document, work, values, known, problems).run();
}

}  // namespace backfire
