// Piecewise linear values have closed forms under the normal law: jumps weigh Φ, bends weigh σ(uΦ + φ).
#include "equilibrium/schedule_value.hpp"

#include "equilibrium/normal_law.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

namespace backfire {
namespace {

constexpr double kFar = 38;  ///< spreads beyond which the normal law is 0 or 1 to the last digit
constexpr double kInf = std::numeric_limits<double>::infinity();

double density(double u) { return 0.3989422804014326779 * std::exp(-0.5 * u * u); }
double below(double u) { return 0.5 * std::erfc(-u * 0.7071067811865475244); }

bool reached(double x, double bound) { return x >= bound - 1e-12 * std::abs(bound); }

/// The first point whose bound x has not reached.
std::vector<SchedulePoint>::const_iterator first_not_reached(const std::vector<SchedulePoint>& points, double x) {
    return std::ranges::partition_point(points, [x](const SchedulePoint& p) { return reached(x, p.x); });
}

const std::vector<SchedulePoint>& points_of(const Schedule& schedule) {
    return std::visit([](const auto& s) -> const std::vector<SchedulePoint>& { return s.points; }, schedule);
}

struct PayoutAt {
    double x;
    double operator()(const Steps& s) const {
        const auto next = first_not_reached(s.points, x);
        return next == s.points.begin() ? 0 : std::prev(next)->y;
    }
    double operator()(const Curve& c) const {
        if (c.points.empty()) return 0;
        const auto b = first_not_reached(c.points, x);
        if (b == c.points.begin()) return c.points.front().y;
        const auto a = std::prev(b);
        return b == c.points.end() ? a->y : a->y + (b->y - a->y) * (x - a->x) / (b->x - a->x);
    }
    double operator()(const Tiers& t) const {
        double y = 0;
        for (std::size_t i = 0; i < t.points.size() && x > t.points[i].x; ++i) {
            const double end = i + 1 < t.points.size() ? std::min(x, t.points[i + 1].x) : x;
            y += t.points[i].y * (end - t.points[i].x);
        }
        return y;
    }
};

/// A piecewise linear payout: value at each knot and the slope from it on.
struct Knot {
    double x, payout, slope;
};

struct KnotsOf {
    double worth;
    std::vector<Knot> operator()(const Steps&) const { return {}; }
    std::vector<Knot> operator()(const Curve& c) const {
        std::vector<Knot> knots;
        for (std::size_t i = 0; i < c.points.size(); ++i) {
            const bool last = i + 1 == c.points.size();
            const double slope =
                last ? 0 : worth * (c.points[i + 1].y - c.points[i].y) / (c.points[i + 1].x - c.points[i].x);
            knots.push_back({c.points[i].x, worth * c.points[i].y, slope});
        }
        return knots;
    }
    std::vector<Knot> operator()(const Tiers& t) const {
        std::vector<Knot> knots;
        double payout = 0;
        for (std::size_t i = 0; i < t.points.size(); ++i) {
            if (i > 0) payout += worth * t.points[i - 1].y * (t.points[i].x - t.points[i - 1].x);
            knots.push_back({t.points[i].x, payout, worth * t.points[i].y});
        }
        return knots;
    }
};

/// Nodes and weights of the double exponential rule on [0, 1]: distance from the nearer end, which end, weight.
struct Abscissa {
    double distance;
    bool from_low;
    double weight;
};

const std::vector<Abscissa>& double_exponential() {
    static const std::vector<Abscissa> nodes = [] {
        std::vector<Abscissa> list;
        constexpr double kStep = 1.0 / 12;
        for (int k = -62; k <= 62; ++k) {
            const double t = k * kStep;
            const double s = 1.5707963267948966 * std::sinh(t);
            const double away = 1 / (1 + std::exp(2 * std::abs(s)));  // distance from the nearer end of [0, 1]
            const double weight = kStep * 1.5707963267948966 * std::cosh(t) / (2 * std::cosh(s) * std::cosh(s));
            if (away > 0 && weight > 0 && std::isfinite(weight)) list.push_back({away, t < 0, weight});
        }
        return list;
    }();
    return nodes;
}

}  // namespace

double payout_at(const Schedule& schedule, double x) { return std::visit(PayoutAt{x}, schedule); }

double best_payout(const Schedule& schedule, double worth) {
    const std::vector<SchedulePoint>& points = points_of(schedule);
    if (const Steps* steps = std::get_if<Steps>(&schedule)) {
        double best = steps->points.empty() || std::isfinite(steps->points.front().x) ? 0 : -kInf;
        for (const SchedulePoint& p : points) best = std::max(best, worth * p.y);
        return best;
    }
    double best = -kInf;
    for (const Knot& knot : std::visit(KnotsOf{worth}, schedule)) best = std::max(best, knot.payout);
    return std::isfinite(best) ? best : 0;
}

FeltSchedule::FeltSchedule(const Schedule& schedule, double worth, bool loss_frame, const Taste& taste)
    : schedule_(&schedule), worth_(worth), reference_(loss_frame ? best_payout(schedule, worth) : 0), taste_(taste) {
    if (const Steps* steps = std::get_if<Steps>(&schedule)) {
        double value = felt(-reference_, taste);
        left_ = value;
        for (const SchedulePoint& p : steps->points) {
            const double next = felt(worth * p.y - reference_, taste);
            if (std::isinf(p.x)) left_ = next;
            else if (next != value) kinks_.push_back({p.x, next - value, 0});
            value = next;
        }
    } else {
        std::vector<Knot> knots = std::visit(KnotsOf{worth}, schedule);
        for (Knot& knot : knots) knot.payout -= reference_;
        left_ = felt(knots.empty() ? -reference_ : knots.front().payout, taste);
        // Cut sloping pieces where the payout changes sign: gains and losses are felt differently.
        std::vector<Knot> cut;
        for (std::size_t i = 0; i < knots.size(); ++i) {
            cut.push_back(knots[i]);
            const double end = i + 1 < knots.size() ? knots[i + 1].x : kInf;
            const double zero = knots[i].slope == 0 ? kInf : knots[i].x - knots[i].payout / knots[i].slope;
            if (zero > knots[i].x && zero < end) cut.push_back({zero, 0, knots[i].slope});
        }
        const bool bent = taste.curvature != 1 && std::ranges::any_of(cut, [](const Knot& k) { return k.slope != 0; });
        double slope = 0;
        for (std::size_t i = 0; i < cut.size(); ++i) {
            const Knot& knot = cut[i];
            const double end = i + 1 < cut.size() ? cut[i + 1].x : kInf;
            if (bent) {
                if (knot.slope == 0) flats_.emplace_back(knot.x, felt(knot.payout, taste));
                else pieces_.push_back({knot.x, end, knot.x - knot.payout / knot.slope, knot.slope});
                bounds_.push_back(knot.x);
                continue;
            }
            const bool losing = knot.payout < 0 || (knot.payout == 0 && knot.slope < 0);
            const double next = knot.slope * (losing ? taste.loss_aversion : 1);
            if (next != slope) kinks_.push_back({knot.x, 0, next - slope});
            slope = next;
        }
    }
    lines_.push_back({0, left_, 0});
    for (const Kink& kink : kinks_) {
        bounds_.push_back(kink.at);
        const Line& before = lines_.back();
        lines_.push_back({kink.at, before.along(kink.at) + kink.jump, before.slope + kink.bend});
        jumps_ += std::abs(kink.jump);
        most_slope_ = std::max(most_slope_, std::abs(lines_.back().slope));
    }
    for (const Piece& piece : pieces_)
        most_slope_ =
            std::max(most_slope_, std::abs(piece.slope) * std::max(1.0, taste.loss_aversion) * taste.curvature);
}

std::pair<std::size_t, std::size_t> FeltSchedule::kinks_near(double low, double high, double reach) const {
    const auto first = std::ranges::lower_bound(kinks_, low - reach, {}, &Kink::at);
    const auto last = std::ranges::upper_bound(first, kinks_.end(), high + reach, {}, &Kink::at);
    return {static_cast<std::size_t>(first - kinks_.begin()), static_cast<std::size_t>(last - kinks_.begin())};
}

double FeltSchedule::at(double x) const { return felt(worth_ * payout_at(*schedule_, x) - reference_, taste_); }

double FeltSchedule::steepest(double sd) const { return most_slope_ + (sd > 0 ? jumps_ * 0.4 / sd : 0); }

double FeltSchedule::most_convex(double low, double high, double sd) const {
    if (curved()) return kInf;
    double sum = 0;
    const double near = sd > 0 ? kFar * sd : 1e-12 * std::max(std::abs(low), std::abs(high));
    const auto [first, last] = kinks_near(low, high, near);
    for (std::size_t i = first; i < last; ++i) {
        const Kink& kink = kinks_[i];
        const double away = std::max({0.0, kink.at - high, low - kink.at});
        if (!(sd > 0)) {
            if (away <= 1e-12 * std::abs(kink.at)) return kInf;
            continue;
        }
        const double u = away / sd;
        // A jump up is convex below its bound, a jump down above it; u·φ(u) is largest at 1.
        const bool convex_side = kink.jump > 0 ? low < kink.at : high > kink.at;
        if (kink.jump != 0 && convex_side)
            sum += std::abs(kink.jump) * std::max(1.0, u) * density(std::max(1.0, u)) / (sd * sd);
        if (kink.bend > 0) sum += kink.bend * density(u) / sd;
    }
    return sum;
}

void FeltSchedule::add_slopes(const Lanes& means, double sd, Lanes& sum) const {
    double lowest = means[0];
    double highest = means[0];
    for (int i = 1; i < kLanes; ++i) {
        lowest = std::min(lowest, means[i]);
        highest = std::max(highest, means[i]);
    }
    const auto [first, last] = kinks_near(lowest, highest, kFar * sd);
    sum += all_lanes(lines_[first].slope);
    for (std::size_t k = first; k < last; ++k) {
        const Kink& kink = kinks_[k];
        alignas(64) const Lanes u = (means - kink.at) * (1 / sd);
        alignas(64) Lanes bell{};
        alignas(64) Lanes share{};
        normal_law(u, bell, share);
        sum += bell * (kink.jump * 0.3989422804014326779 / sd) + kink.bend * share;
    }
}

double FeltSchedule::slope(double mean, double sd) const {
    if (curved()) return sd > 0 ? integrate(mean, sd, true) : smooth(mean, sd).slope;
    if (!(sd > 0)) {
        const auto above = std::ranges::partition_point(kinks_, [&](const Kink& k) { return reached(mean, k.at); });
        return lines_[static_cast<std::size_t>(above - kinks_.begin())].slope;
    }
    const auto [first, last] = kinks_near(mean, mean, kFar * sd);
    double slope = lines_[first].slope;
    for (std::size_t i = first; i < last; ++i) {
        const Kink& kink = kinks_[i];
        const double u = (mean - kink.at) / sd;
        if (kink.jump != 0) slope += kink.jump * density(u) / sd;
        if (kink.bend != 0) slope += kink.bend * below(u);
    }
    return slope;
}

namespace {

/// φ(away/s)/s, the weight of a jump so far away; it is largest where s is `away`.
double jump_weight(double away, double s) {
    if (std::isinf(s) || std::isinf(away)) return 0;
    if (s == 0) return away > 0 ? 0 : kInf;
    return density(away / s) / s;
}

/// Φ((mean − bound)/s) where either may be an end of its range.
double share_past(double past, double s) {
    if (std::isinf(past) || s == 0) return past > 0 ? 1 : past < 0 ? 0 : 0.5;
    return std::isinf(s) ? 0.5 : below(past / s);
}

}  // namespace

std::pair<double, double> FeltSchedule::slope_between(double low, double high, double least, double most) const {
    if (curved()) return {-kInf, kInf};
    double smallest = 0;
    double largest = 0;
    for (const Kink& kink : kinks_) {
        if (kink.jump != 0) {
            const double near = std::max({0.0, kink.at - high, low - kink.at});
            const double far = std::max(std::abs(kink.at - low), std::abs(kink.at - high));
            const double most_weight = jump_weight(near, std::clamp(near, least, most));
            const double least_weight =
                least == 0 ? 0
                           : std::min(jump_weight(far, least), jump_weight(far, most));  // no spread: no jump is felt
            smallest += kink.jump * (kink.jump > 0 ? least_weight : most_weight);
            largest += kink.jump * (kink.jump > 0 ? most_weight : least_weight);
        }
        if (kink.bend != 0) {
            const double rounding = 1e-12 * std::abs(kink.at);
            const double lowest = share_past(low - kink.at - rounding, low > kink.at ? most : least);
            const double highest = share_past(high - kink.at + rounding, high > kink.at ? least : most);
            smallest += kink.bend * (kink.bend > 0 ? lowest : highest);
            largest += kink.bend * (kink.bend > 0 ? highest : lowest);
        }
    }
    return {smallest, largest};
}

Expectation FeltSchedule::normal(double mean, double sd) const {
    if (curved()) return smooth(mean, sd);
    if (!(sd > 0)) {
        const auto above = std::ranges::partition_point(kinks_, [&](const Kink& k) { return reached(mean, k.at); });
        return {.value = at(mean), .slope = lines_[static_cast<std::size_t>(above - kinks_.begin())].slope, .bend = 0};
    }
    const auto [first, last] = kinks_near(mean, mean, kFar * sd);
    const Line& left = lines_[first];
    Expectation e{.value = left.along(mean), .slope = left.slope, .bend = 0};
    for (std::size_t i = first; i < last; ++i) {
        const Kink& kink = kinks_[i];
        const double u = (mean - kink.at) / sd;
        const double phi = density(u);
        const double share = below(u);
        e.value += kink.jump * share + kink.bend * sd * (u * share + phi);
        e.slope += kink.jump * phi / sd + kink.bend * share;
        const double tilt = kink.bend - kink.jump * u / sd;
        e.bend += tilt * phi / sd;
        e.third -= (kink.jump / sd + tilt * u) * phi / (sd * sd);
    }
    return e;
}

double FeltSchedule::integrate(double centre, double sd, bool slopes) const {
    const double c = taste_.curvature;
    double sum = 0;
    for (const Piece& piece : pieces_) {
        const std::array<double, 6> cuts{centre - 12 * sd, centre - 6 * sd, centre - 2 * sd,
                                         centre + 2 * sd,  centre + 6 * sd, centre + 12 * sd};
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
            const double low = std::max(piece.low, cuts[i]);
            const double high = std::min(piece.high, cuts[i + 1]);
            if (!(low < high)) continue;
            const double width = high - low;
            for (const Abscissa& node : double_exponential()) {
                const double away = node.distance * width;
                const double x = node.from_low ? low + away : high - away;
                const double from_zero = node.from_low ? (low - piece.zero) + away : (high - piece.zero) - away;
                const double y = piece.slope * from_zero;
                const double size = std::abs(y);
                if (size == 0) continue;
                const double sign = y < 0 ? taste_.loss_aversion : 1;
                const double v = slopes ? piece.slope * c * std::pow(size, c - 1) * sign
                                        : (y < 0 ? -sign : sign) * std::pow(size, c);
                sum += node.weight * width * v * density((x - centre) / sd) / sd;
            }
        }
    }
    return sum;
}

