// Boost.Math narrows brackets (TOMS 748) and near misses (Brent); sampling and jumps are this file's own.
#include "analysis/crossings.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <exception>
#include <limits>
#include <tuple>

namespace backfire {
namespace {

/// Longest step of the sampled curve, in units of the whole range and of the whole spread of values.
constexpr double kLongestStep = 0.06;
/// Narrowest step that sampling takes, as a share of the range.
constexpr double kNarrowest = 1e-4;
/// How narrow a jump is made, and how precise a point is, as shares of the range.
constexpr double kJumpWidth = 1e-9;
constexpr double kPrecise = 1e-12;
/// What is left of a change within kPrecise of the range is a jump from here on, as a share of the spread.
constexpr double kJump = 1e-6;

/// A bracket turned out to hold an x where the curve has no value.
struct NothingThere : std::exception {};

}  // namespace

Crossings::Crossings(std::function<double(double)> curve, double low, double high, double target)
    : curve_(std::move(curve)), low_(low), high_(high), target_(target) {}

double Crossings::value(double x) {
    const auto it = known_.find(x);
    if (it != known_.end()) return it->second;
    return known_[x] = curve_(x);
}

/// Rounding apart: what neither the values' size nor their spread can tell from the target.
bool Crossings::meets(double gap) const { return std::abs(gap) <= std::max(1e-11 * spread_, 1e-13 * largest_); }

void Crossings::measure() {
    double bottom = std::numeric_limits<double>::infinity();
    double top = -bottom;
    largest_ = std::abs(target_);
    for (const auto& [x, y] : known_) {
        if (std::isnan(y)) continue;
        bottom = std::min(bottom, y);
        top = std::max(top, y);
        largest_ = std::max(largest_, std::abs(y));
    }
    spread_ = top > bottom ? top - bottom : 0;
    if (spread_ <= 1e-11 * largest_) spread_ = 0;  // rounding
}

std::vector<Crossings::Sample> Crossings::samples() const {
    std::vector<Sample> list;
    for (const auto& [x, y] : known_) list.push_back({x, y - target_});
    return list;
}

void Crossings::run(const std::vector<double>& grid) {
    for (const double x : grid) (void)value(x);
    measure();
    edges_of_nothing();
    refine();
    jumps_elsewhere();
    measure();
    read(samples());
    std::ranges::sort(points_, {}, &BreakEven::Point::x);
}

/// Halves the longest steps of the curve until it is drawn well, moves nowhere, or enough has been asked.
void Crossings::refine() {
    const double range = high_ - low_;
    for (int step = 0; step < kMostRefinements && spread_ > 0; ++step) {
        double longest = kLongestStep;
        double at = 0;
        for (auto right = std::next(known_.begin()); right != known_.end(); ++right) {
            const auto left = std::prev(right);
            const double width = (right->first - left->first) / range;
            const double length = std::hypot(width, (right->second - left->second) / spread_);
            if (width > kNarrowest && length > longest) {
                longest = length;
                at = 0.5 * (left->first + right->first);
            }
        }
        if (longest == kLongestStep) return;
        (void)value(at);
        measure();
    }
}

double Crossings::last_where(double a, double b, const std::function<bool(double)>& inside) const {
    while (std::abs(b - a) > kJumpWidth * (high_ - low_)) {
        const double middle = 0.5 * (a + b);
        if (middle == a || middle == b) break;
        (inside(middle) ? a : b) = middle;
    }
    return a;
}

/// Where values begin and end, so that a crossing beside nothing is seen.
void Crossings::edges_of_nothing() {
    const std::vector<Sample> list = samples();
    for (std::size_t i = 1; i < list.size(); ++i) {
        const bool there = !std::isnan(list[i].gap);
        if (there == !std::isnan(list[i - 1].gap)) continue;
        const double a = there ? list[i].x : list[i - 1].x;
        const double b = there ? list[i - 1].x : list[i].x;
        (void)last_where(a, b, [this](double x) { return !std::isnan(value(x)); });
    }
    measure();
}

/// Jumps that do not pass the target are found for the curve's sake.
void Crossings::jumps_elsewhere() {
    const double range = high_ - low_;
    const std::vector<Sample> list = samples();
    for (std::size_t i = 1; i < list.size(); ++i) {
        double a = list[i - 1].x;
        double b = list[i].x;
        const double change = std::abs(list[i].gap - list[i - 1].gap);
        const bool passes = list[i].gap * list[i - 1].gap <= 0;
        if (passes || b - a > 2 * kNarrowest * range || !(change > kLongestStep / 2 * spread_)) continue;
        while (b - a > kJumpWidth * range) {
            const double middle = 0.5 * (a + b);
            const double y = value(middle);
            if (std::isnan(y)) break;
            (std::abs(y - value(a)) > std::abs(value(b) - y) ? b : a) = middle;
        }
        if (std::abs(value(b) - value(a)) > change / 2) jumps_[b] = true;
    }
}

void Crossings::read(const std::vector<Sample>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (std::isnan(list[i].gap)) continue;
        if (meets(list[i].gap)) {
            i = stay(list, i);
            continue;
        }
        if (i + 1 == list.size() || std::isnan(list[i + 1].gap)) continue;
        if (!meets(list[i + 1].gap) && list[i].gap * list[i + 1].gap < 0) cross(list[i], list[i + 1]);
        if (i == 0 || std::isnan(list[i - 1].gap) || meets(list[i - 1].gap) || meets(list[i + 1].gap)) continue;
        const double sign = list[i].gap > 0 ? 1 : -1;
        const double before = sign * list[i - 1].gap;
        const double here = sign * list[i].gap;
        const double after = sign * list[i + 1].gap;
        // A smooth curve dips below a sample by no more than what its neighbours are above it.
        const bool near = here <= 2 * std::max(before - here, after - here);
        if (before > 0 && after > 0 && here <= before && here <= after && near) dip(list[i - 1], list[i], list[i + 1]);
    }
}

