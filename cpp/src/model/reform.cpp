// Reforms edit a document by copying only the maps and lists on the way to what they change.
#include <backfire/model/reform.hpp>

#include "core/nearest.hpp"
#include "model/keys.hpp"
#include "model/paths.hpp"
#include "model/shape.hpp"

#include <backfire/io/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace backfire {
namespace {

using Parts = std::vector<std::string>;

/// The same value without positions: they would point into the reform's text, not the document's.
NodePtr placeless(const Node& node) {
    switch (node.kind()) {
        case Node::Kind::Null: return Node::null();
        case Node::Kind::Boolean: return Node::boolean(node.boolean_value());
        case Node::Kind::Number: return Node::number(node.number_value(), node.written_as_integer());
        case Node::Kind::String: return Node::string(node.string_value());
        case Node::Kind::Array:
        case Node::Kind::Object: break;
    }
    std::vector<NodePtr> items;
    items.reserve(node.size());
    for (const NodePtr& item : node.items()) items.push_back(placeless(*item));
    if (node.is_array()) return Node::array(std::move(items));
    return Node::object(node.shared_keys(), std::move(items));
}

NodePtr with_items(const Node& node, std::vector<NodePtr> items) {
    if (node.is_array()) return Node::array(std::move(items), node.position());
    return Node::object(node.shared_keys(), std::move(items), node.position());
}

NodePtr with_keys(const Node& node, std::vector<std::string> names, std::vector<Position> places,
                  std::vector<NodePtr> items) {
    return Node::object(std::make_shared<const Keys>(std::move(names), std::move(places)), std::move(items),
                        node.position());
}

/// Index of a member or item; the size where it is missing.
std::size_t index_in(const Node& node, const std::string& part) {
    if (node.is_object()) return node.keys().find(part).value_or(node.size());
    return item_index(node, part).value_or(node.size());
}

/// A copy of `node` in which `value` stands at `parts` from `depth` on; null value: removed. The way there must exist.
NodePtr with_value(const Node& node, const Parts& parts, std::size_t depth, const NodePtr& value) {
    const std::size_t at = index_in(node, parts[depth]);
    std::vector<NodePtr> items = node.items();
    if (depth + 1 < parts.size()) {
        items[at] = with_value(*items[at], parts, depth + 1, value);
        return with_items(node, std::move(items));
    }
    if (at < items.size() && value != nullptr) {
        items[at] = value;
        return with_items(node, std::move(items));
    }
    std::vector<std::string> names;
    std::vector<Position> places;
    for (std::size_t i = 0; node.is_object() && i < node.size(); ++i) {
        if (i == at) continue;
        names.push_back(node.keys()[i]);
        places.push_back(node.keys().position(i));
    }
    if (value == nullptr) {
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
        if (node.is_array()) return Node::array(std::move(items), node.position());
    } else {
        items.push_back(value);
        names.push_back(parts[depth]);
        places.push_back({});
    }
    return with_keys(node, std::move(names), std::move(places), std::move(items));
}

/// Whether the table of keys allows something at `parts`, whose last part the document does not have.
bool schema_allows(const Parts& parts) {
    const keys::ObjectSpec* object = &keys::root();
    keys::Shape shape{.form = keys::Form::Object, .object = object};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string& part = parts[i];
        const bool name = keys::is_id(part) && !keys::is_reserved(part);
        const bool last = i + 1 == parts.size();
        switch (shape.form) {
            case keys::Form::Object: {
                const keys::Key* key = keys::find_key(*shape.object, part);
                if (key == nullptr && (shape.object->others == nullptr || !name)) return false;
                shape = key == nullptr ? *shape.object->others : key->shape;
                break;
            }
            case keys::Form::Map: shape = *shape.item; break;
            case keys::Form::Response: return last && (name || part == "base" || part == "link");
            case keys::Form::Move:
                if (last)
                    return name || part == "base" || part == "link" || part == "mean" || part == "sd" || part == "cv";
                shape = {.form = keys::Form::Response};
                break;
            case keys::Form::Trait: return last && (part == "mean" || part == "sd" || part == "shape");
            case keys::Form::StandsFor: return last && (part == "organisation" || part == "customer");
            case keys::Form::Text: return last;
            default: return false;
        }
    }
    return true;
}

class Editor {
public:
    Editor(NodePtr document, std::vector<Diagnostic>& problems, Pulse& pulse)
        : document_(std::move(document)), problems_(problems), pulse_(pulse) {}