/// Sloping pieces under curvature: ∫ v(y(x)) φ and ∫ v′(y(x)) y′ φ, with the distance from where y is 0 taken exactly.
Expectation FeltSchedule::smooth(double mean, double sd) const {
    Expectation e;
    const double c = taste_.curvature;
    if (!(sd > 0)) {
        e.value = at(mean);
        for (const Piece& piece : pieces_) {
            if (!reached(mean, piece.low) || reached(mean, piece.high)) continue;
            const double y = piece.slope * (mean - piece.zero);
            e.slope = piece.slope * c * std::pow(std::abs(y), c - 1) * (y < 0 ? taste_.loss_aversion : 1);
        }
        return e;
    }
    const auto share = [&](double low, double high) { return below((high - mean) / sd) - below((low - mean) / sd); };
    const double first = bounds_.empty() ? kInf : bounds_.front();
    e.value += left_ * below((first - mean) / sd);
    for (const auto& [bound, value] : flats_) {
        const auto next = std::ranges::upper_bound(bounds_, bound);
        e.value += value * share(bound, next == bounds_.end() ? kInf : *next);
    }
    e.value += integrate(mean, sd, false);
    e.slope = integrate(mean, sd, true);
    const double h = 1e-3 * sd;
    const double right = integrate(mean + h, sd, true);
    const double left = integrate(mean - h, sd, true);
    e.bend = (right - left) / (2 * h);
    e.third = (right - 2 * e.slope + left) / (h * h);
    return e;
}

