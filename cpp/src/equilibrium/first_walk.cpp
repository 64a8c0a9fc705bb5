// Where no price leads, and whether convex payouts could hold another peak.
#include "equilibrium/first_walk.hpp"

#include "equilibrium/starts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace backfire {
namespace {

constexpr double kMostConvex = 0.5;  ///< of what noise resists

/// S = ∂m/∂p and the laws somewhere, of every lane.
struct Glimpse {
    LaneList slopes;                        ///< [priced × priced]
    std::vector<std::vector<KpiLaw>> laws;  ///< by lane
};

class FirstWalk {
public:
    FirstWalk(const PeriodTask& task, TileEvaluation& tile, Walks& walks)
        : task_(task), tile_(tile), walks_(walks), lanes_(walks.size()), n_(static_cast<std::size_t>(task.priced)) {}

    std::vector<FirstPoint> run() {
        walk();
        points_.resize(lanes_);
        for (std::size_t l = 0; l < lanes_; ++l) {
            points_[l].arrived = walks_.arrived(l);
            points_[l].came_near = walks_.came_near(l);
            points_[l].peak = walks_.peak(l);
            points_[l].safe = walks_.safe(l);
            points_[l].prices = walks_.nearest(l);
            points_[l].answer = walks_.answer_there(l);
            points_[l].wild.assign(task_.readings.size(), true);
        }
        if (judged()) judge();
        return std::move(points_);
    }

private:
    [[nodiscard]] bool judged() const {
        return task_.time_channel < 0 && !task_.shape.foresight && !task_.shape.zero_noise;
    }

    void walk() {
        for (std::size_t l = 0; l < lanes_; ++l) walks_.set_out(l, std::vector<double>(n_, 0));
        Glimpse arrivals{.slopes = LaneList(n_ * n_, all_lanes(0.0)), .laws = std::vector<std::vector<KpiLaw>>(lanes_)};
        std::vector<bool> walking(lanes_, true);
        while (walks_.any_active()) {
            walks_.look();
            if (glimpses_.empty() && judged()) glimpses_.push_back(glimpse());
            for (std::size_t l = 0; l < lanes_; ++l) {
                if (walking[l] && walks_.arrived(l) && judged()) note(l, arrivals);
                walking[l] = walks_.active(l);
            }
            walks_.step();
            for (std::size_t l = 0; l < lanes_; ++l) {
                if (walks_.steps(l) >= kMostSteps) walks_.stop(l);
            }
        }
        if (judged()) glimpses_.push_back(std::move(arrivals));
    }

    // ------------------------------------------------------------------------------------------------- judging
    void judge() {
        std::vector<std::vector<double>> lowest(lanes_), highest(lanes_);
        bool any = false;
        bool differ = false;
        for (std::size_t l = 0; l < lanes_; ++l) {
            lowest[l] = highest[l] = points_[l].prices;
            if (!points_[l].arrived) continue;
            any = true;
            const Starts starts(task_, tile_.agent(static_cast<int>(l)), points_[l].answer);
            lowest[l] = starts.all_lowest();
            highest[l] = starts.all_highest();
            differ = differ || lowest[l] != highest[l];
        }
        if (!any) return;
        seen_.resize(lanes_);
        for (std::size_t l = 0; l < lanes_; ++l) seen_[l] = {std::vector<double>(n_, 0), lowest[l], highest[l]};
        set_out_from(lowest);
        if (differ) set_out_from(highest);
        for (std::size_t l = 0; l < lanes_; ++l) {
            points_[l].judged = points_[l].arrived;
            if (points_[l].arrived) judge_lane(l);
        }
    }

    /// The first steps of walks from these prices, with a glimpse from where they set out.
    void set_out_from(const std::vector<std::vector<double>>& prices) {
        for (std::size_t l = 0; l < lanes_; ++l) walks_.set_out(l, prices[l]);
        walks_.look();
        glimpses_.push_back(glimpse());
        walks_.step();
        for (std::size_t l = 0; l < lanes_; ++l) points_[l].underway.push_back(walks_.leave(l));
    }

    [[nodiscard]] Glimpse glimpse() const {
        Glimpse glimpse{.slopes = LaneList(tile_.room().slope.begin(),
                                           tile_.room().slope.begin() + static_cast<std::ptrdiff_t>(n_ * n_)),
                        .laws = {}};
        for (std::size_t l = 0; l < lanes_; ++l) glimpse.laws.push_back(tile_.laws(static_cast<int>(l)));
        return glimpse;
    }

