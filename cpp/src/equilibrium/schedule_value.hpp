/// Expected value of a schedule's payout as an agent feels it, and its derivatives in the KPI's mean (design sections 3.2 and 3.3).
#pragma once

#include "response/lanes.hpp"
#include "response/valuation.hpp"

#include <backfire/model/model.hpp>

#include <utility>
#include <vector>

namespace backfire {

/// Payout of a schedule at x, in the rule's unit; a KPI within 1e-12 (relative) of a bound has reached it.
[[nodiscard]] double payout_at(const Schedule& schedule, double x);

/// The best payout of a schedule times `worth` (the largest money it can pay).
[[nodiscard]] double best_payout(const Schedule& schedule, double worth);

/// What an expectation is worth at the margin.
struct Expectation {
    double value = 0;  ///< E[v]
    double slope = 0;  ///< ∂E[v]/∂mean, spread held
    double bend = 0;   ///< ∂²E[v]/∂mean², spread held; 0 where the spread is 0
    double third = 0;  ///< ∂³E[v]/∂mean³ likewise, roughly where curvature bends a sloping piece; 0 for counts of finds
};

/// A rule's schedule as one agent feels it: v(worth·payout(x)), or v(worth·payout(x) − best) in a loss frame.
class FeltSchedule {
public:
    /// Where a piecewise linear value changes.
    struct Kink {
        double at;
        double jump;  ///< change of value
        double bend;  ///< change of slope
    };

    /// @param taste with neutral preferences and no loss frame the value is plain money
    FeltSchedule(const Schedule& schedule, double worth, bool loss_frame, const Taste& taste);

    /// Under the normal law with this mean and spread (sd ≥ 0). Closed form; where curvature bends a sloping piece,
    /// quadrature (Takahasi and Mori 1974) to 1e-10 of the rule's range.
    [[nodiscard]] Expectation normal(double mean, double sd) const;
    /// The slope of `normal` alone, to the same digits.
    [[nodiscard]] double slope(double mean, double sd) const;
    /// Bounds on it over all means within [low, high] and spreads within [least, most]; the ends may be infinite. Infinite where
    /// none is known.
    [[nodiscard]] std::pair<double, double> slope_between(double low, double high, double least, double most) const;
    /// Value at x.
    [[nodiscard]] double at(double x) const;
    /// Bounds where value or slope change, in order.
    [[nodiscard]] const std::vector<double>& bounds() const { return bounds_; }
    /// Every change of the value, in order; none where it is curved.
    [[nodiscard]] const std::vector<Kink>& kinks() const { return kinks_; }
    /// Whether curvature bends a sloping piece, so that slopes differ between bounds.
    [[nodiscard]] bool curved() const { return !pieces_.empty(); }
    /// Largest step of value at a bound plus what the steepest slopes add over one unit: the scale of prices.
    [[nodiscard]] double steepest(double sd) const;
    /// A bound on ∂²E[v]/∂mean² over means within [low, high] at this spread; infinite where none is known.
    [[nodiscard]] double most_convex(double low, double high, double sd) const;
    /// Adds ∂E[v]/∂mean at eight means, where the schedule is not curved and sd > 0.
    void add_slopes(const Lanes& means, double sd, Lanes& sum) const;

private:
    struct Piece {
        double low, high;  ///< may be infinite above
        double zero;       ///< where the payout would be 0
        double slope;      ///< money per unit of x
    };
    /// The value right of some kinks and left of all others, as if it ran straight on.
    struct Line {
        double at;  ///< the last of those kinks
        double value;
        double slope;
        [[nodiscard]] double along(double x) const { return value + slope * (x - at); }
    };
    /// Kinks within `reach` of [low, high] as indices [first, second).
    [[nodiscard]] std::pair<std::size_t, std::size_t> kinks_near(double low, double high, double reach) const;
    [[nodiscard]] Expectation smooth(double mean, double sd) const;
    /// ∫ v(y(x)) φ over the sloping pieces, or of its slope.
    [[nodiscard]] double integrate(double centre, double sd, bool slopes) const;

    const Schedule* schedule_;
    double worth_;
    double reference_;
    Taste taste_;
    double left_ = 0;                               ///< value below every bound
    std::vector<Kink> kinks_;                       ///< piecewise linear value, in order
    std::vector<Line> lines_;                       ///< right of the first 0, 1, … kinks
    double jumps_ = 0;                              ///< Σ|jump|
    double most_slope_ = 0;                         ///< largest |slope| of any piece
    std::vector<Piece> pieces_;                     ///< sloping pieces bent by curvature
    std::vector<std::pair<double, double>> flats_;  ///< curved schedules: bound and value from there on, where flat
    std::vector<double> bounds_;
};

/// A count of finds is exact up to this many reviewed contacts.
inline constexpr int kMostFinds = 100;

/// Expected value of a table over the number of finds among n ≤ kMostFinds contacts, each a find with chance s: binomial, exact, with its
/// derivatives in s.
[[nodiscard]] Expectation binomial(const std::vector<double>& value_of_finds, double s);

/// A bound on its second derivative in s over s within [low, high].
[[nodiscard]] double most_convex_binomial(const std::vector<double>& value_of_finds, double low, double high);

}  // namespace backfire
