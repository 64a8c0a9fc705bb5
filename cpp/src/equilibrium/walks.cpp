// Matrices of lanes: every lane's linear equations are solved at once, without pivoting, as I − J nearly leads its diagonal.
#include "equilibrium/walks.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace backfire {
namespace {

constexpr double kSafe = 0.7;      ///< growth up to which spreads that move with behaviour cannot make it 1
constexpr std::size_t kExact = 4;  ///< prices up to which the Jacobian's eigenvalues are taken at every step
constexpr int kPatience = 20;      ///< steps after which a walk that is slow takes exact eigenvalues

}  // namespace

Walks::Walks(const PeriodTask& task, TileEvaluation& tile)
    : task_(task),
      tile_(tile),
      n_(static_cast<std::size_t>(task.priced)),
      walks_(static_cast<std::size_t>(tile.agents())),
      weight_(n_, all_lanes(1.0)),
      gap_(n_, all_lanes(0.0)),
      gap_before_(n_, all_lanes(0.0)),
      change_(n_, all_lanes(0.0)),
      scratch_(n_, all_lanes(0.0)),
      jacobian_(n_ * n_, all_lanes(0.0)),
      jacobian_before_(n_ * n_, all_lanes(0.0)),
      reply_(n_ * n_, all_lanes(0.0)),
      replies_(n_ * n_, false),
      factor_(n_ * n_, all_lanes(0.0)),
      steep_(walks_.size(), 0),
      moving_(walks_.size(), false) {
    const auto reply = [&](int c, int d) {
        replies_[static_cast<std::size_t>(c) * n_ + static_cast<std::size_t>(d)] = true;
    };
    for (const KpiReading& r : task.readings) {
        reply(r.channel, r.channel);
        if (!r.ratio) continue;
        reply(r.channel, r.below);
        reply(r.below, r.channel);
        reply(r.below, r.below);
    }
}

void Walks::set_out(std::size_t lane, std::vector<double> prices) {
    Walk& walk = walks_[lane];
    walk.active = true;
    walk.arrived = false;
    walk.moved = false;
    walk.steps = 0;
    walk.time = 1;
    walk.best.clear();
    walk.prices = std::move(prices);
}

bool Walks::any_active() const { return std::ranges::any_of(walks_, &Walk::active); }

void Walks::look(bool slopes) {
    for (std::size_t l = 0; l < walks_.size(); ++l) {
        if (walks_[l].active) tile_.set_prices(static_cast<int>(l), walks_[l].prices);
    }
    tile_.pass(slopes);
    for (Lanes& x : reply_) x = all_lanes(0.0);
    for (std::size_t l = 0; l < walks_.size(); ++l) {
        if (!walks_[l].active) continue;
        tile_.answer(static_cast<int>(l), walks_[l].prices, walks_[l].answer);
        weigh(l);
        if (slopes) add_reply(l);
    }
    if (slopes) held_jacobian();
}

void Walks::take_jacobian(std::size_t lane, const std::vector<double>& jacobian) {
    const auto at = static_cast<int>(lane);
    for (std::size_t c = 0; c < n_; ++c) {
        for (std::size_t d = 0; d < n_; ++d)
            jacobian_[c * n_ + d][at] = jacobian[c * n_ + d] * (weight_[c][at] / weight_[d][at]);
    }
    steep_[lane] = 1e300;
}

void Walks::weigh(std::size_t l) {
    const auto lane = static_cast<int>(l);
    const Answer& answer = walks_[l].answer;
    for (std::size_t c = 0; c < n_; ++c) weight_[c][lane] = std::max(1e-300, std::abs(answer.mean[c]));
    const auto rms = [&](int channel, int pair) {
        Lanes& w = weight_[static_cast<std::size_t>(channel)];
        const double size = std::sqrt(std::max(0.0, answer.second[static_cast<std::size_t>(pair)]));
        w[lane] = size > w[lane] ? size : w[lane];
    };
    for (const KpiReading& reading : task_.readings) {
        rms(reading.channel, reading.square);
        if (reading.ratio) rms(reading.below, reading.below_square);
    }
}

