/// Nodes: how they are made, looked up and compared.
#include <backfire/core/node.hpp>

#include <algorithm>
#include <cassert>
#include <numeric>

namespace backfire {

Keys::Keys(std::vector<std::string> names, std::vector<Position> positions)
    : names_(std::move(names)), positions_(std::move(positions)), sorted_(names_.size()) {
    std::iota(sorted_.begin(), sorted_.end(), 0U);
    // Ties by index, so that find() meets the first of two equal names; readers tell duplicates by that.
    std::ranges::sort(sorted_, [this](std::uint32_t a, std::uint32_t b) {
        const int order = names_[a].compare(names_[b]);
        return order != 0 ? order < 0 : a < b;
    });
}

Position Keys::position(std::size_t i) const { return i < positions_.size() ? positions_[i] : Position{}; }

std::optional<std::size_t> Keys::find(std::string_view name) const {
    const auto at =
        std::ranges::lower_bound(sorted_, name, {}, [this](std::uint32_t i) { return std::string_view(names_[i]); });
    if (at == sorted_.end() || names_[*at] != name) return std::nullopt;
    return *at;
}

NodePtr Node::null(Position at) {
    auto node = std::make_shared<Node>();
    node->position_ = at;
    return node;
}

NodePtr Node::boolean(bool value, Position at) {
    auto node = std::make_shared<Node>();
    node->kind_ = Kind::Boolean;
    node->number_ = value ? 1.0 : 0.0;
    node->position_ = at;
    return node;
}

NodePtr Node::number(double value, bool integer, Position at) {
    auto node = std::make_shared<Node>();
    node->kind_ = Kind::Number;
    node->number_ = value;
    node->integer_ = integer;
    node->position_ = at;
    return node;
}

NodePtr Node::string(std::string value, Position at) {
    auto node = std::make_shared<Node>();
    node->kind_ = Kind::String;
    node->text_ = std::move(value);
    node->position_ = at;
    return node;
}

NodePtr Node::array(std::vector<NodePtr> items, Position at) {
    auto node = std::make_shared<Node>();
    node->kind_ = Kind::Array;
    node->items_ = std::move(items);
    node->position_ = at;
    return node;
}

NodePtr Node::object(std::shared_ptr<const Keys> keys, std::vector<NodePtr> values, Position at) {
    assert(keys && keys->size() == values.size());
    auto node = std::make_shared<Node>();
    node->kind_ = Kind::Object;
    node->keys_ = std::move(keys);
    node->items_ = std::move(values);
    node->position_ = at;
    return node;
}

const Node* Node::find(std::string_view key) const {
    if (kind_ != Kind::Object) return nullptr;
    const std::optional<std::size_t> at = keys_->find(key);
    return at ? items_[*at].get() : nullptr;
}

NodePtr Node::find_shared(std::string_view key) const {
    if (kind_ != Kind::Object) return nullptr;
    const std::optional<std::size_t> at = keys_->find(key);
    return at ? items_[*at] : nullptr;
}

std::string_view describe(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::Null: return "null";
        case Node::Kind::Boolean: return "a boolean";
        case Node::Kind::Number: return "a number";
        case Node::Kind::String: return "text";
        case Node::Kind::Array: return "a list";
        case Node::Kind::Object: return "a map";
    }
    return "";
}

namespace {

bool equal_lists(const Node& a, const Node& b) {
    return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(),
                      [](const NodePtr& x, const NodePtr& y) { return equal(*x, *y); });
}

bool equal_maps(const Node& a, const Node& b) {
    if (a.size() != b.size()) return false;
    const bool same_keys = a.shared_keys() == b.shared_keys();
    for (std::size_t i = 0; i < a.size(); ++i) {
        const std::optional<std::size_t> j = same_keys ? i : b.keys().find(a.keys()[i]);
        if (!j || !equal(*a.items()[i], *b.items()[*j])) return false;
    }
    return true;
}

}  // namespace

bool equal(const Node& a, const Node& b) {
    if (&a == &b) return true;  // what an edit left alone is shared, and costs nothing to compare
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Node::Kind::Null: return true;
        case Node::Kind::Boolean:
        case Node::Kind::Number: return a.number_value() == b.number_value();
        case Node::Kind::String: return a.string_value() == b.string_value();
        case Node::Kind::Array: return equal_lists(a, b);
        case Node::Kind::Object: return equal_maps(a, b);
    }
    return false;
}

std::string child_pointer(std::string_view pointer, std::string_view key) {
    std::string text(pointer);
    text.reserve(pointer.size() + 1 + key.size());
    text += '/';
    for (const char c : key) {
        if (c == '~') {
            text += "~0";
        } else if (c == '/') {
            text += "~1";
        } else {
            text += c;
        }
    }
    return text;
}

}  // namespace backfire