/// The curve is at the target at `first`, perhaps for a while; gives the last sample of it.
std::size_t Crossings::stay(const std::vector<Sample>& list, std::size_t first) {
    std::size_t last = first;
    while (last + 1 < list.size() && meets(list[last + 1].gap)) ++last;
    const auto on_target = [this](double x) { return meets(gap(x)); };
    const double before = first > 0 ? list[first - 1].gap : std::numeric_limits<double>::quiet_NaN();
    const double after = last + 1 < list.size() ? list[last + 1].gap : std::numeric_limits<double>::quiet_NaN();
    const int direction = before * after < 0 ? (after > 0 ? 1 : -1) : 0;
    if (first == last) {
        points_.push_back({list[first].x, false, direction, target_, target_});
        return last;
    }
    const double from = first > 0 ? last_where(list[first].x, list[first - 1].x, on_target) : list[first].x;
    const double to = last + 1 < list.size() ? last_where(list[last].x, list[last + 1].x, on_target) : list[last].x;
    points_.push_back({from, false, 0, target_, target_});
    points_.push_back({to, false, 0, target_, target_});
    stretches_.emplace_back(from, to);
    return last;
}

void Crossings::cross(Sample left, Sample right) {
    const double width = kPrecise * (high_ - low_);
    const auto narrow = [&](double a, double b) {
        return b - a <= std::max(width, 4e-16 * std::max(std::abs(a), std::abs(b)));
    };
    std::uintmax_t steps = 200;
    const auto curve = [this](double x) {
        const double g = gap(x);
        if (std::isnan(g)) throw NothingThere{};
        return g;
    };
    double a = left.x;
    double b = right.x;
    try {
        std::tie(a, b) = boost::math::tools::toms748_solve(curve, left.x, right.x, left.gap, right.gap, narrow, steps);
    } catch (const NothingThere&) {  // read what is there on both sides of nothing
        std::vector<Sample> inside;
        for (const Sample& s : samples()) {
            if (s.x >= left.x && s.x <= right.x) inside.push_back(s);
        }
        read(inside);
        return;
    }
    const double below = gap(a);
    const double above = gap(b);
    const int direction = right.gap > left.gap ? 1 : -1;
    if (std::abs(above - below) > std::max(kJump * spread_, 1e-9 * largest_)) {
        jumps_[b] = true;
        points_.push_back({0.5 * (a + b), true, direction, below + target_, above + target_});
        return;
    }
    const double x = std::abs(below) <= std::abs(above) ? a : b;
    points_.push_back({x, false, direction, value(x), value(x)});
}

/// Two crossings between samples, a touch, or a near miss.
void Crossings::dip(Sample left, Sample middle, Sample right) {
    const double sign = middle.gap > 0 ? 1 : -1;
    std::uintmax_t steps = 60;
    const auto distance = [&](double x) {
        const double g = gap(x);
        return std::isnan(g) ? std::numeric_limits<double>::infinity() : sign * g;
    };
    auto [x, nearest] = boost::math::tools::brent_find_minima(distance, left.x, right.x, 40, steps);
    if (nearest > 0 && nearest <= 1e-6 * spread_) {  // a kink is known no better than x: look again, closer
        const double centre = x;
        const double reach = 1e-6 * (high_ - low_);
        steps = 60;
        const auto [place, closer] = boost::math::tools::brent_find_minima(
            [&](double u) { return distance(std::clamp(centre + reach * u, left.x, right.x)); }, -1.0, 1.0, 40, steps);
        if (closer < nearest) {
            x = std::clamp(centre + reach * place, left.x, right.x);
            nearest = closer;
        }
    }
    // Brent's method knows the lowest place to the square root of rounding: the target is touched within that.
    if (std::abs(nearest) <= std::max(1e-9 * spread_, 1e-13 * largest_)) {
        points_.push_back({x, false, 0, target_, target_});
        return;
    }
    if (nearest > 0) return;
    cross(left, {x, sign * nearest});
    cross({x, sign * nearest}, right);
}

Table Crossings::table() const {
    std::vector<double> x, y;
    std::vector<bool> jump;
    for (const auto& [at, value] : known_) {
        x.push_back(at);
        y.push_back(value);
        jump.push_back(jumps_.contains(at));
    }
    return {{{"x", std::move(x)}, {"value", std::move(y)}, {"jump", std::move(jump)}}};
}

}  // namespace backfire