/// ∂next/∂m with spreads held, and the bound on growth that its convex parts give.
void Walks::add_reply(std::size_t l) {
    const auto lane = static_cast<int>(l);
    const Answer& a = walks_[l].answer;
    steep_[l] = 0;
    const auto slope = [&](int c, int d) { return tile_.slope(lane, c, d); };
    const auto add = [&](int c, int d, double x) {
        reply_[static_cast<std::size_t>(c) * n_ + static_cast<std::size_t>(d)][lane] += x / a.contacts;
    };
    for (std::size_t k = 0; k < task_.readings.size(); ++k) {
        const KpiReading& r = task_.readings[k];
        if (!a.laws[k].exists) continue;
        if (!r.ratio) {
            add(r.channel, r.channel, a.bend[k]);
            steep_[l] += std::max(0.0, a.bend[k]) * slope(r.channel, r.channel) / a.contacts;
            continue;
        }
        const double up = a.laws[k].gain;
        const double down = a.laws[k].below_gain;
        const double b = a.mean[static_cast<std::size_t>(r.below)];
        const double across = a.bend[k] * up * down - a.slope[k] * up / b;
        add(r.channel, r.channel, a.bend[k] * up * up);
        add(r.channel, r.below, across);
        add(r.below, r.channel, across);
        add(r.below, r.below, a.bend[k] * down * down - 2 * a.slope[k] * down / b);
        steep_[l] += std::max(0.0, a.bend[k]) *
                     (up * up * slope(r.channel, r.channel) + 2 * up * down * slope(r.channel, r.below) +
                      down * down * slope(r.below, r.below)) /
                     a.contacts;
        steep_[l] += std::abs(a.slope[k] / b) / a.contacts *
                     (2 * std::abs(up * slope(r.channel, r.below)) + 2 * std::abs(down) * slope(r.below, r.below));
    }
    if (task_.time_channel >= 0 || task_.shape.foresight) steep_[l] = 1e300;
}

/// What prices do to means, times what means do to prices.
void Walks::held_jacobian() {
    const LaneList& slopes = tile_.room().slope;
    for (std::size_t c = 0; c < n_; ++c) {
        Lanes* row = jacobian_.data() + c * n_;
        for (std::size_t d = 0; d < n_; ++d) row[d] = all_lanes(0.0);
        for (std::size_t i = 0; i < n_; ++i) {
            if (!replies_[c * n_ + i]) continue;
            const Lanes reply = reply_[c * n_ + i];
            for (std::size_t d = 0; d < n_; ++d) row[d] += reply * slopes[i * n_ + d];
        }
    }
    if (task_.time_channel >= 0) {
        const auto t = static_cast<std::size_t>(task_.time_channel);
        for (std::size_t l = 0; l < walks_.size(); ++l) {
            if (!walks_[l].active) continue;
            const auto lane = static_cast<int>(l);
            const Answer& a = walks_[l].answer;
            const double mean = a.mean[t];
            for (std::size_t d = 0; d < n_; ++d) {
                double flow = 0;
                for (std::size_t c = 0; c < n_; ++c)
                    flow += (walks_[l].prices[c] - a.on_spot[c]) * slopes[c * n_ + d][lane];
                jacobian_[t * n_ + d][lane] += flow / mean + a.flow / (mean * mean) * slopes[t * n_ + d][lane];
            }
        }
    }
    for (std::size_t d = 0; d < n_; ++d) scratch_[d] = 1.0 / weight_[d];
    for (std::size_t c = 0; c < n_; ++c) {
        for (std::size_t d = 0; d < n_; ++d) jacobian_[c * n_ + d] *= weight_[c] * scratch_[d];
    }
}

double Walks::distance(std::size_t lane, const std::vector<double>& a, const std::vector<double>& b) const {
    double most = 0;
    for (std::size_t c = 0; c < n_; ++c) most = std::max(most, std::abs(a[c] - b[c]) * weight(lane, c));
    return most;
}

