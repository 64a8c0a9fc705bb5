/// Numbers as text: std::to_chars, kept in plain digits over the range in which people read them.
#include <backfire/core/node.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace backfire {

std::string shortest(double value) {
    // std::to_chars alone prefers 1e+05 to 100000; people, spreadsheets and diffs prefer plain digits over this range.
    const double size = std::abs(value);
    const bool plain = size >= 1e-5 && size < 1e16;
    std::array<char, 40> text{};
    const std::to_chars_result end =
        plain ? std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed)
              : std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

}  // namespace backfire
