/// Node: an immutable JSON value that shares its unchanged parts with the values it was edited from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backfire {

/// A place in a text: 1-based line and column (in code points); 0 where there is no text.
struct Position {
    std::int32_t line = 0;
    std::int32_t column = 0;
};

/// The names of an object's members in document order, with a sorted index for lookup. Immutable and shared between edits.
class Keys {
public:
    /// @param positions of the names in their text; fewer than names where there is none
    explicit Keys(std::vector<std::string> names, std::vector<Position> positions = {});
    /// How many names there are.
    [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
    /// The name at `i` < size(), in document order.
    [[nodiscard]] const std::string& operator[](std::size_t i) const { return names_[i]; }
    /// Where the name at `i` is written; 0, 0 where there is no text.
    [[nodiscard]] Position position(std::size_t i) const;
    /// Index of `name`, or nothing. Logarithmic.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

private:
    std::vector<std::string> names_;
    std::vector<Position> positions_;
    std::vector<std::uint32_t> sorted_;
};

class Node;
/// A shared value; null only where a description says so.
using NodePtr = std::shared_ptr<const Node>;

/// One JSON value. Deep-const: every edit makes a new root that shares what it did not touch, so that pointer identity
/// tells what an edit left alone. Safe to read from any number of threads.
class Node {
public:
    /// The kinds of JSON values (RFC 8259).
    enum class Kind { Null, Boolean, Number, String, Array, Object };

    /// A new value of each kind, written at `at`; `integer` as `written_as_integer` tells it; as many `values` as `keys`.
    static NodePtr null(Position at = {});
    static NodePtr boolean(bool value, Position at = {});
    static NodePtr number(double value, bool integer = false, Position at = {});
    static NodePtr string(std::string value, Position at = {});
    static NodePtr array(std::vector<NodePtr> items, Position at = {});
    static NodePtr object(std::shared_ptr<const Keys> keys, std::vector<NodePtr> values, Position at = {});

    /// What kind of value this is; is_… ask for one of them.
    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    /// Where the value begins in its text.
    [[nodiscard]] Position position() const noexcept { return position_; }
    [[nodiscard]] bool is_object() const noexcept { return kind_ == Kind::Object; }
    [[nodiscard]] bool is_array() const noexcept { return kind_ == Kind::Array; }
    [[nodiscard]] bool is_number() const noexcept { return kind_ == Kind::Number; }
    [[nodiscard]] bool is_string() const noexcept { return kind_ == Kind::String; }
    [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::Null; }

    /// The value of a boolean.
    [[nodiscard]] bool boolean_value() const noexcept { return number_ != 0.0; }
    /// The value of a number; 0 of what is neither number nor boolean.
    [[nodiscard]] double number_value() const noexcept { return number_; }
    /// Written without fraction or exponent; only a hint for writing it back the same way.
    [[nodiscard]] bool written_as_integer() const noexcept { return integer_; }
    /// The text of a string; "" of anything else.
    [[nodiscard]] const std::string& string_value() const noexcept { return text_; }

    /// Items of an array or values of an object, in document order.
    [[nodiscard]] const std::vector<NodePtr>& items() const noexcept { return items_; }
    /// How many items there are.
    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
    /// Names of an object's members, in the order of `items`. Of objects only.
    [[nodiscard]] const Keys& keys() const { return *keys_; }
    /// The same to share with an edit; null where this is no object.
    [[nodiscard]] const std::shared_ptr<const Keys>& shared_keys() const noexcept { return keys_; }
    /// Member of an object by name; null where it is missing or this is no object.
    [[nodiscard]] const Node* find(std::string_view key) const;
    /// The same to share with an edit.
    [[nodiscard]] NodePtr find_shared(std::string_view key) const;

    Node() = default;  ///< null

private:
    Kind kind_ = Kind::Null;
    bool integer_ = false;
    double number_ = 0.0;
    Position position_;
    std::string text_;
    std::vector<NodePtr> items_;
    std::shared_ptr<const Keys> keys_;
};

/// "null", "a boolean", "a number", "text", "a list" or "a map".
[[nodiscard]] std::string_view describe(Node::Kind kind);

/// Same value: numbers by value, objects whatever the order of their keys.
[[nodiscard]] bool equal(const Node& a, const Node& b);

/// A number in the shortest form that reads back as itself ("0.1", "300", "1e-7"); lives here because tables and texts need it.
[[nodiscard]] std::string shortest(double value);

/// `pointer` with one more member or index, escaped by RFC 6901.
[[nodiscard]] std::string child_pointer(std::string_view pointer, std::string_view key);

}  // namespace backfire
