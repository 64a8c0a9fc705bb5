// Monitors, KPIs and rules: references resolved, fields that nobody could use reported, unchanged rules reused as they are.
#include "model/decode_policy.hpp"

#include "core/nearest.hpp"
#include "model/keys.hpp"
#include "model/reading.hpp"
#include "model/shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace backfire {

std::string event_name(const Work& work, const Event& event) {
    const Situation& s = work.situations[static_cast<std::size_t>(event.situation)];
    const Action& a = s.actions[static_cast<std::size_t>(event.action)];
    std::string name = s.id;
    if (s.choice) name += "." + a.id;
    if (event.outcome >= 0) name += "." + a.outcomes[static_cast<std::size_t>(event.outcome)].id;
    return name;
}

std::string title_or_id(const Title& title, std::string_view id, std::string_view language) {
    const auto in = [&](std::string_view wanted) {
        return std::ranges::find(title, wanted, [](const auto& t) { return std::string_view(t.first); });
    };
    for (const std::string_view wanted : {language, std::string_view("en"), std::string_view("")}) {
        if (const auto it = in(wanted); it != title.end()) return it->second;
    }
    return title.empty() ? std::string(id) : title.front().second;
}

namespace {

const Node* member(const Node* map, std::string_view key) { return map == nullptr ? nullptr : map->find(key); }

class PolicyDecoder {
public:
    PolicyDecoder(const Node& document, const Work& work, const Values& values, const Model* known, Problems& problems)
        : document_(document),
          policy_node_(document.find("policy")),
          work_(work),
          values_(values),
          problems_(problems) {
        measure_ids_ = ids_of(work.measures);
        if (known != nullptr) {
            known_policy_ = known->policy.get();
            known_node_ = known->document->find("policy");
        }
    }

    Policy run() {
        monitors();
        units();
        kpis();
        rules();
        unused();
        warn_of_remarks(document_, "policy", problems_);
        return std::move(policy_);
    }

private:
    void monitors() {
        const Members found = members(member(policy_node_, "monitors"));
        for (std::size_t i = 0; i < found.ids.size(); ++i) {
            const Node& node = *found.values[i];
            const std::string place = "/policy/monitors/" + found.ids[i];
            Monitor monitor{.id = found.ids[i],
                            .title = read_title(node),
                            .samples = read_optional(node, "samples"),
                            .rate = read_optional(node, "rate"),
                            .miss = read_number(node, "miss", 0),
                            .false_alarm = read_number(node, "false_alarm", 0),
                            .error_sd = read_number(node, "error_sd", 0)};
            if (monitor.samples && monitor.rate)
                problems_.error("exclusive_keys", place, node.position(), "a monitor has samples or rate, not both",
                                "remove one of them");
            if (monitor.miss + monitor.false_alarm >= 1) {
                problems_.error(
                    "out_of_range", place, node.position(),
                    "miss + false_alarm must stay below 1, got " + shortest(monitor.miss + monitor.false_alarm));
            }
            policy_.monitors.push_back(std::move(monitor));
            monitor_nodes_.push_back(found.values[i].get());
        }
        monitor_ids_ = found.ids;
        monitor_used_.assign(found.ids.size(), false);
    }

    void units() {
        const Members found = members(member(policy_node_, "units"));
        for (std::size_t i = 0; i < found.ids.size(); ++i) {
            if (found.values[i]->is_number()) policy_.units.emplace_back(found.ids[i], found.values[i]->number_value());
        }
        unit_ids_ = found.ids;
        unit_used_.assign(found.ids.size(), false);
    }

    /// Resolves `seen_by`; `may` names the fields its reader can use besides samples and rate.
    int monitor(const Node& reader, const std::string& place, std::string_view what,
                std::initializer_list<std::string_view> may) {
        const Node* name = reader.find("seen_by");
        if (name == nullptr || !name->is_string()) return -1;
        const int index = index_of(monitor_ids_, name->string_value());
        if (index < 0) {
            unknown_name(problems_, place + "/seen_by", name->position(), "monitor", name->string_value(),
                         monitor_ids_);
            return -1;
        }
        monitor_used_[static_cast<std::size_t>(index)] = true;
        const Node& node = *monitor_nodes_[static_cast<std::size_t>(index)];
        for (const std::string_view field : {"miss", "false_alarm", "error_sd"}) {
            if (node.find(field) == nullptr || std::ranges::find(may, field) != may.end()) continue;
            problems_.error("monitor_field", place + "/seen_by", name->position(),
                            std::string(what) + " cannot use '" + std::string(field) + "' of the monitor '" +
                                name->string_value() + "'",
                            "give this reader a monitor of its own without '" + std::string(field) + "'");
        }
        return index;
    }

    int measure(const Node& node, const std::string& place) {
        if (!node.is_string()) return -1;
        const int index = index_of(measure_ids_, node.string_value());
        if (index < 0) unknown_name(problems_, place, node.position(), "measure", node.string_value(), measure_ids_);
        return index;
    }

