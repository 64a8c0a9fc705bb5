/// Malformed JSON in words. The parser only says that it stopped; this looks at the text there and says what to change.
#include "io/syntax.hpp"

#include <algorithm>
#include <array>

namespace backfire::io {

namespace {

constexpr std::size_t kLongestShown = 40;  // bytes of a word that a message repeats

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7f'; }

/// Letters of any script, digits and the signs that people write inside bare words and numbers.
bool in_word(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) >= 0x80U);
    return letter || is_digit(c) || c == '_' || c == '.' || c == '+' || c == '-' || c == '$';
}

char at_or_end(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

bool starts(std::string_view text, std::size_t at, std::string_view with) { return text.substr(at).starts_with(with); }

std::size_t digits_end(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

std::string_view word_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && in_word(text[end])) ++end;
    return text.substr(at, end - at);
}

/// The word at a place, or the one character there, in quotes.
std::string found(std::string_view text, std::size_t at) {
    const std::string_view word = word_at(text, at);
    if (!word.empty()) return "'" + shown(word) + "'";
    return at_or_end(text, at) == '\'' ? "\"'\"" : "'" + shown(text.substr(at, 1)) + "'";
}

std::string line_text(std::string_view text, std::size_t offset) {
    return "line " + std::to_string(position_of(text, offset).line);
}

/// Each question below answers where it recognises the mistake; the first answer is given to the reader.
class Explanation {
public:
    Explanation(std::string_view text, const Stop& stop)
        : text_(text),
          stop_(stop),
          container_(stop.inside == Stop::Inside::Map ? "map" : "list"),
          closer_(stop.inside == Stop::Inside::Map ? "'}'" : "']'") {}

    [[nodiscard]] Complaint answer() const {
        const std::size_t at = skip_space(text_, stop_.offset);
        switch (stop_.after) {
            case Stop::After::Nothing:
                if (at == text_.size()) return {"syntax", at, "the text is empty", "write a map: {\"backfire\": 1, …}"};
                return value(at);
            case Stop::After::Opening: return stop_.inside == Stop::Inside::Map ? key(at) : value(at);
            case Stop::After::Key: return behind_key(at);
            case Stop::After::Value: return behind_value(at);
            case Stop::After::Everything: return behind_everything(at);
        }
        return syntax(at, "this is not JSON");
    }

private:
    [[nodiscard]] static Complaint syntax(std::size_t at, std::string message, std::string hint = {}) {
        return {"syntax", at, std::move(message), std::move(hint)};
    }

    /// Mistakes that mean the same wherever they stand.
    [[nodiscard]] std::optional<Complaint> anywhere(std::size_t at) const {
        if (at >= text_.size()) return unfinished(at);
        if (starts(text_, at, "//") || starts(text_, at, "/*") || text_[at] == '#') {
            return syntax(at, "JSON has no comments",
                          "remove it, or keep the remark under a key that begins with 'x-'");
        }
        if (text_[at] == '\'') return syntax(at, "text stands in double quotes, not in single ones", "write \" for '");
        if (starts(text_, at, "“") || starts(text_, at, "”") || starts(text_, at, "‘") || starts(text_, at, "’")) {
            return syntax(at, "text stands in straight double quotes, not in typographic ones", "write \" for it");
        }
        if (is_control(text_[at]))
            return syntax(at, "a character that does not print stands here: " + found(text_, at));
        return std::nullopt;
    }

    [[nodiscard]] Complaint unfinished(std::size_t at) const {
        if (stop_.inside == Stop::Inside::Nothing) return syntax(at, "the text ends where a value is expected");
        const std::string message = "the text ends inside the " + container_ + " that begins on ";
        return syntax(at, message + line_text(text_, stop_.opened), "close it with " + closer_);
    }

    [[nodiscard]] Complaint behind_everything(std::size_t at) const {
        if (const auto mistake = anywhere(at); mistake && at < text_.size()) return *mistake;
        if (const auto mistake = glued_to_number(at)) return *mistake;
        return syntax(at, "the document is complete, but " + found(text_, at) + " follows", "remove what follows");
    }

    [[nodiscard]] Complaint behind_key(std::size_t at) const {
        if (at_or_end(text_, at) == ':') return value(skip_space(text_, at + 1));
        if (const auto mistake = anywhere(at)) return *mistake;
        return syntax(at, "a key is followed by ':', found " + found(text_, at), "write \"key\": value");
    }

    [[nodiscard]] Complaint behind_value(std::size_t at) const {
        const char c = at_or_end(text_, at);
        if (c == ',') return behind_comma(at);
        if (const auto mistake = anywhere(at)) return *mistake;
        if (c == '}' || c == ']') return wrong_closer(at);
        if (const auto mistake = glued_to_number(at)) return *mistake;
        if (c == ':' && stop_.inside == Stop::Inside::List) {
            return syntax(at, "a list holds values without keys, found ':'", "write a map in { } instead");
        }
        if (c == '"' || c == '{' || c == '[' || in_word(c)) {
            return syntax(at, "a comma is missing before " + found(text_, at),
                          "separate the parts of a " + container_ + " by ','");
        }
        return syntax(at, "',' or " + closer_ + " is expected here, found " + found(text_, at));
    }

