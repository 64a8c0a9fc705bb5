// A tile's numbers are filled once; every evaluation after that is one pass and a little arithmetic per agent.
#include "equilibrium/tile_evaluation.hpp"

#include "response/tile_numbers.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace backfire {

TileEvaluation::TileEvaluation(const PeriodTask& task, int tile, Pulse* pulse)
    : task_(task), pulse_(pulse), prices_(static_cast<std::size_t>(task.priced) * kLanes), room_(task.shape) {
    tasks_.reserve(kLanes);
    load(tile);
}

void TileEvaluation::load(int tile) {
    agents_ = std::min(kLanes, static_cast<int>(task_.plan->agents.size()) - tile * kLanes);
    passes_ = 0;
    std::ranges::fill(prices_, 0);
    const OnTheSpot spot = task_.on_the_spot(tile);
    every_contact_ = spot.every_contact;
    fill_tile(*task_.plan, task_.shape, task_.recipe, spot, tile, numbers_);
    // The last agent of the tile before often feels the same as the first of this one.
    std::optional<AgentTask> last;
    if (!tasks_.empty()) last.emplace(tasks_.back());
    tasks_.clear();
    for (int l = 0; l < agents_; ++l) {
        tasks_.emplace_back(task_, tile * kLanes + l, l > 0 ? &tasks_.back() : last ? &*last : nullptr);
    }
    if (task_.priced > 0 && task_.time_channel < 0 && !task_.one_unknown()) prepare_lanes();
}

/// Schedules kink for kink side by side: agents differ in how they feel what is paid, hardly ever in where a kink is.
void TileEvaluation::prepare_lanes() {
    const std::size_t readings = task_.readings.size();
    period_.contacts = all_lanes(1.0);
    for (int l = 0; l < agents_; ++l) period_.contacts[l] = agent(l).contacts({});
    period_.reviewed.assign(readings, all_lanes(1.0));
    period_.counted.assign(readings, Bits{});
    period_.curved.assign(readings, Bits{});
    for (std::size_t k = 0; k < readings; ++k) {
        for (int l = 0; l < agents_; ++l) {
            const Reviewed reviewed = reviewed_contacts(task_.readings[k], period_.contacts[l]);
            period_.reviewed[k][l] = reviewed.contacts;
            if (reviewed.counted) period_.counted[k][l] = -1;
        }
    }
    period_.schedules.clear();
    for (std::size_t r = 0; r < task_.rules.size(); ++r) {
        LaneSchedule schedule;
        schedule.reading = task_.rules[r].reading;
        for (int l = 0; l < agents_; ++l) {
            const FeltSchedule& felt = agent(l).felt()[r];
            if (felt.curved()) period_.curved[static_cast<std::size_t>(schedule.reading)][l] = -1;
            else
                for (const FeltSchedule::Kink& kink : felt.kinks()) schedule.at.push_back(kink.at);
        }
        std::ranges::sort(schedule.at);
        const auto same = std::ranges::unique(schedule.at);
        schedule.at.erase(same.begin(), same.end());
        schedule.jump.assign(schedule.at.size(), all_lanes(0.0));
        schedule.bend.assign(schedule.at.size(), all_lanes(0.0));
        for (int l = 0; l < agents_; ++l) {
            const FeltSchedule& felt = agent(l).felt()[r];
            for (std::size_t i = 0; !felt.curved() && i < felt.kinks().size(); ++i) {
                const FeltSchedule::Kink& kink = felt.kinks()[i];
                const auto at =
                    static_cast<std::size_t>(std::ranges::lower_bound(schedule.at, kink.at) - schedule.at.begin());
                schedule.jump[at][l] += kink.jump;
                schedule.bend[at][l] += kink.bend;
            }
        }
        schedule.slope.push_back(all_lanes(0.0));
        for (const Lanes& bend : schedule.bend) schedule.slope.push_back(schedule.slope.back() + bend);
        period_.schedules.push_back(std::move(schedule));
    }
    reply_.reply = reply_shape(task_.readings, task_.priced, period_);
    reply_.laws.resize(readings);
    reply_.next.assign(static_cast<std::size_t>(task_.priced), all_lanes(0.0));
    reply_.held.assign(4 * readings, all_lanes(0.0));
}

