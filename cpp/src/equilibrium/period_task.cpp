// From the moments of a contact to the prices, the felt payouts and the objective of the period.
#include "equilibrium/period_task.hpp"

#include "response/pass_shape.hpp"

#include <algorithm>
#include <cmath>

namespace backfire {
namespace {

/// Whether a schedule can pay anything but 0.
bool pays(const Schedule& schedule) {
    return std::visit(
        [](const auto& s) { return std::ranges::any_of(s.points, [](const SchedulePoint& p) { return p.y != 0; }); },
        schedule);
}

bool hangs_on_contacts(const Plan& plan, const Policy& policy, const Rule& rule) {
    return plan.hours && rule.monitor >= 0 &&
           policy.monitors[static_cast<std::size_t>(rule.monitor)].samples.has_value();
}

double extent(const FeltSchedule& felt) {
    double low = 0;
    double high = 0;
    for (const double bound : felt.bounds()) {
        const double size = std::max(1.0, std::abs(bound));
        for (const double x : {bound - 1e-9 * size, bound, bound + size}) {
            low = std::min(low, felt.at(x));
            high = std::max(high, felt.at(x));
        }
    }
    return high - low;
}

}  // namespace

OnTheSpot on_the_spot(const Plan& plan, const Policy& policy, const Values& values, bool leave_out_contact_rules,
                      int tile) {
    const Work& work = *plan.work;
    OnTheSpot spot;
    spot.measure.assign(work.measures.size(), all_lanes(0.0));
    spot.event.assign(work.events.size(), all_lanes(0.0));
    const Lanes care = plan.at(tile, plan.preferences.care);
    for (const auto& [measure, weight] : values.customer) {
        for (const auto& [moved, factor] : measure_channel(work, measure).measures)
            spot.measure[static_cast<std::size_t>(moved)] += care * (weight * factor);
    }
    const int agents = static_cast<int>(plan.agents.size());
    for (const auto& rule : policy.rules) {
        if (leave_out_contact_rules && hangs_on_contacts(plan, policy, *rule)) continue;
        const Seen seen = seen_by(policy, rule->monitor);
        for (int l = 0; l < kLanes; ++l) {
            const int agent = std::min(tile * kLanes + l, agents - 1);
            const Taste taste = taste_of(plan, agent);
            const double contacts = plan.hours ? 1 : plan.of(agent, plan.preferences.contacts);
            if (const EachEvent* each = std::get_if<EachEvent>(&rule->form)) {
                const Worth worth = event_worth(*rule, each->pay, seen, contacts, taste);
                for (const int e : each->events.events) spot.event[static_cast<std::size_t>(e)][l] += worth.each;
                spot.every_contact[l] += worth.every_contact;
            } else if (const PerMeasure* per = std::get_if<PerMeasure>(&rule->form)) {
                const double worth = unit_worth(*rule, per->pay, seen, contacts, taste);
                for (const auto& [moved, factor] : measure_channel(work, per->measure).measures)
                    spot.measure[static_cast<std::size_t>(moved)][l] += worth * factor;
            }
        }
    }
    return spot;
}

PeriodTask::PeriodTask(std::shared_ptr<const Plan> plan_in, std::shared_ptr<const Policy> policy_in,
                       std::shared_ptr<const Values> values_in)
    : plan(std::move(plan_in)), policy(std::move(policy_in)), values(std::move(values_in)) {
    const Work& work = *plan->work;
    ReadingPlan reading_plan;
    std::vector<int> read_kpis;
    for (const auto& rule : policy->rules) {
        const OnKpi* on = std::get_if<OnKpi>(&rule->form);
        if (on == nullptr || !pays(on->schedule) || rule->worth == 0) continue;
        if (std::ranges::find(read_kpis, on->kpi) == read_kpis.end()) read_kpis.push_back(on->kpi);
    }
    std::ranges::sort(read_kpis);
    for (const int kpi : read_kpis) reading_plan.add_priced(work, policy->kpis[static_cast<std::size_t>(kpi)]);
    if (plan->hours) {
        time_channel = reading_plan.channels.add(measure_channel(work, work.period.time));
        time_per_hour = work.period.time_per_hour;
        for (const auto& rule : policy->rules) {
            if (!hangs_on_contacts(*plan, *policy, *rule)) continue;
            const Seen seen = seen_by(*policy, rule->monitor);
            if (const EachEvent* each = std::get_if<EachEvent>(&rule->form)) {
                contact_rules.push_back(
                    {rule.get(), each->pay, false, seen, reading_plan.channels.add(event_channel(each->events))});
            } else if (const PerMeasure* per = std::get_if<PerMeasure>(&rule->form)) {
                contact_rules.push_back(
                    {rule.get(), per->pay, true, seen, reading_plan.channels.add(measure_channel(work, per->measure))});
            }
        }
    }
    priced = static_cast<int>(reading_plan.channels.list().size());
    for (const int kpi : read_kpis) readings.push_back(reading_plan.read(work, plan->order, *policy, kpi));
    for (const auto& rule : policy->rules) {
        const OnKpi* on = std::get_if<OnKpi>(&rule->form);
        if (on == nullptr) continue;
        const auto it = std::ranges::find(read_kpis, on->kpi);
        if (it != read_kpis.end() && pays(on->schedule) && rule->worth != 0)
            rules.push_back({rule.get(), &on->schedule, static_cast<int>(it - read_kpis.begin())});
    }
    channels = reading_plan.channels.list();
    shape = shape_of(*plan, channels, priced, reading_plan.pairs);
    if (!one_unknown()) add_slopes(shape);
    recipe = tile_recipe(*plan, shape, channels);
}

OnTheSpot PeriodTask::on_the_spot(int tile) const {
    OnTheSpot spot = backfire::on_the_spot(*plan, *policy, *values, true, tile);
    for (const auto& [measure, price] : given_prices) {
        for (const auto& [moved, factor] : measure_channel(*plan->work, measure).measures)
            spot.measure[static_cast<std::size_t>(moved)] += all_lanes(price * factor);
    }
    return spot;
}

AgentTask::AgentTask(const PeriodTask& task, int agent, const AgentTask* alike)
    : task_(task), taste_(taste_of(*task.plan, agent)), period_(task.plan->of(agent, task.plan->preferences.contacts)) {
    if (alike != nullptr && alike->taste_ == taste_) {
        feelings_ = alike->feelings_;
        return;
    }
    auto feelings = std::make_shared<Feelings>();
    for (const PricingRule& rule : task.rules) {
        feelings->felt.emplace_back(*rule.schedule, rule.rule->worth, rule.rule->loss_frame, taste_);
        feelings->stake += extent(feelings->felt.back());
    }
    feelings_ = std::move(feelings);
}

double AgentTask::contacts(std::span<const double> mean) const {
    if (task_.time_channel < 0) return period_;
    return period_ * task_.time_per_hour / mean[static_cast<std::size_t>(task_.time_channel)];
}

namespace {

/// Value by number of finds among the law's contacts.
std::vector<double> value_of_finds(const FeltSchedule& felt, const KpiReading& reading, const KpiLaw& law) {
    const int n = static_cast<int>(std::lround(law.contacts));
    std::vector<double> finds(static_cast<std::size_t>(n) + 1);
    for (int k = 0; k <= n; ++k) finds[static_cast<std::size_t>(k)] = felt.at(reading.scale * k / n);
    return finds;
}

}  // namespace

double AgentTask::most_convex(std::size_t rule, const KpiReading& reading, const KpiLaw& law, double low,
                              double high) const {
    if (!law.binomial) return felt()[rule].most_convex(low, high, law.sd);
    const double from = std::min(low / reading.scale, high / reading.scale);
    const double to = std::max(low / reading.scale, high / reading.scale);
    return most_convex_binomial(value_of_finds(felt()[rule], reading, law), from, to) / (reading.scale * reading.scale);
}

Expectation AgentTask::expect(std::size_t rule, const KpiReading& reading, const KpiLaw& law) const {
    return expectation(felt()[rule], reading, law);
}

void add_worth(const KpiReading& reading, const KpiLaw& law, double worth, std::span<double> prices) {
    prices[static_cast<std::size_t>(reading.channel)] += reading.ratio ? worth * law.gain : worth;
    if (reading.ratio) prices[static_cast<std::size_t>(reading.below)] += worth * law.below_gain;
}

Expectation expectation(const FeltSchedule& felt, const KpiReading& reading, const KpiLaw& law) {
    if (law.binomial) {
        Expectation e = binomial(value_of_finds(felt, reading, law), law.find);
        const double keep = 1 - reading.seen.miss - reading.seen.false_alarm;
        e.slope *= keep;
        e.bend *= keep * keep;
        return e;
    }
    Expectation e = felt.normal(law.mean, law.sd);
    if (reading.ratio) return e;
    e.slope *= law.gain;
    e.bend *= law.gain * law.gain;
    return e;
}

void AgentTask::follow(std::span<const double> prices, double start_value, Answer& answer) const {
    const auto priced = static_cast<std::size_t>(task_.priced);
    answer.contacts = contacts(answer.mean);
    const double n = answer.contacts;
    const Moments moments{.mean = answer.mean, .second = answer.second, .contacts = n};
    answer.next.assign(priced, 0);
    answer.on_spot.assign(priced, 0);
    answer.laws.resize(task_.readings.size());
    answer.slope.assign(task_.readings.size(), 0);
    answer.bend.assign(task_.readings.size(), 0);
    answer.felt = 0;
    for (std::size_t k = 0; k < task_.readings.size(); ++k) answer.laws[k] = kpi_law(task_.readings[k], moments);
    for (std::size_t r = 0; r < task_.rules.size(); ++r) {
        const auto k = static_cast<std::size_t>(task_.rules[r].reading);
        if (!answer.laws[k].exists) continue;
        const Expectation e = expect(r, task_.readings[k], answer.laws[k]);
        answer.felt += e.value;
        answer.slope[k] += e.slope;
        answer.bend[k] += e.bend;
    }
    double by_contacts = 0;  // ∂Φ/∂N·N through totals
    for (std::size_t k = 0; k < task_.readings.size(); ++k) {
        const KpiReading& reading = task_.readings[k];
        add_worth(reading, answer.laws[k], answer.slope[k] / n, answer.next);
        if (reading.total) by_contacts += answer.slope[k] * answer.mean[static_cast<std::size_t>(reading.channel)];
    }
    double constant = 0;
    for (const ContactRule& rule : task_.contact_rules) {
        const auto c = static_cast<std::size_t>(rule.channel);
        if (rule.per_unit) {
            answer.on_spot[c] += unit_worth(*rule.rule, rule.pay, rule.seen, n, taste_);
        } else {
            const Worth worth = event_worth(*rule.rule, rule.pay, rule.seen, n, taste_);
            answer.on_spot[c] += worth.each;
            constant += worth.every_contact;
        }
    }
    answer.flow = start_value + constant;
    for (std::size_t c = 0; c < priced; ++c) answer.flow -= (prices[c] - answer.on_spot[c]) * answer.weighed[c];
    if (task_.time_channel >= 0) {
        const auto t = static_cast<std::size_t>(task_.time_channel);
        answer.next[t] -= answer.flow / answer.mean[t] + by_contacts / (n * answer.mean[t]);
    }
    answer.residual = 0;
    for (std::size_t c = 0; c < priced; ++c) {
        answer.next[c] += answer.on_spot[c];
        answer.residual = std::max(answer.residual, std::abs(answer.next[c] - prices[c]) * std::abs(answer.mean[c]));
    }
    answer.objective = n * answer.flow + answer.felt;
}

}  // namespace backfire