    [[nodiscard]] Complaint behind_comma(std::size_t comma) const {
        const std::size_t at = skip_space(text_, comma + 1);
        const char c = at_or_end(text_, at);
        if (c == '}' || c == ']') {
            return syntax(comma, "nothing follows this comma in its " + container_, "remove the comma");
        }
        return stop_.inside == Stop::Inside::Map ? key(at) : value(at);
    }

    [[nodiscard]] Complaint wrong_closer(std::size_t at) const {
        const std::string message = "the " + container_ + " that begins on " + line_text(text_, stop_.opened);
        return syntax(at, message + " is closed by " + found(text_, at), "close it with " + closer_);
    }

    /// `01`, `0x1F`, `1_000`: the parser takes the first digits for the whole number and stops at the rest.
    [[nodiscard]] std::optional<Complaint> glued_to_number(std::size_t at) const {
        if (at != stop_.offset || at == 0 || !is_digit(text_[at - 1]) || !in_word(text_[at])) return std::nullopt;
        std::size_t start = at;
        while (start > 0 && in_word(text_[start - 1])) --start;
        return bad_number(start);
    }

    [[nodiscard]] Complaint bad_number(std::size_t at) const {
        const std::string_view word = word_at(text_, at);
        const std::string message = "'" + shown(word) + "' is not a number as JSON writes it";
        const std::size_t digits = word.find_first_of("0123456789");
        if (word.starts_with('+')) return syntax(at, message, "leave the plus sign out");
        if (word.starts_with('.') || word.starts_with("-."))
            return syntax(at, message, "write a digit before the point");
        if (digits != std::string_view::npos && word.substr(digits).size() > 1 && word[digits] == '0' &&
            is_digit(word[digits + 1])) {
            return syntax(at, message, "leave the leading zeros out");
        }
        if (word.ends_with('.') || word.find(".e") != std::string_view::npos ||
            word.find(".E") != std::string_view::npos) {
            return syntax(at, message, "write a digit behind the point");
        }
        return syntax(at, message, "write it like 12, -0.5 or 1e6");
    }

    [[nodiscard]] Complaint value(std::size_t at) const {
        if (const auto mistake = anywhere(at)) return *mistake;
        const char c = text_[at];
        if (c == '"') return quoted(at);
        if (c == ',') return syntax(at, "a value is missing before this comma", "write one, or remove the comma");
        if (c == ':') return syntax(at, "a value is expected here, found ':'");
        if ((c == '}' && stop_.inside == Stop::Inside::Map) || (c == ']' && stop_.inside == Stop::Inside::List)) {
            return syntax(at, "a value is missing before " + found(text_, at));
        }
        if (c == '}' || c == ']') return stop_.inside == Stop::Inside::Nothing ? stray(at) : wrong_closer(at);
        if (in_word(c)) return bare_word(at);
        return stray(at);
    }

    [[nodiscard]] Complaint stray(std::size_t at) const {
        return syntax(at, "a value is expected here, found " + found(text_, at),
                      "a value is text in double quotes, a number, true, false, null, a list or a map");
    }

    [[nodiscard]] Complaint key(std::size_t at) const {
        if (const auto mistake = anywhere(at)) return *mistake;
        const char c = text_[at];
        if (c == '"') return quoted(at);
        if (c == ']') return wrong_closer(at);
        if (c == ',') return syntax(at, "a key is missing before this comma", "remove the comma");
        if (in_word(c)) return syntax(at, "the key " + found(text_, at) + " must stand in double quotes");
        return syntax(at, "a key in double quotes is expected here, found " + found(text_, at));
    }

