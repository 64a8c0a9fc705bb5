// p_new − p of one price: bound the range, halve whatever may hide a fixed point until nothing can, bracket.
//
// A price looked at is a few numbers; the whole answer is worked out again only for the points found. Where foresight is whole, the
// value of a contact is convex in the price and the KPI's mean, its slope, never turns back: between two prices it lies between what it
// is at both. So the prices that could be justified there are known from the schedules alone (FeltSchedule::slope_between), and a
// stretch of prices none of which is among them holds no fixed point. What behaviours lie between, and so how the KPI spreads, is
// known only where choices shift little: there the spread is taken to stay within half the smaller and twice the larger of both ends.
// Elsewhere nothing is assumed of it.
#include "equilibrium/scan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <memory_resource>

namespace backfire {
namespace {

constexpr int kMostSamples = 4000;  ///< per agent; past it the agent's status says that the search was cut short
constexpr double kReach = 9;        ///< spreads within which a bound is felt
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr int kSettling = 5;      ///< evaluations in which the price of time and a ratio's gain settle
constexpr double kStride = 0.25;  ///< spreads the KPI may move between samples near a bound
constexpr double kTilt = 2;       ///< log-odds by which choices may shift for the spread to be known from both ends
constexpr int kFirstDoubling =
    2;  ///< the first price looked at, in doublings of the scale, where the KPI cannot turn back
constexpr int kLastDoubling = 30;  ///< the last one

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

/// What follows a price where the only unknown is that price.
class OneUnknown {
public:
    OneUnknown(const PeriodTask& task, TileEvaluation& tile)
        : task_(task), tile_(tile), price_(1), mean_(task.channels.size()), second_(task.shape.pairs.size()) {}

    static constexpr double kLeast = 1e-6;  ///< of a price worth noticing: smaller ones are not told apart any finer
    static constexpr int kRounds = 200;     ///< of parting stretches
    static constexpr double kDoubt = 0.3;   ///< of a rise by which a parabola may miss a vertex
    static constexpr double kLeap = 16;     ///< at most so many times the price before

    /// Whether the KPI cannot turn back as the price grows.
    [[nodiscard]] bool monotone() const { return !task_.shape.foresight; }
    [[nodiscard]] static bool wanted(std::size_t /*lane*/) { return true; }
    [[nodiscard]] static std::size_t reading() { return 0; }

    void look(const Prices& price, Samples& samples, std::array<KpiLaw, kLanes>& laws, Prices& contacts) {
        set(price);
        const KpiReading& reading = task_.readings.front();
        for (int l = 0; l < tile_.agents(); ++l) {
            const auto at = static_cast<std::size_t>(l);
            if (std::isnan(price[at])) continue;
            const PassRoom& room = tile_.room();
            for (std::size_t c = 0; c < mean_.size(); ++c) mean_[c] = room.mean[c][l];
            for (std::size_t q = 0; q < second_.size(); ++q) second_[q] = room.second[q][l];
            const AgentTask& agent = tile_.agent(l);
            contacts[at] = agent.contacts(mean_);
            std::construct_at(&laws[at],
                              kpi_law(reading, {.mean = mean_, .second = second_, .contacts = contacts[at]}));
            const KpiLaw& law = laws[at];
            double slope = 0;
            for (std::size_t r = 0; r < task_.rules.size(); ++r)
                slope += law.binomial ? agent.expect(r, reading, law).slope
                                      : agent.felt()[r].slope(law.mean, law.sd) * law.gain;
            samples[at].reply = slope / contacts[at];
        }
    }

    /// Calls `visit(lane, answer)` with everything that follows, for the points to keep.
    template <class Visit>
    void settle(const Prices& price, const Visit& visit) {
        set(price);
        for (int l = 0; l < tile_.agents(); ++l) {
            const auto at = static_cast<std::size_t>(l);
            if (std::isnan(price[at])) continue;
            price_[0] = price[at];
            tile_.answer(l, price_, answer_);
            visit(at, answer_);
        }
    }

private:
    void set(const Prices& price) {
        for (int l = 0; l < tile_.agents(); ++l) {
            if (std::isnan(price[static_cast<std::size_t>(l)])) continue;
            price_[0] = price[static_cast<std::size_t>(l)];
            tile_.set_prices(l, price_);
        }
        tile_.pass();
    }

    const PeriodTask& task_;
    TileEvaluation& tile_;
    std::vector<double> price_, mean_, second_;
    Answer answer_;
};

/// What follows the price of one KPI among several; what hangs on it besides is settled on the way.
class AlongLine {
public:
    AlongLine(const PeriodTask& task, TileEvaluation& tile, const ScanLine& line)
        : task_(task), tile_(tile), line_(line), prices_(static_cast<std::size_t>(tile.agents())) {}

