// p_new − p of one price: expand until the price is beyond what the schedule can justify, refine where a bound is near, bracket.
#include "equilibrium/scan.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace backfire {
namespace {

constexpr int kMostSamples = 4000;  ///< per agent
constexpr double kReach = 9;        ///< spreads within which a bound is felt
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr int kSettling = 5;      ///< evaluations in which the price of time and a ratio's gain settle
constexpr double kStride = 0.25;  ///< spreads the KPI may move between samples near a bound

struct Sample {
    double price = 0;
    double reply = 0;  ///< p_new
    double gap = 0;    ///< p_new − p
    double kpi = 0;
    double sd = 0;
    double ceiling = 0;  ///< the largest price any schedule could justify at this spread
    Answer answer;
};

/// One agent's scan; the tile evaluates the prices that its agents ask for side by side.
struct Lane {
    std::vector<Sample> samples;  ///< sorted by price
    std::vector<double> asked;    ///< prices to evaluate next
    double scale = 0;             ///< a price worth noticing
};

class Scan {
public:
    Scan(const PeriodTask& task, TileEvaluation& tile, ScanLine line)
        : task_(task), tile_(tile), line_(std::move(line)), lanes_(static_cast<std::size_t>(tile.agents())) {}

    std::vector<AgentAnswer> run() {
        survey();
        return collect();
    }