    [[nodiscard]] Complaint bare_word(std::size_t at) const {
        const std::string_view word = word_at(text_, at);
        const std::string_view unsigned_word = word.substr(word.starts_with('-') || word.starts_with('+') ? 1 : 0);
        if (!unsigned_word.empty() &&
            (is_digit(unsigned_word[0]) || (unsigned_word[0] == '.' && unsigned_word.size() > 1))) {
            return bad_number(at);
        }
        std::string lower(unsigned_word);
        std::ranges::transform(lower, lower.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (lower == "nan" || lower == "inf" || lower == "infinity") {
            return syntax(at, "'" + shown(word) + "' is no number that JSON knows",
                          "null stands for no bound; elsewhere write a finite number");
        }
        struct Spelling {
            std::string_view given, meant;
        };
        static constexpr std::array<Spelling, 5> kSpellings{
            {{"true", "true"}, {"false", "false"}, {"null", "null"}, {"none", "null"}, {"undefined", "null"}}};
        for (const Spelling& spelling : kSpellings) {
            if (lower == spelling.given)
                return syntax(at, "'" + shown(word) + "' is not written so in JSON",
                              "write " + std::string(spelling.meant));
        }
        return syntax(at, "the word '" + shown(word) + "' must stand in double quotes");
    }

    [[nodiscard]] Complaint quoted(std::size_t opening) const {
        for (std::size_t at = opening + 1; at < text_.size(); ++at) {
            const char c = text_[at];
            if (c == '"') return syntax(opening, "this text cannot be read");
            if (c == '\n' || c == '\r') {
                return syntax(opening, "the text that begins here is not closed on its line",
                              "close it with \", or write a line break as \\n");
            }
            if (c == '\t') return syntax(at, "a tab stands inside a text", "write it as \\t");
            if (is_control(c) && c != '\x7f') {
                return syntax(at, "a control character stands inside a text: " + found(text_, at),
                              "write it as \\u and its four hexadecimal digits");
            }
            if (c != '\\') continue;
            if (const auto mistake = escape(at)) return *mistake;
            ++at;  // the escaped character may be a quote
        }
        return syntax(opening, "the text that begins here is never closed", "close it with \"");
    }

    [[nodiscard]] std::optional<Complaint> escape(std::size_t at) const {
        const char c = at_or_end(text_, at + 1);
        if (c != 'u') {
            if (c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) return std::nullopt;
            if (at + 1 >= text_.size()) return std::nullopt;  // the text ends here: not closed
            return syntax(at, "'\\" + shown(text_.substr(at + 1, 1)) + "' means nothing inside a text",
                          "write a backslash itself as \\\\");
        }
        const std::string_view digits = text_.substr(at + 2, 4);
        if (digits.size() < 4 || !std::ranges::all_of(digits, is_hex)) {
            return syntax(at, "\\u is followed by four hexadecimal digits");
        }
        return lone_surrogate(at, digits);
    }

    /// UTF-16 writes characters beyond U+FFFF as a pair; half a pair is no character.
    [[nodiscard]] std::optional<Complaint> lone_surrogate(std::size_t at, std::string_view digits) const {
        const auto half = [](std::string_view code, std::string_view thirds) {
            return code.size() == 4 && (code[0] == 'd' || code[0] == 'D') &&
                   thirds.find(code[1]) != std::string_view::npos;
        };
        constexpr std::string_view kFirst = "89abAB";
        constexpr std::string_view kSecond = "cdefCDEF";
        const bool paired =
            starts(text_, at + 6, "\\u") && half(text_.substr(std::min(at + 8, text_.size()), 4), kSecond);
        const bool behind_first = at >= 6 && starts(text_, at - 6, "\\u") && half(text_.substr(at - 4, 4), kFirst);
        const bool lone = (half(digits, kFirst) && !paired) || (half(digits, kSecond) && !behind_first);
        if (!lone) return std::nullopt;
        return Complaint{"encoding", at, "\\u" + std::string(digits) + " is half of a character",
                         "write both halves, or the character itself"};
    }

    std::string_view text_;
    const Stop& stop_;
    std::string container_;
    std::string closer_;
};

/// Bytes of the UTF-8 character at `at`, 0 where there is none (RFC 3629, section 4).
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80U) return 1;
    if (first >= 0xC2U && first <= 0xDFU) return tail(1) ? 2 : 0;
    if (first >= 0xE0U && first <= 0xEFU) {
        const bool overlong = first == 0xE0U && byte(1) < 0xA0U;
        const bool surrogate = first == 0xEDU && byte(1) > 0x9FU;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0U && first <= 0xF4U) {
        const bool overlong = first == 0xF0U && byte(1) < 0x90U;
        const bool beyond = first == 0xF4U && byte(1) > 0x8FU;
        return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::size_t skip_space(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) ++at;
    return at;
}

std::size_t quoted_end(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

std::size_t number_end(std::string_view text, std::size_t at) {
    std::size_t end = at_or_end(text, at) == '-' ? at + 1 : at;
    if (!is_digit(at_or_end(text, end))) return at;
    end = text[end] == '0' ? end + 1 : digits_end(text, end);
    if (at_or_end(text, end) == '.' && is_digit(at_or_end(text, end + 1))) end = digits_end(text, end + 1);
    if (at_or_end(text, end) == 'e' || at_or_end(text, end) == 'E') {
        const char sign = at_or_end(text, end + 1);
        const std::size_t power = sign == '+' || sign == '-' ? end + 2 : end + 1;
        if (is_digit(at_or_end(text, power))) end = digits_end(text, power);
    }
    return end;
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return std::nullopt;
}

Position position_of(std::string_view text, std::size_t offset) {
    Position position{1, 1};
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++position.line;
            position.column = 1;
        } else if (!continues(c)) {
            ++position.column;
        }
    }
    return position;
}

std::string shown(std::string_view word) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string text;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (i >= kLongestShown && !continues(word[i])) return text + "…";
        const auto byte = static_cast<unsigned char>(word[i]);
        if (is_control(word[i])) {
            text += {'U', '+', '0', '0', kHex[byte >> 4U], kHex[byte & 0xFU]};
        } else {
            text += word[i];
        }
    }
    return text;
}

Complaint explain_syntax(std::string_view text, const Stop& stop) { return Explanation(text, stop).answer(); }

}  // namespace backfire::io
