// Amounts come from the numbers of a tile, worths from the fixed point each agent keeps; the continuation is opened backwards.
#include "analysis/ledger.hpp"

#include "core/nearest.hpp"
#include "response/pass_shape.hpp"
#include "response/tile_numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace backfire {

std::string_view to_string(PartKind kind) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(PartKind::Choice) + 1> kNames{
        "effort", "care", "rule", "price", "time", "unsettled", "continuation", "choice"};
    return kNames[static_cast<std::size_t>(kind)];
}

namespace {

std::string joined(const std::vector<std::string>& patterns) {
    std::string text;
    for (const std::string& pattern : patterns) text += (text.empty() ? "" : ", ") + pattern;
    return text;
}

/// What a KPI is made of: the channel and the name of each side.
struct Sides {
    const Work& work;
    using List = std::vector<std::pair<Channel, std::string>>;
    [[nodiscard]] List measure(int m) const {
        return {{measure_channel(work, m), work.measures[static_cast<std::size_t>(m)].id}};
    }
    [[nodiscard]] static List events(const EventSet& set) { return {{event_channel(set), joined(set.patterns)}}; }
    [[nodiscard]] static List both(List above, const List& below) {
        above.insert(above.end(), below.begin(), below.end());
        return above;
    }
    List operator()(const TotalOf& f) const { return measure(f.measure); }
    List operator()(const MeanOf& f) const { return measure(f.measure); }
    List operator()(const RatioOf& f) const { return both(measure(f.above), measure(f.below)); }
    List operator()(const ShareOf& f) const { return events(f.events); }
    List operator()(const ShareAmong& f) const { return both(events(f.events), events(f.of)); }
};

/// The customer's value as one channel: money per contact.
Channel customer_channel(const Work& work, const Values& values) {
    std::map<int, double> weights;
    for (const auto& [measure, weight] : values.customer) {
        for (const auto& [moved, factor] : measure_channel(work, measure).measures) weights[moved] += weight * factor;
    }
    return {.measures = {weights.begin(), weights.end()}, .events = {}};
}

}  // namespace

LedgerPlan::LedgerPlan(const PeriodTask& period) : task(period) {
    const Work& work = *task.plan->work;
    Channels list;
    for (const Channel& channel : task.channels) list.add(channel);
    parts.push_back({.kind = PartKind::Effort, .name = {}, .measure = {}});
    parts.push_back(
        {.kind = PartKind::Care, .channel = list.add(customer_channel(work, *task.values)), .name = {}, .measure = {}});
    add_rules(list);
    for (const int r : task.policy->rule_order) add_prices(list, static_cast<std::size_t>(r));
    if (task.time_channel >= 0) {
        parts.push_back({.kind = PartKind::Time,
                         .channel = task.time_channel,
                         .name = {},
                         .measure = work.measures[static_cast<std::size_t>(work.period.time)].id});
    }
    for (const PartKind last : {PartKind::Unsettled, PartKind::Continuation, PartKind::Choice})
        parts.push_back({.kind = last, .name = {}, .measure = {}});
    channels = list.list();
    shape = shape_of(*task.plan, channels, 0, {});
    recipe = tile_recipe(*task.plan, shape, channels);
}

void LedgerPlan::add_rules(Channels& list) {
    const Work& work = *task.plan->work;
    for (const int r : task.policy->rule_order) {
        const Rule& rule = *task.policy->rules[static_cast<std::size_t>(r)];
        if (const EachEvent* each = std::get_if<EachEvent>(&rule.form)) {
            parts.push_back({.kind = PartKind::Rule,
                             .rule = r,
                             .channel = list.add(event_channel(each->events)),
                             .name = rule.id,
                             .measure = joined(each->events.patterns)});
        } else if (const PerMeasure* per = std::get_if<PerMeasure>(&rule.form)) {
            parts.push_back({.kind = PartKind::Rule,
                             .rule = r,
                             .channel = list.add(measure_channel(work, per->measure)),
                             .name = rule.id,
                             .measure = work.measures[static_cast<std::size_t>(per->measure)].id});
        }
    }
}

