// Pseudo-transient continuation, eight agents in step: the Jacobian comes from the pass, secants mend what it leaves out.
#include "equilibrium/newton.hpp"

#include "equilibrium/scan.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <complex>

namespace backfire {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr int kMostSteps = 80;
constexpr std::size_t kMostBases = 4;     ///< fixed points whose surroundings are searched again
constexpr std::size_t kMostExtremes = 2;  ///< KPIs up to which every combination of extremes is tried
constexpr std::size_t kMostLines = 3;     ///< KPIs up to which each price is scanned alone
constexpr std::size_t kMostFailed = 12;   ///< walks per agent that are tried again with exact Jacobians

Vector as_vector(const std::vector<double>& x) {
    return Eigen::Map<const Vector>(x.data(), static_cast<Eigen::Index>(x.size()));
}

/// One agent on its way from one start.
struct Walk {
    bool active = false;
    bool arrived = false;
    std::vector<double> prices;
    Answer answer;
    Vector gap;       ///< next − p, in money per contact (weighted)
    double size = 0;  ///< largest weighted gap
    Matrix jacobian;  ///< ∂next/∂p, weighted
    double step = 1;  ///< pseudo-time step
    std::vector<double> before;
    Vector gap_before;
    Matrix jacobian_before;
    double size_before = 0;
    bool moved = false;
    std::vector<double> best;  ///< prices of the smallest gap on the way
    double best_size = 0;
    Answer best_answer;
};

class Newton {
public:
    Newton(const PeriodTask& task, TileEvaluation& tile)
        : task_(task), tile_(tile), walks_(static_cast<std::size_t>(tile.agents())), answers_(walks_.size()) {}

    std::vector<AgentAnswer> run() {
        failed_.resize(walks_.size());
        nearest_.resize(walks_.size());
        follow(std::vector<std::vector<double>>(walks_.size(),
                                                std::vector<double>(static_cast<std::size_t>(task_.priced), 0)));
        base_ = bases_at_walks();
        follow_all([this](std::size_t l) { return starts_of(l); });
        follow_all([this](std::size_t l) { return extremes_of(l); });
        follow_lines();
        start_again_from_peaks();
        follow_all([this](std::size_t l) { return failed_[l]; }, true);
        classify();
        for (std::size_t l = 0; l < walks_.size(); ++l) finish(l);
        return std::move(answers_);
    }

private:
    // ------------------------------------------------------------------------------------------------ starts
    struct Base {
        std::vector<double> prices;
        Answer answer;
    };

    /// Where each agent's last walk ended.
    std::vector<Base> bases_at_walks() {
        std::vector<std::vector<double>> prices(walks_.size());
        for (std::size_t l = 0; l < walks_.size(); ++l)
            prices[l] = walks_[l].best.empty() ? walks_[l].prices : walks_[l].best;
        return bases_at(prices);
    }

    std::vector<Base> bases_at(const std::vector<std::vector<double>>& prices) {
        std::vector<Base> found(walks_.size());
        for (std::size_t l = 0; l < walks_.size(); ++l) tile_.set_prices(static_cast<int>(l), prices[l]);
        tile_.pass();
        for (std::size_t l = 0; l < walks_.size(); ++l) {
            found[l].prices = prices[l];
            tile_.answer(static_cast<int>(l), prices[l], found[l].answer);
        }
        return found;
    }

    /// Follows every lane's list of starts, the same rank of each side by side.
    template <class Starts>
    void follow_all(const Starts& starts_of_lane, bool exact = false) {
        std::vector<std::vector<std::vector<double>>> starts;
        std::size_t most = 0;
        for (std::size_t l = 0; l < walks_.size(); ++l) {
            starts.push_back(starts_of_lane(l));
            most = std::max(most, starts.back().size());
        }
        for (std::size_t k = 0; k < most; ++k) {
            std::vector<std::vector<double>> round(walks_.size());
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (k < starts[l].size()) round[l] = starts[l][k];
            }
            follow(round, exact);
        }
    }

