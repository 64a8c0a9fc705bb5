/// Pulse: asks a caller now and then whether a long call shall go on.
#pragma once

#include <backfire/core/progress.hpp>

#include <chrono>

namespace backfire {

/// Asks a caller now and then whether to go on.
class Pulse {
public:
    explicit Pulse(const Progress& progress) : progress_(progress) {}

    /// The share of the work done by now; asks where the last time is 30 ms ago.
    /// @throws Interrupted when the caller says stop
    void at(double done);
    /// Asks again how the work goes on, the share done being the same.
    void beat() { at(done_); }

private:
    const Progress& progress_;
    double done_ = 0;
    std::chrono::steady_clock::time_point asked_ = std::chrono::steady_clock::now();
};

/// A part of a longer call: asks as `progress` does, which hears that the share `done` lies behind, however far the part is.
[[nodiscard]] inline Progress held_at(const Progress& progress, double done) {
    if (!progress) return {};
    return [&progress, done](double) { return progress(done); };
}

}  // namespace backfire
