/// Nearest names by edit distance over code points, with bounded work whatever the document holds.
#include "core/nearest.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace backfire {

namespace {

// Documents are untrusted: longer names and longer lists than these are never compared, so one hint has a bounded cost.
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostNames = 4096;

using CodePoints = std::vector<std::uint32_t>;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Two names need only be told apart here, so a code point is the bytes it is written with, packed into one number.
CodePoints code_points(std::string_view text) {
    CodePoints points;
    for (const char c : text) {
        const std::uint32_t byte = static_cast<unsigned char>(c);
        if (continues(c) && !points.empty()) {
            points.back() = (points.back() << 8U) | byte;
        } else {
            points.push_back(c >= 'A' && c <= 'Z' ? byte + 32U : byte);  // AHT is as good as aht
        }
    }
    return points;
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn a into b; `limit` + 1 where there are more.
std::size_t edits(const CodePoints& a, const CodePoints& b, std::size_t limit) {
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) return limit + 1;
    using Row = std::array<std::size_t, kLongestName + 1>;
    Row older{};
    Row last{};
    Row now{};
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        std::size_t least = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) now[j] = std::min(now[j], older[j - 2] + 1);
            least = std::min(least, now[j]);
        }
        if (least > limit) return limit + 1;
        older = last;
        last = now;
    }
    return last[b.size()];
}

}  // namespace

std::string nearest_hint(std::string_view given, std::span<const std::string> known) {
    if (given.size() > 4 * kLongestName) return {};
    const CodePoints wanted = code_points(given);
    if (wanted.empty() || wanted.size() > kLongestName) return {};
    // A third of a name may be wrong; in a name of one or two letters only their case or order.
    std::size_t limit = wanted.size() / 3;
    if (limit == 0 && wanted.size() == 2) limit = 1;
    const std::string* best = nullptr;
    for (const std::string& name : known.first(std::min(known.size(), kMostNames))) {
        if (name.size() > 4 * kLongestName) continue;
        const CodePoints points = code_points(name);
        if (points.empty() || points.size() > kLongestName) continue;
        const std::size_t distance = edits(wanted, points, limit);
        if (distance > limit) continue;
        best = &name;
        if (distance == 0) break;
        limit = distance - 1;
    }
    return best == nullptr ? std::string() : "did you mean '" + *best + "'?";
}

std::string list_some(std::span<const std::string> known, std::size_t most) {
    std::string text;
    const std::size_t shown = std::min(known.size(), most);
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) text += i + 1 == known.size() ? " and " : ", ";
        text += '\'' + known[i] + '\'';
    }
    if (known.size() > shown) {
        if (shown > 0) text += " and ";
        text += std::to_string(known.size() - shown) + " more";
    }
    return text;
}

}  // namespace backfire
