// The clock is read at every call, the caller asked at few of them.
#include "core/pulse.hpp"

#include <backfire/core/diagnostic.hpp>

namespace backfire {

void Pulse::at(double done) {
    done_ = done;
    if (!progress_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - asked_ <= std::chrono::milliseconds(30)) return;
    asked_ = now;
    if (!progress_(done)) throw Interrupted("stopped before the answer was complete");
}

}  // namespace backfire
