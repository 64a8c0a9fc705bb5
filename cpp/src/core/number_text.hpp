/// Numbers as text, in the shortest form that reads back as the same number; the one place that decides how numbers look.
#pragma once

#include <string>

namespace backfire {

/// Shortest exact form: `0.1`, `100000`, `1e+16`, `-0`; `nan`, `inf` and `-inf` where there is no number to write.
[[nodiscard]] std::string number_text(double value);

}  // namespace backfire
