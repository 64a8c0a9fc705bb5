// A survey of one KPI's price among several; what hangs on it besides is settled on the way.
#include "equilibrium/scan_line.hpp"

#include "equilibrium/survey.hpp"

namespace backfire {
namespace {

/// Evaluations in which the price of time and a ratio's gain settle.
constexpr int kSettling = 5;

/// What follows the price of one KPI among several; what hangs on it besides is settled on the way.
class AlongLine {
public:
    AlongLine(const PeriodTask& task, TileEvaluation& tile, const ScanLine& line)
        : task_(task), tile_(tile), line_(line), prices_(static_cast<std::size_t>(tile.agents())) {}

    [[nodiscard]] static bool monotone() { return false; }
    [[nodiscard]] bool wanted(std::size_t lane) const { return line_.wanted[lane]; }
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
        prices = line_.rest[l];
        for (std::size_t c = 0; c < prices.size(); ++c) prices[c] += at.on_spot[c];
        add_worth(task_.readings[line_.reading], at.laws[line_.reading], price, prices);
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

}  // namespace

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
        price.fill(kNoPrice);
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

}  // namespace backfire