void LedgerPlan::add_prices(Channels& list, std::size_t r) {
    const Work& work = *task.plan->work;
    const Rule& rule = *task.policy->rules[r];
    const OnKpi* on = std::get_if<OnKpi>(&rule.form);
    if (on == nullptr) return;
    const Kpi& kpi = task.policy->kpis[static_cast<std::size_t>(on->kpi)];
    bool above = true;
    for (auto& [channel, name] : std::visit(Sides{work}, kpi.form)) {
        const int at = list.add(channel);
        if (!above && parts.back().channel == at) {  // a ratio of a thing to itself
            parts.back().below = true;
            continue;
        }
        parts.push_back({.kind = PartKind::Price,
                         .rule = static_cast<int>(r),
                         .channel = at,
                         .above = above,
                         .below = !above,
                         .name = rule.id,
                         .measure = name});
        above = false;
    }
    if (!std::holds_alternative<TotalOf>(kpi.form) || task.time_channel < 0) return;
    if (parts.back().channel == task.time_channel) {  // the total of time itself
        parts.back().contacts = true;
        return;
    }
    parts.push_back({.kind = PartKind::Price,
                     .rule = static_cast<int>(r),
                     .channel = task.time_channel,
                     .above = false,
                     .contacts = true,
                     .name = rule.id,
                     .measure = work.measures[static_cast<std::size_t>(work.period.time)].id});
}

std::size_t LedgerPlan::part_of(PartKind kind) const {
    return static_cast<std::size_t>(std::ranges::find(parts, kind, &LedgerPart::kind) - parts.begin());
}

LedgerPlace LedgerPlan::place(int situation, const std::vector<int>& actions) const {
    const PlannedSituation& planned = task.plan->situations[static_cast<std::size_t>(situation)];
    LedgerPlace place;
    for (const int a : actions) place.actions.push_back(planned.first_action + a);
    std::vector<char> follows(task.plan->situations.size(), 0);
    for (const int s : shape.topological) {
        const auto at = static_cast<std::size_t>(s);
        if (s != situation && follows[at] == 0) continue;
        if (s != situation) place.following.push_back(s);
        const int first = shape.opening_first[static_cast<std::size_t>(task.plan->situations[at].first_action)];
        const int last = shape.opening_first[static_cast<std::size_t>(task.plan->situations[at].last_action)];
        for (int o = first; o < last; ++o)
            follows[static_cast<std::size_t>(shape.opening_target[static_cast<std::size_t>(o)])] = 1;
    }
    std::ranges::reverse(place.following);
    return place;
}

TileLedgers::TileLedgers(const LedgerPlan& plan, const Solution::Parts& solution, int tile)
    : plan_(plan), solution_(solution), first_agent_(tile * kLanes), tile_(plan.task, tile) {
    for (int l = 0; l < agents(); ++l) tile_.set_prices(l, solution.kept(first_agent_ + l).prices);
    tile_.pass();
    answers_.resize(static_cast<std::size_t>(agents()));
    for (int l = 0; l < agents(); ++l)
        tile_.answer(l, solution.kept(first_agent_ + l).prices, answers_[static_cast<std::size_t>(l)]);
    fill_tile(*plan.task.plan, plan.shape, plan.recipe, plan.task.on_the_spot(tile), tile, numbers_);
}

double TileLedgers::occasions(int lane, int situation) const {
    return answers_[static_cast<std::size_t>(lane)].contacts *
           tile_.room().visits[static_cast<std::size_t>(situation)][lane];
}