    /// Spreads and the worth of time differ from one fixed point to the next, and with them the prices at a bound: every point
    /// found is taken as the base of the starts once.
    void start_again_from_peaks() {
        for (std::size_t k = 0; k < kMostBases; ++k) {
            std::vector<std::vector<double>> prices(walks_.size());
            std::vector<bool> fresh(walks_.size());
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                fresh[l] = k < answers_[l].points.size();
                prices[l] = fresh[l] ? answers_[l].points[k].prices : base_[l].prices;
            }
            if (std::ranges::find(fresh, true) == fresh.end()) return;
            base_ = bases_at(prices);
            follow_all([&](std::size_t l) { return fresh[l] ? starts_of(l) : std::vector<std::vector<double>>{}; });
            follow_lines();
        }
    }

    /// Scans each KPI's price alone, the others as at the base, and follows every crossing.
    void follow_lines() {
        if (task_.readings.size() > kMostLines) return;
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            ScanLine line{.reading = k, .rest = {}, .start = {}};
            for (const Base& base : base_) {
                line.rest.push_back(other_prices(base.answer, k));
                line.start.push_back(base.answer);
            }
            const auto crossings = crossings_along(task_, tile_, std::move(line));
            follow_all([&](std::size_t l) { return crossings[l]; });
        }
    }

    /// What the KPIs but k make the channels worth at an answer.
    [[nodiscard]] std::vector<double> other_prices(const Answer& at, std::size_t k) const {
        std::vector<double> prices(static_cast<std::size_t>(task_.priced), 0);
        for (std::size_t i = 0; i < task_.readings.size(); ++i) {
            if (i == k) continue;
            const KpiReading& r = task_.readings[i];
            const double slope = at.slope[i] / at.contacts;
            prices[static_cast<std::size_t>(r.channel)] += r.ratio ? slope * at.laws[i].gain : slope;
            if (r.ratio) prices[static_cast<std::size_t>(r.below)] += slope * at.laws[i].below_gain;
        }
        return prices;
    }

    /// Prices so high or low that a KPI's channel moves as far as it can, and what follows from where it then stands.
    std::vector<std::vector<double>> extremes_of(std::size_t l) {
        std::vector<std::vector<double>> starts;
        const std::size_t n = task_.readings.size();
        if (n == 0 || n > kMostExtremes) return starts;
        const double money = tile_.agent(static_cast<int>(l)).stake() / base_[l].answer.contacts;
        std::size_t combinations = 1;
        for (std::size_t k = 0; k < n; ++k) combinations *= 3;
        for (std::size_t code = 1; code < combinations; ++code) {
            std::vector<double> prices = quiet(l);
            std::size_t rest = code;
            for (std::size_t k = 0; k < n; ++k, rest /= 3) {
                const double sign = rest % 3 == 0 ? 0 : rest % 3 == 1 ? 1 : -1;
                const KpiReading& reading = task_.readings[k];
                const double size =
                    std::sqrt(std::max(1e-300, base_[l].answer.second[static_cast<std::size_t>(reading.square)]));
                prices[static_cast<std::size_t>(reading.channel)] += sign * 30 * money / size;
            }
            starts.push_back(std::move(prices));
        }
        for (std::vector<double>& start : starts) {
            tile_.set_prices(static_cast<int>(l), start);
            tile_.pass();
            Answer answer;
            tile_.answer(static_cast<int>(l), start, answer);
            if (std::ranges::all_of(answer.next, [](double x) { return std::isfinite(x); })) start = answer.next;
        }
        return starts;
    }

    /// Price on the channels of KPI k if it stood at `bound`, spread as at the base.
    void add_price(std::size_t l, std::size_t k, double bound, double share, std::vector<double>& prices) const {
        const KpiReading& reading = task_.readings[k];
        KpiLaw law = base_[l].answer.laws[k];
        if (!law.exists) return;
        const double old = law.mean;
        law.mean = bound;
        if (law.binomial) law.find = std::clamp(bound / reading.scale, 0.0, 1.0);
        double slope = 0;
        for (std::size_t r = 0; r < task_.rules.size(); ++r) {
            if (task_.rules[r].reading == static_cast<int>(k))
                slope += tile_.agent(static_cast<int>(l)).expect(r, reading, law).slope;
        }
        slope *= share / base_[l].answer.contacts;
        if (!std::isfinite(slope)) return;
        const auto c = static_cast<std::size_t>(reading.channel);
        if (!reading.ratio) {
            prices[c] += slope;
            return;
        }
        prices[c] += slope * law.gain;
        prices[static_cast<std::size_t>(reading.below)] += slope * law.below_gain * (old == 0 ? 1 : bound / old);
    }

    [[nodiscard]] std::vector<double> bounds_of(std::size_t l, std::size_t k) const {
        std::vector<double> bounds;
        for (std::size_t r = 0; r < task_.rules.size(); ++r) {
            if (task_.rules[r].reading != static_cast<int>(k)) continue;
            const std::vector<double>& own = tile_.agent(static_cast<int>(l)).felt()[r].bounds();
            bounds.insert(bounds.end(), own.begin(), own.end());
        }
        std::ranges::sort(bounds);
        const auto tail = std::ranges::unique(bounds);
        bounds.erase(tail.begin(), tail.end());
        return bounds;
    }

    /// Prices that the time has on its own at the base; KPI prices are added to them.
    [[nodiscard]] std::vector<double> quiet(std::size_t l) const {
        std::vector<double> prices(static_cast<std::size_t>(task_.priced), 0);
        if (task_.time_channel >= 0)
            prices[static_cast<std::size_t>(task_.time_channel)] =
                -base_[l].answer.flow / base_[l].answer.mean[static_cast<std::size_t>(task_.time_channel)];
        for (std::size_t c = 0; c < prices.size(); ++c) prices[c] += base_[l].answer.on_spot[c];
        return prices;
    }

    std::vector<std::vector<double>> starts_of(std::size_t l) const {
        std::vector<std::vector<double>> starts;
        const std::size_t n = task_.readings.size();
        if (n == 0) return starts;
        std::vector<std::vector<double>> bounds(n);
        std::vector<double> lowest = quiet(l);
        std::vector<double> highest = quiet(l);
        for (std::size_t k = 0; k < n; ++k) {
            bounds[k] = bounds_of(l, k);
            for (const double bound : bounds[k]) {
                for (const double share : {1.0, 0.3}) {
                    starts.push_back(quiet(l));
                    add_price(l, k, bound, share, starts.back());
                }
            }
            if (bounds[k].empty()) continue;
            add_price(l, k, bounds[k].front(), 1, lowest);
            add_price(l, k, bounds[k].back(), 1, highest);
        }
        if (n > 1) {
            starts.push_back(lowest);
            starts.push_back(highest);
            combine(l, bounds, starts);
        }
        return starts;
    }

    /// Every combination of bounds, KPIs with most at stake first, up to the cap.
    void combine(std::size_t l, const std::vector<std::vector<double>>& bounds,
                 std::vector<std::vector<double>>& starts) const {
        std::vector<std::size_t> order(bounds.size());
        std::vector<double> stake(bounds.size(), 0);
        for (std::size_t k = 0; k < bounds.size(); ++k) {
            order[k] = k;
            for (std::size_t r = 0; r < task_.rules.size(); ++r) {
                const FeltSchedule& felt = tile_.agent(static_cast<int>(l)).felt()[r];
                if (task_.rules[r].reading == static_cast<int>(k))
                    stake[k] += felt.steepest(std::max(base_[l].answer.laws[k].sd, 1e-300));
            }
        }
        std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t k) { return stake[k]; });
        std::vector<std::size_t> digits(bounds.size(), 0);
        for (int made = 0; made < kMostCombinations;) {
            std::size_t at = 0;
            while (at < order.size() && ++digits[order[at]] > bounds[order[at]].size()) digits[order[at++]] = 0;
            if (at == order.size()) return;
            const auto chosen = std::ranges::count_if(digits, [](std::size_t d) { return d > 0; });
            if (chosen < 2) continue;
            std::vector<double> prices = quiet(l);
            for (std::size_t k = 0; k < digits.size(); ++k) {
                if (digits[k] > 0) add_price(l, k, bounds[k][digits[k] - 1], 1, prices);
            }
            starts.push_back(std::move(prices));
            ++made;
        }
    }

    // ------------------------------------------------------------------------------------------------- walks
    /// Walks every lane from its start (an empty one rests); fixed points reached are added to the answers.
    /// @param exact take the Jacobian of the whole map by central differences, two passes per price
    void follow(const std::vector<std::vector<double>>& start, bool exact = false) {
        for (std::size_t l = 0; l < walks_.size(); ++l) {
            Walk fresh;
            fresh.active = !start[l].empty();
            fresh.prices = fresh.active ? start[l] : walks_[l].prices;
            walks_[l] = std::move(fresh);
        }
        for (int step = 0; step < kMostSteps; ++step) {
            if (std::ranges::none_of(walks_, &Walk::active)) break;
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (walks_[l].active) tile_.set_prices(static_cast<int>(l), walks_[l].prices);
            }
            tile_.pass(!exact);
            std::vector<Matrix> slopes(walks_.size());
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (!walks_[l].active) continue;
                tile_.answer(static_cast<int>(l), walks_[l].prices, walks_[l].answer);
                if (!exact) slopes[l] = held_jacobian(l, walks_[l]);
            }
            if (exact) slopes = exact_jacobians();
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (walks_[l].active) advance(l, slopes[l], !exact);
            }
        }
        for (std::size_t l = 0; l < walks_.size(); ++l) {
            if (start[l].empty()) continue;
            if (walks_[l].arrived) record(l);
            else give_up(l);
        }
    }

    /// Jacobians of the whole map where the active walks stand, unweighted.
    std::vector<Matrix> exact_jacobians() {
        std::vector<std::vector<double>> at(walks_.size());
        for (std::size_t l = 0; l < walks_.size(); ++l) {
            if (walks_[l].active) at[l] = walks_[l].prices;
        }
        std::vector<Matrix> jacobians(walks_.size(), Matrix::Zero(task_.priced, task_.priced));
        for (int d = 0; d < task_.priced; ++d) difference(at, d, jacobians);
        return jacobians;
    }

    /// Money each price moves per contact: a price matters by what it is paid on.
    [[nodiscard]] Vector weights(const Walk& walk) const {
        Vector w(task_.priced);
        for (int c = 0; c < task_.priced; ++c) w[c] = std::abs(walk.answer.mean[static_cast<std::size_t>(c)]);
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            const auto rms = [&](int channel, int pair) {
                w[channel] =
                    std::max(w[channel], std::sqrt(std::max(0.0, walk.answer.second[static_cast<std::size_t>(pair)])));
            };
            rms(task_.readings[k].channel, task_.readings[k].square);
            if (task_.readings[k].ratio) rms(task_.readings[k].below, task_.readings[k].below_square);
        }
        return w.cwiseMax(1e-300);
    }

    /// A scale for gaps: what prices move, and a little of what is at stake.
    [[nodiscard]] double scale_of(std::size_t l, const Walk& walk, const Vector& w) const {
        return as_vector(walk.prices).cwiseProduct(w).cwiseAbs().sum() +
               tile_.agent(static_cast<int>(l)).stake() / walk.answer.contacts * 1e-3;
    }

    void advance(std::size_t l, const Matrix& slopes, bool mended) {
        Walk& walk = walks_[l];
        const Vector w = weights(walk);
        walk.gap = (as_vector(walk.answer.next) - as_vector(walk.prices)).cwiseProduct(w);
        walk.size = walk.gap.cwiseAbs().maxCoeff();
        if (!std::isfinite(walk.size)) {
            if (!walk.moved) {
                walk.active = false;
                return;
            }
            walk.size = 1e300;
        }
        if (walk.best.empty() || walk.size < walk.best_size) {
            walk.best = walk.prices;
            walk.best_size = walk.size;
            walk.best_answer = walk.answer;
        }
        const double scale = scale_of(l, walk, w);
        const bool stalled =
            walk.moved && walk.size >= walk.size_before && walk.size <= (mended ? 1e-11 : 1e-8) * scale;
        if (walk.size <= 1e-12 * scale || walk.size == 0 || stalled) {
            walk.prices = walk.best;
            walk.answer = walk.best_answer;
            walk.active = false;
            walk.arrived = true;
            return;
        }
        if (walk.moved && walk.size > 3 * walk.size_before) {
            back_off(walk);
            return;
        }
        walk.jacobian = w.asDiagonal() * slopes * w.cwiseInverse().asDiagonal();
        if (walk.moved) {
            if (mended) mend(walk);
            walk.step *= std::clamp(walk.size_before / walk.size, 0.5, 8.0);
        }
        walk.before = walk.prices;
        walk.gap_before = walk.gap;
        walk.size_before = walk.size;
        walk.jacobian_before = walk.jacobian;
        go(walk, w);
    }

    /// Too far: half way back with a shorter step.
    static void back_off(Walk& walk) {
        walk.step /= 4;
        for (std::size_t c = 0; c < walk.prices.size(); ++c)
            walk.prices[c] = walk.before[c] + (walk.prices[c] - walk.before[c]) / 4;
        if (walk.step < 1e-14) walk.active = false;
    }

    /// Solves ((1/step + 1)·I − J)·Δ = gap and moves.
    static void go(Walk& walk, const Vector& w) {
        const Eigen::Index n = walk.gap.size();
        // Where p_new − p grows, a longer step than this would jump over to the other side.
        const double growth = walk.jacobian.allFinite() ? walk.jacobian.eigenvalues().real().maxCoeff() - 1 : 0;
        double step = walk.step;
        if (growth > 0) step = std::min(step, 0.7 / growth);
        const Matrix a = (1 / step + 1) * Matrix::Identity(n, n) - walk.jacobian;
        const Vector change = a.partialPivLu().solve(walk.gap);
        for (Eigen::Index c = 0; c < n; ++c) walk.prices[static_cast<std::size_t>(c)] += change[c] / w[c];
        walk.moved = true;
    }

    /// One secant (Broyden 1965) for what the Jacobian leaves out: spreads and contacts that move with behaviour.
    void mend(Walk& walk) const {
        Vector step(walk.gap.size());
        const Vector w = weights(walk);
        for (Eigen::Index c = 0; c < step.size(); ++c)
            step[c] = (walk.prices[static_cast<std::size_t>(c)] - walk.before[static_cast<std::size_t>(c)]) * w[c];
        const double length = step.squaredNorm();
        if (!(length > 0)) return;
        const Vector seen = (walk.gap - walk.gap_before) + step;  // change of next
        const Vector missed = seen - 0.5 * (walk.jacobian + walk.jacobian_before) * step;
        const Matrix correction = missed * step.transpose() / length;
        if (correction.allFinite()) walk.jacobian += correction;
    }

    /// ∂next/∂p with spreads held: what prices do to means, times what means do to prices.
    [[nodiscard]] Matrix held_jacobian(std::size_t l, const Walk& walk) const {
        const int n = task_.priced;
        Matrix slopes(n, n);
        for (int c = 0; c < n; ++c) {
            for (int d = 0; d < n; ++d) slopes(c, d) = tile_.slope(static_cast<int>(l), c, d);
        }
        Matrix reply = Matrix::Zero(n, n);
        const Answer& a = walk.answer;
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            const KpiReading& r = task_.readings[k];
            if (!a.laws[k].exists) continue;
            if (!r.ratio) {
                reply(r.channel, r.channel) += a.bend[k] / a.contacts;
                continue;
            }
            const double up = a.laws[k].gain;
            const double down = a.laws[k].below_gain;
            const double b = a.mean[static_cast<std::size_t>(r.below)];
            reply(r.channel, r.channel) += a.bend[k] * up * up / a.contacts;
            reply(r.channel, r.below) += (a.bend[k] * up * down - a.slope[k] * up / b) / a.contacts;
            reply(r.below, r.channel) += (a.bend[k] * up * down - a.slope[k] * up / b) / a.contacts;
            reply(r.below, r.below) += (a.bend[k] * down * down - 2 * a.slope[k] * down / b) / a.contacts;
        }
        Matrix jacobian = reply * slopes;
        if (task_.time_channel >= 0) {
            const int t = task_.time_channel;
            const double mean = a.mean[static_cast<std::size_t>(t)];
            for (int d = 0; d < n; ++d) {
                double flow = 0;
                for (int c = 0; c < n; ++c)
                    flow += (walk.prices[static_cast<std::size_t>(c)] - a.on_spot[static_cast<std::size_t>(c)]) *
                            slopes(c, d);
                jacobian(t, d) += flow / mean + a.flow / (mean * mean) * slopes(t, d);
            }
        }
        return jacobian;
    }

    // --------------------------------------------------------------------------------------------- recording
    FixedPoint point(const std::vector<double>& prices, const Answer& answer) const {
        FixedPoint p{.prices = prices,
                     .objective = answer.objective,
                     .residual = answer.residual,
                     .contacts = answer.contacts,
                     .stake = 0,
                     .kpis = {},
                     .peak = true};
        for (int c = 0; c < task_.priced; ++c)
            p.stake += std::abs((prices[static_cast<std::size_t>(c)] - answer.on_spot[static_cast<std::size_t>(c)]) *
                                answer.mean[static_cast<std::size_t>(c)]);
        for (const KpiLaw& law : answer.laws) p.kpis.push_back(law.mean);
        return p;
    }

    void record(std::size_t l) {
        const Walk& walk = walks_[l];
        const Vector w = weights(walk);
        const double scale = as_vector(walk.prices).cwiseProduct(w).cwiseAbs().sum() +
                             tile_.agent(static_cast<int>(l)).stake() / walk.answer.contacts * 1e-3;
        for (FixedPoint& known : answers_[l].points) {
            const Vector apart = (as_vector(known.prices) - as_vector(walk.prices)).cwiseProduct(w);
            if (apart.cwiseAbs().maxCoeff() > 1e-7 * scale) continue;
            if (walk.answer.residual < known.residual) known = point(walk.prices, walk.answer);
            return;
        }
        answers_[l].points.push_back(point(walk.prices, walk.answer));
    }

    /// Notes where a walk came nearest, to be tried again and in case nothing arrives.
    void give_up(std::size_t l) {
        const Walk& walk = walks_[l];
        if (walk.best.empty()) return;
        if (failed_[l].size() < kMostFailed) failed_[l].push_back(walk.best);
        if (nearest_[l].prices.empty() || walk.best_answer.residual < nearest_[l].residual) {
            nearest_[l] = point(walk.best, walk.best_answer);
        }
    }

    /// Peaks and places between: eigenvalues of the full map's Jacobian by central differences, two passes per price.
    void classify() {
        std::size_t most = 0;
        for (const AgentAnswer& answer : answers_) most = std::max(most, answer.points.size());
        for (std::size_t k = 0; k < most; ++k) {
            std::vector<Matrix> jacobians(walks_.size(), Matrix::Zero(task_.priced, task_.priced));
            std::vector<std::vector<double>> at(walks_.size());
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (k < answers_[l].points.size()) at[l] = answers_[l].points[k].prices;
            }
            for (int d = 0; d < task_.priced; ++d) difference(at, d, jacobians);
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (k >= answers_[l].points.size()) continue;
                const bool finite = jacobians[l].allFinite();
                answers_[l].points[k].peak = finite && jacobians[l].eigenvalues().real().maxCoeff() <= 1 + 1e-7;
            }
        }
    }

    /// Column d of the Jacobian of the whole map where each lane stands (an empty one rests), by central differences.
    void difference(const std::vector<std::vector<double>>& at, int d, std::vector<Matrix>& jacobians) {
        std::vector<Vector> plus(walks_.size());
        std::vector<double> widths(walks_.size(), 0);
        for (const double sign : {1.0, -1.0}) {
            std::vector<std::vector<double>> prices(walks_.size());
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (at[l].empty()) continue;
                prices[l] = at[l];
                const double all = as_vector(prices[l]).cwiseAbs().maxCoeff();
                widths[l] = 1e-5 * std::max(std::abs(prices[l][static_cast<std::size_t>(d)]), 1e-3 * all + 1e-12);
                prices[l][static_cast<std::size_t>(d)] += sign * widths[l];
                tile_.set_prices(static_cast<int>(l), prices[l]);
            }
            tile_.pass();
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (prices[l].empty()) continue;
                Answer answer;
                tile_.answer(static_cast<int>(l), prices[l], answer);
                if (sign > 0) plus[l] = as_vector(answer.next);
                else jacobians[l].col(d) = (plus[l] - as_vector(answer.next)) / (2 * widths[l]);
            }
        }
    }

    void finish(std::size_t l) {
        AgentAnswer& answer = answers_[l];
        std::ranges::sort(answer.points, {}, &FixedPoint::prices);
        if (!std::ranges::any_of(answer.points, &FixedPoint::peak)) {
            const bool reached = !answer.points.empty();
            if (!reached && !nearest_[l].prices.empty()) answer.points.push_back(nearest_[l]);
            else if (!reached) answer.points.push_back(point(base_[l].prices, base_[l].answer));
            answer.points.back().peak = true;
            answer.status = task_.plan->any_zero_noise ? Status::NoFixedPoint : Status::IterationLimit;
        }
        keep_best(answer);
    }

    const PeriodTask& task_;
    TileEvaluation& tile_;
    std::vector<Walk> walks_;
    std::vector<AgentAnswer> answers_;
    std::vector<Base> base_;
    std::vector<FixedPoint> nearest_;                       ///< where an agent came nearest to a fixed point
    std::vector<std::vector<std::vector<double>>> failed_;  ///< where walks came nearest
};

}  // namespace

std::vector<AgentAnswer> newton_tile(const PeriodTask& task, TileEvaluation& tile) { return Newton(task, tile).run(); }

std::vector<AgentAnswer> search_tile(const PeriodTask& task, int tile) {
    TileEvaluation evaluation(task, tile);
    if (task.priced == 0) {
        std::vector<AgentAnswer> answers(static_cast<std::size_t>(evaluation.agents()));
        evaluation.pass();
        for (std::size_t l = 0; l < answers.size(); ++l) {
            Answer answer;
            evaluation.answer(static_cast<int>(l), {}, answer);
            answers[l].points.push_back({.prices = {},
                                         .objective = answer.objective,
                                         .residual = 0,
                                         .contacts = answer.contacts,
                                         .stake = 0,
                                         .kpis = {},
                                         .peak = true});
        }
        return answers;
    }
    return task.one_unknown() ? scan_tile(task, evaluation) : newton_tile(task, evaluation);
}

}  // namespace backfire