    static constexpr double kLeast = 0;
    static constexpr int kRounds = 80;
    static constexpr double kDoubt = 0;
    static constexpr double kLeap = kInf;

    [[nodiscard]] static bool monotone() { return false; }
    [[nodiscard]] bool wanted(std::size_t lane) const { return line_.wanted.empty() || line_.wanted[lane]; }
    [[nodiscard]] std::size_t reading() const { return line_.reading; }

    void look(const Prices& price, Samples& samples, std::array<KpiLaw, kLanes>& laws, Prices& contacts) {
        settle(price, answers_);
        for (std::size_t l = 0; l < prices_.size(); ++l) {
            if (std::isnan(price[l])) continue;
            laws[l] = answers_[l].laws[line_.reading];
            contacts[l] = answers_[l].contacts;
            samples[l].reply = laws[l].exists ? answers_[l].slope[line_.reading] / contacts[l] : 0;
        }
    }

    void settle(const Prices& price, std::array<Answer, kLanes>& answers) {
        for (std::size_t l = 0; l < prices_.size(); ++l) {
            if (!std::isnan(price[l])) answers[l] = line_.start[l];
        }
        for (int round = 0; round < kSettling; ++round) {
            for (std::size_t l = 0; l < prices_.size(); ++l) {
                if (std::isnan(price[l])) continue;
                prices_at(l, price[l], answers[l], prices_[l]);
                tile_.set_prices(static_cast<int>(l), prices_[l]);
            }
            tile_.pass();
            for (std::size_t l = 0; l < prices_.size(); ++l) {
                if (!std::isnan(price[l])) tile_.answer(static_cast<int>(l), prices_[l], answers[l]);
            }
        }
    }

