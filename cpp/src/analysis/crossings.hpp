/// Crossings: all places where a costly curve over a range meets a level, whatever its shape.
#pragma once

#include <backfire/analysis/break_even.hpp>

#include <functional>
#include <map>
#include <vector>

namespace backfire {

/// Samples a curve adaptively and finds where it meets `target`. NaN is "no value here".
class Crossings {
public:
    /// @param curve called once per x
    Crossings(std::function<double(double)> curve, double low, double high, double target);

    /// What the curve is at `x`, known already and not asked again.
    void know(double x, double y) { known_[x] = y; }

    /// Samples, then finds every crossing; `grid` are places to look at first.
    void run(const std::vector<double>& grid);

    [[nodiscard]] const std::vector<BreakEven::Point>& points() const { return points_; }
    [[nodiscard]] const std::vector<std::pair<double, double>>& stretches() const { return stretches_; }
    /// x, value and whether the curve jumps between the row before and this one.
    [[nodiscard]] Table table() const;

    static constexpr int kMostRefinements = 160;

private:
    struct Sample {
        double x;
        double gap;  ///< value − target
    };
    double value(double x);
    double gap(double x) { return value(x) - target_; }
    [[nodiscard]] bool meets(double gap) const;
    void measure();
    void refine();
    void edges_of_nothing();
    void jumps_elsewhere();
    void read(const std::vector<Sample>& list);
    std::size_t stay(const std::vector<Sample>& list, std::size_t first);
    void cross(Sample left, Sample right);
    void dip(Sample left, Sample middle, Sample right);
    /// Narrows [a, b] around the end of where `inside` holds; it holds at `a`.
    [[nodiscard]] double last_where(double a, double b, const std::function<bool(double)>& inside) const;
    [[nodiscard]] std::vector<Sample> samples() const;

    std::function<double(double)> curve_;
    double low_, high_, target_;
    double spread_ = 0;   ///< of the values found
    double largest_ = 0;  ///< magnitude of values and target
    std::map<double, double> known_;
    std::map<double, bool> jumps_;  ///< right ends of jumps
    std::vector<BreakEven::Point> points_;
    std::vector<std::pair<double, double>> stretches_;
};

}  // namespace backfire
