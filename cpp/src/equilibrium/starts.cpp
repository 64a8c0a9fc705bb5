// Prices a KPI has where it stands at a bound, alone and in combination.
#include "equilibrium/starts.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

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
    law.below_gain *= old == 0 ? 1 : bound / old;  // the ratio's own derivative, where it is the bound
    add_worth(reading, law, slope, prices);
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
        std::vector<double> away(static_cast<std::size_t>(task_.priced), 0);
        add_worth(reading, base_.laws[k], -base_.slope[k] / base_.contacts, away);
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

namespace {

/// Choices of at most one of several options by KPI; the KPI first in `order` changes fastest.
class Choices {
public:
    Choices(std::vector<std::size_t> options, std::vector<std::size_t> order)
        : options_(std::move(options)), order_(std::move(order)), chosen_(options_.size(), 0) {}

    /// Goes on to the next choice that chooses anything; false where there is none.
    bool next() {
        std::size_t at = 0;
        while (at < order_.size() && ++chosen_[order_[at]] > options_[order_[at]]) chosen_[order_[at++]] = 0;
        return at < order_.size();
    }
    /// How many KPIs something is chosen for.
    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(std::ranges::count_if(chosen_, [](std::size_t option) { return option > 0; }));
    }
    /// Calls `visit(kpi, option)` for every KPI that something is chosen for.
    template <class Visit>
    void each(const Visit& visit) const {
        for (std::size_t k = 0; k < chosen_.size(); ++k) {
            if (chosen_[k] > 0) visit(k, chosen_[k] - 1);
        }
    }

private:
    std::vector<std::size_t> options_, order_, chosen_;
};

template <class Lists>
std::vector<std::size_t> sizes_of(const Lists& lists) {
    std::vector<std::size_t> sizes;
    for (const auto& list : lists) sizes.push_back(list.size());
    return sizes;
}

std::vector<std::size_t> in_order(std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

}  // namespace

std::vector<std::vector<double>> combined(const std::vector<double>& prices,
                                          const std::vector<std::vector<std::vector<double>>>& changes) {
    const std::size_t n = changes.size();
    std::vector<std::vector<double>> starts;
    for (std::size_t size = 2; size <= n; ++size) {
        for (Choices choices(sizes_of(changes), in_order(n)); choices.next();) {
            if (choices.count() != size) continue;
            if (starts.size() >= static_cast<std::size_t>(kMostCombinations)) return starts;
            starts.push_back(prices);
            choices.each([&](std::size_t k, std::size_t option) {
                for (std::size_t c = 0; c < prices.size(); ++c) starts.back()[c] += changes[k][option][c];
            });
        }
    }
    return starts;
}

/// Every combination of bounds, KPIs with most at stake first, up to the cap.
void Starts::combine(const std::vector<std::vector<double>>& bounds, std::vector<std::vector<double>>& starts) const {
    std::vector<double> stake(bounds.size(), 0);
    for (std::size_t r = 0; r < task_.rules.size(); ++r) {
        const auto k = static_cast<std::size_t>(task_.rules[r].reading);
        stake[k] += agent_.felt()[r].steepest(std::max(base_.laws[k].sd, 1e-300));
    }
    std::vector<std::size_t> order = in_order(bounds.size());
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t k) { return stake[k]; });
    Choices choices(sizes_of(bounds), std::move(order));
    for (int made = 0; made < kMostCombinations && choices.next();) {
        if (choices.count() < 2) continue;
        starts.push_back(quiet());
        choices.each([&](std::size_t k, std::size_t option) { add_price(k, bounds[k][option], 1, starts.back()); });
        ++made;
    }
}

}  // namespace backfire