    /// Takes one lane into a glimpse.
    void note(std::size_t l, Glimpse& glimpse) const {
        const auto lane = static_cast<int>(l);
        for (std::size_t i = 0; i < n_ * n_; ++i) glimpse.slopes[i][lane] = tile_.room().slope[i][lane];
        glimpse.laws[l] = tile_.laws(lane);
    }

    /// A column of the factor of R: at most two channels.
    struct Column {
        std::size_t reading;
        int c, d;
        double at_c, at_d;
    };

    void judge_lane(std::size_t l) {
        const auto lane = static_cast<int>(l);
        std::vector<bool>& wild = points_[l].wild;
        wild.assign(task_.readings.size(), false);
        const std::vector<std::pair<double, double>> reach = reached(l);
        for (const Glimpse& p : glimpses_) {
            std::vector<Column> columns;
            for (std::size_t k = 0; k < task_.readings.size(); ++k) add_columns(l, k, p, reach[k], columns, wild);
            tame(columns, p.slopes, lane, wild);
        }
        points_[l].elsewhere.resize(wild.size());
        for (std::size_t k = 0; k < wild.size(); ++k) {
            if (!wild[k] || !look_along(l, k)) continue;
            wild[k] = !points_[l].elsewhere[k].empty();
        }
    }

    /// Where the price of KPI k alone may have another fixed point, its mean moving in proportion to its price and shifted by
    /// anything that the other prices seen can do: p_new − p falls through 0 at the point found; does it rise to 0 again?
    /// False where that cannot be told.
    bool look_along(std::size_t l, std::size_t k) {
        const auto lane = static_cast<int>(l);
        const KpiReading& reading = task_.readings[k];
        const Answer& here = points_[l].answer;
        const AgentTask& agent = tile_.agent(lane);
        if (reading.ratio || !here.laws[k].exists || here.laws[k].binomial || here.laws[k].gain == 0) return false;
        for (std::size_t i = 0; i < task_.readings.size(); ++i) {
            const KpiReading& other = task_.readings[i];
            if (i != k && (other.channel == reading.channel || other.below == reading.channel)) return false;
        }
        double spread = 0;
        double shift = 0;
        std::pair<double, double> sds{here.laws[k].sd, here.laws[k].sd};
        for (const Glimpse& p : glimpses_) {
            sds = {std::min(sds.first, p.laws[l][k].sd), std::max(sds.second, p.laws[l][k].sd)};
            const auto slope = [&](std::size_t d) {
                return p.slopes[static_cast<std::size_t>(reading.channel) * n_ + d][lane];
            };
            spread = std::max(spread, slope(static_cast<std::size_t>(reading.channel)));
            for (const std::vector<double>& prices : seen_[l]) {
                double moved = 0;
                for (std::size_t d = 0; d < n_; ++d) {
                    if (d != static_cast<std::size_t>(reading.channel))
                        moved += slope(d) * (prices[d] - points_[l].prices[d]);
                }
                shift = std::max(shift, std::abs(moved));
            }
        }
        const double gain = std::abs(here.laws[k].gain);
        spread *=
            1.2 * gain * gain / here.contacts;  // ∂KPI by ∂ of what one more unit of the KPI is worth in the period
        shift *= gain;
        if (!(sds.first > 0)) return false;
        for (std::size_t r = 0; r < task_.rules.size(); ++r) {
            if (task_.rules[r].reading == static_cast<int>(k) && agent.felt()[r].curved()) return false;
        }
        if (!(spread > 0)) return true;
        for (const double sd : {sds.first, sds.second}) hills(l, k, sd, spread, shift);
        return true;
    }

