// Channels, what monitors see, and what is worth how much on the spot.
#include "response/task.hpp"

#include <algorithm>
#include <cmath>

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

double factor_in(const Channel& channel, int measure) {
    for (const auto& [m, factor] : channel.measures) {
        if (m == measure) return factor;
    }
    return 0;
}

bool counts(const Channel& channel, int event) {
    return event >= 0 && channel.measures.empty() && std::ranges::binary_search(channel.events, event);
}

}  // namespace backfire