    void run(const Node& reform) {
        if (!reform.is_object()) {
            problem("reform_value", "", "a reform is a map of paths to values, got " + given(reform),
                    "write {\"rules.x.pay\": 0}");
            return;
        }
        list(reform, "remove", [&](const std::string& path) { remove(path); });
        list(reform, "disable", [&](const std::string& path) { disable(path); });
        map(reform, "scale", [&](const std::string& path, const NodePtr& factor) { scale(path, *factor); });
        map(reform, "replace", [&](const std::string& path, const NodePtr& value) {
            if (const auto parts = existing(path)) set(*parts, value);
        });
        map(reform, "add", [&](const std::string& path, const NodePtr& value) { add(path, value); });
        for (std::size_t i = 0; i < reform.size(); ++i) {
            pulse_.beat();
            const std::string& path = reform.keys()[i];
            if (!is_word(path) && !path.starts_with("x-")) plain(path, reform.items()[i]);
        }
    }

    [[nodiscard]] NodePtr document() const { return document_; }

private:
    static bool is_word(std::string_view key) {
        static constexpr std::array<std::string_view, 5> kWords{"remove", "disable", "scale", "replace", "add"};
        return std::ranges::find(kWords, key) != kWords.end();
    }

    void problem(std::string_view code, std::string pointer, std::string message, std::string hint = {}) {
        problems_.push_back(
            {std::string(code), Severity::Error, std::move(message), std::move(pointer), 0, 0, std::move(hint)});
    }

    void list(const Node& reform, std::string_view word, const std::function<void(const std::string&)>& edit) {
        const Node* node = reform.find(word);
        if (node == nullptr) return;
        bool sound = node->is_array();
        for (const NodePtr& item : node->items()) sound = sound && item->is_string();
        if (!sound) {
            problem("reform_value", "", "'" + std::string(word) + "' is a list of paths, got " + given(*node),
                    "write {\"" + std::string(word) + "\": [\"rules.x\"]}");
            return;
        }
        for (const NodePtr& item : node->items()) {
            pulse_.beat();
            edit(item->string_value());
        }
    }

    void map(const Node& reform, std::string_view word,
             const std::function<void(const std::string&, const NodePtr&)>& edit) {
        const Node* node = reform.find(word);
        if (node == nullptr) return;
        if (!node->is_object()) {
            problem("reform_value", "", "'" + std::string(word) + "' is a map of paths, got " + given(*node),
                    "write {\"" + std::string(word) + "\": {\"rules.x.pay\": …}}");
            return;
        }
        for (std::size_t i = 0; i < node->size(); ++i) {
            pulse_.beat();
            edit(node->keys()[i], node->items()[i]);
        }
    }

    std::optional<Parts> existing(const std::string& path) {
        Parts parts = split_path(*document_, path);
        if (find_parts(*document_, parts) != nullptr) return parts;
        problem("reform_path", pointer_of(parts), "the document has nothing at '" + path + "'",
                nearest_path(*document_, path));
        return std::nullopt;
    }

    void set(const Parts& parts, const NodePtr& value) { document_ = with_value(*document_, parts, 0, value); }

    void remove(const std::string& path) {
        if (const auto parts = existing(path)) set(*parts, nullptr);
    }

    static bool is_rule(const Parts& parts) { return parts.size() == 3 && parts[0] == "policy" && parts[1] == "rules"; }
    static bool is_action(const Parts& parts) {
        return parts.size() == 4 && parts[0] == "situations" && parts[2] == "actions";
    }

    void disable(const std::string& path) {
        const auto parts = existing(path);
        if (!parts) return;
        if (is_rule(*parts)) {
            multiply(*parts, 0);
        } else if (is_action(*parts)) {
            Parts habit = *parts;
            habit.emplace_back("habit");
            set(habit, Node::number(0, true));
        } else {
            problem("reform_disable", pointer_of(*parts),
                    "only a rule or an action can be disabled, '" + path + "' is neither",
                    "use 'remove' for other things");
        }
    }

