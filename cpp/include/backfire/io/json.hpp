/// JSON in and out: text to nodes with positions, nodes to text, canonical form and fingerprint.
#pragma once

#include <backfire/core/node.hpp>

#include <string>
#include <string_view>

namespace backfire::io {

/// What a text may hold; past it a diagnostic refuses (`too_large`, `too_deep`, `too_many`).
struct Limits {
    std::size_t bytes = 8U << 20U;  ///< length of the text
    int depth = 64;                 ///< nesting of maps and lists
    std::size_t nodes = 400'000;    ///< values in all
};

/// The text without a byte order mark, once its length and its encoding were found in order.
/// @throws ScenarioError with the code `too_large` or `encoding`
[[nodiscard]] std::string_view checked_text(std::string_view text, const Limits& limits = {});

/// JSON text (RFC 8259, UTF-8) as nodes that know their line and column. Duplicate keys are errors, all of them reported.
/// @throws ScenarioError with every problem that could be located
[[nodiscard]] NodePtr parse_json(std::string_view written, const Limits& limits = {});

/// Text with the keys in document order; `indent` < 0 writes one line.
[[nodiscard]] std::string write_json(const Node& node, int indent = 2);

/// Canonical form: sorted keys, `x-` keys left out, numbers in their shortest exact form (1, 1.0 and 1e0 are one), no spaces.
[[nodiscard]] std::string canonical_json(const Node& node);

/// SHA-256 (FIPS 180-4) of a text, 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view text);

}  // namespace backfire::io