    // ------------------------------------------------------------------------------------------------ events
    EventSet events(const Node& node, const std::string& place) {
        EventSet set;
        if (node.is_string()) pattern(node, place, set);
        if (node.is_array()) {
            for (std::size_t i = 0; i < node.size(); ++i) {
                if (node.items()[i]->is_string()) pattern(*node.items()[i], place + "/" + std::to_string(i), set);
            }
        }
        std::ranges::sort(set.events);
        const auto tail = std::ranges::unique(set.events);
        set.events.erase(tail.begin(), tail.end());
        return set;
    }

    void pattern(const Node& node, const std::string& place, EventSet& set) {
        problems_.beat();
        const std::string& text = node.string_value();
        set.patterns.push_back(text);
        std::vector<std::string_view> parts;
        for (std::string_view rest = text;;) {
            const std::size_t dot = rest.find('.');
            parts.push_back(rest.substr(0, dot));
            if (dot == std::string_view::npos) break;
            rest.remove_prefix(dot + 1);
        }
        const auto fits = [](std::string_view part, std::string_view id) { return part == "*" || part == id; };
        bool any = false;
        for (std::size_t e = 0; e < work_.events.size(); ++e) {
            const Event& event = work_.events[e];
            const Situation& s = work_.situations[static_cast<std::size_t>(event.situation)];
            const Action& a = s.actions[static_cast<std::size_t>(event.action)];
            std::array<std::string_view, 3> names{s.id, {}, {}};
            std::size_t n = 1;
            if (s.choice) names[n++] = a.id;
            if (event.outcome >= 0) names[n++] = a.outcomes[static_cast<std::size_t>(event.outcome)].id;
            if (n != parts.size()) continue;
            bool match = true;
            for (std::size_t k = 0; k < n; ++k) match = match && fits(parts[k], names[k]);
            if (match) {
                set.events.push_back(static_cast<int>(e));
                any = true;
            }
        }
        if (any || problems_.full()) return;
        std::vector<std::string> known;
        for (const Event& event : work_.events) known.push_back(event_name(work_, event));
        std::string hint = nearest_hint(text, known);
        if (hint.empty()) {
            hint =
                "events are situation.action, situation.action.outcome, or situation.outcome where nobody chooses; * "
                "stands for one part";
        }
        problems_.error("unmatched_event", place, node.position(), "the pattern '" + text + "' matches no event",
                        std::move(hint));
    }

    // -------------------------------------------------------------------------------------------------- KPIs
    void kpis() {
        const Members found = members(member(policy_node_, "kpis"));
        for (std::size_t i = 0; i < found.ids.size(); ++i) policy_.kpis.push_back(kpi(found.ids[i], *found.values[i]));
        policy_.kpi_order = found.order;
        kpi_ids_ = found.ids;
    }

    Kpi kpi(const std::string& id, const Node& node) {
        const std::string place = "/policy/kpis/" + id;
        Kpi kpi{.id = id,
                .title = read_title(node),
                .form = TotalOf{},
                .scale = read_number(node, "scale", 1),
                .monitor = -1,
                .better = Better::Unsaid,
                .stands_for = std::nullopt,
                .unit = {}};
        const std::string better = read_word(node, "better", "");
        kpi.better = better == "higher" ? Better::Higher : better == "lower" ? Better::Lower : Better::Unsaid;
        int forms = 0;
        for (const std::string_view key : {"total", "mean", "ratio", "share"})
            forms += node.find(key) != nullptr ? 1 : 0;
        if (node.is_object() && forms != 1) {
            problems_.error(forms == 0 ? "missing_key" : "exclusive_keys", place, node.position(),
                            "a KPI is exactly one of total, mean, ratio, share");
        }
        if (node.find("of") != nullptr && node.find("share") == nullptr) {
            problems_.error("exclusive_keys", place + "/of", node.find("of")->position(), "'of' belongs to a share",
                            "remove it");
        }
        form(node, place, kpi);
        if (node.find("unit") != nullptr) kpi.unit = read_word(node, "unit", kpi.unit);
        if (const Node* stands = node.find("stands_for")) stands_for(*stands, place, kpi);
        return kpi;
    }

    [[nodiscard]] const std::string& unit_of(int measure) const {
        static const std::string none = "1";
        return measure < 0 ? none : work_.measures[static_cast<std::size_t>(measure)].unit;
    }