    /// Every price, where the line's KPI is worth `price` per unit (of its channel; a ratio: of the KPI) and the rest follows `at`.
    void prices_at(std::size_t l, double price, const Answer& at, std::vector<double>& prices) const {
        const KpiReading& reading = task_.readings[line_.reading];
        prices = line_.rest[l];
        for (std::size_t c = 0; c < prices.size(); ++c) prices[c] += at.on_spot[c];
        const KpiLaw& law = at.laws[line_.reading];
        prices[static_cast<std::size_t>(reading.channel)] += reading.ratio ? price * law.gain : price;
        if (reading.ratio) prices[static_cast<std::size_t>(reading.below)] += price * law.below_gain;
        if (task_.time_channel < 0) return;
        const auto t = static_cast<std::size_t>(task_.time_channel);
        double by_contacts = 0;
        for (std::size_t k = 0; k < task_.readings.size(); ++k) {
            if (!task_.readings[k].total) continue;
            const double slope = k == line_.reading ? price * at.contacts : at.slope[k];
            by_contacts += slope * at.mean[static_cast<std::size_t>(task_.readings[k].channel)];
        }
        prices[t] -= at.flow / at.mean[t] + by_contacts / (at.contacts * at.mean[t]);
    }

private:
    const PeriodTask& task_;
    TileEvaluation& tile_;
    const ScanLine& line_;
    std::vector<std::vector<double>> prices_;
    std::array<Answer, kLanes> answers_;
};

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
            if (!std::isfinite(sample.gap)) price[l] = kNone;
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
            price.fill(kNone);
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
        double low = -kInf;
        double high = kInf;
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
            const Range range = justified(l, -kInf, kInf, 0, kInf);
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
                const Range beyond = justified(l, up ? end.kpi : -kInf, up ? kInf : end.kpi, 0, kInf);
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
        const double size = std::max({std::abs(a.price), std::abs(b.price), Look::kLeast * lanes_[l].scale});
        const bool narrow = std::abs(b.price - a.price) <= 4e-15 * size;
        if (look_.monotone()) {
            const bool known = still || shifts_little(a, b, lanes_[l]);
            const bool near = known && moved <= most;
            range = justified(l, std::min(a.kpi, b.kpi), std::max(a.kpi, b.kpi), near ? least / 2 : 0,
                              near ? 2 * most : kInf);
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
        if (a > 0 && b > 4 * a) return std::min(std::sqrt(a * b), Look::kLeap * a);
        if (b < 0 && a < 4 * b) return std::max(-std::sqrt(a * b), Look::kLeap * b);
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
        for (int round = 0; round < Look::kRounds; ++round) {
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
        return vertex * b.gap <= 0 || std::abs(vertex) < std::max(0.5 * std::abs(b.gap), Look::kDoubt * rise);
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

// ------------------------------------------------------------------------------------------------------- roots
/// A change of sign of the gap, narrowed by inverse quadratic interpolation or halving (Chandrupatla 1997).
struct Bracket {
    Sample last, other, older;  ///< the newest point, the nearest one of the other sign, the one before
    bool peak = false;
    bool started = false;
    bool done = false;

    [[nodiscard]] const Sample& best() const { return std::abs(last.gap) <= std::abs(other.gap) ? last : other; }

    [[nodiscard]] double next() const {
        const double width = other.price - last.price;
        double share = last.gap / (last.gap - other.gap);
        if (started) {
            const double xi = (last.price - other.price) / (older.price - other.price);
            const double phi = (last.gap - other.gap) / (older.gap - other.gap);
            share = 0.5;
            if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi) {
                share = last.gap / (other.gap - last.gap) * older.gap / (other.gap - older.gap) +
                        (older.price - last.price) / width * last.gap / (older.gap - last.gap) * other.gap /
                            (older.gap - other.gap);
            }
        }
        const double least = 2e-16 * std::abs(best().price) / std::abs(width);
        if (!(share > least)) share = std::min(least, 0.5);
        if (!(share < 1 - least)) share = std::max(1 - least, 0.5);
        return last.price + share * width;
    }

    void take(const Sample& sample, double scale) {
        older = last;
        if ((sample.gap > 0) != (last.gap > 0)) {
            older = other;
            other = last;
        }
        last = sample;
        started = true;
        judge(scale);
    }

    /// Done where what is left of the gap would move the price by less than the last digits.
    void judge(double scale) {
        const double width = std::abs(other.price - last.price);
        const double size = std::max(std::abs(last.price), std::abs(other.price));
        const double gap = std::abs(best().gap);
        const double jump = std::abs(other.gap) + std::abs(last.gap);
        done = gap <= 1e-15 * (size + 1e-3 * scale) || width <= 4e-16 * size || gap * width <= 2e-14 * size * jump;
    }
};

/// The fixed points of a tile's agents, from a survey of each.
class Roots {
public:
    Roots(OneUnknown& look, Survey<OneUnknown>& survey, Memory& memory)
        : look_(look), survey_(survey), lanes_(survey.lanes()), brackets_(memory.at()), roots_(memory.at()) {
        brackets_.reserve(lanes_.size());
        roots_.reserve(lanes_.size());
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            brackets_.emplace_back().reserve(4);
            roots_.emplace_back().reserve(4);
        }
    }

    std::vector<AgentAnswer> collect() {
        for (std::size_t l = 0; l < lanes_.size(); ++l) find_brackets(l);
        narrow();
        for (std::size_t l = 0; l < lanes_.size(); ++l) settle_on(l);
        return answers();
    }

private:
    struct Root {
        double price;
        bool peak;
    };

    /// A jump of the gap across 0 is no fixed point: there its size stays that of the prices.
    static bool solved(const Sample& sample, const Lane& lane) {
        return std::abs(sample.gap) <= 1e-9 * (std::abs(sample.price) + std::abs(sample.reply) + 1e-3 * lane.scale);
    }

    void find_brackets(std::size_t l) {
        const std::pmr::vector<Sample>& samples = lanes_[l].samples;
        // Below the lowest and above the highest price the gap points inward.
        for (std::size_t i = 0; i < samples.size(); ++i) {
            if (samples[i].gap == 0) {
                const double before = i == 0 ? 1 : samples[i - 1].gap;
                const double after = i + 1 == samples.size() ? -1 : samples[i + 1].gap;
                roots_[l].push_back({samples[i].price, !(before < 0 || after > 0)});
                continue;
            }
            if (i + 1 < samples.size() && samples[i].gap * samples[i + 1].gap < 0) {
                Bracket bracket{.last = samples[i], .other = samples[i + 1], .older = {}, .peak = samples[i].gap > 0};
                if (std::abs(bracket.other.gap) < std::abs(bracket.last.gap)) std::swap(bracket.last, bracket.other);
                bracket.judge(lanes_[l].scale);
                brackets_[l].push_back(bracket);
            }
        }
    }

    /// Every lane works on its own bracket of the same rank.
    void narrow() {
        std::size_t most = 0;
        for (const auto& list : brackets_) most = std::max(most, list.size());
        for (std::size_t k = 0; k < most; ++k) {
            for (int step = 0; step < 120; ++step) {
                Prices tried;
                tried.fill(kNone);
                bool any = false;
                for (std::size_t l = 0; l < lanes_.size(); ++l) {
                    if (k >= brackets_[l].size() || brackets_[l][k].done) continue;
                    tried[l] = brackets_[l][k].next();
                    any = true;
                }
                if (!any) break;
                const Prices asked = tried;
                survey_.look(tried);
                for (std::size_t l = 0; l < lanes_.size(); ++l) {
                    if (std::isnan(asked[l])) continue;
                    if (std::isnan(tried[l])) brackets_[l][k].done = true;
                    else brackets_[l][k].take(survey_.looked(l), lanes_[l].scale);
                }
            }
        }
    }

    /// The prices worth an answer, in order.
    void settle_on(std::size_t l) {
        std::pmr::vector<Root>& roots = roots_[l];
        for (const Bracket& bracket : brackets_[l]) {
            if (solved(bracket.best(), lanes_[l])) roots.push_back({bracket.best().price, bracket.peak});
        }
        std::ranges::sort(roots, {}, &Root::price);
        const auto same = std::ranges::unique(roots, [&](const Root& a, const Root& b) {
            return std::abs(a.price - b.price) <= 1e-12 * (std::abs(a.price) + OneUnknown::kLeast * lanes_[l].scale);
        });
        roots.erase(same.begin(), same.end());
        held_[l] = std::ranges::any_of(roots, &Root::peak);
        if (held_[l]) return;
        // Nothing holds still (best responses that jump): the sample nearest to doing so is returned with its residual.
        const auto nearest =
            std::ranges::min_element(lanes_[l].samples, {}, [](const Sample& s) { return std::abs(s.gap); });
        if (nearest != lanes_[l].samples.end()) roots.push_back({nearest->price, true});
        std::ranges::sort(roots, {}, &Root::price);
    }

    std::vector<AgentAnswer> answers() {
        std::vector<AgentAnswer> answers(lanes_.size());
        std::size_t most = 0;
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            answers[l].points.reserve(roots_[l].size());
            most = std::max(most, roots_[l].size());
        }
        for (std::size_t k = 0; k < most; ++k) {
            Prices price;
            price.fill(kNone);
            for (std::size_t l = 0; l < lanes_.size(); ++l) {
                if (k < roots_[l].size()) price[l] = roots_[l][k].price;
            }
            look_.settle(price, [&](std::size_t l, const Answer& answer) {
                answers[l].points.push_back(point(roots_[l][k], answer));
            });
        }
        for (std::size_t l = 0; l < lanes_.size(); ++l) {
            if (answers[l].points.empty()) {
                answers[l].points.push_back({.prices = {0}, .objective = 0, .contacts = 1, .kpis = {0}, .peak = true});
            }
            answers[l].reached = held_[l];
            if (lanes_[l].cut_short) answers[l].status = Status::IterationLimit;
            else if (!held_[l]) answers[l].status = Status::NoFixedPoint;
            keep_best(answers[l]);
        }
        return answers;
    }

