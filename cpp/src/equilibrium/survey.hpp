/// A survey: one price of each agent of a tile looked at again and again until it is known what lies between the prices.
///
/// A price looked at is a few numbers; the whole answer is worked out again only for the points found. Where foresight is whole, the
/// value of a contact is convex in the price and the KPI's mean, its slope, never turns back: between two prices it lies between what
/// it is at both. So the prices that could be justified there are known from the schedules alone (FeltSchedule::slope_between), and a
/// stretch of prices none of which is among them holds no fixed point. What behaviours lie between, and so how the KPI spreads, is
/// known only where choices shift little: there the spread is taken to stay within half the smaller and twice the larger of both
/// ends. Elsewhere nothing is assumed of it.
#pragma once

#include "equilibrium/tile_evaluation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory_resource>
#include <utility>
#include <vector>

namespace backfire {

inline constexpr int kMostSamples = 4000;  ///< per agent; past it the agent's status says that the search was cut short
inline constexpr int kMostRounds = 200;    ///< of parting stretches
inline constexpr double kReach = 9;        ///< spreads within which a bound is felt
inline constexpr double kStride = 0.25;    ///< spreads the KPI may move between samples near a bound
inline constexpr double kTilt = 2;  ///< log-odds by which choices may shift for the spread to be known from both ends
inline constexpr double kLeastPrice = 1e-6;  ///< of a price worth noticing: smaller ones are not told apart any finer
inline constexpr double kDoubt = 0.3;        ///< of a rise by which a parabola may miss a vertex
inline constexpr double kLeap = 16;          ///< a stretch is parted at no more than so many times its nearer end
/// The first price looked at, in doublings of the scale, where the KPI cannot turn back; and the last one.
inline constexpr int kFirstDoubling = 2;
inline constexpr int kLastDoubling = 30;
inline constexpr double kNoPrice = std::numeric_limits<double>::quiet_NaN();

/// What is known of the prices between a sample and the next.
enum class Stretch : std::int32_t {
    Unknown,
    Empty,   ///< none of them can be justified
    Smooth,  ///< the KPI moves so little that the samples show how p_new − p runs
};

enum class Law : std::int32_t { Normal, Binomial };

/// A price looked at; 48 bytes without gaps, so that copies are whole words.
struct Sample {
    double price = 0;
    double reply = 0;  ///< p_new
    double gap = 0;    ///< p_new − p
    double kpi = 0;
    double sd = 0;
    Law law = Law::Normal;
    Stretch next = Stretch::Unknown;  ///< to the next higher price
};

/// One price per lane; NaN: none.
using Prices = std::array<double, kLanes>;
using Samples = std::array<Sample, kLanes>;

/// Where a scan keeps its lists: on the stack unless they grow long. A tile is done in microseconds, mostly, and thousands follow.
class Memory {
public:
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init,modernize-use-equals-default): the bytes are written before they are read
    Memory() {}
    [[nodiscard]] std::pmr::memory_resource* at() { return &lists_; }

private:
    std::array<std::byte, std::size_t{1} << 15> first_;
    std::pmr::monotonic_buffer_resource lists_{first_.data(), first_.size()};
};

/// One agent's scan; the tile looks at the prices that its agents ask for side by side.
struct Lane {
    explicit Lane(std::pmr::memory_resource* memory) : samples(memory), asked(memory) {
        samples.reserve(32);
        asked.reserve(8);
    }

    std::pmr::vector<Sample> samples;  ///< sorted by price
    std::pmr::vector<double> asked;    ///< prices to look at next
    double scale = 0;                  ///< a price worth noticing
    double unit = 1;  ///< what one unit of a schedule's slope makes the price, where the KPI cannot turn back
    double contacts = 1;
    double per_price = 1;  ///< how much the KPI moves per unit of what its price is paid on
    double noise = 0;      ///< of the agent's least noisy choice
    bool cut_short = false;
};