/// Whether a walk is to be moved; ends it where it has arrived, and goes half way back where it went too far.
bool Walks::decide(std::size_t l, bool mended) {
    Walk& walk = walks_[l];
    const auto lane = static_cast<int>(l);
    ++walk.steps;
    walk.size = 0;
    walk.scale = tile_.agent(lane).stake() / walk.answer.contacts * 1e-3;
    bool finite = true;
    bool agrees = true;  // where what is priced vanishes, money alone does not tell a fixed point
    double most = 0;
    for (const double p : walk.prices) most = std::max(most, std::abs(p));
    for (std::size_t c = 0; c < n_; ++c) {
        const double apart = std::abs(walk.answer.next[c] - walk.prices[c]);
        const double own = std::max(std::abs(walk.answer.next[c]), std::abs(walk.prices[c]));
        agrees = agrees && apart <= 1e-6 * own + 1e-9 * most;
        const double gap = (walk.answer.next[c] - walk.prices[c]) * weight_[c][lane];
        gap_[c][lane] = gap;
        finite = finite && std::isfinite(gap);
        walk.size = std::max(walk.size, std::abs(gap));
        walk.scale += std::abs(walk.prices[c] * weight_[c][lane]);
    }
    if (!finite) {
        if (!walk.moved) {
            walk.active = false;
            return false;
        }
        walk.size = 1e300;
    }
    if (walk.best.empty() || walk.size < walk.best_size) {
        walk.best = walk.prices;
        walk.best_size = walk.size;
        walk.best_answer = walk.answer;
    }
    const bool stalled =
        walk.moved && walk.size >= walk.size_before && walk.size <= (mended ? 1e-11 : 1e-8) * walk.scale;
    if (agrees && (walk.size <= 1e-12 * walk.scale || walk.size == 0 || stalled)) {
        walk.prices = walk.best;
        walk.answer = walk.best_answer;
        walk.active = false;
        walk.arrived = true;
        return false;
    }
    if (walk.moved && walk.size > 3 * walk.size_before) {
        walk.time /= 4;
        for (std::size_t c = 0; c < n_; ++c) walk.prices[c] = walk.before[c] + (walk.prices[c] - walk.before[c]) / 4;
        if (walk.time < 1e-14) walk.active = false;
        return false;
    }
    return true;
}

void Walks::step(bool mended) {
    bool any = false;
    bool any_moved = false;
    bool any_arrived = false;
    for (std::size_t l = 0; l < walks_.size(); ++l) {
        const bool walking = walks_[l].active;
        moving_[l] = walking && decide(l, mended);
        walks_[l].safe = walking && walks_[l].arrived && mended && steep_[l] < 1e299;
        any_arrived = any_arrived || walks_[l].safe;
        any = any || moving_[l];
        any_moved = any_moved || (moving_[l] && walks_[l].moved);
    }
    if (any_arrived) {
        solve(all_lanes(kSafe), nullptr);
        for (std::size_t l = 0; l < walks_.size(); ++l)
            walks_[l].safe = walks_[l].safe && stable_[static_cast<int>(l)] != 0;
    }
    if (!any) return;
    if (mended && any_moved) mend();
    if (n_ > kExact) solve(all_lanes(1.0), nullptr);
    Lanes diagonal = all_lanes(1.0);
    for (std::size_t l = 0; l < walks_.size(); ++l) {
        if (!moving_[l]) continue;
        Walk& walk = walks_[l];
        const double shrunk = walk.size_before / walk.size;
        if (walk.moved && n_ > kExact && stable_[static_cast<int>(l)] != 0)
            walk.time *= std::clamp(shrunk * shrunk, 0.5, 1e3);
        else if (walk.moved) walk.time *= std::clamp(shrunk, 0.5, 8.0);
        else if (steep_[l] < 0.5) walk.time = 1e3;  // nothing to run past
        double time = walk.time;
        // Where p_new − p grows, a longer step than this would jump over to the other side.
        const double grows = growth(l);
        if (grows > 0) time = std::min(time, 0.7 / grows);
        diagonal[static_cast<int>(l)] = 1 / time + 1;
        walk.before = walk.prices;
        walk.size_before = walk.size;
        for (std::size_t c = 0; c < n_; ++c) gap_before_[c][static_cast<int>(l)] = gap_[c][static_cast<int>(l)];
        for (std::size_t i = 0; i < n_ * n_; ++i)
            jacobian_before_[i][static_cast<int>(l)] = jacobian_[i][static_cast<int>(l)];
    }
    if (n_ > kExact) solve(diagonal, &change_);
    for (std::size_t l = 0; l < walks_.size(); ++l) {
        if (!moving_[l]) continue;
        Walk& walk = walks_[l];
        const auto lane = static_cast<int>(l);
        if (n_ <= kExact || stable_[lane] == 0) solve_pivoting(l, diagonal[lane]);
        for (std::size_t c = 0; c < n_; ++c) walk.prices[c] += change_[c][lane] / weight_[c][lane];
        walk.moved = true;
    }
}