namespace {

/// ln k! of every count of finds. std::lgamma would do but for the global in which it leaves its sign: a race.
double log_factorial(int k) {
    static const std::array<double, kMostFinds + 1> table = [] {
        std::array<double, kMostFinds + 1> logs{};
        long double sum = 0;
        for (std::size_t i = 1; i < logs.size(); ++i) {
            sum += std::log(static_cast<long double>(i));
            logs[i] = static_cast<double>(sum);
        }
        return logs;
    }();
    return table[static_cast<std::size_t>(k)];
}

/// Chance of k finds among `trials`, each with chance s.
double binomial_law(int trials, int k, double s) {
    if (trials < 0) return 0.0;
    if (s == 0) return k == 0 ? 1.0 : 0.0;
    if (s == 1) return k == trials ? 1.0 : 0.0;
    const double choose = log_factorial(trials) - log_factorial(k) - log_factorial(trials - k);
    return std::exp(choose + k * std::log(s) + (trials - k) * std::log1p(-s));
}

}  // namespace

double most_convex_binomial(const std::vector<double>& value_of_finds, double low, double high) {
    const int n = static_cast<int>(value_of_finds.size()) - 1;
    low = std::clamp(low, 0.0, 1.0);
    high = std::clamp(high, low, 1.0);
    double sum = 0;
    for (int k = 0; k + 1 < n; ++k) {
        const auto at = static_cast<std::size_t>(k);
        const double second = value_of_finds[at + 2] - 2 * value_of_finds[at + 1] + value_of_finds[at];
        if (second <= 0) continue;
        const double likeliest = n == 2 ? low : std::clamp(static_cast<double>(k) / (n - 2), low, high);
        sum += second * n * (n - 1.0) * binomial_law(n - 2, k, likeliest);
    }
    return sum;
}

Expectation binomial(const std::vector<double>& value_of_finds, double s) {
    const int n = static_cast<int>(value_of_finds.size()) - 1;
    s = std::clamp(s, 0.0, 1.0);  // rounding only: s is a chance
    const auto law = [s](int trials, int k) { return binomial_law(trials, k, s); };
    Expectation e;
    for (int k = 0; k <= n; ++k) e.value += law(n, k) * value_of_finds[static_cast<std::size_t>(k)];
    for (int k = 0; k < n; ++k) {
        const auto at = static_cast<std::size_t>(k);
        e.slope += n * law(n - 1, k) * (value_of_finds[at + 1] - value_of_finds[at]);
        if (k + 1 < n)
            e.bend += n * (n - 1.0) * law(n - 2, k) *
                      (value_of_finds[at + 2] - 2 * value_of_finds[at + 1] + value_of_finds[at]);
    }
    return e;
}

}  // namespace backfire
