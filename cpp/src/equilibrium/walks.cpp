// One pass serves all lanes; what differs from lane to lane is how long a step is, and what happens at its end.
#include "equilibrium/walks.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace backfire {
namespace {

constexpr double kSafe = 0.7;       ///< growth up to which spreads that move with behaviour cannot make it 1
constexpr double kPeak = 1 + 1e-7;  ///< growth up to which p_new − p leads back, rounding included
constexpr std::size_t kExact = 4;   ///< prices up to which the Jacobian's eigenvalues are taken at every step
constexpr int kPatience = 20;       ///< steps after which a walk that is slow takes exact eigenvalues
constexpr double kNowhere = 1e302;

/// One lane's rows and columns of a matrix whose row is not 0: the rest adds only zeros to its eigenvalues.
Eigen::MatrixXd lane_matrix(const LaneList& matrix, std::size_t n, int lane) {
    std::vector<std::size_t> live;
    for (std::size_t c = 0; c < n; ++c) {
        for (std::size_t d = 0; d < n; ++d) {
            if (matrix[c * n + d][lane] == 0) continue;
            live.push_back(c);
            break;
        }
    }
    const auto size = static_cast<Eigen::Index>(live.size());
    Eigen::MatrixXd one(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
        for (Eigen::Index k = 0; k < size; ++k)
            one(i, k) = matrix[live[static_cast<std::size_t>(i)] * n + live[static_cast<std::size_t>(k)]][lane];
    }
    return one;
}

/// The largest real part of an eigenvalue; beyond all bounds where the matrix holds what is no number.
double largest_growth(const LaneList& jacobian, std::size_t n, int lane) {
    const Eigen::MatrixXd matrix = lane_matrix(jacobian, n, lane);
    if (!matrix.allFinite()) return kNowhere;
    if (matrix.size() == 0) return 0;
    return matrix.size() == 1 ? matrix(0, 0) : matrix.eigenvalues().real().maxCoeff();
}

}  // namespace

bool leads_back(const LaneList& jacobian, std::size_t n, int lane) {
    return largest_growth(jacobian, n, lane) <= kPeak;
}

std::vector<double> lane_of(const LaneList& lanes, int lane) {
    std::vector<double> one;
    one.reserve(lanes.size());
    for (const Lanes& all : lanes) one.push_back(all[lane]);
    return one;
}

Walks::Walks(const PeriodTask& task, TileEvaluation& tile)
    : task_(task),
      tile_(tile),
      n_(static_cast<std::size_t>(task.priced)),
      hours_(task.time_channel >= 0),
      lanes_(n_, task.channels.size(), task.shape.pairs.size()),
      peak_(size(), true),
      safe_(size(), false) {
    if (!hours_) return;
    answers_.resize(size());
    next_.assign(n_, all_lanes(0.0));
    held_.assign(4 * task.readings.size(), all_lanes(0.0));
}

void Walks::set_out(std::size_t lane, const std::vector<double>& prices) {
    const auto l = static_cast<int>(lane);
    lanes_.active[l] = -1;
    lanes_.arrived[l] = 0;
    lanes_.stepped[l] = 0;
    lanes_.steps[l] = 0;
    lanes_.time[l] = 1;
    lanes_.best_size[l] = kNowhere;
    for (std::size_t c = 0; c < n_; ++c) lanes_.prices[c][l] = prices[c];
}

Underway Walks::leave(std::size_t lane) const {
    const auto l = static_cast<int>(lane);
    return {.prices = lane_of(lanes_.prices, l),
            .before = lane_of(lanes_.before, l),
            .gap_before = lane_of(lanes_.gap_before, l),
            .jacobian_before = lane_of(lanes_.jacobian_before, l),
            .size_before = lanes_.size_before[l],
            .time = lanes_.time[l]};
}