/// What a KPI rule makes one more unit worth at the margin.
void TileLedgers::price(int lane, const LedgerPart& part, double& felt, double& paid) const {
    const Answer& answer = answers_[static_cast<std::size_t>(lane)];
    const Rule* rule = plan_.task.policy->rules[static_cast<std::size_t>(part.rule)].get();
    const auto it = std::ranges::find(plan_.task.rules, rule, &PricingRule::rule);
    if (it == plan_.task.rules.end()) return;  // it can pay nothing
    const KpiReading& reading = plan_.task.readings[static_cast<std::size_t>(it->reading)];
    const KpiLaw& law = answer.laws[static_cast<std::size_t>(it->reading)];
    if (!law.exists) return;
    double per_unit = part.above ? (reading.ratio ? law.gain : 1) : 0;
    if (part.below) per_unit += law.below_gain;
    if (part.contacts) {
        const double time = answer.mean[static_cast<std::size_t>(plan_.task.time_channel)];
        per_unit -= answer.mean[static_cast<std::size_t>(reading.channel)] / time;
    }
    per_unit /= answer.contacts;
    const auto index = static_cast<std::size_t>(it - plan_.task.rules.begin());
    felt = per_unit * tile_.agent(lane).expect(index, reading, law).slope;
    paid = per_unit * expectation(FeltSchedule(*it->schedule, rule->worth, false, {}), reading, law).slope;
}

TileLedgers::Worths TileLedgers::worths(int lane) const {
    const Plan& work = *plan_.task.plan;
    const Policy& policy = *plan_.task.policy;
    const int agent = first_agent_ + lane;
    const Answer& answer = answers_[static_cast<std::size_t>(lane)];
    const Taste taste = taste_of(work, agent);
    Worths worths{std::vector<double>(plan_.parts.size()), std::vector<double>(plan_.parts.size()),
                  std::vector<double>(static_cast<std::size_t>(plan_.task.priced))};
    for (std::size_t i = 0; i < plan_.parts.size(); ++i) {
        const LedgerPart& part = plan_.parts[i];
        if (part.kind == PartKind::Care) worths.felt[i] = work.of(agent, work.preferences.care);
        if (part.kind == PartKind::Price) price(lane, part, worths.felt[i], worths.paid[i]);
        if (part.kind == PartKind::Time)
            worths.felt[i] = -answer.flow / answer.mean[static_cast<std::size_t>(plan_.task.time_channel)];
        if (part.kind != PartKind::Rule) continue;
        const Rule& rule = *policy.rules[static_cast<std::size_t>(part.rule)];
        const Seen seen = seen_by(policy, rule.monitor);
        const double looked = seen.chance(answer.contacts);
        if (const EachEvent* each = std::get_if<EachEvent>(&rule.form)) {
            worths.felt[i] = event_worth(rule, each->pay, seen, answer.contacts, taste).each;
            worths.paid[i] = each->pay * rule.worth * looked * (1 - seen.miss - seen.false_alarm);
        } else if (const PerMeasure* per = std::get_if<PerMeasure>(&rule.form)) {
            worths.felt[i] = unit_worth(rule, per->pay, seen, answer.contacts, taste);
            worths.paid[i] = per->pay * rule.worth * looked * (1 - seen.miss);
        }
    }
    // The kept prices differ from those that follow by what the search left over: rounding where it found a fixed point.
    const FixedPoint& kept = solution_.kept(agent);
    const bool settled = solution_.answers[static_cast<std::size_t>(agent)].reached;
    for (std::size_t c = 0; c < worths.unsettled.size(); ++c) {
        const double left = kept.prices[c] - answer.next[c];
        double* largest = nullptr;
        for (std::size_t i = 0; i < plan_.parts.size() && settled; ++i) {
            const bool priced = plan_.parts[i].channel == static_cast<int>(c) &&
                                (plan_.parts[i].kind == PartKind::Price || plan_.parts[i].kind == PartKind::Time);
            if (priced && (largest == nullptr || std::abs(worths.felt[i]) > std::abs(*largest)))
                largest = &worths.felt[i];
        }
        (largest != nullptr ? *largest : worths.unsettled[c]) += left;
    }
    return worths;
}