    /// Prices of every crossing of the gap from above along the line, by lane.
    std::vector<std::vector<std::vector<double>>> crossings() {
        survey();
        std::vector<std::vector<std::vector<double>>> found(lanes_.size());
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            const std::vector<Sample>& samples = lanes_[l].samples;
            for (std::size_t i = 0; i + 1 < samples.size(); ++i) {
                if (samples[i].gap < 0 || samples[i + 1].gap >= 0) continue;
                for (const Sample* side : {&samples[i], &samples[i + 1]})
                    found[l].push_back(prices_at(l, side->price, side->answer));
            }
        }
        return found;
    }

private:
    void survey() {
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            if (line_.wanted.empty() || line_.wanted[l]) lanes_[l].asked = {0};
        }
        evaluate();
        for (std::size_t l = 0; l < lanes_.size(); ++l) lanes_[l].scale = first_scale(l);
        expand(1);
        expand(-1);
        refine();
        look_into_near_misses();
    }

    [[nodiscard]] const KpiReading& reading() const { return task_.readings[line_.reading]; }

    /// Calls `visit(schedule)` for every schedule that reads the line's KPI.
    template <class Visit>
    void each_schedule(std::size_t l, const Visit& visit) const {
        const std::vector<FeltSchedule>& felt = tile_.agent(static_cast<int>(l)).felt();
        for (std::size_t r = 0; r < felt.size(); ++r) {
            if (task_.rules[r].reading == static_cast<int>(line_.reading)) visit(felt[r]);
        }
    }

    /// Every price, where the line's KPI is worth `price` per unit (of its channel; a ratio: of the KPI) and the rest follows `at`.
    [[nodiscard]] std::vector<double> prices_at(std::size_t l, double price, const Answer& at) const {
        if (line_.rest.empty()) return {price};
        std::vector<double> prices = line_.rest[l];
        for (std::size_t c = 0; c < prices.size(); ++c) prices[c] += at.on_spot[c];
        const KpiLaw& law = at.laws[line_.reading];
        prices[static_cast<std::size_t>(reading().channel)] += reading().ratio ? price * law.gain : price;
        if (reading().ratio) prices[static_cast<std::size_t>(reading().below)] += price * law.below_gain;
        if (task_.time_channel < 0) return prices;
        const auto t = static_cast<std::size_t>(task_.time_channel);
        double by_contacts = 0;
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            if (!task_.readings[k].total) continue;
            const double slope = k == line_.reading ? price * at.contacts : at.slope[k];
            by_contacts += slope * at.mean[static_cast<std::size_t>(task_.readings[k].channel)];
        }
        prices[t] -= at.flow / at.mean[t] + by_contacts / (at.contacts * at.mean[t]);
        return prices;
    }

    /// Evaluates one price per lane (NaN: none); what hangs on it besides is settled on the way.
    std::vector<Answer> evaluate_once(const std::vector<double>& price) {
        std::vector<Answer> answers(lanes_.size());
        for (std::size_t l = 0; l < lanes_.size() && !line_.rest.empty(); ++l) answers[l] = line_.start[l];
        const int rounds = line_.rest.empty() ? 1 : kSettling;
        for (int round = 0; round < rounds; ++round) {
            std::vector<std::vector<double>> prices(lanes_.size());
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                if (std::isnan(price[l])) continue;
                prices[l] = prices_at(l, price[l], answers[l]);
                tile_.set_prices(static_cast<int>(l), prices[l]);
            }
            tile_.pass();
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                if (!std::isnan(price[l])) tile_.answer(static_cast<int>(l), prices[l], answers[l]);
            }
        }
        return answers;
    }

    /// Evaluates everything the lanes ask for, one price of each lane per pass.
    void evaluate() {
        std::size_t most = 0;
        for (const Lane& lane : lanes_) most = std::max(most, lane.asked.size());
        for (std::size_t k = 0; k < most; ++k) {
            std::vector<double> price(lanes_.size(), kNone);
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                if (k < lanes_[l].asked.size()) price[l] = lanes_[l].asked[k];
            }
            std::vector<Answer> answers = evaluate_once(price);
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                if (std::isnan(price[l])) continue;
                Sample sample = sampled(l, price[l], std::move(answers[l]));
                if (std::isfinite(sample.gap)) lanes_[l].samples.push_back(std::move(sample));
            }
        }
        for (Lane& lane : lanes_) {
            lane.asked.clear();
            std::ranges::sort(lane.samples, {}, &Sample::price);
        }
    }

    [[nodiscard]] Sample sampled(std::size_t l, double price, Answer answer) const {
        Sample sample;
        sample.price = price;
        sample.answer = std::move(answer);
        const KpiLaw& law = sample.answer.laws[line_.reading];
        sample.reply = law.exists ? sample.answer.slope[line_.reading] / sample.answer.contacts : 0;
        sample.gap = sample.reply - price;
        sample.kpi = law.mean;
        sample.sd = law.binomial ? std::max(law.sd, std::abs(reading().scale) * 0.5 / law.contacts) : law.sd;
        each_schedule(l, [&](const FeltSchedule& felt) {
            sample.ceiling += felt.steepest(sample.sd) * gain(law) / sample.answer.contacts;
        });
        sample.ceiling = std::max(sample.ceiling, std::abs(sample.reply));
        return sample;
    }

    /// How much the KPI moves per unit of what its price is paid on.
    [[nodiscard]] double gain(const KpiLaw& law) const { return reading().ratio ? 1 : std::abs(law.gain); }

    /// A price to start from where the spread at no price gives none: all that is at stake, over how much the KPI has to move.
    [[nodiscard]] double first_scale(std::size_t l) const {
        const Lane& lane = lanes_[l];
        if (lane.samples.empty()) return 0;
        const Sample& zero = lane.samples.front();
        if (zero.ceiling > 0) return zero.ceiling;
        double far = std::abs(zero.kpi);
        each_schedule(l, [&](const FeltSchedule& felt) {
            if (felt.bounds().empty()) return;
            far =
                std::max({far, std::abs(felt.bounds().front() - zero.kpi), std::abs(felt.bounds().back() - zero.kpi)});
        });
        return far > 0 ? tile_.agent(static_cast<int>(l)).stake() * gain(zero.answer.laws[line_.reading]) /
                             (far * zero.answer.contacts)
                       : 0;
    }

    /// Doubles the price away from 0 until it is beyond every schedule's ceiling.
    void expand(int sign) {
        std::vector<bool> done(lanes_.size());
        for (int k = -14; k < 60; ++k) {
            bool any = false;
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                Lane& lane = lanes_[l];
                if (done[l] || lane.scale <= 0) continue;
                const double price = sign * std::ldexp(lane.scale, k);
                const Sample& last = sign > 0 ? lane.samples.back() : lane.samples.front();
                const double beyond = std::max(last.ceiling, lane.scale);
                done[l] = k > 0 && std::abs(last.price) > 2 * beyond;
                if (done[l]) continue;
                lane.asked = {price};
                any = true;
            }
            if (!any) return;
            evaluate();
        }
    }

    /// Whether a fixed point could hide between two neighbours.
    [[nodiscard]] bool unclear(const Sample& a, const Sample& b, std::size_t l) const {
        const double moved = std::abs(b.kpi - a.kpi);
        const double sd = std::min(a.sd, b.sd);
        if (moved <= kStride * sd || moved <= 1e-13 * std::max(std::abs(a.kpi), std::abs(b.kpi))) return false;
        if (std::abs(b.price - a.price) <= 4e-15 * std::max(std::abs(a.price), std::abs(b.price))) return false;
        const double reach = kReach * std::max(a.sd, b.sd);
        const double low = std::min(a.kpi, b.kpi) - reach;
        const double high = std::max(a.kpi, b.kpi) + reach;
        if (a.answer.laws[line_.reading].binomial) return true;
        bool hidden = false;
        each_schedule(l, [&](const FeltSchedule& felt) {
            const auto next = std::ranges::lower_bound(felt.bounds(), low);
            hidden = hidden || (felt.curved() ? moved > std::max(kStride * sd, (high - low) / 64)
                                              : next != felt.bounds().end() && *next <= high);
        });
        return hidden;
    }

    [[nodiscard]] static double between(double a, double b) {
        if (a > 0 && b > 4 * a) return std::sqrt(a * b);
        if (b < 0 && a < 4 * b) return -std::sqrt(a * b);
        return a + (b - a) / 2;
    }

    void refine() {
        for (int round = 0; round < 80; ++round) {
            bool any = false;
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                Lane& lane = lanes_[l];
                for (std::size_t i = 0;
                     i + 1 < lane.samples.size() && lane.samples.size() + lane.asked.size() < kMostSamples; ++i) {
                    if (unclear(lane.samples[i], lane.samples[i + 1], l))
                        lane.asked.push_back(between(lane.samples[i].price, lane.samples[i + 1].price));
                }
                any = any || !lane.asked.empty();
            }
            if (!any) return;
            evaluate();
        }
    }

    /// Where the gap turns back just before it reaches 0, a pair of fixed points may lie between samples.
    void look_into_near_misses() {
        for (int round = 0; round < 40; ++round) {
            bool any = false;
            for (Lane& lane : lanes_) {
                for (std::size_t i = 1;
                     i + 1 < lane.samples.size() && lane.samples.size() + lane.asked.size() < kMostSamples; ++i) {
                    if (!near_miss(lane.samples[i - 1], lane.samples[i], lane.samples[i + 1])) continue;
                    lane.asked.push_back(between(lane.samples[i - 1].price, lane.samples[i].price));
                    lane.asked.push_back(between(lane.samples[i].price, lane.samples[i + 1].price));
                }
                any = any || !lane.asked.empty();
            }
            if (!any) return;
            evaluate();
        }
    }

    static bool near_miss(const Sample& a, const Sample& b, const Sample& c) {
        if (!(b.gap > 0 ? (a.gap > 0 && c.gap > 0) : (b.gap < 0 && a.gap < 0 && c.gap < 0))) return false;
        if (std::abs(b.gap) > std::abs(a.gap) || std::abs(b.gap) > std::abs(c.gap)) return false;
        if (c.price - a.price <= 1e-12 * std::max(std::abs(a.price), std::abs(c.price))) return false;
        // The parabola through the three: does its vertex come near 0?
        const double left = (a.gap - b.gap) / (a.price - b.price);
        const double right = (c.gap - b.gap) / (c.price - b.price);
        const double curve = (right - left) / (c.price - a.price);
        const double slope = left + curve * (b.price - a.price);
        const double vertex = curve == 0 ? b.gap : b.gap - slope * slope / (4 * curve);
        return vertex * b.gap <= 0 || std::abs(vertex) < 0.5 * std::abs(b.gap);
    }

    // ----------------------------------------------------------------------------------------------- roots
    struct Bracket {
        Sample low, high;
        bool peak;
        int side = 0;  ///< which end stayed in the last step (Illinois)
        double weight_low = 1, weight_high = 1;
        bool done = false;
    };

    std::vector<AgentAnswer> collect() {
        std::vector<std::vector<Bracket>> brackets(lanes_.size());
        std::vector<AgentAnswer> answers(lanes_.size());
        for (std::size_t l = 0; l < lanes_.size(); ++l) find_brackets(l, brackets[l], answers[l]);
        narrow(brackets);
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            for (const Bracket& bracket : brackets[l]) {
                const Sample& best =
                    std::abs(bracket.low.gap) <= std::abs(bracket.high.gap) ? bracket.low : bracket.high;
                if (solved(best, lanes_[l])) answers[l].points.push_back(point(best, bracket.peak));
            }
            finish(l, answers[l]);
        }
        return answers;
    }

    /// A jump of the gap across 0 is no fixed point: there its size stays that of the prices.
    static bool solved(const Sample& sample, const Lane& lane) {
        return std::abs(sample.gap) <= 1e-9 * (std::abs(sample.price) + std::abs(sample.reply) + 1e-3 * lane.scale);
    }

    static FixedPoint point(const Sample& sample, bool peak) {
        return {.prices = {sample.price},
                .objective = sample.answer.objective,
                .residual = sample.answer.residual,
                .contacts = sample.answer.contacts,
                .stake = std::abs(sample.price * sample.answer.mean.front()),
                .kpis = {sample.kpi},
                .peak = peak};
    }

    void find_brackets(std::size_t l, std::vector<Bracket>& brackets, AgentAnswer& answer) const {
        const std::vector<Sample>& samples = lanes_[l].samples;
        // Below the lowest and above the highest price the gap points inward.
        for (std::size_t i = 0; i < samples.size(); ++i) {
            if (samples[i].gap == 0) {
                const double before = i == 0 ? 1 : samples[i - 1].gap;
                const double after = i + 1 == samples.size() ? -1 : samples[i + 1].gap;
                answer.points.push_back(point(samples[i], !(before < 0 || after > 0)));
                continue;
            }
            if (i + 1 < samples.size() && samples[i].gap * samples[i + 1].gap < 0) {
                brackets.push_back({.low = samples[i], .high = samples[i + 1], .peak = samples[i].gap > 0});
            }
        }
    }

    /// Illinois steps, with bisection where they stall; every lane works on its own bracket of the same rank.
    void narrow(std::vector<std::vector<Bracket>>& brackets) {
        std::size_t most = 0;
        for (const auto& list : brackets) most = std::max(most, list.size());
        for (std::size_t k = 0; k < most; ++k) {
            for (int step = 0; step < 120; ++step) {
                std::vector<double> tried(lanes_.size(), kNone);
                for (std::size_t l = 0; l < lanes_.size(); ++l) {
                    if (k < brackets[l].size() && !brackets[l][k].done) tried[l] = next_price(brackets[l][k], step);
                }
                if (std::ranges::all_of(tried, [](double x) { return std::isnan(x); })) break;
                std::vector<Answer> answers = evaluate_once(tried);
                for (std::size_t l = 0; l < lanes_.size(); ++l) {
                    if (std::isnan(tried[l])) continue;
                    Sample sample = sampled(l, tried[l], std::move(answers[l]));
                    if (std::isfinite(sample.gap)) shrink(brackets[l][k], std::move(sample), lanes_[l]);
                    else brackets[l][k].done = true;
                }
            }
        }
    }

    static double next_price(const Bracket& b, int step) {
        const double middle = b.low.price + (b.high.price - b.low.price) / 2;
        if (step % 3 == 2) return middle;
        const double low = b.low.gap * b.weight_low;
        const double high = b.high.gap * b.weight_high;
        const double price = (b.low.price * high - b.high.price * low) / (high - low);
        return price > b.low.price && price < b.high.price ? price : middle;
    }

    static void shrink(Bracket& b, Sample sample, const Lane& lane) {
        const bool low = (sample.gap > 0) == (b.low.gap > 0) && sample.gap != 0;
        if (low) {
            b.weight_high = b.side == 1 ? b.weight_high / 2 : 1;
            b.weight_low = 1;
            b.side = 1;
            b.low = std::move(sample);
        } else {
            b.weight_low = b.side == 2 ? b.weight_low / 2 : 1;
            b.weight_high = 1;
            b.side = 2;
            b.high = std::move(sample);
        }
        const double width = b.high.price - b.low.price;
        const double size = std::max(std::abs(b.low.price), std::abs(b.high.price));
        const double gap = std::min(std::abs(b.low.gap), std::abs(b.high.gap));
        b.done = gap <= 1e-15 * (size + 1e-3 * lane.scale) || width <= 4e-16 * size;
    }

    void finish(std::size_t l, AgentAnswer& answer) const {
        std::ranges::sort(answer.points, {}, [](const FixedPoint& p) { return p.prices.front(); });
        const auto same = std::ranges::unique(answer.points, [&](const FixedPoint& a, const FixedPoint& b) {
            return std::abs(a.prices.front() - b.prices.front()) <=
                   1e-12 * (std::abs(a.prices.front()) + 1e-6 * lanes_[l].scale);
        });
        answer.points.erase(same.begin(), same.end());
        const bool any_peak = std::ranges::any_of(answer.points, &FixedPoint::peak);
        if (!any_peak) {
            // Nothing holds still (best responses that jump): the sample nearest to doing so is returned with its residual.
            const auto nearest =
                std::ranges::min_element(lanes_[l].samples, {}, [](const Sample& s) { return std::abs(s.gap); });
            if (nearest != lanes_[l].samples.end()) {
                answer.points.push_back(point(*nearest, true));
            } else {
                answer.points.push_back({.prices = {0},
                                         .objective = 0,
                                         .residual = 0,
                                         .contacts = 1,
                                         .stake = 0,
                                         .kpis = {0},
                                         .peak = true});
            }
            std::ranges::sort(answer.points, {}, [](const FixedPoint& p) { return p.prices.front(); });
            answer.status = Status::NoFixedPoint;
        }
        keep_best(answer);
    }

    const PeriodTask& task_;
    TileEvaluation& tile_;
    ScanLine line_;
    std::vector<Lane> lanes_;
};

}  // namespace

