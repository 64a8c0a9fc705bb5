// Quantiles of the trait distributions at lattice midpoints; Boost.Math supplies the inverse distribution functions.
#include "response/quadrature.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>

#include <array>
#include <cmath>
#include <cstdint>

namespace backfire {
namespace {

constexpr double kCut = 1e-4;
constexpr int kOneTrait = 729;        // 3^6
constexpr int kSeveralTraits = 6561;  // 3^8
/// From scripts/lattice_generators.py.
constexpr std::array<std::int64_t, kMostDistributed> kGenerators{1, 4621, 2935, 2567, 5087, 4051, 2797, 3935};

double quantile(const Trait& trait, double q) {
    const double cut = kCut + (1 - 2 * kCut) * q;
    switch (trait.shape) {
        case Trait::Shape::Point: return trait.mean;
        case Trait::Shape::Normal: return boost::math::quantile(boost::math::normal(trait.mean, trait.sd), cut);
        case Trait::Shape::Lognormal: {
            const double variance = std::log1p(trait.sd * trait.sd / (trait.mean * trait.mean));
            return std::exp(std::log(trait.mean) - variance / 2 +
                            std::sqrt(variance) * boost::math::quantile(boost::math::normal(), cut));
        }
        case Trait::Shape::Beta: {
            const double size = trait.mean * (1 - trait.mean) / (trait.sd * trait.sd) - 1;
            return boost::math::quantile(boost::math::beta_distribution<>(trait.mean * size, (1 - trait.mean) * size),
                                         q);
        }
        case Trait::Shape::Uniform: return trait.mean + std::sqrt(3.0) * trait.sd * (2 * q - 1);
    }
    return trait.mean;
}

}  // namespace

SegmentPoints segment_points(const Segment& segment, Pulse& pulse) {
    SegmentPoints points;
    for (const Trait& trait : segment.traits) points.distributed += trait.shape == Trait::Shape::Point ? 0 : 1;
    points.count = points.distributed == 0 ? 1 : points.distributed == 1 ? kOneTrait : kSeveralTraits;
    const std::size_t corners =
        points.distributed == 0 ? 0 : std::size_t{1} << static_cast<unsigned>(points.distributed);
    std::size_t dimension = 0;
    for (const Trait& trait : segment.traits) {
        std::vector<double> values(static_cast<std::size_t>(points.count), trait.mean);
        std::vector<double> ends(corners, trait.mean);
        if (trait.shape != Trait::Shape::Point && dimension < kGenerators.size()) {
            const std::int64_t n = points.count;
            for (std::int64_t i = 0; i < n; ++i) {
                pulse.beat();
                const std::int64_t numerator = (2 * i + 1) * kGenerators[dimension] % (2 * n);
                values[static_cast<std::size_t>(i)] =
                    quantile(trait, static_cast<double>(numerator) / static_cast<double>(2 * n));
            }
            const double low = quantile(trait, 0);
            const double high = quantile(trait, 1);
            for (std::size_t c = 0; c < corners; ++c) ends[c] = ((c >> dimension) & 1U) != 0 ? high : low;
            ++dimension;
        }
        points.values.push_back(std::move(values));
        points.corners.push_back(std::move(ends));
    }
    return points;
}

}  // namespace backfire
