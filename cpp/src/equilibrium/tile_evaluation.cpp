// A tile's numbers are filled once; every evaluation after that is one pass and a little arithmetic per agent.
#include "equilibrium/tile_evaluation.hpp"

#include <algorithm>
#include <limits>

namespace backfire {

TileEvaluation::TileEvaluation(const PeriodTask& task, int tile, Pulse* pulse)
    : task_(task),
      pulse_(pulse),
      agents_(std::min(kLanes, static_cast<int>(task.plan->agents.size()) - tile * kLanes)),
      prices_(static_cast<std::size_t>(task.priced) * kLanes),
      room_(task.shape) {
    const OnTheSpot spot = task.on_the_spot(tile);
    every_contact_ = spot.every_contact;
    fill_tile(*task.plan, task.shape, task.channels, spot, tile, numbers_);
    tasks_.reserve(kLanes);
    for (int l = 0; l < agents_; ++l) tasks_.emplace_back(task, tile * kLanes + l, l == 0 ? nullptr : &tasks_.back());
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

void TileEvaluation::answer(int lane, const std::vector<double>& prices, Answer& out) const {
    out.mean.resize(task_.channels.size());
    out.weighed.resize(task_.channels.size());
    out.second.resize(task_.shape.pairs.size());
    for (std::size_t c = 0; c < out.mean.size(); ++c) {
        out.mean[c] = room_.mean[c][lane];
        out.weighed[c] = room_.weighed_mean[c][lane];
    }
    for (std::size_t q = 0; q < out.second.size(); ++q) out.second[q] = room_.second[q][lane];
    tasks_[static_cast<std::size_t>(lane)].follow(prices, room_.start_value[lane] + every_contact_[lane], out);
}

}  // namespace backfire
