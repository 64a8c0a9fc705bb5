// Which starts are walked from, and what becomes of the points they lead to.
#include "equilibrium/newton.hpp"

#include "equilibrium/first_walk.hpp"
#include "equilibrium/scan_line.hpp"
#include "equilibrium/starts.hpp"
#include "equilibrium/walks.hpp"

#include <algorithm>
#include <cmath>

namespace backfire {
namespace {

constexpr std::size_t kMostBases = 4;     ///< fixed points whose surroundings are searched again
constexpr std::size_t kMostExtremes = 2;  ///< KPIs up to which every combination of extremes is tried
constexpr std::size_t kMostLines = 3;     ///< KPIs up to which each price is scanned alone
constexpr std::size_t kMostFailed = 12;   ///< walks per agent that are tried again
/// Most steps of a walk with many KPIs where a fixed point is known: one that takes longer would
/// keep its neighbours waiting at the end.
constexpr int kFewSteps = 28;
/// Nearness, in proportion, to a point well on the safe side that settles where a walk ends.
constexpr double kBasin = 5e-2;

class Newton {
public:
    Newton(const PeriodTask& task, TileEvaluation& tile, int most_looks)
        : walks_(task, tile), task_(task), tile_(tile), answers_(walks_.size()), left_(walks_.size(), most_looks) {}

    std::vector<AgentAnswer> run() {
        const std::vector<FirstPoint> first = first_walk(task_, tile_, walks_);
        for (std::size_t l = 0; l < walks_.size(); ++l) {
            if (first[l].alone()) answers_[l].points.push_back(point(first[l].prices, first[l].answer));
            else searched_.push_back(l);
        }
        if (!searched_.empty()) search(first);
        for (std::size_t l = 0; l < walks_.size(); ++l) finish(l);
        return std::move(answers_);
    }

private:
    // ------------------------------------------------------------------------------------------------ starts
    struct Base {
        std::vector<double> prices;
        Answer answer;
    };
    using Prices = std::vector<double>;
    using StartsByLane = std::vector<std::vector<Prices>>;

    void search(const std::vector<FirstPoint>& first) {
        failed_.resize(walks_.size());
        nearest_.resize(walks_.size());
        used_.resize(walks_.size());
        cut_short_.resize(walks_.size());
        underway_.resize(walks_.size());
        turn_ = searched_;
        for (const FirstPoint& point : first) base_.push_back({point.prices, point.answer});
        for (const std::size_t l : searched_) {
            used_[l].push_back(first[l].prices);
            if (!first[l].arrived) {
                if (first[l].came_near) note_failed(l, first[l].prices, first[l].answer);
                continue;
            }
            FixedPoint found = point(first[l].prices, first[l].answer);
            found.peak = first[l].peak;
            found.safe = first[l].safe;
            answers_[l].points.push_back(std::move(found));
        }
        if (task_.readings.size() > kMostLines) {
            follow_wild(first);
            std::erase_if(turn_, [this](std::size_t l) { return !answers_[l].points.empty(); });
        } else {
            follow(in_turn([this](std::size_t l) { return starts_of(l); }));
            follow(extremes());
            follow_lines();
            start_again_from_peaks();
            turn_ = searched_;
        }
        follow(in_turn([this](std::size_t l) { return failed_[l]; }), true);
        classify();
    }

    /// With many KPIs: where each wild one may be elsewhere, then combinations of the places that led to points not known before.
    void follow_wild(const std::vector<FirstPoint>& first) {
        using Changes = std::vector<std::vector<Prices>>;
        std::vector<Changes> changes(walks_.size());
        StartsByLane starts(walks_.size());
        for (const std::size_t l : searched_) {
            const Starts from(task_, tile_.agent(static_cast<int>(l)), base_[l].answer);
            if (!first[l].judged) {
                starts[l] = from.all();
                continue;
            }
            changes[l] = from.changes(first[l].wild, first[l].elsewhere);
            for (const std::vector<Prices>& places : changes[l]) {
                for (const Prices& change : places) starts[l].push_back(sum(base_[l].prices, change));
            }
            underway_[l] = first[l].underway;
        }
        const std::vector<std::vector<bool>> fresh = follow(starts);
        for (const std::size_t l : searched_) {
            starts[l].clear();
            underway_[l].clear();
            if (!first[l].judged) continue;
            std::size_t at = 0;
            for (std::vector<Prices>& places : changes[l]) {
                std::vector<Prices> left;
                for (Prices& change : places) {
                    if (fresh[l][at++]) left.push_back(std::move(change));
                }
                places = std::move(left);
            }
            starts[l] = combined(base_[l].prices, changes[l]);
        }
        follow(starts);
    }