void TileLedgers::action(int lane, int flat, const Worths& worths, const Following& below, ActionLedger& ledger) const {
    const PassShape& shape = plan_.shape;
    const auto at = static_cast<std::size_t>(flat);
    const std::size_t parts = plan_.parts.size();
    std::vector<double> amount(plan_.channels.size());
    for (int t = shape.touch_first[at]; t < shape.touch_first[at + 1]; ++t)
        amount[static_cast<std::size_t>(shape.touch_channel[static_cast<std::size_t>(t)])] =
            number(shape.touch_at[static_cast<std::size_t>(t)], lane);
    ledger.direct.assign(parts, 0);
    ledger.money.assign(parts, 0);
    for (std::size_t i = 0; i < parts; ++i) {
        if (plan_.parts[i].channel < 0) continue;
        ledger.direct[i] = worths.felt[i] * amount[static_cast<std::size_t>(plan_.parts[i].channel)];
        ledger.money[i] = worths.paid[i] * amount[static_cast<std::size_t>(plan_.parts[i].channel)];
    }
    const PlannedAction& planned = plan_.task.plan->actions[at];
    if (planned.effort >= 0)
        ledger.direct[plan_.part_of(PartKind::Effort)] = -plan_.task.plan->of(first_agent_ + lane, planned.effort);
    double& unsettled = ledger.direct[plan_.part_of(PartKind::Unsettled)];
    for (std::size_t c = 0; c < worths.unsettled.size(); ++c) unsettled += worths.unsettled[c] * amount[c];
    ledger.whole = ledger.direct;
    ledger.whole_money = ledger.money;
    double& continuation = ledger.direct[plan_.part_of(PartKind::Continuation)];
    for (int o = shape.opening_first[at]; o < shape.opening_first[at + 1]; ++o) {
        const auto target = static_cast<std::size_t>(shape.opening_target[static_cast<std::size_t>(o)]);
        const double weight = number(shape.at_foresight, lane) * number(shape.at_opening + o, lane);
        continuation += weight * tile_.room().value[target][lane];
        for (std::size_t i = 0; i < parts; ++i) {
            ledger.whole[i] += weight * below.felt[target][i];
            ledger.whole_money[i] += weight * below.money[target][i];
        }
    }
}

std::vector<ActionLedger> TileLedgers::of(int lane, const LedgerPlace& place) const {
    const Plan& work = *plan_.task.plan;
    const Worths worths = this->worths(lane);
    const std::size_t parts = plan_.parts.size();
    Following below{.felt = std::vector<std::vector<double>>(work.situations.size()),
                    .money = std::vector<std::vector<double>>(work.situations.size())};
    ActionLedger ledger;
    for (const int following : place.following) {
        const auto s = static_cast<std::size_t>(following);
        const PlannedSituation& situation = work.situations[s];
        std::vector<double>& felt = below.felt[s];
        std::vector<double>& money = below.money[s];
        felt.assign(parts, 0);
        money.assign(parts, 0);
        double spent = 0;
        for (int a = situation.first_action; a < situation.last_action; ++a) {
            const double share = probability(lane, a);
            if (share == 0) continue;
            action(lane, a, worths, below, ledger);
            for (std::size_t i = 0; i < parts; ++i) {
                felt[i] += share * ledger.whole[i];
                money[i] += share * ledger.whole_money[i];
                spent += share * ledger.direct[i];
            }
        }
        if (situation.choice) felt[plan_.part_of(PartKind::Choice)] += tile_.room().value[s][lane] - spent;
    }
    std::vector<ActionLedger> ledgers(place.actions.size());
    for (std::size_t i = 0; i < ledgers.size(); ++i) action(lane, place.actions[i], worths, below, ledgers[i]);
    return ledgers;
}

}  // namespace backfire