/// Looks at prices until what lies between them is known.
///
/// @tparam Look what follows a price: `reading()`, the KPI's index among the task's; `wanted(lane)`; `monotone()`, whether the KPI
/// cannot turn back as the price grows; `look(prices, samples, laws, contacts)`, which fills in a sample's reply, the KPI's law and N
template <class Look>
class Survey {
public:
    Survey(const PeriodTask& task, TileEvaluation& tile, Look& look, Memory& memory)
        : task_(task), tile_(tile), look_(look), lanes_(memory.at()) {
        lanes_.reserve(static_cast<std::size_t>(tile.agents()));
        for (int l = 0; l < tile.agents(); ++l) lanes_.emplace_back(memory.at());
    }

    void run() {
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            if (look_.wanted(l)) lanes_[l].asked.push_back(0);
        }
        evaluate();
        for (std::size_t l = 0; l < lanes_.size(); ++l) lanes_[l].scale = first_scale(l);
        if (look_.monotone()) {
            reach();
        } else {
            expand(1);
            expand(-1);
        }
        refine();
        look_into_near_misses();
    }

    [[nodiscard]] std::pmr::vector<Lane>& lanes() { return lanes_; }

    /// Looks at one price per lane; a lane whose p_new is no number has none (its price becomes NaN).
    void look(Prices& price) {
        look_.look(price, looked_, laws_, contacts_);
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            if (std::isnan(price[l])) continue;
            Sample& sample = looked_[l];
            const KpiLaw& law = laws_[l];
            sample.price = price[l];
            sample.gap = sample.reply - price[l];
            sample.kpi = law.mean;
            sample.sd = law.binomial ? std::max(law.sd, std::abs(reading().scale) * 0.5 / law.contacts) : law.sd;
            sample.law = law.binomial ? Law::Binomial : Law::Normal;
            sample.next = Stretch::Unknown;
            if (!std::isfinite(sample.gap)) price[l] = kNoPrice;
        }
    }
    [[nodiscard]] const Sample& looked(std::size_t l) const { return looked_[l]; }