/// One secant for what the Jacobian leaves out.
void Walks::mend() {
    Lanes length = all_lanes(0.0);
    for (std::size_t c = 0; c < n_; ++c) {
        for (std::size_t l = 0; l < walks_.size(); ++l) {
            const Walk& walk = walks_[l];
            const auto lane = static_cast<int>(l);
            scratch_[c][lane] = moving_[l] && walk.moved ? (walk.prices[c] - walk.before[c]) * weight_[c][lane] : 0.0;
        }
        length += scratch_[c] * scratch_[c];
    }
    const Bits usable = length > all_lanes(0.0);
    const Lanes over = select(usable, 1.0 / select(usable, length, all_lanes(1.0)), all_lanes(0.0));
    for (std::size_t c = 0; c < n_; ++c) {
        Lanes missed = (gap_[c] - gap_before_[c]) + scratch_[c];  // change of next
        for (std::size_t d = 0; d < n_; ++d)
            missed -= 0.5 * (jacobian_[c * n_ + d] + jacobian_before_[c * n_ + d]) * scratch_[d];
        missed = select(usable, missed * over, all_lanes(0.0));
        for (std::size_t d = 0; d < n_; ++d) {
            const Lanes more = missed * scratch_[d];
            jacobian_[c * n_ + d] += select(magnitude(more) < all_lanes(1e300), more, all_lanes(0.0));
        }
    }
}

/// Factors diagonal·I − J; with `change`, solves for the gap. Without it, notes whose pivots are positive.
void Walks::solve(const Lanes& diagonal, LaneList* change) {
    for (std::size_t i = 0; i < n_ * n_; ++i) factor_[i] = -jacobian_[i];
    for (std::size_t c = 0; c < n_; ++c) factor_[c * n_ + c] += diagonal;
    if (change != nullptr) *change = gap_;
    stable_ = all_lanes(0.0) < all_lanes(1.0);
    for (std::size_t k = 0; k < n_; ++k) {
        const Lanes pivot = factor_[k * n_ + k];
        stable_ = stable_ & (pivot > all_lanes(0.0));
        const Lanes over = 1.0 / select(pivot == all_lanes(0.0), all_lanes(1e-300), pivot);
        for (std::size_t c = k + 1; c < n_; ++c) {
            const Lanes factor = factor_[c * n_ + k] * over;
            for (std::size_t d = k + 1; d < n_; ++d) factor_[c * n_ + d] -= factor * factor_[k * n_ + d];
            if (change != nullptr) (*change)[c] -= factor * (*change)[k];
        }
    }
    for (std::size_t k = n_; change != nullptr && k-- > 0;) {
        Lanes sum = (*change)[k];
        for (std::size_t d = k + 1; d < n_; ++d) sum -= factor_[k * n_ + d] * (*change)[d];
        const Lanes pivot = factor_[k * n_ + k];
        (*change)[k] = sum / select(pivot == all_lanes(0.0), all_lanes(1e-300), pivot);
    }
}

Eigen::MatrixXd Walks::lane_jacobian(std::size_t l) const {
    Eigen::MatrixXd jacobian(static_cast<Eigen::Index>(n_), static_cast<Eigen::Index>(n_));
    for (std::size_t c = 0; c < n_; ++c) {
        for (std::size_t d = 0; d < n_; ++d)
            jacobian(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(d)) =
                jacobian_[c * n_ + d][static_cast<int>(l)];
    }
    return jacobian;
}

void Walks::solve_pivoting(std::size_t l, double diagonal) {
    const auto n = static_cast<Eigen::Index>(n_);
    Eigen::VectorXd gap(n);
    for (Eigen::Index c = 0; c < n; ++c) gap[c] = gap_[static_cast<std::size_t>(c)][static_cast<int>(l)];
    const Eigen::MatrixXd a = diagonal * Eigen::MatrixXd::Identity(n, n) - lane_jacobian(l);
    const Eigen::VectorXd change = a.partialPivLu().solve(gap);
    for (Eigen::Index c = 0; c < n; ++c) change_[static_cast<std::size_t>(c)][static_cast<int>(l)] = change[c];
}

/// How fast p_new − p grows along some direction of p.
double Walks::growth(std::size_t l) const {
    const auto lane = static_cast<int>(l);
    // With many KPIs positive pivots are taken for stability, and the bound for the growth, until that proves too slow.
    const bool bounded = n_ > kExact && steep_[l] < 1e299;
    if (bounded && stable_[lane] != 0) return 0;
    if (bounded && walks_[l].steps < kPatience) return std::max(0.0, steep_[l] - 1);
    double norm = 0;
    for (std::size_t i = 0; i < n_ * n_; ++i) norm += jacobian_[i][lane] * jacobian_[i][lane];
    if (norm < 1) return 0;
    const Eigen::MatrixXd jacobian = lane_jacobian(l);
    return jacobian.allFinite() ? jacobian.eigenvalues().real().maxCoeff() - 1 : 0;
}

}  // namespace backfire
