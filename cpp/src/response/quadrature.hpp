/// Quadrature over distributed traits: the points a segment's agents stand at, fixed by the scenario.
#pragma once

#include "core/pulse.hpp"

#include <backfire/model/model.hpp>

#include <cstddef>
#include <vector>

namespace backfire {

/// Most traits of one segment that may be distributed.
inline constexpr int kMostDistributed = 8;

/// Equally weighted points of one segment; one point where no trait is distributed.
struct SegmentPoints {
    int count = 1;
    int distributed = 0;                       ///< how many traits are distributed
    std::vector<std::vector<double>> values;   ///< [trait of the segment][point]
    std::vector<std::vector<double>> corners;  ///< [trait][corner of the box of distributed traits]
};

/// Midpoints of a rank-1 lattice in the space of quantiles: 729 points for one distributed trait, 6,561 for two to eight. Positive
/// equal weights: for one trait and a probability that rises or falls in it the error is below 1/(2·729), however steep.
/// Normal and lognormal traits are cut at their 1e-4 and 1 − 1e-4 quantiles.
/// @throws Interrupted when the pulse's caller says stop
[[nodiscard]] SegmentPoints segment_points(const Segment& segment, Pulse& pulse);

/// Whether a point belongs to the embedded rule of a third of the points, whose distance estimates the error.
[[nodiscard]] inline bool in_coarse_rule(int point) { return point % 3 == 1; }

}  // namespace backfire