    void scale(const std::string& path, const Node& factor) {
        const auto parts = existing(path);
        if (!parts) return;
        if (!factor.is_number()) {
            problem("reform_value", pointer_of(*parts), "'scale' multiplies by a number, got " + given(factor));
        } else if (is_rule(*parts)) {
            multiply(*parts, factor.number_value());
        } else if (const Node* node = find_parts(*document_, *parts); node->is_number()) {
            set(*parts, Node::number(node->number_value() * factor.number_value(), false, node->position()));
        } else {
            problem("reform_scale", pointer_of(*parts),
                    "only a number or a rule can be scaled; '" + path + "' is " + given(*node));
        }
    }

    /// Multiplies what a rule pays: its `pay`, or every y or rate of its schedule.
    void multiply(const Parts& rule, double factor) {
        const auto times = [&](const Node& number) {
            const double y = number.number_value() * factor;
            return Node::number(y == 0 ? 0 : y, false, number.position());
        };
        for (const char* key : {"pay", "steps", "curve", "tiers"}) {
            Parts place = rule;
            place.emplace_back(key);
            const Node* node = find_parts(*document_, place);
            if (node == nullptr) continue;
            if (node->is_number()) {
                set(place, times(*node));
                continue;
            }
            std::vector<NodePtr> points;
            for (const NodePtr& point : node->items()) {
                std::vector<NodePtr> pair = point->items();
                if (pair.size() == 2 && pair[1]->is_number()) pair[1] = times(*pair[1]);
                points.push_back(Node::array(std::move(pair), point->position()));
            }
            set(place, Node::array(std::move(points), node->position()));
        }
    }

    void add(const std::string& path, const NodePtr& value) {
        const Parts parts = split_path(*document_, path);
        if (find_parts(*document_, parts) != nullptr) {
            problem("reform_exists", pointer_of(parts), "'" + path + "' is there already",
                    "use a plain path or 'replace' to change it");
        } else {
            insert(parts, path, value);
        }
    }

    void plain(const std::string& path, const NodePtr& value) {
        const Parts parts = split_path(*document_, path);
        if (find_parts(*document_, parts) != nullptr) set(parts, value);
        else insert(parts, path, value);
    }

    /// Puts a value where nothing was: into an existing map, under a key the schema allows. The maps of the policy and of the
    /// values come into being with their first member; what has a name of its own (a measure, a condition) never does, or a
    /// misspelt path would make a new one.
    void insert(const Parts& parts, const std::string& path, const NodePtr& value) {
        const Parts way(parts.begin(), parts.end() - 1);
        const Node* parent = find_parts(*document_, way);
        const bool allowed = schema_allows(parts);
        const bool container = !way.empty() && way.size() <= 2 && (way[0] == "policy" || way[0] == "values");
        if (parent == nullptr && allowed && container) {
            insert(way, path, Node::object(std::make_shared<const Keys>(std::vector<std::string>{}), {}));
            parent = find_parts(*document_, way);
        }
        if (parent != nullptr && parent->is_object() && allowed) {
            set(parts, value);
            return;
        }
        problem("reform_path", pointer_of(parts),
                "the document has nothing at '" + path + "', and no such key may be added there",
                nearest_path(*document_, path));
    }

    NodePtr document_;
    std::vector<Diagnostic>& problems_;
    Pulse& pulse_;
};

/// Evidence for what the reform took away goes with it; a path that never led anywhere stays, to be reported.
NodePtr without_lost_evidence(const Node& before, const NodePtr& after) {
    const Node* evidence = after->find("evidence");
    if (evidence == nullptr || !evidence->is_object() || &before == after.get()) return after;
    std::vector<std::string> names;
    std::vector<Position> places;
    std::vector<NodePtr> items;
    for (std::size_t i = 0; i < evidence->size(); ++i) {
        const std::string& path = evidence->keys()[i];
        if (find_path(*after, path) == nullptr && find_path(before, path) != nullptr) continue;
        names.push_back(path);
        places.push_back(evidence->keys().position(i));
        items.push_back(evidence->items()[i]);
    }
    if (items.size() == evidence->size()) return after;
    return with_value(*after, {"evidence"}, 0,
                      with_keys(*evidence, std::move(names), std::move(places), std::move(items)));
}