    void form(const Node& node, const std::string& place, Kpi& kpi) {
        if (const Node* total = node.find("total")) {
            kpi.form = TotalOf{measure(*total, place + "/total")};
            kpi.unit = unit_of(std::get<TotalOf>(kpi.form).measure);
            kpi.monitor = monitor(node, place, "a total", {"error_sd"});
        } else if (const Node* mean = node.find("mean")) {
            kpi.form = MeanOf{measure(*mean, place + "/mean")};
            kpi.unit = unit_of(std::get<MeanOf>(kpi.form).measure);
            kpi.monitor = monitor(node, place, "a mean", {"error_sd"});
        } else if (const Node* ratio = node.find("ratio")) {
            RatioOf form;
            if (ratio->is_array() && ratio->size() == 2) {
                form.above = measure(*ratio->items()[0], place + "/ratio/0");
                form.below = measure(*ratio->items()[1], place + "/ratio/1");
            }
            kpi.form = form;
            kpi.unit = unit_of(form.above) == unit_of(form.below) ? "1"
                       : unit_of(form.below) == "1"               ? unit_of(form.above)
                                                                  : unit_of(form.above) + "/" + unit_of(form.below);
            kpi.monitor = monitor(node, place, "a ratio", {});
        } else if (const Node* share = node.find("share")) {
            kpi.unit = "1";
            if (const Node* of = node.find("of")) {
                kpi.form = ShareAmong{events(*share, place + "/share"), events(*of, place + "/of")};
                kpi.monitor = monitor(node, place, "a share of events", {});
            } else {
                kpi.form = ShareOf{events(*share, place + "/share")};
                kpi.monitor = monitor(node, place, "a share", {"miss", "false_alarm"});
            }
        }
    }

    void stands_for(const Node& node, const std::string& place, Kpi& kpi) {
        for (const char* party : {"organisation", "customer"}) {
            const Node* what = node.find(party);
            if (what == nullptr) continue;
            const std::string at = place + "/stands_for/" + party;
            const bool customer = std::string_view(party) == "customer";
            StandsFor stands{.party = customer ? Party::Customer : Party::Organisation, .what = -1};
            const bool event = !what->is_string() || what->string_value().find('.') != std::string::npos;
            if (event) stands.what = events(*what, at);
            else stands.what = measure(*what, at);
            if (kpi.better == Better::Unsaid) {
                problems_.error("needs_better", place + "/stands_for", node.position(),
                                "a KPI that stands for something must say which way is better",
                                "add better: higher or lower");
            }
            if (!event) true_sign(std::get<int>(stands.what), customer, at, what->position());
            agreeing_units(stands, kpi, at, what->position());
            kpi.stands_for = std::move(stands);
        }
    }

    void true_sign(int measure, bool customer, const std::string& at, Position position) {
        if (measure < 0) return;
        const auto& weights = customer ? values_.customer : values_.organisation;
        const auto it = std::ranges::find(weights, measure, &std::pair<int, double>::first);
        if (it != weights.end() && it->second != 0) return;
        const std::string path = std::string("values.") + (customer ? "customer." : "organisation.") +
                                 work_.measures[static_cast<std::size_t>(measure)].id;
        problems_.error("no_true_value", at, position,
                        "nothing says whether more of this measure is good: '" + path + "' is missing or 0",
                        "give " + path + " a value");
    }

    /// What the KPI counts, and what it stands for, must be counted in one unit.
    void agreeing_units(const StandsFor& stands, const Kpi& kpi, const std::string& at, Position position) {
        struct Counted {
            const PolicyDecoder& self;
            std::string operator()(const TotalOf& f) const { return self.unit_of(f.measure); }
            std::string operator()(const MeanOf& f) const { return self.unit_of(f.measure); }
            std::string operator()(const RatioOf& f) const { return self.unit_of(f.above); }
            std::string operator()(const ShareOf&) const { return "1"; }
            std::string operator()(const ShareAmong&) const { return "1"; }
        };
        const std::string counted = std::visit(Counted{*this}, kpi.form);
        const std::string truth = std::holds_alternative<int>(stands.what) ? unit_of(std::get<int>(stands.what)) : "1";
        if (counted == truth) return;
        problems_.error(
            "unit_mismatch", at, position,
            "the KPI counts in '" + counted + "' and what it stands for in '" + truth + "': they cannot be compared",
            "let it stand for something in the same unit");
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
        if (rule.monitor >= 0) monitor_used_[static_cast<std::size_t>(rule.monitor)] = true;
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
            rule.form = EachEvent{events(*each, place + "/each"), pay};
            rule.monitor = monitor(node, place, "an event rule", {"miss", "false_alarm"});
            return;
        }
        rule.form = PerMeasure{measure(*node.find("per"), place + "/per"), pay};
        rule.monitor = monitor(node, place, "a per-unit rule", {"miss"});
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
        for (std::size_t i = 0; i < monitor_ids_.size(); ++i) {
            if (!monitor_used_[i])
                problems_.warning("unused", "/policy/monitors/" + monitor_ids_[i], monitor_nodes_[i]->position(),
                                  "nothing is seen by the monitor '" + monitor_ids_[i] + "'");
        }
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
    const Policy* known_policy_ = nullptr;
    const Node* known_node_ = nullptr;
    Policy policy_;
    std::vector<std::string> measure_ids_, monitor_ids_, unit_ids_, kpi_ids_;
    std::vector<const Node*> monitor_nodes_;
    std::vector<bool> monitor_used_, unit_used_;
};

}  // namespace

Policy decode_policy(const Node& document, const Work& work, const Values& values, const Model* known,
                     Problems& problems) {
    return PolicyDecoder(document, work, values, known, problems).run();
}

}  // namespace backfire