    /// Adds the prices of the hills of p_new − p along the mean other than the one the point found stands on.
    void hills(std::size_t l, std::size_t k, double sd, double spread, double shift) {
        constexpr Lanes kAround{-3, -2, -1.25, -0.5, 0.25, 1, 1.75, 2.75};
        struct Spot {
            double mean, gap, worth;
        };
        const Answer& here = points_[l].answer;
        const AgentTask& agent = tile_.agent(static_cast<int>(l));
        const double mean = here.laws[k].mean;
        const double worth_here = here.slope[k] / here.laws[k].gain;
        std::vector<double> centres{mean};
        for (std::size_t r = 0; r < task_.rules.size(); ++r) {
            const std::vector<double>& bounds = agent.felt()[r].bounds();
            if (task_.rules[r].reading == static_cast<int>(k))
                centres.insert(centres.end(), bounds.begin(), bounds.end());
        }
        std::vector<Spot> spots;
        double steepest = 0;
        for (const double centre : centres) {
            const Lanes means = centre + sd * kAround;
            Lanes worth = all_lanes(0.0);
            for (std::size_t r = 0; r < task_.rules.size(); ++r) {
                if (task_.rules[r].reading == static_cast<int>(k)) agent.felt()[r].add_slopes(means, sd, worth);
            }
            for (int i = 0; i < kLanes; ++i) {
                steepest = std::max(steepest, std::abs(worth[i]));
                spots.push_back({means[i], worth[i] - worth_here - (means[i] - mean) / spread, worth[i]});
            }
        }
        std::ranges::sort(spots, {}, &Spot::mean);
        const double slack = shift / spread + 0.05 * steepest;
        std::vector<double>
            tops;  // worth at the top of each hill; the first falls from −∞ on: where it comes nearest to 0
        std::size_t own = 0;
        double least = std::numeric_limits<double>::infinity();
        double best = -std::numeric_limits<double>::infinity();
        for (const Spot& spot : spots) {
            if (tops.empty()) tops.push_back(spot.worth);
            const double height = tops.size() == 1 ? -std::abs(spot.gap) : spot.gap;
            if (spot.gap > least + 0.02 * steepest && spot.gap > -slack && least < slack) {
                tops.push_back(spot.worth);
                best = least = spot.gap;
            } else if (height > best) {
                best = height;
                tops.back() = spot.worth;
            }
            least = std::min(least, spot.gap);
            if (spot.mean <= mean) own = tops.size() - 1;
        }
        std::vector<double>& prices = points_[l].elsewhere[k];
        for (std::size_t i = 0; i < tops.size(); ++i) {
            const double price = tops[i] * here.laws[k].gain / here.contacts;
            const bool known = std::ranges::any_of(
                prices, [&](double p) { return std::abs(p - price) <= 0.3 * std::max(std::abs(p), std::abs(price)); });
            if (i != own && !known) prices.push_back(price);
        }
    }

    /// What each KPI can reach: all that was seen, and as far again as its own prices push it.
    [[nodiscard]] std::vector<std::pair<double, double>> reached(std::size_t l) const {
        const auto lane = static_cast<int>(l);
        std::vector<std::pair<double, double>> reach;
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            const KpiReading& reading = task_.readings[k];
            const KpiLaw& here = points_[l].answer.laws[k];
            double low = here.mean;
            double high = here.mean;
            double push = 0;
            for (const Glimpse& p : glimpses_) {
                const KpiLaw& law = p.laws[l][k];
                low = std::min(low, law.mean);
                high = std::max(high, law.mean);
                double steepest = 0;
                for (std::size_t r = 0; r < task_.rules.size(); ++r) {
                    if (task_.rules[r].reading == static_cast<int>(k))
                        steepest += tile_.agent(lane).felt()[r].steepest(law.sd);
                }
                const auto slope = [&](int c, int d) {
                    return p.slopes[static_cast<std::size_t>(c) * n_ + static_cast<std::size_t>(d)][lane];
                };
                double spread = law.gain * law.gain * slope(reading.channel, reading.channel);
                if (reading.ratio)
                    spread += law.below_gain * law.below_gain * slope(reading.below, reading.below) +
                              2 * law.gain * law.below_gain * slope(reading.channel, reading.below);
                push = std::max(push, steepest * std::abs(spread) / points_[l].answer.contacts);
            }
            const double more = push + (high - low) + 0.5 * here.sd;
            reach.emplace_back(low - more, high + more);
        }
        return reach;
    }