    [[nodiscard]] static Prices sum(Prices a, const Prices& b) {
        for (std::size_t c = 0; c < a.size(); ++c) a[c] += b[c];
        return a;
    }

    /// A list of starts for each lane whose turn it is, empty for the others.
    template <class StartsOfLane>
    [[nodiscard]] StartsByLane in_turn(const StartsOfLane& starts_of_lane) const {
        StartsByLane starts(walks_.size());
        for (const std::size_t l : turn_) starts[l] = starts_of_lane(l);
        return starts;
    }

    [[nodiscard]] std::vector<Prices> starts_of(std::size_t l) const {
        return Starts(task_, tile_.agent(static_cast<int>(l)), base_[l].answer).all();
    }

    void set_base(const std::vector<Prices>& prices) {
        base_ = bases_at(prices);
        for (const std::size_t l : turn_) used_[l].push_back(prices[l]);
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

    /// Spreads and the worth of time differ from one fixed point to the next, and with them the prices at a bound: every point
    /// found is taken as the base of the starts once.
    void start_again_from_peaks() {
        for (std::size_t k = 0; k < kMostBases; ++k) {
            std::vector<Prices> prices(walks_.size());
            turn_.clear();
            for (std::size_t l = 0; l < walks_.size(); ++l) prices[l] = base_[l].prices;
            for (const std::size_t l : searched_) {
                if (k >= answers_[l].points.size() || used(l, answers_[l].points[k].prices)) continue;
                prices[l] = answers_[l].points[k].prices;
                turn_.push_back(l);
            }
            if (turn_.empty()) continue;
            set_base(prices);
            follow(in_turn([this](std::size_t l) { return starts_of(l); }));
            follow_lines();
        }
    }

    /// Whether these prices were a base before.
    [[nodiscard]] bool used(std::size_t l, const Prices& prices) const {
        return std::ranges::any_of(used_[l], [&](const Prices& known) {
            double size = 0;
            double apart = 0;
            for (std::size_t c = 0; c < known.size(); ++c) {
                size = std::max(size, std::abs(known[c]));
                apart = std::max(apart, std::abs(known[c] - prices[c]));
            }
            return apart <= 1e-9 * size;
        });
    }

    /// Scans each KPI's price alone, the others as at the base, and follows every crossing.
    void follow_lines() {
        if (task_.readings.size() > kMostLines) return;
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            ScanLine line{.reading = k, .rest = {}, .start = {}, .wanted = std::vector<bool>(walks_.size())};
            for (const Base& base : base_) {
                line.rest.push_back(other_prices(base.answer, k));
                line.start.push_back(base.answer);
            }
            for (const std::size_t l : turn_) line.wanted[l] = true;
            follow(crossings_along(task_, tile_, line));
        }
    }

    /// What the KPIs but k make the channels worth at an answer.
    [[nodiscard]] std::vector<double> other_prices(const Answer& at, std::size_t k) const {
        std::vector<double> prices(static_cast<std::size_t>(task_.priced), 0);
        for (std::size_t i = 0; i < task_.readings.size(); ++i) {
            if (i != k) add_worth(task_.readings[i], at.laws[i], at.slope[i] / at.contacts, prices);
        }
        return prices;
    }

    /// Prices so high or low that a KPI's channel moves as far as it can, and what follows from where it then stands.
    StartsByLane extremes() {
        const std::size_t n = task_.readings.size();
        if (n == 0 || n > kMostExtremes) return StartsByLane(walks_.size());
        StartsByLane starts = in_turn([this](std::size_t l) { return extremes_of(l); });
        const std::size_t most = starts[turn_.front()].size();
        for (std::size_t i = 0; i < most; ++i) {
            for (const std::size_t l : turn_) tile_.set_prices(static_cast<int>(l), starts[l][i]);
            tile_.pass();
            for (const std::size_t l : turn_) {
                Answer answer;
                tile_.answer(static_cast<int>(l), starts[l][i], answer);
                if (std::ranges::all_of(answer.next, [](double x) { return std::isfinite(x); }))
                    starts[l][i] = answer.next;
            }
        }
        return starts;
    }