void collect(const Node& reform, std::vector<std::pair<std::string, int>>& writes) {
    static const NodePtr nowhere = Node::object(std::make_shared<const Keys>(std::vector<std::string>{}), {});
    const auto write = [&](const std::string& path) {
        const std::string normal = path_of(split_path(*nowhere, path));
        const auto it = std::ranges::find(writes, normal, &std::pair<std::string, int>::first);
        if (it == writes.end()) writes.emplace_back(normal, 1);
        else ++it->second;
    };
    if (!reform.is_object()) return;
    for (const char* word : {"remove", "disable"}) {
        const Node* node = reform.find(word);
        if (node == nullptr || !node->is_array()) continue;
        for (const NodePtr& item : node->items()) {
            if (item->is_string()) write(item->string_value());
        }
    }
    for (std::size_t i = 0; i < reform.size(); ++i) {
        const std::string& key = reform.keys()[i];
        const Node& value = *reform.items()[i];
        if (key == "remove" || key == "disable" || key.starts_with("x-")) continue;
        if (key != "scale" && key != "replace" && key != "add") {
            write(key);
        } else if (value.is_object()) {
            for (std::size_t k = 0; k < value.size(); ++k) write(value.keys()[k]);
        }
    }
}

void differ(const Node& a, const Node& b, const Parts& parts, std::vector<Difference>& found, const NodePtr& shared_a,
            const NodePtr& shared_b) {
    if (&a == &b) return;
    if (a.is_object() && b.is_object()) {
        const auto at = [&](const std::string& key) {
            Parts child = parts;
            child.push_back(key);
            return child;
        };
        for (std::size_t i = 0; i < a.size(); ++i) {
            const std::string& key = a.keys()[i];
            const NodePtr other = b.find_shared(key);
            if (other == nullptr) found.push_back({path_of(at(key)), "removed", a.items()[i], nullptr});
            else differ(*a.items()[i], *other, at(key), found, a.items()[i], other);
        }
        for (std::size_t i = 0; i < b.size(); ++i) {
            const std::string& key = b.keys()[i];
            if (a.find(key) == nullptr) found.push_back({path_of(at(key)), "added", nullptr, b.items()[i]});
        }
        return;
    }
    if (a.is_array() && b.is_array() && a.size() == b.size()) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            Parts child = parts;
            child.push_back(std::to_string(i));
            differ(*a.items()[i], *b.items()[i], child, found, a.items()[i], b.items()[i]);
        }
        return;
    }
    if (!equal(a, b)) found.push_back({path_of(parts), "changed", shared_a, shared_b});
}

}  // namespace

Reform::Reform(NodePtr document) {
    if (document == nullptr) return;
    if (document->is_array()) {
        for (const NodePtr& part : document->items()) parts_.push_back(placeless(*part));
    } else if (!document->is_object() || document->size() > 0) {
        parts_.push_back(placeless(*document));
    }
}

Reform Reform::parse(std::string_view json) { return Reform(io::parse_json(json)); }

Reform Reform::assignment(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        throw ScenarioError({{"reform_value", Severity::Error, "expected PATH=VALUE, got '" + std::string(text) + "'",
                              "", 0, 0, "e.g. rules.bonus.pay=3"}});
    }
    const std::string_view value = text.substr(equals + 1);
    NodePtr node;
    const bool word = !value.empty() && value.find_first_of("{}[]\":,+-.0123456789") != 0;
    if (word && value != "true" && value != "false" && value != "null") node = Node::string(std::string(value));
    else node = io::parse_json(value);
    std::vector<std::string> names{std::string(text.substr(0, equals))};
    return Reform(Node::object(std::make_shared<const Keys>(std::move(names)), {std::move(node)}));
}

Reform Reform::then(const Reform& next) const {
    Reform both = *this;
    both.parts_.insert(both.parts_.end(), next.parts_.begin(), next.parts_.end());
    return both;
}

std::vector<std::string> Reform::conflicts() const {
    std::vector<std::pair<std::string, int>> writes;
    for (const NodePtr& part : parts_) collect(*part, writes);
    std::vector<std::string> twice;
    for (const auto& [path, times] : writes) {
        if (times > 1) twice.push_back(path);
    }
    return twice;
}

NodePtr apply(const NodePtr& document, const Reform& reform, std::vector<Diagnostic>& problems,
              const Progress& progress) {
    if (reform.empty()) return document;
    Pulse pulse(progress);
    Editor editor(document, problems, pulse);
    for (const NodePtr& part : reform.parts()) editor.run(*part);
    return without_lost_evidence(*document, editor.document());
}

std::vector<Difference> differences(const Node& a, const Node& b) {
    std::vector<Difference> found;
    // Only differing roots that are no maps could need their own pointers, and documents are maps.
    differ(a, b, {}, found, nullptr, nullptr);
    return found;
}

}  // namespace backfire
