/// Nodes to JSON text: as written, and in canonical form.
#include <backfire/io/json.hpp>

#include <backfire/core/node.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace backfire::io {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void write_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\b': out += "\\b"; break;
            case '\f': out += "\\f"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (byte < 0x20U) {
                    out += {'\\', 'u', '0', '0', kHex[byte >> 4U], kHex[byte & 0xFU]};
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

/// As it was written: 1 stays 1, and 1.0 stays 1.0, so that Python reads an int and a float back.
void write_number(std::string& out, const Node& node) {
    const double value = node.number_value();
    if (!std::isfinite(value)) {
        out += "null";  // JSON has no word for it, and no document that was checked holds it
        return;
    }
    if (node.written_as_integer() && value == std::trunc(value)) {
        std::array<char, 320> digits{};  // the longest double has 309 digits and a sign
        const std::to_chars_result end =
            std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
        out.append(digits.data(), end.ptr);
        return;
    }
    const std::string text = shortest(value);
    out += text;
    if (text.find_first_of(".e") == std::string::npos) out += ".0";
}

bool is_scalar(const Node& node) { return !node.is_array() && !node.is_object(); }

/// Points of a schedule read best on one line: lists of scalars, and lists of such lists.
bool on_one_line(const Node& node) {
    return node.is_array() && std::ranges::all_of(node.items(), [](const NodePtr& item) {
               return is_scalar(*item) ||
                      (item->is_array() &&
                       std::ranges::all_of(item->items(), [](const NodePtr& inner) { return is_scalar(*inner); }));
           });
}

class Writer {
public:
    explicit Writer(int indent) : indent_(indent) {}

    void write(const Node& node) {
        switch (node.kind()) {
            case Node::Kind::Null: text_ += "null"; break;
            case Node::Kind::Boolean: text_ += node.boolean_value() ? "true" : "false"; break;
            case Node::Kind::Number: write_number(text_, node); break;
            case Node::Kind::String: write_text(text_, node.string_value()); break;
            case Node::Kind::Array:
            case Node::Kind::Object: write_container(node); break;
        }
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    void write_container(const Node& node) {
        const bool map = node.is_object();
        const bool lines = indent_ >= 0 && !flat_ && node.size() > 0 && !on_one_line(node);
        const bool was_flat = flat_;
        flat_ = !lines;
        text_ += map ? '{' : '[';
        ++depth_;
        for (std::size_t i = 0; i < node.size(); ++i) {
            if (i > 0) text_ += lines ? "," : ", ";
            if (lines) new_line();
            if (map) {
                write_text(text_, node.keys()[i]);
                text_ += ": ";
            }
            write(*node.items()[i]);
        }
        --depth_;
        if (lines) new_line();
        text_ += map ? '}' : ']';
        flat_ = was_flat;
    }

    void new_line() {
        text_ += '\n';
        text_.append(static_cast<std::size_t>(indent_) * depth_, ' ');
    }

    int indent_;
    std::size_t depth_ = 0;
    bool flat_ = false;
    std::string text_;
};

void write_canonical(std::string& out, const Node& node);

void write_canonical_map(std::string& out, const Node& node) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < node.size(); ++i) {
        if (!node.keys()[i].starts_with("x-")) order.push_back(i);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) -> const std::string& { return node.keys()[i]; });
    out += '{';
    for (const std::size_t i : order) {
        if (out.back() != '{') out += ',';
        write_text(out, node.keys()[i]);
        out += ':';
        write_canonical(out, *node.items()[i]);
    }
    out += '}';
}

void write_canonical(std::string& out, const Node& node) {
    switch (node.kind()) {
        case Node::Kind::Null: out += "null"; break;
        case Node::Kind::Boolean: out += node.boolean_value() ? "true" : "false"; break;
        case Node::Kind::Number: out += shortest(node.number_value() + 0.0); break;  // -0 + 0 is 0
        case Node::Kind::String: write_text(out, node.string_value()); break;
        case Node::Kind::Array:
            out += '[';
            for (std::size_t i = 0; i < node.size(); ++i) {
                if (i > 0) out += ',';
                write_canonical(out, *node.items()[i]);
            }
            out += ']';
            break;
        case Node::Kind::Object: write_canonical_map(out, node); break;
    }
}

}  // namespace

// Writing recurses: the depth of every document is bounded when it is read.
std::string write_json(const Node& node, int indent) {
    Writer writer(indent);
    writer.write(node);
    return writer.take();
}

std::string canonical_json(const Node& node) {
    std::string text;
    write_canonical(text, node);
    return text;
}

}  // namespace backfire::io
