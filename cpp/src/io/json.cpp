/// JSON text to nodes: nlohmann-json finds the values, a walk over the text in step with it finds where they stand.
///
/// Why this library: it is in Debian and, as headers, in the Python package index; its event interface reads without
/// recursion, so that depth costs no stack; and it reports keys one by one, so that a duplicate can be seen. It is
/// included here and nowhere else. None of its own messages reaches a user.
#include <backfire/core/diagnostic.hpp>
#include <backfire/io/json.hpp>

#include <backfire/core/node.hpp>
#include "io/syntax.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace backfire::io {

namespace {

using Reader = nlohmann::json;

constexpr int kNumberOutOfRange = 406;          // nlohmann's id for a number that no double holds
constexpr std::size_t kMostDuplicates = 1'000;  // a hostile text shall not cost more in messages than in bytes

/// A list or map that is still open.
struct Frame {
    bool map = false;
    std::size_t opened = 0;
    Position at;
    std::vector<std::string> names;
    std::vector<Position> places;
    std::vector<NodePtr> values;
};

/// Receives the parser's events and builds the nodes.
///
/// Positions do not come from the parser, whose own count runs ahead by a token's look-ahead: `end_` is the end of the last
/// token, and the next one begins behind the white space, comma or colon that follows.
class Builder {
public:
    Builder(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

    // The events, named as nlohmann-json wants them; false stops the reading.
    bool null() {
        return value(end_of_word(4), [](Position at) { return Node::null(at); });
    }
    bool boolean(bool given) {
        return value(end_of_word(given ? 4 : 5), [given](Position at) { return Node::boolean(given, at); });
    }
    bool number_integer(std::int64_t given) { return number(static_cast<double>(given), true); }
    bool number_unsigned(std::uint64_t given) { return number(static_cast<double>(given), true); }
    bool number_float(double given, const std::string& written) {
        const std::string_view mantissa = std::string_view(written).substr(0, written.find_first_of("eE"));
        if (given == 0.0 && mantissa.find_first_of("123456789") != std::string_view::npos) return out_of_range();
        return number(given, written.find_first_of(".eE") == std::string::npos);
    }
    bool string(std::string& given) {
        return value(quoted_end(text_, next_token()), [&](Position at) { return Node::string(std::move(given), at); });
    }
    template <class Binary>
    bool binary(Binary&) {
        return false;  // JSON text has none
    }
    bool start_object(std::size_t) { return open(true); }
    bool start_array(std::size_t) { return open(false); }
    bool key(std::string& name) {
        const std::size_t at = next_token();
        frames_.back().names.push_back(std::move(name));
        frames_.back().places.push_back(walk_to(at));
        end_ = quoted_end(text_, at);
        after_ = Stop::After::Key;
        return true;
    }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    template <class Exception>
    bool parse_error(std::size_t, const std::string&, const Exception& problem) {
        return problem.id == kNumberOutOfRange ? out_of_range() : refuse(explain_syntax(text_, stop()));
    }

    /// What was read. @throws ScenarioError with all that was wrong
    NodePtr finish(bool complete) {
        // The parser takes a NUL byte for the end of the text; whatever follows the document is refused here.
        if (complete && skip_space(text_, end_) != text_.size()) refuse(explain_syntax(text_, stop()));
        for (std::size_t depth = frames_.size(); depth > 0; --depth) report_duplicates(depth);
        if (problems_.empty() && !complete) refuse(explain_syntax(text_, stop()));
        if (problems_.empty()) return root_;
        std::ranges::sort(problems_, {}, [](const Diagnostic& d) { return std::pair(d.line, d.column); });
        throw ScenarioError(std::move(problems_));
    }

private:
    [[nodiscard]] std::size_t next_token() const {
        std::size_t at = skip_space(text_, end_);
        while (at < text_.size() && (text_[at] == ',' || text_[at] == ':')) at = skip_space(text_, at + 1);
        return at;
    }
    [[nodiscard]] std::size_t end_of_word(std::size_t length) const { return next_token() + length; }

    /// Line and column of `offset`, which never lies before the one asked for last.
    Position walk_to(std::size_t offset) {
        for (; walked_ < offset; ++walked_) {
            const auto byte = static_cast<unsigned char>(text_[walked_]);
            if (byte == '\n') {
                ++position_.line;
                position_.column = 1;
            } else if ((byte & 0xC0U) != 0x80U) {
                ++position_.column;
            }
        }
        return position_;
    }

    [[nodiscard]] Stop stop() const {
        Stop stop{after_, Stop::Inside::Nothing, end_, 0};
        if (frames_.empty()) return stop;
        stop.inside = frames_.back().map ? Stop::Inside::Map : Stop::Inside::List;
        stop.opened = frames_.back().opened;
        return stop;
    }

    bool number(double given, bool integer) {
        const std::size_t end = number_end(text_, next_token());
        return value(end, [=](Position at) { return Node::number(given, integer, at); });
    }

    template <class Make>
    bool value(std::size_t end, const Make& make) {
        const std::size_t at = next_token();
        if (!count(at)) return false;
        NodePtr node = make(walk_to(at));
        end_ = end;
        return add(std::move(node));
    }

    bool add(NodePtr node) {
        if (frames_.empty()) {
            root_ = std::move(node);
            after_ = Stop::After::Everything;
        } else {
            frames_.back().values.push_back(std::move(node));
            after_ = Stop::After::Value;
        }
        return true;
    }

    bool count(std::size_t at) {
        if (++nodes_ <= limits_.nodes) return true;
        return refuse({"too_many", at, "the text holds more than " + std::to_string(limits_.nodes) + " values",
                       "split it, or leave parts out"});
    }

    bool open(bool map) {
        const std::size_t at = next_token();
        if (!count(at)) return false;
        if (frames_.size() >= static_cast<std::size_t>(std::max(limits_.depth, 0))) {
            return refuse(
                {"too_deep", at, "lists and maps lie more than " + std::to_string(limits_.depth) + " deep here", {}});
        }
        frames_.push_back({map, at, walk_to(at), {}, {}, {}});
        end_ = at + 1;
        after_ = Stop::After::Opening;
        return true;
    }

    bool close() {
        end_ = skip_space(text_, end_) + 1;
        if (frames_.back().map) report_duplicates(frames_.size());
        Frame frame = std::move(frames_.back());
        frames_.pop_back();
        if (!frame.map) return add(Node::array(std::move(frame.values), frame.at));
        auto keys = std::make_shared<const Keys>(std::move(frame.names), std::move(frame.places));
        return add(Node::object(std::move(keys), std::move(frame.values), frame.at));
    }

    bool out_of_range() {
        const std::size_t at = next_token();
        const std::string written = shown(text_.substr(at, number_end(text_, at) - at));
        return refuse({"number_range", at, "the number " + written + " is too large or too small to be held",
                       "a number's size lies between 1e-308 and 1e308, or is 0"});
    }

    bool refuse(Complaint complaint) {
        const Position at = position_of(text_, complaint.offset);
        problems_.push_back({std::move(complaint.code), Severity::Error, std::move(complaint.message),
                             pointer(frames_.size()), at.line, at.column, std::move(complaint.hint)});
        return false;
    }

    /// Pointer of what is being read inside the first `depth` open lists and maps.
    [[nodiscard]] std::string pointer(std::size_t depth) const {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) {
            const Frame& frame = frames_[i];
            if (frame.map && frame.names.size() == frame.values.size()) return text;  // between two members
            text = child_pointer(text, frame.map ? frame.names.back() : std::to_string(frame.values.size()));
        }
        return text;
    }

