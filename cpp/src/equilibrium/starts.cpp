// Prices a KPI has where it stands at a bound, alone and in combination.
#include "equilibrium/starts.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace backfire {

/// Price on the channels of KPI k if it stood at `bound`, spread as at the base.
void Starts::add_price(std::size_t k, double bound, double share, std::vector<double>& prices) const {
    const KpiReading& reading = task_.readings[k];
    KpiLaw law = base_.laws[k];
    if (!law.exists) return;
    const double old = law.mean;
    law.mean = bound;
    if (law.binomial) law.find = std::clamp(bound / reading.scale, 0.0, 1.0);
    double slope = 0;
    for (std::size_t r = 0; r < task_.rules.size(); ++r) {
        if (task_.rules[r].reading == static_cast<int>(k)) slope += agent_.expect(r, reading, law).slope;
    }
    slope *= share / base_.contacts;
    if (!std::isfinite(slope)) return;
    const auto c = static_cast<std::size_t>(reading.channel);
    if (!reading.ratio) {
        prices[c] += slope;
        return;
    }
    prices[c] += slope * law.gain;
    prices[static_cast<std::size_t>(reading.below)] += slope * law.below_gain * (old == 0 ? 1 : bound / old);
}

std::vector<double> Starts::bounds(std::size_t k) const {
    std::vector<double> bounds;
    for (std::size_t r = 0; r < task_.rules.size(); ++r) {
        if (task_.rules[r].reading != static_cast<int>(k)) continue;
        const std::vector<double>& own = agent_.felt()[r].bounds();
        bounds.insert(bounds.end(), own.begin(), own.end());
    }
    std::ranges::sort(bounds);
    const auto tail = std::ranges::unique(bounds);
    bounds.erase(tail.begin(), tail.end());
    return bounds;
}

std::vector<double> Starts::nearest_bounds(std::size_t k) const {
    std::vector<double> all = bounds(k);
    if (all.size() <= kMostBounds) return all;
    const double mean = base_.laws[k].mean;
    std::ranges::stable_sort(all, {}, [mean](double bound) { return std::abs(bound - mean); });
    all.resize(kMostBounds);
    std::ranges::sort(all);
    return all;
}

std::vector<double> Starts::quiet() const {
    std::vector<double> prices(static_cast<std::size_t>(task_.priced), 0);
    if (task_.time_channel >= 0)
        prices[static_cast<std::size_t>(task_.time_channel)] =
            -base_.flow / base_.mean[static_cast<std::size_t>(task_.time_channel)];
    for (std::size_t c = 0; c < prices.size(); ++c) prices[c] += base_.on_spot[c];
    return prices;
}

std::vector<double> Starts::all_lowest() const {
    std::vector<double> prices = quiet();
    for (std::size_t k = 0; k < task_.readings.size(); ++k) {
        const std::vector<double> own = bounds(k);
        if (!own.empty()) add_price(k, own.front(), 1, prices);
    }
    return prices;
}

std::vector<double> Starts::all_highest() const {
    std::vector<double> prices = quiet();
    for (std::size_t k = 0; k < task_.readings.size(); ++k) {
        const std::vector<double> own = bounds(k);
        if (!own.empty()) add_price(k, own.back(), 1, prices);
    }
    return prices;
}

std::vector<std::vector<double>> Starts::all() const {
    std::vector<std::vector<double>> starts;
    const std::size_t n = task_.readings.size();
    std::vector<std::vector<double>> tried(n);
    for (std::size_t k = 0; k < n; ++k) {
        tried[k] = nearest_bounds(k);
        for (const double bound : tried[k]) {
            for (const double share : {1.0, 0.3}) {
                starts.push_back(quiet());
                add_price(k, bound, share, starts.back());
            }
        }
    }
    if (n > 1) {
        starts.push_back(all_lowest());
        starts.push_back(all_highest());
        combine(tried, starts);
    }
    return starts;
}