    [[nodiscard]] std::vector<Prices> extremes_of(std::size_t l) const {
        std::vector<Prices> starts;
        const std::size_t n = task_.readings.size();
        const AgentTask& agent = tile_.agent(static_cast<int>(l));
        const double money = agent.stake() / base_[l].answer.contacts;
        std::size_t combinations = 1;
        for (std::size_t k = 0; k < n; ++k) combinations *= 3;
        for (std::size_t code = 1; code < combinations; ++code) {
            Prices prices = Starts(task_, agent, base_[l].answer).quiet();
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
        return starts;
    }

    // ------------------------------------------------------------------------------------------------- walks
    /// Walks each lane from one of its starts after the other, a lane never waiting for its neighbours; fixed points reached are
    /// added to the answers.
    /// @param again the starts are where walks came nearest: be patient, and take the Jacobian of the whole map
    /// @return by lane and start: whether it led to a point not known before
    std::vector<std::vector<bool>> follow(const StartsByLane& starts, bool again = false) {
        std::vector<std::vector<bool>> fresh(walks_.size());
        for (std::size_t l = 0; l < walks_.size(); ++l) walks_.stop(l);
        for (;;) {
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                const std::size_t at = fresh[l].size();
                const std::size_t all = starts[l].size() + underway_[l].size();
                if (walks_.active(l) || at == all) continue;
                if (left_[l] <= 0) {
                    cut_short_[l] = true;
                    fresh[l].resize(all);
                    continue;
                }
                if (at < starts[l].size()) walks_.set_out(l, starts[l][at]);
                else walks_.set_out(l, underway_[l][at - starts[l].size()]);
                fresh[l].push_back(false);
            }
            if (!walks_.any_active()) return fresh;
            std::vector<bool> walking(walks_.size());
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                walking[l] = walks_.active(l);
                if (walking[l]) --left_[l];
            }
            walks_.look(again);
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (!walks_.active(l) || !near_known(l)) continue;
                walks_.stop(l);
                walking[l] = false;
            }
            walks_.step(again);
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (walks_.active(l) && beside_safe(l)) walks_.stop(l);
            }
            for (std::size_t l = 0; l < walks_.size(); ++l) {
                if (!walking[l]) continue;
                const bool found = task_.readings.size() > kMostLines && !answers_[l].points.empty();
                if (walks_.steps(l) >= (found ? kFewSteps : kMostSteps)) walks_.stop(l);
                if (!walks_.active(l)) fresh[l].back() = end_walk(l);
            }
        }
    }

    /// Whether the walk led to a point not known before.
    bool end_walk(std::size_t l) {
        const std::size_t known = answers_[l].points.size();
        if (walks_.arrived(l)) record(l);
        else give_up(l);
        return answers_[l].points.size() > known;
    }

    /// Whether a walk has all but arrived beside a point found before.
    [[nodiscard]] bool near_known(std::size_t l) const {
        const double scale = walks_.scale(l);
        if (!(walks_.gap(l) <= kBasin * scale)) return false;  // no number: not near anything
        if (beside_safe(l)) return true;
        return walks_.gap(l) <= 1e-6 * scale && std::ranges::any_of(answers_[l].points, [&](const FixedPoint& known) {
                   return walks_.apart(l, known.prices) <= 1e-5 * scale;
               });
    }

    /// Whether it stands, or has just stepped, so near a point well on the safe side that it goes nowhere else.
    [[nodiscard]] bool beside_safe(std::size_t l) const {
        return std::ranges::any_of(answers_[l].points, [&](const FixedPoint& known) {
            return known.safe && walks_.beside(l, known.prices, kBasin, 1e-5 * walks_.scale(l));
        });
    }

    // --------------------------------------------------------------------------------------------- recording
    [[nodiscard]] FixedPoint point(const std::vector<double>& prices, const Answer& answer) const {
        FixedPoint p{.prices = prices,
                     .objective = answer.objective,
                     .residual = answer.residual,
                     .contacts = answer.contacts,
                     .stake = 0,
                     .kpis = {},
                     .peak = true,
                     .safe = false};
        for (int c = 0; c < task_.priced; ++c)
            p.stake += std::abs((prices[static_cast<std::size_t>(c)] - answer.on_spot[static_cast<std::size_t>(c)]) *
                                answer.mean[static_cast<std::size_t>(c)]);
        for (const KpiLaw& law : answer.laws) p.kpis.push_back(law.mean);
        return p;
    }

    void record(std::size_t l) {
        const std::vector<double> prices = walks_.nearest(l);
        const Answer answer = walks_.answer_there(l);
        FixedPoint found = point(prices, answer);
        found.peak = walks_.peak(l);
        found.safe = walks_.safe(l);
        for (FixedPoint& known : answers_[l].points) {
            if (walks_.distance(l, known.prices, prices) > 1e-7 * walks_.scale(l)) continue;
            if (answer.residual >= known.residual) return;
            found.peak = known.peak;
            found.safe = known.safe;
            known = std::move(found);
            return;
        }
        answers_[l].points.push_back(std::move(found));
    }

    /// Notes where a walk came nearest, to be tried again and in case nothing arrives.
    void give_up(std::size_t l) {
        if (walks_.came_near(l)) note_failed(l, walks_.nearest(l), walks_.answer_there(l));
    }

    void note_failed(std::size_t l, const std::vector<double>& prices, const Answer& answer) {
        if (failed_[l].size() < kMostFailed) failed_[l].push_back(prices);
        if (nearest_[l].prices.empty() || answer.residual < nearest_[l].residual) nearest_[l] = point(prices, answer);
    }

    /// With hours, peaks and places between, told by the Jacobian of the whole map; otherwise known on arrival.
    void classify() {
        if (task_.time_channel < 0) return;
        std::size_t most = 0;
        for (const std::size_t l : searched_) most = std::max(most, answers_[l].points.size());
        const auto n = static_cast<std::size_t>(task_.priced);
        for (std::size_t k = 0; k < most; ++k) {
            LaneList at(n, all_lanes(0.0));
            alignas(64) Bits wanted{};
            for (const std::size_t l : searched_) {
                if (k >= answers_[l].points.size()) continue;
                const auto lane = static_cast<int>(l);
                wanted[lane] = -1;
                for (std::size_t c = 0; c < n; ++c) at[c][lane] = answers_[l].points[k].prices[c];
            }
            const LaneList jacobians = walks_.differences(at, wanted);
            for (const std::size_t l : searched_) {
                const auto lane = static_cast<int>(l);
                if (wanted[lane] != 0) answers_[l].points[k].peak = leads_back(jacobians, n, lane);
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
            answer.reached = false;
            answer.status = task_.plan->any_zero_noise ? Status::NoFixedPoint : Status::IterationLimit;
        }
        if (!cut_short_.empty() && cut_short_[l] && answer.status == Status::Converged)
            answer.status = Status::IterationLimit;
        keep_best(answer);
    }

    Walks walks_;
    const PeriodTask& task_;
    TileEvaluation& tile_;
    std::vector<AgentAnswer> answers_;
    std::vector<int> left_;              ///< looks that each lane's walks may still take
    std::vector<bool> cut_short_;        ///< lanes with starts that nobody walked from
    std::vector<std::size_t> searched_;  ///< lanes that may have more than the point of the first walk
    std::vector<std::size_t> turn_;      ///< lanes whose base is new
    std::vector<Base> base_;
    std::vector<std::vector<Prices>> used_;                 ///< bases there were
    std::vector<std::vector<Underway>> underway_;           ///< walks to be followed after the starts
    std::vector<FixedPoint> nearest_;                       ///< where an agent came nearest to a fixed point
    std::vector<std::vector<std::vector<double>>> failed_;  ///< where walks came nearest
};

}  // namespace

std::vector<AgentAnswer> newton_tile(const PeriodTask& task, TileEvaluation& tile, int most_looks) {
    return Newton(task, tile, most_looks).run();
}

}  // namespace backfire
