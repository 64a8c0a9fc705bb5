/// Progress: how a long call tells how far it is, and how its caller stops it.
#pragma once

#include <functional>

namespace backfire {

/// Called now and then (at least every 0.1 s) from the calling thread with the share done, 0…1.
/// Returning false stops the call, which then throws `Interrupted` and leaves nothing behind. May be empty.
using Progress = std::function<bool(double)>;

}  // namespace backfire