    void add_columns(std::size_t l, std::size_t k, const Glimpse& p, const std::pair<double, double>& reach,
                     std::vector<Column>& columns, std::vector<bool>& wild) const {
        const KpiReading& reading = task_.readings[k];
        const KpiLaw& law = p.laws[l][k];
        const AgentTask& agent = tile_.agent(static_cast<int>(l));
        if (!law.exists) {
            wild[k] = true;
            return;
        }
        double convex = 0;
        double steepest = 0;
        for (std::size_t r = 0; r < task_.rules.size(); ++r) {
            if (task_.rules[r].reading != static_cast<int>(k)) continue;
            convex += agent.most_convex(r, reading, law, reach.first, reach.second);
            steepest += agent.felt()[r].steepest(law.sd);
        }
        if (!std::isfinite(convex) || !std::isfinite(steepest)) {
            wild[k] = true;
            return;
        }
        const double contacts = points_[l].answer.contacts;
        const double root = std::sqrt(convex / contacts);
        columns.push_back({k, reading.channel, reading.ratio ? reading.below : reading.channel, root * law.gain,
                           reading.ratio ? root * law.below_gain : 0});
        if (!reading.ratio || law.below_gain == 0) return;
        // The ratio bends in its own two means: |x| above the diagonal and y below lie under diag(|x|t, |x|/t + y).
        const double above = law.gain == 0 ? 0 : law.mean / law.gain;  // a
        const double below = reading.scale / law.gain;                 // b
        const double x = steepest * std::abs(law.gain / below) / contacts;
        const double y = steepest * std::abs(2 * law.below_gain / below) / contacts;
        const double t = above == 0 ? 1 : std::abs(below / above);
        columns.push_back({k, reading.channel, reading.channel, std::sqrt(x * t), 0});
        columns.push_back({k, reading.below, reading.below, std::sqrt(x / t + y), 0});
    }

    /// Calls KPIs wild, the largest first, until the largest eigenvalue of what is left stays below the bar.
    void tame(std::vector<Column>& columns, const LaneList& slopes, int lane, std::vector<bool>& wild) {
        const auto slope = [&](int c, int d) {
            return slopes[static_cast<std::size_t>(c) * n_ + static_cast<std::size_t>(d)][lane];
        };
        const auto product = [&](const Column& a, const Column& b) {
            double x = a.at_c * slope(a.c, b.c) * b.at_c;
            if (b.at_d != 0) x += a.at_c * slope(a.c, b.d) * b.at_d;
            if (a.at_d != 0) x += a.at_d * slope(a.d, b.c) * b.at_c;
            if (a.at_d != 0 && b.at_d != 0) x += a.at_d * slope(a.d, b.d) * b.at_d;
            return x;
        };
        std::vector<double>& own = own_;
        for (;;) {
            std::erase_if(columns, [&](const Column& c) { return wild[c.reading]; });
            if (columns.empty()) return;
            own.clear();
            double trace = 0;
            for (const Column& c : columns) {
                own.push_back(product(c, c));
                trace += own.back();
            }
            if (trace < kMostConvex) return;  // no eigenvalue is larger
            const auto worst = std::ranges::max_element(own) - own.begin();
            const bool alone_above =
                own[static_cast<std::size_t>(worst)] >= kMostConvex;  // no eigenvalue below it is the largest
            if (!alone_above && below_bar(columns, product)) return;
            wild[columns[static_cast<std::size_t>(worst)].reading] = true;
        }
    }

    /// Cholesky: whether bar·I − product is positive definite.
    template <class Product>
    bool below_bar(const std::vector<Column>& columns, const Product& product) {
        const std::size_t n = columns.size();
        std::vector<double>& root = root_;
        root.resize(n * n);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                double x = (i == j ? kMostConvex : 0) - product(columns[i], columns[j]);
                for (std::size_t k = 0; k < j; ++k) x -= root[i * n + k] * root[j * n + k];
                if (i == j && !(x > 0)) return false;
                root[i * n + j] = i == j ? std::sqrt(x) : x / root[j * n + j];
            }
        }
        return true;
    }

    const PeriodTask& task_;
    TileEvaluation& tile_;
    Walks& walks_;
    std::size_t lanes_;
    std::size_t n_;
    std::vector<FirstPoint> points_;
    std::vector<Glimpse> glimpses_;
    std::vector<double> own_, root_;                      ///< scratch
    std::vector<std::vector<std::vector<double>>> seen_;  ///< by lane: prices it was looked at
};

}  // namespace

bool FirstPoint::alone() const {
    return judged && std::ranges::none_of(wild, [](bool w) { return w; });
}

std::vector<FirstPoint> first_walk(const PeriodTask& task, TileEvaluation& tile, Walks& walks) {
    return FirstWalk(task, tile, walks).run();
}

}  // namespace backfire
