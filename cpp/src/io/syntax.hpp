/// Malformed JSON in words: what is wrong at the place where reading stopped, in sentences of our own.
#pragma once

#include <backfire/core/node.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace backfire::io {

/// Offset of the first byte at or after `at` that is not white space.
[[nodiscard]] std::size_t skip_space(std::string_view text, std::size_t at);
/// Offset just behind the text in double quotes that begins at `at`; the end of everything where it is not closed.
[[nodiscard]] std::size_t quoted_end(std::string_view text, std::size_t at);
/// Offset just behind the JSON number that begins at `at`; `at` itself where none does.
[[nodiscard]] std::size_t number_end(std::string_view text, std::size_t at);
/// Offset of the first byte that is not UTF-8 (RFC 3629), if any.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text);
/// Line and column of an offset. Linear in the offset.
[[nodiscard]] Position position_of(std::string_view text, std::size_t offset);
/// A key or word as a message shows it: cut where it is long, control characters made visible.
[[nodiscard]] std::string shown(std::string_view word);

/// Where reading stopped: behind which token, and in what.
struct Stop {
    enum class After { Nothing, Opening, Key, Value, Everything };
    enum class Inside { Nothing, List, Map };
    After after = After::Nothing;
    Inside inside = Inside::Nothing;
    std::size_t offset = 0;  ///< just behind the last token that was good
    std::size_t opened = 0;  ///< where the innermost open list or map begins
};

/// One problem of a text.
struct Complaint {
    std::string code;
    std::size_t offset = 0;
    std::string message;
    std::string hint;
};

/// What is wrong behind the last good token.
[[nodiscard]] Complaint explain_syntax(std::string_view text, const Stop& stop);

}  // namespace backfire::io
