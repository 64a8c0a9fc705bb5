// A survey of one price, then every change of sign of p_new − p narrowed to a fixed point.
#include "equilibrium/scan.hpp"

#include "equilibrium/survey.hpp"

#include <memory>

namespace backfire {
namespace {

/// What follows a price where the only unknown is that price.
class OneUnknown {
public:
    OneUnknown(const PeriodTask& task, TileEvaluation& tile)
        : task_(task), tile_(tile), price_(1), mean_(task.channels.size()), second_(task.shape.pairs.size()) {}

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
                tried.fill(kNoPrice);
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
            return std::abs(a.price - b.price) <= 1e-12 * (std::abs(a.price) + kLeastPrice * lanes_[l].scale);
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
            price.fill(kNoPrice);
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

}  // namespace backfire