    void report_duplicates(std::size_t depth) {
        const Frame& frame = frames_[depth - 1];
        std::vector<std::size_t> order(frame.names.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(std::string_view(frame.names[i]), i); });
        std::size_t first = 0;
        for (std::size_t i = 1; i < order.size() && problems_.size() < kMostDuplicates; ++i) {
            if (frame.names[order[i]] != frame.names[order[first]]) {
                first = i;
                continue;
            }
            const Position before = frame.places[order[first]];
            const Position here = frame.places[order[i]];
            const std::string& name = frame.names[order[i]];
            problems_.push_back({"duplicate_key", Severity::Error,
                                 "the key '" + shown(name) + "' stands in this map already, on line " +
                                     std::to_string(before.line) + ", column " + std::to_string(before.column),
                                 child_pointer(pointer(depth - 1), name), here.line, here.column,
                                 "rename one of them, or remove it"});
        }
    }

    std::string_view text_;
    Limits limits_;
    std::size_t end_ = 0;     // just behind the last token
    std::size_t walked_ = 0;  // offset that position_ belongs to
    Position position_{1, 1};
    std::size_t nodes_ = 0;
    Stop::After after_ = Stop::After::Nothing;
    std::vector<Frame> frames_;
    NodePtr root_;
    std::vector<Diagnostic> problems_;
};

[[noreturn]] void refuse_text(std::string code, std::string message, std::string hint, Position at = {}) {
    throw ScenarioError(
        {{std::move(code), Severity::Error, std::move(message), {}, at.line, at.column, std::move(hint)}});
}

void check_encoding(std::string_view text) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        refuse_text("encoding", "the text is UTF-16, not UTF-8", "save it as UTF-8", {1, 1});
    }
    if (const std::optional<std::size_t> at = first_invalid_utf8(text)) {
        const Position place = position_of(text, *at);
        refuse_text("encoding", "the text is not UTF-8 here", "save it as UTF-8", place);
    }
}

}  // namespace

std::string_view checked_text(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes) {
        refuse_text("too_large",
                    "the text has " + std::to_string(text.size()) + " bytes, more than " + std::to_string(limits.bytes),
                    "split it, or leave parts out");
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // the mark some editors put before UTF-8 says nothing
    check_encoding(text);
    return text;
}

NodePtr parse_json(std::string_view written, const Limits& limits) {
    const std::string_view text = checked_text(written, limits);
    Builder builder(text, limits);
    const bool complete = Reader::sax_parse(text.begin(), text.end(), &builder);
    return builder.finish(complete);
}

}  // namespace backfire::io
