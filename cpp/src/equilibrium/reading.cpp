// Means and spreads of the KPI forms, delta method for ratios, the period's luck on top, binomial where finds can be counted.
#include "equilibrium/reading.hpp"

#include "equilibrium/schedule_value.hpp"

#include <algorithm>
#include <cmath>

namespace backfire {
namespace {

struct FormChannels {
    const Work& work;
    std::vector<Channel> operator()(const TotalOf& f) const { return {measure_channel(work, f.measure)}; }
    std::vector<Channel> operator()(const MeanOf& f) const { return {measure_channel(work, f.measure)}; }
    std::vector<Channel> operator()(const RatioOf& f) const {
        return {measure_channel(work, f.above), measure_channel(work, f.below)};
    }
    std::vector<Channel> operator()(const ShareOf& f) const { return {event_channel(f.events)}; }
    std::vector<Channel> operator()(const ShareAmong& f) const {
        return {event_channel(f.events), event_channel(f.of)};
    }
};

double factor_of(const Channel& channel, int measure) {
    const auto it = std::ranges::find(channel.measures, measure, &std::pair<int, double>::first);
    return it == channel.measures.end() ? 0 : it->second;
}

}  // namespace

void ReadingPlan::add_priced(const Work& work, const Kpi& kpi) {
    for (Channel& channel : std::visit(FormChannels{work}, kpi.form)) channels.add(std::move(channel));
}

int ReadingPlan::pair(int c, int d) {
    const std::pair<int, int> wanted{std::min(c, d), std::max(c, d)};
    const auto it = std::ranges::find(pairs, wanted);
    if (it != pairs.end()) return static_cast<int>(it - pairs.begin());
    pairs.push_back(wanted);
    return static_cast<int>(pairs.size()) - 1;
}

KpiReading ReadingPlan::read(const Work& work, const Order& order, const Policy& policy, int index) {
    const Kpi& kpi = policy.kpis[static_cast<std::size_t>(index)];
    const std::vector<Channel> forms = std::visit(FormChannels{work}, kpi.form);
    KpiReading reading;
    reading.kpi = index;
    reading.scale = kpi.scale;
    reading.seen = seen_by(policy, kpi.monitor);
    reading.total = std::holds_alternative<TotalOf>(kpi.form);
    reading.share = std::holds_alternative<ShareOf>(kpi.form);
    reading.ratio = forms.size() == 2;
    reading.channel = channels.add(forms[0]);
    reading.square = pair(reading.channel, reading.channel);
    if (reading.share) reading.at_most_once = most_occurrences(work, order, std::get<ShareOf>(kpi.form).events) <= 1;
    if (reading.ratio) {
        reading.below = channels.add(forms[1]);
        reading.below_square = pair(reading.below, reading.below);
        reading.cross = pair(reading.channel, reading.below);
    }
    for (std::size_t i = 0; i < work.measures.size(); ++i) {
        const double cv = work.measures[i].period_cv;
        if (cv == 0 || work.measures[i].derived) continue;
        const double above = factor_of(forms[0], static_cast<int>(i));
        const double below = reading.ratio ? factor_of(forms[1], static_cast<int>(i)) : 0;
        if (above == 0 && below == 0) continue;
        reading.luck.push_back({channels.add(measure_channel(work, static_cast<int>(i))), above * cv, below * cv});
    }
    return reading;
}

double covariance(const Moments& moments, int pair, int c, int d) {
    const double second = moments.second[static_cast<std::size_t>(pair)];
    const double value = second - moments.mean[static_cast<std::size_t>(c)] * moments.mean[static_cast<std::size_t>(d)];
    return c == d && value < 1e-12 * second ? 0 : value;
}

namespace {

KpiLaw ratio_law(const KpiReading& reading, const Moments& moments, KpiLaw law) {
    const double a = moments.mean[static_cast<std::size_t>(reading.channel)];
    const double b = moments.mean[static_cast<std::size_t>(reading.below)];
    if (b == 0) {
        law.exists = false;
        return law;
    }
    const double up = 1 / b;
    const double down = -a / (b * b);
    law.mean = reading.scale * a / b;
    law.gain = reading.scale * up;
    law.below_gain = reading.scale * down;
    const double caa = covariance(moments, reading.square, reading.channel, reading.channel);
    const double cbb = covariance(moments, reading.below_square, reading.below, reading.below);
    const double cab = covariance(moments, reading.cross, reading.channel, reading.below);
    const double contacts_variance = up * up * caa + 2 * up * down * cab + down * down * cbb;
    // Terms cancel where the two sides move together: what rounding leaves is no spread.
    const double size = up * up * caa + std::abs(2 * up * down * cab) + down * down * cbb;
    double variance =
        contacts_variance <= 1e-12 * std::max(size, a * a / (b * b)) ? 0 : contacts_variance / law.contacts;
    for (const KpiReading::Luck& luck : reading.luck) {
        const double swing =
            (luck.above * up + luck.below * down) * moments.mean[static_cast<std::size_t>(luck.channel)];
        variance += swing * swing;
    }
    law.sd = std::abs(reading.scale) * std::sqrt(variance);
    return law;
}

}  // namespace

Reviewed reviewed_contacts(const KpiReading& reading, double contacts) {
    const double reviewed = reading.seen.number(contacts);
    const double whole = std::round(reviewed);
    return {.contacts = reviewed,
            .counted = reading.share && reading.at_most_once && reviewed <= kMostFinds && whole >= 1 &&
                       std::abs(reviewed - whole) <= 1e-12 * whole};
}

KpiLaw kpi_law(const KpiReading& reading, const Moments& moments) {
    KpiLaw law;
    const Reviewed reviewed = reviewed_contacts(reading, moments.contacts);
    law.contacts = reviewed.contacts;
    law.binomial = reviewed.counted;
    if (reading.ratio) return ratio_law(reading, moments, law);
    const double m = moments.mean[static_cast<std::size_t>(reading.channel)];
    const double c = covariance(moments, reading.square, reading.channel, reading.channel);
    const double scale = reading.scale * (reading.total ? moments.contacts : 1);
    if (reading.share) {
        const double keep = 1 - reading.seen.miss - reading.seen.false_alarm;
        const double alarm = reading.seen.false_alarm;
        law.find = alarm + keep * m;
        law.mean = scale * law.find;
        law.gain = scale * keep;
        const double each = keep * keep * c + m * reading.seen.miss * (1 - reading.seen.miss) +
                            (1 - std::min(m, 1.0)) * alarm * (1 - alarm);
        law.sd = std::abs(scale) * std::sqrt(std::max(0.0, each) / law.contacts);
        return law;
    }
    double variance = (c + reading.seen.error_sd * reading.seen.error_sd) / law.contacts;
    for (const KpiReading::Luck& luck : reading.luck) {
        const double swing = luck.above * moments.mean[static_cast<std::size_t>(luck.channel)];
        variance += swing * swing;
    }
    law.mean = scale * m;
    law.gain = scale;
    law.sd = std::abs(scale) * std::sqrt(variance);
    return law;
}

}  // namespace backfire