void TileEvaluation::set_prices(int lane, const std::vector<double>& prices) {
    for (std::size_t c = 0; c < prices.size(); ++c) prices_[c * kLanes + static_cast<std::size_t>(lane)] = prices[c];
}

void TileEvaluation::pass(bool slope) {
    ++passes_;
    if (pulse_ != nullptr) pulse_->beat();
    run_pass(task_.shape, {.tile = numbers_.data(), .prices = prices_.data(), .given = nullptr, .slope = slope}, room_);
}

double TileEvaluation::least_noise(int lane) const {
    double least = std::numeric_limits<double>::infinity();
    for (int s = 0; s < task_.shape.situations; ++s) {
        if (task_.shape.choice[static_cast<std::size_t>(s)] == 0) continue;
        least = std::min(least, numbers_[static_cast<std::size_t>((task_.shape.at_noise + s) * kLanes + lane)]);
    }
    return least;
}

void TileEvaluation::read_moments(int lane, Answer& out) const {
    out.mean.resize(task_.channels.size());
    out.weighed.resize(task_.channels.size());
    out.second.resize(task_.shape.pairs.size());
    for (std::size_t c = 0; c < out.mean.size(); ++c) {
        out.mean[c] = room_.mean[c][lane];
        out.weighed[c] = room_.weighed_mean[c][lane];
    }
    for (std::size_t q = 0; q < out.second.size(); ++q) out.second[q] = room_.second[q][lane];
}

void TileEvaluation::answer(int lane, const std::vector<double>& prices, Answer& out) const {
    read_moments(lane, out);
    follow(lane, prices, room_.start_value[lane], out);
}

void TileEvaluation::follow(int lane, const std::vector<double>& prices, double start_value, Answer& out) const {
    tasks_[static_cast<std::size_t>(lane)].follow(prices, start_value + every_contact_[lane], out);
}

std::vector<KpiLaw> TileEvaluation::laws(int lane) const {
    Answer moments;
    read_moments(lane, moments);
    std::vector<KpiLaw> laws;
    laws.reserve(task_.readings.size());
    for (const KpiReading& reading : task_.readings)
        laws.push_back(kpi_law(
            reading, {.mean = moments.mean, .second = moments.second, .contacts = agent(lane).contacts(moments.mean)}));
    return laws;
}

void TileEvaluation::pass_at(const LaneList& prices, bool slope) {
    for (std::size_t c = 0; c < prices.size(); ++c) store_lanes(prices_.data() + c * kLanes, prices[c]);
    pass(slope);
}

void TileEvaluation::follow_lanes() {
    backfire::follow_lanes(task_.readings, period_, room_, reply_);
    for (std::size_t k = 0; k < task_.readings.size(); ++k) {
        if (any_lane(reply_.laws[k].scalar)) expect_scalar(k);
    }
    price_lanes(task_.readings, period_, room_, reply_);
}

/// Expectations that have no closed form in lanes.
void TileEvaluation::expect_scalar(std::size_t reading) {
    LaneLaw& lanes = reply_.laws[reading];
    for (int l = 0; l < agents_; ++l) {
        if (lanes.scalar[l] == 0) continue;
        Answer moments;
        read_moments(l, moments);
        const KpiLaw law = kpi_law(task_.readings[reading],
                                   {.mean = moments.mean, .second = moments.second, .contacts = period_.contacts[l]});
        for (std::size_t r = 0; r < task_.rules.size(); ++r) {
            if (task_.rules[r].reading != static_cast<int>(reading)) continue;
            Expectation e = law.binomial ? agent(l).expect(r, task_.readings[reading], law)
                                         : agent(l).felt()[r].normal(law.mean, law.sd);
            if (law.binomial) {
                e.slope = law.gain == 0 ? 0 : e.slope / law.gain;
                e.bend = law.gain == 0 ? 0 : e.bend / (law.gain * law.gain);
            }
            lanes.slope[l] += e.slope;
            lanes.bend[l] += e.bend;
            lanes.third[l] += e.third;
        }
    }
}

void TileEvaluation::jacobian() {
    reply_lanes(task_.readings, period_, room_, reply_);
    run_jacobian(task_.shape, {.tile = numbers_.data(), .prices = prices_.data(), .given = nullptr, .slope = false},
                 reply_.reply, room_);
}

}  // namespace backfire