void Walks::set_out(std::size_t lane, const Underway& walk) {
    set_out(lane, walk.prices);
    const auto l = static_cast<int>(lane);
    lanes_.stepped[l] = -1;
    lanes_.steps[l] = 1;
    lanes_.time[l] = walk.time;
    lanes_.size_before[l] = walk.size_before;
    for (std::size_t c = 0; c < n_; ++c) {
        lanes_.before[c][l] = walk.before[c];
        lanes_.gap_before[c][l] = walk.gap_before[c];
    }
    for (std::size_t i = 0; i < n_ * n_; ++i) lanes_.jacobian_before[i][l] = walk.jacobian_before[i];
}

bool Walks::any_active() const { return any_lane(lanes_.active); }

std::vector<double> Walks::nearest(std::size_t l) const { return lane_of(lanes_.best, static_cast<int>(l)); }

Answer Walks::answer_there(std::size_t l) const {
    const auto lane = static_cast<int>(l);
    const std::size_t channels = task_.channels.size();
    const auto at = [&](std::size_t i) { return lanes_.best_moments[i][lane]; };
    Answer answer;
    for (std::size_t c = 0; c < channels; ++c) {
        answer.mean.push_back(at(c));
        answer.weighed.push_back(at(channels + c));
    }
    for (std::size_t q = 0; q < task_.shape.pairs.size(); ++q) answer.second.push_back(at(2 * channels + q));
    tile_.follow(lane, nearest(l), at(lanes_.best_moments.size() - 1), answer);
    return answer;
}

bool Walks::beside(std::size_t l, const std::vector<double>& prices, double proportion, double slack) const {
    for (std::size_t c = 0; c < n_; ++c) {
        const double here = lanes_.prices[c][static_cast<int>(l)];
        const double apart = std::abs(here - prices[c]);
        const bool near = apart <= proportion * std::max(std::abs(here), std::abs(prices[c]));
        if (!near && !(apart * weight(l, c) <= slack)) return false;  // no number is near anything
    }
    return true;
}

double Walks::apart(std::size_t l, const std::vector<double>& prices) const {
    double most = 0;
    for (std::size_t c = 0; c < n_; ++c)
        most = std::max(most, std::abs(lanes_.prices[c][static_cast<int>(l)] - prices[c]) * weight(l, c));
    return most;
}

double Walks::distance(std::size_t lane, const std::vector<double>& a, const std::vector<double>& b) const {
    double most = 0;
    for (std::size_t c = 0; c < n_; ++c) most = std::max(most, std::abs(a[c] - b[c]) * weight(lane, c));
    return most;
}

void Walks::look(bool patient) {
    tile_.pass_at(lanes_.prices, true);
    if (hours_) {
        look_by_lane();
    } else {
        tile_.follow_lanes();
        const Lanes contacts = tile_.period().contacts;
        for (std::size_t l = 0; l < size(); ++l) {
            const auto lane = static_cast<int>(l);
            lanes_.floor[lane] = tile_.agent(lane).stake() / contacts[lane] * 1e-3;
        }
    }
    const Bits walking = lanes_.active;
    decide(task_.readings, tile_.room(), hours_ ? next_ : tile_.reply().next, patient ? 1e-8 : 1e-11, lanes_);
    fresh_ |= walking & ~lanes_.active & lanes_.arrived;
}

void Walks::step(bool exact) {
    if (any_lane(lanes_.stepping | fresh_)) {
        jacobians(exact);
        judge_arrivals(exact);
        if (!exact) mend(lanes_);
        if (any_lane(lanes_.stepping)) take_steps();
    }
    fresh_ = all_lanes(1.0) < all_lanes(0.0);
}

void Walks::jacobians(bool exact) {
    if (!exact) {
        take_held_jacobian(task_.readings, tile_.room(), hours_ ? held_ : tile_.reply().held, lanes_);
    } else if (hours_) {
        take_jacobian(differences(lanes_.prices, lanes_.stepping), lanes_);
    } else {
        tile_.jacobian();
        take_jacobian(tile_.room().jacobian, lanes_);
    }
    for (std::size_t l = 0; hours_ && !exact && l < size(); ++l) {
        if (active(l)) add_time(l);
    }
    if (hours_ || task_.shape.foresight) lanes_.steep = all_lanes(1e300);
}