    static FixedPoint point(const Root& root, const Answer& answer) {
        return {.prices = {root.price},
                .objective = answer.objective,
                .residual = answer.residual,
                .contacts = answer.contacts,
                .stake = std::abs(root.price * answer.mean.front()),
                .kpis = {answer.laws.front().mean},
                .peak = root.peak};
    }

    OneUnknown& look_;
    Survey<OneUnknown>& survey_;
    std::pmr::vector<Lane>& lanes_;
    std::pmr::vector<std::pmr::vector<Bracket>> brackets_;  ///< by lane
    std::pmr::vector<std::pmr::vector<Root>> roots_;        ///< by lane
    std::array<bool, kLanes> held_{};
};

}  // namespace

std::vector<AgentAnswer> scan_tile(const PeriodTask& task, TileEvaluation& tile) {
    Memory memory;
    OneUnknown look(task, tile);
    Survey survey(task, tile, look, memory);
    survey.run();
    return Roots(look, survey, memory).collect();
}

std::vector<std::vector<std::vector<double>>> crossings_along(const PeriodTask& task, TileEvaluation& tile,
                                                              const ScanLine& line) {
    Memory memory;
    AlongLine look(task, tile, line);
    Survey survey(task, tile, look, memory);
    survey.run();
    // The prices on both sides of each crossing from above; one of each lane is settled per round.
    const std::pmr::vector<Lane>& lanes = survey.lanes();
    std::vector<std::vector<double>> sides(lanes.size());
    std::size_t most = 0;
    for (std::size_t l = 0; l < lanes.size(); ++l) {
        const std::pmr::vector<Sample>& samples = lanes[l].samples;
        for (std::size_t i = 0; i + 1 < samples.size(); ++i) {
            if (samples[i].gap < 0 || samples[i + 1].gap >= 0) continue;
            sides[l].insert(sides[l].end(), {samples[i].price, samples[i + 1].price});
        }
        most = std::max(most, sides[l].size());
    }
    std::vector<std::vector<std::vector<double>>> found(lanes.size());
    std::array<Answer, kLanes> settled;
    for (std::size_t k = 0; k < most; ++k) {
        Prices price;
        price.fill(kNone);
        for (std::size_t l = 0; l < lanes.size(); ++l) {
            if (k < sides[l].size()) price[l] = sides[l][k];
        }
        look.settle(price, settled);
        for (std::size_t l = 0; l < lanes.size(); ++l) {
            if (std::isnan(price[l])) continue;
            found[l].emplace_back();
            look.prices_at(l, price[l], settled[l], found[l].back());
        }
    }
    return found;
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
