// Picks the kernel compiled for the best instruction set this machine has.
#include "response/kernel.hpp"

#include <algorithm>
#include <cstddef>

namespace backfire {

namespace kernel_baseline {
void run(const PassShape& shape, const PassWish& wish, PassRoom& room);
void jacobian(const PassShape& shape, const PassWish& wish, const Reply& reply, PassRoom& room);
}  // namespace kernel_baseline
#ifdef BACKFIRE_HAVE_KERNEL_V3
namespace kernel_v3 {
void run(const PassShape& shape, const PassWish& wish, PassRoom& room);
void jacobian(const PassShape& shape, const PassWish& wish, const Reply& reply, PassRoom& room);
}  // namespace kernel_v3
#endif
#ifdef BACKFIRE_HAVE_KERNEL_V4
namespace kernel_v4 {
void run(const PassShape& shape, const PassWish& wish, PassRoom& room);
void jacobian(const PassShape& shape, const PassWish& wish, const Reply& reply, PassRoom& room);
}  // namespace kernel_v4
#endif

PassRoom::PassRoom(const PassShape& shape) {
    const auto situations = static_cast<std::size_t>(shape.situations);
    const auto channels = static_cast<std::size_t>(shape.channels);
    int most = 0;
    for (std::size_t s = 0; s < situations; ++s) most = std::max(most, shape.last_action[s] - shape.first_action[s]);
    probability.resize(static_cast<std::size_t>(shape.actions));
    best.resize(situations);
    value.resize(situations);
    visits.resize(situations);
    weighed.resize(situations);
    below.resize(situations * channels);
    below_weighed.resize(situations * channels);
    mean.resize(channels);
    weighed_mean.resize(channels);
    second.resize(shape.pairs.size());
    slope.resize(channels * static_cast<std::size_t>(shape.priced));
    const auto priced = static_cast<std::size_t>(shape.priced);
    taken.resize(static_cast<std::size_t>(shape.actions));
    taken_weighed.resize(static_cast<std::size_t>(shape.actions));
    onward.resize(shape.opening_target.size());
    arrived.resize(situations * channels);
    push.resize(channels * static_cast<std::size_t>(most));
    jacobian.resize(priced * priced);
    if (shape.place.empty()) return;
    const auto actions = static_cast<std::size_t>(shape.actions);
    branch.resize(actions * channels);
    if (shape.foresight) branch_weighed.resize(actions * channels);
    history.resize(situations * channels);
    square_below.resize(situations * shape.pairs.size());
    square_branch.resize(actions * shape.pairs.size());
}

KernelLevel kernel_level() {
#ifdef BACKFIRE_HAVE_KERNEL_V4
    static const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                             __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                             __builtin_cpu_supports("avx512vl");
    if (wide) return KernelLevel::V4;
#endif
#ifdef BACKFIRE_HAVE_KERNEL_V3
    static const bool modern = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (modern) return KernelLevel::V3;
#endif
    return KernelLevel::Baseline;
}

void run_pass(const PassShape& shape, const PassWish& wish, PassRoom& room) {
    switch (kernel_level()) {
#ifdef BACKFIRE_HAVE_KERNEL_V4
        case KernelLevel::V4: kernel_v4::run(shape, wish, room); return;
#endif
#ifdef BACKFIRE_HAVE_KERNEL_V3
        case KernelLevel::V3: kernel_v3::run(shape, wish, room); return;
#endif
        default: kernel_baseline::run(shape, wish, room);
    }
}

void run_jacobian(const PassShape& shape, const PassWish& wish, const Reply& reply, PassRoom& room) {
    switch (kernel_level()) {
#ifdef BACKFIRE_HAVE_KERNEL_V4
        case KernelLevel::V4: kernel_v4::jacobian(shape, wish, reply, room); return;
#endif
#ifdef BACKFIRE_HAVE_KERNEL_V3
        case KernelLevel::V3: kernel_v3::jacobian(shape, wish, reply, room); return;
#endif
        default: kernel_baseline::jacobian(shape, wish, reply, room);
    }
}

}  // namespace backfire
