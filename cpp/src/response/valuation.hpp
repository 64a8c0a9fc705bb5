/// How a payout is felt: prospect-theory value and probability weight (Tversky and Kahneman 1992).
#pragma once

#include <cmath>

namespace backfire {

/// What an agent's preferences say about payouts.
struct Taste {
    double loss_aversion = 1;
    double curvature = 1;
    double weighting = 1;
    friend bool operator==(const Taste&, const Taste&) = default;
};

/// v(x) = x^curvature for gains, −loss_aversion·|x|^curvature for losses (Tversky and Kahneman 1992, eq. 5).
[[nodiscard]] inline double felt(double x, const Taste& taste) {
    if (x == 0) return 0;
    const double size = taste.curvature == 1 ? std::abs(x) : std::pow(std::abs(x), taste.curvature);
    return x > 0 ? size : -taste.loss_aversion * size;
}

/// w(p) = p^γ/(p^γ + (1 − p)^γ)^(1/γ) (Tversky and Kahneman 1992, eq. 6); the identity at γ = 1.
[[nodiscard]] inline double weighted(double p, double gamma) {
    if (gamma == 1 || p <= 0 || p >= 1) return p;
    const double up = std::pow(p, gamma);
    return up / std::pow(up + std::pow(1 - p, gamma), 1 / gamma);
}

}  // namespace backfire