std::vector<std::vector<std::vector<double>>> Starts::changes(const std::vector<bool>& wild,
                                                              const std::vector<std::vector<double>>& elsewhere) const {
    const std::size_t n = task_.readings.size();
    std::vector<std::vector<std::vector<double>>> changes(n);
    for (std::size_t k = 0; k < n; ++k) {
        if (!wild[k]) continue;
        const KpiReading& reading = task_.readings[k];
        const auto c = static_cast<std::size_t>(reading.channel);
        const double slope = base_.slope[k] / base_.contacts;
        std::vector<double> away(static_cast<std::size_t>(task_.priced), 0);
        away[c] -= reading.ratio ? slope * base_.laws[k].gain : slope;
        if (reading.ratio) away[static_cast<std::size_t>(reading.below)] -= slope * base_.laws[k].below_gain;
        for (const double price : elsewhere[k]) {
            changes[k].push_back(away);
            changes[k].back()[c] += price;
        }
        for (const double bound : nearest_bounds(k)) {
            std::vector<double> change = away;
            add_price(k, bound, 1, change);
            const bool tried = std::ranges::any_of(changes[k], [&](const std::vector<double>& known) {
                return std::abs(known[c] - change[c]) <= 0.2 * std::max(std::abs(known[c]), std::abs(change[c]));
            });
            if (!tried) changes[k].push_back(std::move(change));
        }
    }
    return changes;
}

std::vector<std::vector<double>> combined(const std::vector<double>& prices,
                                          const std::vector<std::vector<std::vector<double>>>& changes) {
    const std::size_t n = changes.size();
    std::vector<std::vector<double>> starts;
    for (std::size_t size = 2; size <= n; ++size) {
        std::vector<std::size_t> digits(n, 0);
        for (;;) {
            std::size_t at = 0;
            while (at < n && ++digits[at] > changes[at].size()) digits[at++] = 0;
            if (at == n) break;
            if (std::ranges::count_if(digits, [](std::size_t d) { return d > 0; }) != static_cast<std::ptrdiff_t>(size))
                continue;
            if (starts.size() >= static_cast<std::size_t>(kMostCombinations)) return starts;
            starts.push_back(prices);
            for (std::size_t k = 0; k < n; ++k) {
                for (std::size_t c = 0; digits[k] > 0 && c < prices.size(); ++c)
                    starts.back()[c] += changes[k][digits[k] - 1][c];
            }
        }
    }
    return starts;
}

/// Every combination of bounds, KPIs with most at stake first, up to the cap.
void Starts::combine(const std::vector<std::vector<double>>& bounds, std::vector<std::vector<double>>& starts) const {
    std::vector<std::size_t> order(bounds.size());
    std::vector<double> stake(bounds.size(), 0);
    for (std::size_t k = 0; k < bounds.size(); ++k) {
        order[k] = k;
        for (std::size_t r = 0; r < task_.rules.size(); ++r) {
            if (task_.rules[r].reading == static_cast<int>(k))
                stake[k] += agent_.felt()[r].steepest(std::max(base_.laws[k].sd, 1e-300));
        }
    }
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t k) { return stake[k]; });
    std::vector<std::size_t> digits(bounds.size(), 0);
    for (int made = 0; made < kMostCombinations;) {
        std::size_t at = 0;
        while (at < order.size() && ++digits[order[at]] > bounds[order[at]].size()) digits[order[at++]] = 0;
        if (at == order.size()) return;
        const auto chosen = std::ranges::count_if(digits, [](std::size_t d) { return d > 0; });
        if (chosen < 2) continue;
        std::vector<double> prices = quiet();
        for (std::size_t k = 0; k < digits.size(); ++k) {
            if (digits[k] > 0) add_price(k, bounds[k][digits[k] - 1], 1, prices);
        }
        starts.push_back(std::move(prices));
        ++made;
    }
}

}  // namespace backfire
