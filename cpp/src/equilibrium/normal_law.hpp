/// The standard normal law in eight places at once.
#pragma once

#include "response/lanes.hpp"

namespace backfire {

/// e^(−u²/2), and Φ(u) to 1e-15: the ratio of the tail to the former is interpolated in 1/(1 + |u|/4) by Chebyshev's polynomials.
void normal_law(const Lanes& u, Lanes& bell,
                Lanes& share);  // by reference: how a vector is returned differs by instruction set

}  // namespace backfire