std::vector<AgentAnswer> scan_tile(const PeriodTask& task, TileEvaluation& tile) { return Scan(task, tile, {}).run(); }

std::vector<std::vector<std::vector<double>>> crossings_along(const PeriodTask& task, TileEvaluation& tile,
                                                              ScanLine line) {
    return Scan(task, tile, std::move(line)).crossings();
}

void keep_best(AgentAnswer& answer) {
    int best = -1;
    int peaks = 0;
    for (std::size_t i = 0; i < answer.points.size(); ++i) {
        const FixedPoint& p = answer.points[i];
        if (!p.peak) continue;
        ++peaks;
        if (best < 0) {
            best = static_cast<int>(i);
            continue;
        }
        const FixedPoint& b = answer.points[static_cast<std::size_t>(best)];
        const double size = 1e-9 * std::max(std::abs(p.objective), std::abs(b.objective));
        if (p.objective > b.objective + size) best = static_cast<int>(i);
        else if (p.objective >= b.objective - size) {
            const double stakes = 1e-9 * std::max(p.stake, b.stake);
            if (p.stake < b.stake - stakes || (p.stake <= b.stake + stakes && p.kpis < b.kpis))
                best = static_cast<int>(i);
        }
    }
    answer.kept = std::max(best, 0);
    if (answer.status == Status::Converged && peaks > 1) answer.status = Status::SeveralEquilibria;
}

}  // namespace backfire
