/// Picking among copies of the inner loops that were compiled for several instruction sets; for dispatchers only.
///
/// CMake defines BACKFIRE_HAVE_KERNEL_V3 and _V4 for them where those copies exist.
#pragma once

namespace backfire {

/// Instruction sets that inner loops are compiled for.
enum class KernelLevel { Baseline, V3, V4 };

/// The best of them that this machine has and that was compiled.
[[nodiscard]] KernelLevel kernel_level();

}  // namespace backfire

// A namespace cannot be a template argument.
// NOLINTBEGIN(cppcoreguidelines-macro-usage)
/// Declares functions in the namespace of each copy.
#define BACKFIRE_EACH_LEVEL(...) \
    namespace kernel_baseline {  \
    __VA_ARGS__                  \
    }                            \
    namespace kernel_v3 {        \
    __VA_ARGS__                  \
    }                            \
    namespace kernel_v4 {        \
    __VA_ARGS__                  \
    }

/// The best copy of a function.
#ifdef BACKFIRE_HAVE_KERNEL_V4
#define BACKFIRE_BEST(function)                                 \
    (kernel_level() == KernelLevel::V4   ? &kernel_v4::function \
     : kernel_level() == KernelLevel::V3 ? &kernel_v3::function \
                                         : &kernel_baseline::function)
#elif defined(BACKFIRE_HAVE_KERNEL_V3)
#define BACKFIRE_BEST(function) (kernel_level() == KernelLevel::V3 ? &kernel_v3::function : &kernel_baseline::function)
#else
#define BACKFIRE_BEST(function) (&kernel_baseline::function)
#endif
// NOLINTEND(cppcoreguidelines-macro-usage)