private:
    [[nodiscard]] const KpiReading& reading() const { return task_.readings[look_.reading()]; }

    /// Calls `visit(schedule)` for every schedule that reads the KPI.
    template <class Visit>
    void each_schedule(std::size_t l, const Visit& visit) const {
        const std::vector<FeltSchedule>& felt = tile_.agent(static_cast<int>(l)).felt();
        for (std::size_t r = 0; r < felt.size(); ++r) {
            if (task_.rules[r].reading == static_cast<int>(look_.reading())) visit(felt[r]);
        }
    }

    /// Looks at everything the lanes ask for, one price of each lane per pass.
    void evaluate() {
        std::size_t most = 0;
        for (const Lane& lane : lanes_) most = std::max(most, lane.asked.size());
        for (std::size_t k = 0; k < most; ++k) {
            Prices price;
            price.fill(kNoPrice);
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                if (k < lanes_[l].asked.size()) price[l] = lanes_[l].asked[k];
            }
            look(price);
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                if (!std::isnan(price[l])) insert(l, looked_[l]);
            }
        }
        for (Lane& lane : lanes_) lane.asked.clear();
    }

    void insert(std::size_t l, const Sample& sample) {
        std::pmr::vector<Sample>& samples = lanes_[l].samples;
        samples.push_back(sample);
        std::size_t at = samples.size() - 1;
        for (; at > 0 && samples[at - 1].price > sample.price; --at) samples[at] = samples[at - 1];
        samples[at] = sample;
        if (at > 0) samples[at - 1].next = Stretch::Unknown;
    }

    /// The largest price any schedule could justify at what was just looked at.
    [[nodiscard]] double ceiling(std::size_t l) const {
        double sum = 0;
        const double gain = gain_of(laws_[l]);
        each_schedule(l, [&](const FeltSchedule& felt) { sum += felt.steepest(looked_[l].sd) * gain / contacts_[l]; });
        return std::max(sum, std::abs(looked_[l].reply));
    }

    /// How much the KPI moves per unit of what its price is paid on.
    [[nodiscard]] double gain_of(const KpiLaw& law) const { return reading().ratio ? 1 : std::abs(law.gain); }

    /// A price to start from where the spread at no price gives none: all that is at stake, over how much the KPI has to move.
    [[nodiscard]] double first_scale(std::size_t l) {
        Lane& lane = lanes_[l];
        if (lane.samples.empty()) return 0;
        lane.contacts = laws_[l].contacts;
        lane.unit = laws_[l].gain / contacts_[l];
        lane.per_price = gain_of(laws_[l]);
        lane.noise = tile_.least_noise(static_cast<int>(l));
        const double highest = ceiling(l);
        if (highest > 0) return highest;
        const double kpi = lane.samples.front().kpi;
        double far = std::abs(kpi);
        each_schedule(l, [&](const FeltSchedule& felt) {
            if (felt.bounds().empty()) return;
            far = std::max({far, std::abs(felt.bounds().front() - kpi), std::abs(felt.bounds().back() - kpi)});
        });
        return far > 0 ? tile_.agent(static_cast<int>(l)).stake() * gain_of(laws_[l]) / (far * contacts_[l]) : 0;
    }

    /// Doubles the price away from 0 until it is beyond every schedule's ceiling.
    void expand(int sign) {
        std::array<bool, kLanes> done{};
        std::array<double, kLanes> last{};
        std::array<double, kLanes> highest{};
        for (int k = -14; k < 60; ++k) {
            bool any = false;
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                Lane& lane = lanes_[l];
                if (done[l] || lane.scale <= 0) continue;
                done[l] = k > 0 && last[l] > 2 * std::max(highest[l], lane.scale);
                if (done[l]) continue;
                lane.asked.push_back(sign * std::ldexp(lane.scale, k));
                any = true;
            }
            if (!any) return;
            std::array<bool, kLanes> asked{};
            for (std::size_t l = 0; l < lanes_.size(); ++l) asked[l] = !lanes_[l].asked.empty();
            evaluate();
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                if (!asked[l] || !std::isfinite(looked_[l].gap)) continue;
                last[l] = std::abs(looked_[l].price);
                highest[l] = ceiling(l);
            }
        }
    }

    struct Range {
        double low = -std::numeric_limits<double>::infinity();
        double high = std::numeric_limits<double>::infinity();
    };

    /// Bounds on the prices that KPI means within [low, high] and spreads within [least, most] can justify.
    [[nodiscard]] Range justified(std::size_t l, double low, double high, double least, double most) const {
        if (laws_[l].binomial) return {};
        Range sum{0, 0};
        each_schedule(l, [&](const FeltSchedule& felt) {
            const auto [smallest, largest] = felt.slope_between(low, high, least, most);
            sum.low += smallest;
            sum.high += largest;
        });
        const double unit = lanes_[l].unit;
        if (unit == 0) return {0, 0};
        if (unit < 0) std::swap(sum.low, sum.high);
        return {sum.low * unit, sum.high * unit};
    }

    /// Looks at the ends of the prices worth looking at: on no side where nothing can be justified, and far out only where the prices
    /// beyond the near end might be.
    void reach() {
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            Lane& lane = lanes_[l];
            if (lane.scale <= 0) continue;
            const Range range =
                justified(l, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), 0,
                          std::numeric_limits<double>::infinity());
            if (range.high > 0) lane.asked.push_back(std::ldexp(lane.scale, kFirstDoubling));
            if (range.low < 0) lane.asked.push_back(-std::ldexp(lane.scale, kFirstDoubling));
        }
        evaluate();
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            Lane& lane = lanes_[l];
            for (const Sample& end : {lane.samples.empty() ? Sample{} : lane.samples.front(),
                                      lane.samples.empty() ? Sample{} : lane.samples.back()}) {
                if (end.price == 0) continue;
                const bool up = (end.price > 0) == (lane.unit > 0);
                const Range beyond = justified(l, up ? end.kpi : -std::numeric_limits<double>::infinity(),
                                               up ? std::numeric_limits<double>::infinity() : end.kpi, 0,
                                               std::numeric_limits<double>::infinity());
                if (end.price > 0 ? beyond.high > end.price : beyond.low < end.price)
                    lane.asked.push_back(std::copysign(std::ldexp(lane.scale, kLastDoubling), end.price));
            }
        }
        evaluate();
    }

    // ------------------------------------------------------------------------------------------- stretches
    /// What lies between two neighbours.
    [[nodiscard]] Stretch judge(const Sample& a, const Sample& b, std::size_t l, Range& range) const {
        const double moved = std::abs(b.kpi - a.kpi);
        const double least = std::min(a.sd, b.sd);
        const double most = std::max(a.sd, b.sd);
        const bool still = moved <= 1e-13 * std::max(std::abs(a.kpi), std::abs(b.kpi));
        const double size = std::max({std::abs(a.price), std::abs(b.price), kLeastPrice * lanes_[l].scale});
        const bool narrow = std::abs(b.price - a.price) <= 4e-15 * size;
        if (look_.monotone()) {
            const bool known = still || shifts_little(a, b, lanes_[l]);
            const bool near = known && moved <= most;
            range = justified(l, std::min(a.kpi, b.kpi), std::max(a.kpi, b.kpi), near ? least / 2 : 0,
                              near ? 2 * most : std::numeric_limits<double>::infinity());
            if (range.high < a.price || range.low > b.price) return Stretch::Empty;
            if (still || narrow) return Stretch::Smooth;
            if (!known) return Stretch::Unknown;
            if (moved <= kStride * least && most <= 2 * least) return Stretch::Smooth;
        } else if (still || narrow || moved <= kStride * least) {
            return Stretch::Smooth;
        }
        if (a.law == Law::Binomial) return Stretch::Unknown;
        // Between two behaviours the spread may be larger than at either.
        const double mixed =
            look_.monotone() ? std::sqrt(most * most + moved * moved / (4 * lanes_[l].contacts)) : most;
        const double low = std::min(a.kpi, b.kpi) - kReach * mixed;
        const double high = std::max(a.kpi, b.kpi) + kReach * mixed;
        bool hidden = false;
        each_schedule(l, [&](const FeltSchedule& felt) {
            const auto next = std::ranges::lower_bound(felt.bounds(), low);
            hidden = hidden || (felt.curved() ? moved > std::max(kStride * least, (high - low) / 64)
                                              : next != felt.bounds().end() && *next <= high);
        });
        return hidden ? Stretch::Unknown : Stretch::Smooth;
    }

    /// Whether no choice shifts by much between two prices, so that no behaviour comes up and goes again.
    [[nodiscard]] static bool shifts_little(const Sample& a, const Sample& b, const Lane& lane) {
        return (b.price - a.price) * (std::abs(b.kpi - a.kpi) / lane.per_price) <= kTilt * lane.noise;
    }

    /// The middle of a stretch; of a long one its geometric middle, or nearer to 0: that is where prices can be justified.
    [[nodiscard]] static double between(double a, double b) {
        if (a > 0 && b > 4 * a) return std::min(std::sqrt(a * b), kLeap * a);
        if (b < 0 && a < 4 * b) return std::max(-std::sqrt(a * b), kLeap * b);
        return a + (b - a) / 2;
    }

    /// Asks for what parts a stretch best: the ends of what can be justified, where that is less than half of it, or else its middle.
    static void part(Lane& lane, const Sample& a, const Sample& b, const Range& range) {
        const double width = b.price - a.price;
        const double low = std::max(a.price, range.low - 1e-3 * width);
        const double high = std::min(b.price, range.high + 1e-3 * width);
        if (high - low > 0.5 * width) {
            lane.asked.push_back(between(a.price, b.price));
            return;
        }
        if (low > a.price + 0.05 * width) lane.asked.push_back(low);
        if (high < b.price - 0.05 * width) lane.asked.push_back(high);
    }

    [[nodiscard]] static bool full(Lane& lane) {
        const bool full = lane.samples.size() + lane.asked.size() >= kMostSamples;
        lane.cut_short = lane.cut_short || full;
        return full;
    }

    void refine() {
        for (int round = 0; round < kMostRounds; ++round) {
            bool any = false;
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                Lane& lane = lanes_[l];
                for (std::size_t i = 0; i + 1 < lane.samples.size(); ++i) {
                    Sample& a = lane.samples[i];
                    if (a.next != Stretch::Unknown) continue;
                    Range range;
                    a.next = judge(a, lane.samples[i + 1], l, range);
                    if (a.next == Stretch::Unknown && !full(lane)) part(lane, a, lane.samples[i + 1], range);
                }
                any = any || !lane.asked.empty();
            }
            if (!any) return;
            evaluate();
        }
        for (Lane& lane : lanes_) lane.cut_short = lane.cut_short || !settled(lane);
    }

    [[nodiscard]] static bool settled(const Lane& lane) {
        for (std::size_t i = 0; i + 1 < lane.samples.size(); ++i) {
            if (lane.samples[i].next == Stretch::Unknown) return false;
        }
        return true;
    }

    /// Where the gap turns back just before it reaches 0, a pair of fixed points may lie between samples.
    void look_into_near_misses() {
        for (int round = 0; round < 40; ++round) {
            bool any = false;
            for (Lane& lane : lanes_) {
                for (std::size_t i = 1; i + 1 < lane.samples.size(); ++i) {
                    const Sample& a = lane.samples[i - 1];
                    const Sample& b = lane.samples[i];
                    const Sample& c = lane.samples[i + 1];
                    if ((a.next == Stretch::Empty && b.next == Stretch::Empty) || !near_miss(a, b, c)) continue;
                    if (full(lane)) break;
                    lane.asked.push_back(between(a.price, b.price));
                    lane.asked.push_back(between(b.price, c.price));
                }
                any = any || !lane.asked.empty();
            }
            if (!any) return;
            evaluate();
            judge_again();
        }
    }

    /// What near misses parted was smooth already; its parts may be known to be empty.
    void judge_again() {
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            std::pmr::vector<Sample>& samples = lanes_[l].samples;
            for (std::size_t i = 0; i + 1 < samples.size(); ++i) {
                if (samples[i].next != Stretch::Unknown) continue;
                Range range;
                if (judge(samples[i], samples[i + 1], l, range) == Stretch::Empty) samples[i].next = Stretch::Empty;
                else samples[i].next = Stretch::Smooth;
            }
        }
    }

    static bool near_miss(const Sample& a, const Sample& b, const Sample& c) {
        if (!(b.gap > 0 ? (a.gap > 0 && c.gap > 0) : (b.gap < 0 && a.gap < 0 && c.gap < 0))) return false;
        if (std::abs(b.gap) > std::abs(a.gap) || std::abs(b.gap) > std::abs(c.gap)) return false;
        if (c.price - a.price <= 1e-12 * std::max(std::abs(a.price), std::abs(c.price))) return false;
        if (far_apart(a, b) || far_apart(b, c)) return true;
        // The parabola through the three: does its vertex come near 0?
        const double left = (a.gap - b.gap) / (a.price - b.price);
        const double right = (c.gap - b.gap) / (c.price - b.price);
        const double curve = (right - left) / (c.price - a.price);
        const double slope = left + curve * (b.price - a.price);
        const double vertex = curve == 0 ? b.gap : b.gap - slope * slope / (4 * curve);
        // It misses by what the third derivative adds, a part of how far the gap rises beside it.
        const double rise = std::max(std::abs(a.gap), std::abs(c.gap)) - std::abs(b.gap);
        return vertex * b.gap <= 0 || std::abs(vertex) < std::max(0.5 * std::abs(b.gap), kDoubt * rise);
    }

    /// Whether an empty stretch is too wide to tell from it how the gap runs beside it.
    static bool far_apart(const Sample& a, const Sample& b) {
        return a.next == Stretch::Empty && std::abs(b.kpi - a.kpi) > 2 * kStride * std::min(a.sd, b.sd);
    }

    const PeriodTask& task_;
    TileEvaluation& tile_;
    Look& look_;
    std::pmr::vector<Lane> lanes_;
    Samples looked_{};
    std::array<KpiLaw, kLanes> laws_{};
    Prices contacts_{};
};

}  // namespace backfire