/// Nobody stays at a point from which p_new − p leads away.
void Walks::judge_arrivals(bool exact) {
    if (!any_lane(fresh_)) return;
    const bool bounded = n_ > kExact && !hours_ && !task_.shape.foresight;
    lanes_.diagonal = all_lanes(kSafe);
    if (bounded) eliminate(false, lanes_);
    bool judged = exact && !hours_;  // the room has it already
    for (std::size_t l = 0; l < size(); ++l) {
        const auto lane = static_cast<int>(l);
        if (fresh_[lane] == 0) continue;
        peak_[l] = safe_[l] = bounded && lanes_.stable[lane] != 0;
        if (hours_ || safe_[l]) continue;
        if (!judged) tile_.jacobian();
        judged = true;
        const double most = largest_growth(tile_.room().jacobian, n_, lane);
        peak_[l] = most <= kPeak;
        safe_[l] = most <= kSafe;
    }
}

void Walks::take_steps() {
    lanes_.diagonal = all_lanes(1.0);
    if (n_ > kExact) eliminate(false, lanes_);
    for (std::size_t l = 0; l < size(); ++l) {
        const auto lane = static_cast<int>(l);
        if (lanes_.stepping[lane] == 0) continue;
        const double shrunk = lanes_.size[lane] > 0 ? lanes_.size_before[lane] / lanes_.size[lane] : 8.0;
        double pace = lanes_.time[lane];
        if (lanes_.stepped[lane] != 0 && n_ > kExact && lanes_.stable[lane] != 0)
            pace *= std::clamp(shrunk * shrunk, 0.5, 1e3);
        else if (lanes_.stepped[lane] != 0) pace *= std::clamp(shrunk, 0.5, 8.0);
        else if (lanes_.steep[lane] < 0.5) pace = 1e3;  // nothing to run past
        lanes_.time[lane] = pace;
        // Where p_new − p grows, a longer step than this would jump over to the other side.
        const double grows = growth(l);
        lanes_.diagonal[lane] = 1 / (grows > 0 ? std::min(pace, 0.7 / grows) : pace) + 1;
    }
    remember(lanes_);
    if (n_ > kExact) eliminate(true, lanes_);
    for (std::size_t l = 0; l < size(); ++l) {
        const auto lane = static_cast<int>(l);
        if (lanes_.stepping[lane] == 0) continue;
        if (n_ <= kExact || lanes_.stable[lane] == 0) solve_pivoting(l);
        for (std::size_t c = 0; c < n_; ++c) lanes_.prices[c][lane] += lanes_.change[c][lane] / lanes_.weight[c][lane];
        lanes_.stepped[lane] = -1;
    }
}

void Walks::solve_pivoting(std::size_t l) {
    const auto lane = static_cast<int>(l);
    const auto n = static_cast<Eigen::Index>(n_);
    Eigen::VectorXd gap(n);
    Eigen::MatrixXd a(n, n);
    for (Eigen::Index c = 0; c < n; ++c) {
        gap[c] = lanes_.gap[static_cast<std::size_t>(c)][lane];
        for (Eigen::Index d = 0; d < n; ++d)
            a(c, d) = (c == d ? lanes_.diagonal[lane] : 0) - lanes_.jacobian[static_cast<std::size_t>(c * n + d)][lane];
    }
    const Eigen::VectorXd change = a.partialPivLu().solve(gap);
    for (Eigen::Index c = 0; c < n; ++c) lanes_.change[static_cast<std::size_t>(c)][lane] = change[c];
}

/// How fast p_new − p grows along some direction of p.
double Walks::growth(std::size_t l) const {
    const auto lane = static_cast<int>(l);
    // With many KPIs positive pivots are taken for stability, and the diagonal for the growth, until that proves too slow.
    const bool bounded = n_ > kExact && !hours_ && !task_.shape.foresight;
    if (bounded && lanes_.stable[lane] != 0) return 0;
    if (bounded && steps(l) < kPatience) return std::max(0.0, lanes_.steep[lane] - 1);
    double norm = 0;
    for (std::size_t i = 0; i < n_ * n_; ++i) norm += lanes_.jacobian[i][lane] * lanes_.jacobian[i][lane];
    if (norm < 1) return 0;
    const double most = largest_growth(lanes_.jacobian, n_, lane);
    return most < kNowhere ? most - 1 : 0;
}

// ------------------------------------------------------------------------------------------------------- with hours
void Walks::look_by_lane() {
    for (std::size_t l = 0; l < size(); ++l) {
        const auto lane = static_cast<int>(l);
        if (!active(l)) continue;
        tile_.answer(lane, lane_of(lanes_.prices, lane), answers_[l]);
        for (std::size_t c = 0; c < n_; ++c) next_[c][lane] = answers_[l].next[c];
        const Answer& a = answers_[l];
        lanes_.floor[lane] = tile_.agent(lane).stake() / a.contacts * 1e-3;
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            const KpiReading& r = task_.readings[k];
            const bool exists = a.laws[k].exists;
            Lanes* held = held_.data() + 4 * k;
            if (!r.ratio) {
                held[0][lane] = exists ? a.bend[k] / a.contacts : 0;
                continue;
            }
            const double up = a.laws[k].gain;
            const double down = a.laws[k].below_gain;
            const double b = exists ? a.mean[static_cast<std::size_t>(r.below)] : 1;
            const double across = a.bend[k] * up * down - a.slope[k] * up / b;
            held[0][lane] = a.bend[k] * up * up / a.contacts;
            held[1][lane] = held[2][lane] = across / a.contacts;
            held[3][lane] = (a.bend[k] * down * down - 2 * a.slope[k] * down / b) / a.contacts;
        }
    }
}

/// What prices do to the worth of time: the flow per contact, over the mean time.
void Walks::add_time(std::size_t l) {
    const auto lane = static_cast<int>(l);
    const auto t = static_cast<std::size_t>(task_.time_channel);
    const LaneList& slopes = tile_.room().slope;
    const Answer& a = answers_[l];
    const double mean = a.mean[t];
    for (std::size_t d = 0; d < n_; ++d) {
        double flow = 0;
        for (std::size_t c = 0; c < n_; ++c) flow += (lanes_.prices[c][lane] - a.on_spot[c]) * slopes[c * n_ + d][lane];
        lanes_.jacobian[t * n_ + d][lane] += (flow / mean + a.flow / (mean * mean) * slopes[t * n_ + d][lane]) *
                                             lanes_.weight[t][lane] / lanes_.weight[d][lane];
    }
}

LaneList Walks::differences(const LaneList& at, const Bits& wanted) {
    LaneList jacobian(n_ * n_, all_lanes(0.0));
    Lanes most = all_lanes(0.0);
    for (const Lanes& price : at) most = larger(magnitude(price), most);
    for (std::size_t d = 0; d < n_; ++d) {
        const Lanes width = 1e-5 * larger(magnitude(at[d]), 1e-3 * most + 1e-12);
        for (const double sign : {1.0, -1.0}) {
            LaneList moved = at;
            moved[d] += sign * width;
            tile_.pass_at(moved);
            for (std::size_t l = 0; l < size(); ++l) {
                const auto lane = static_cast<int>(l);
                if (wanted[lane] == 0) continue;
                Answer answer;
                tile_.answer(lane, lane_of(moved, lane), answer);
                for (std::size_t c = 0; c < n_; ++c)
                    jacobian[c * n_ + d][lane] += sign * answer.next[c] / (2 * width[lane]);
            }
        }
    }
    return jacobian;
}

}  // namespace backfire
