// The shape check walks a document along the table of keys; ranges that depend on agents are checked later, on the compiled plan.
#include "model/shape.hpp"

#include "core/nearest.hpp"

#include <backfire/io/files.hpp>

#include <array>
#include <cmath>
#include <string_view>

namespace backfire {
namespace {

using keys::Form;
using keys::Key;
using keys::ObjectSpec;
using keys::Shape;

/// What a sentence calls an object of the table: with its article, where there can be several of it.
std::string called(std::string_view name) {
    const std::string text(name);
    if (name.ends_with("values") || name == "evidence") return "'" + text + "'";
    const bool vowel = std::string_view("aeio").find(name.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + text;
}

class Checker {
public:
    explicit Checker(Problems& problems) : problems_(problems) {}

    void object(const Node& node, const Node* known, const std::string& pointer, const ObjectSpec& spec) {
        if (!is(node, Node::Kind::Object, pointer, "a map") || refers(node, pointer)) return;
        for (std::size_t i = 0; i < node.size(); ++i) {
            const std::string& name = node.keys()[i];
            const Node& value = *node.items()[i];
            const Node* before = known == nullptr ? nullptr : known->find(name);
            if (before == &value || name.starts_with("x-")) continue;
            member(node, i, name, value, before, child_pointer(pointer, name), spec);
        }
        for (const Key& key : spec.keys) {
            if (key.required && node.find(key.name) == nullptr) {
                problems_.error("missing_key", pointer, node.position(),
                                "this " + std::string(spec.name) + " has no '" + std::string(key.name) + "'",
                                "add '" + std::string(key.name) + "': " + std::string(key.meaning));
            }
        }
    }

private:
    void member(const Node& parent, std::size_t i, const std::string& name, const Node& value, const Node* before,
                const std::string& pointer, const ObjectSpec& spec) {
        if (const Key* key = keys::find_key(spec, name)) {
            if (!key->supported) {
                problems_.error(
                    "not_supported", pointer, parent.keys().position(i),
                    "'" + name + "' (" + std::string(key->meaning) + ") is not modelled yet and would do nothing",
                    "remove it");
                return;
            }
            check(value, before, pointer, key->shape);
            return;
        }
        if (spec.others != nullptr) {
            if (id(name, pointer, parent.keys().position(i))) check(value, before, pointer, *spec.others);
            return;
        }
        problems_.beat();
        std::vector<std::string> known_names;
        for (const Key& key : spec.keys) known_names.emplace_back(key.name);
        std::string hint = nearest_hint(name, known_names);
        if (hint.empty()) hint = called(spec.name) + " may have " + list_some(known_names, 20);
        problems_.error("unknown_key", pointer, parent.keys().position(i),
                        "'" + name + "' is no key of " + called(spec.name), std::move(hint));
    }

    void check(const Node& node, const Node* known, const std::string& pointer, const Shape& shape) {
        problems_.beat();
        switch (shape.form) {
            case Form::Version: version(node, pointer); break;
            case Form::Text: text(node, pointer); break;
            case Form::Word: is(node, Node::Kind::String, pointer, "a text"); break;
            case Form::Number: number(node, pointer, shape); break;
            case Form::Response: response(node, pointer, true); break;
            case Form::Move: move(node, pointer); break;
            case Form::Trait: trait(node, pointer); break;
            case Form::Events: events(node, pointer); break;
            case Form::Pair: pair(node, pointer); break;
            case Form::Points: points(node, pointer, shape.null_first); break;
            case Form::Choice: choice(node, pointer, shape); break;
            case Form::Object: object(node, known, pointer, *shape.object); break;
            case Form::Map: map(node, known, pointer, shape); break;
            case Form::StandsFor: stands_for(node, pointer); break;
        }
    }

    bool is(const Node& node, Node::Kind kind, const std::string& pointer, std::string_view expected) {
        if (node.kind() == kind) return true;
        problems_.error("wrong_type", pointer, node.position(),
                        "expected " + std::string(expected) + ", got " + given(node));
        return false;
    }

    /// Files are put in while a document is read from its folder; here none can be found any more.
    bool refers(const Node& node, const std::string& pointer) {
        if (!io::is_file_reference(node)) return false;
        problems_.error("file_reference", pointer + "/file", node.items()[0]->position(),
                        "only a document in a folder may keep a part in a file, here there is none to read '" +
                            node.items()[0]->string_value() + "' from",
                        "load the document from its file, or write the part here");
        return true;
    }

    bool id(const std::string& name, const std::string& pointer, Position at) {
        if (pointer.starts_with("/evidence/")) return true;  // its keys are paths
        if (keys::is_reserved(name)) {
            problems_.error("reserved_id", pointer, at, "'" + name + "' is a word of the format and cannot be a name",
                            "choose another name");
            return false;
        }
        if (keys::is_id(name)) return true;
        problems_.error("bad_id", pointer, at, "'" + name + "' cannot be a name",
                        "names hold letters of any script, digits, '_' and '-'; put what readers see in 'title'");
        return false;
    }

    void version(const Node& node, const std::string& pointer) {
        if (node.is_number() && node.number_value() == 1) return;
        problems_.error("version", pointer, node.position(),
                        "this library reads document version 1, got " + given(node), "write backfire: 1");
    }

    void text(const Node& node, const std::string& pointer) {
        if (node.is_string()) return;
        if (!node.is_object()) {
            problems_.error("wrong_type", pointer, node.position(),
                            "expected a text or a map of language to text, got " + given(node));
            return;
        }
        for (std::size_t i = 0; i < node.size(); ++i)
            is(*node.items()[i], Node::Kind::String, child_pointer(pointer, node.keys()[i]), "a text");
    }

    void number(const Node& node, const std::string& pointer, const Shape& shape) {
        if (!is(node, Node::Kind::Number, pointer, "a number")) return;
        const double x = node.number_value();
        const bool high_enough = x > shape.low || (x == shape.low && !shape.above_low);
        if (high_enough && x <= shape.high) return;
        const std::string range = std::isinf(shape.high)
                                      ? (shape.above_low ? "above " : "at least ") + shortest(shape.low)
                                      : "between " + shortest(shape.low) + " and " + shortest(shape.high);
        problems_.error("out_of_range", pointer, node.position(),
                        "expected a number " + range + ", got " + shortest(x));
    }

    /// `names`: whether coefficients of traits and fields are allowed.
    void response(const Node& node, const std::string& pointer, bool rest) {
        if (node.is_number()) return;
        if (rest && node.is_string() && node.string_value() == "rest" && pointer.ends_with("/chance")) return;
        if (!node.is_object()) {
            const char* expected = pointer.ends_with("/chance") ? "a number, a response {base, …} or rest"
                                                                : "a number or a response {base, …}";
            problems_.error("wrong_type", pointer, node.position(),
                            std::string("expected ") + expected + ", got " + given(node));
            return;
        }
        for (std::size_t i = 0; i < node.size(); ++i) {
            const std::string& name = node.keys()[i];
            const Node& value = *node.items()[i];
            const std::string place = child_pointer(pointer, name);
            if (name.starts_with("x-")) continue;
            if (name == "link") {
                static constexpr std::array<std::string_view, 3> kLinks{"identity", "logit", "log"};
                choice(value, place, {.form = Form::Choice, .options = kLinks});
            } else if (name == "base" || id(name, place, node.keys().position(i))) {
                is(value, Node::Kind::Number, place, "a number (coefficient)");
            }
        }
    }

    void move(const Node& node, const std::string& pointer) {
        const bool spread = node.is_object() &&
                            (node.find("mean") != nullptr || node.find("sd") != nullptr || node.find("cv") != nullptr);
        if (!spread) {
            response(node, pointer, false);
            return;
        }
        if (node.find("mean") == nullptr) {
            problems_.error("missing_key", pointer, node.position(), "this move has a spread but no 'mean'",
                            "add 'mean'");
        }
        if (node.find("sd") != nullptr && node.find("cv") != nullptr) {
            problems_.error("exclusive_keys", pointer, node.position(), "a move has either 'sd' or 'cv', not both",
                            "remove one of them");
        }
        for (std::size_t i = 0; i < node.size(); ++i) {
            const std::string& name = node.keys()[i];
            const std::string place = child_pointer(pointer, name);
            if (name == "mean" || name == "sd" || name == "cv") {
                response(*node.items()[i], place, false);
            } else if (!name.starts_with("x-")) {
                const std::vector<std::string> known{"mean", "sd", "cv"};
                problems_.error("unknown_key", place, node.keys().position(i),
                                "'" + name + "' is no key of a move with a spread",
                                "it has mean and sd or cv; coefficients go inside mean: {base, …}");
            }
        }
    }

    void trait(const Node& node, const std::string& pointer) {
        if (node.is_number()) return;
        if (!node.is_object()) {
            problems_.error("wrong_type", pointer, node.position(),
                            "expected a number or {mean, sd, shape}, got " + given(node));
            return;
        }
        static constexpr std::array<std::string_view, 4> kShapes{"normal", "lognormal", "beta", "uniform"};
        static const ObjectSpec spec{
            "trait",
            "a distribution over agents",
            {{"mean", {.form = Form::Number}, "mean before cutting", true},
             {"sd", {.form = Form::Number, .low = 0}, "standard deviation before cutting", true},
             {"shape", {.form = Form::Choice, .options = kShapes}, "normal, lognormal, beta or uniform", true}}};
        object(node, nullptr, pointer, spec);
    }

    void events(const Node& node, const std::string& pointer) {
        if (node.is_string()) return;
        if (!node.is_array() || node.size() == 0) {
            problems_.error(
                "wrong_type", pointer, node.position(),
                "expected events (situation.action, situation.action.outcome, * for a part, or a list of them), got " +
                    given(node));
            return;
        }
        for (std::size_t i = 0; i < node.size(); ++i)
            is(*node.items()[i], Node::Kind::String, child_pointer(pointer, std::to_string(i)), "a text");
    }

    void pair(const Node& node, const std::string& pointer) {
        if (node.is_array() && node.size() == 2 && node.items()[0]->is_string() && node.items()[1]->is_string()) return;
        problems_.error("wrong_type", pointer, node.position(), "expected a list of two measures, got " + given(node));
    }

    void points(const Node& node, const std::string& pointer, bool null_first) {
        if (!is(node, Node::Kind::Array, pointer, "a list of [x, y]")) return;
        if (node.size() == 0)
            problems_.error("schedule_length", pointer, node.position(), "a schedule needs at least one [x, y]");
        for (std::size_t i = 0; i < node.size(); ++i) {
            const Node& item = *node.items()[i];
            const std::string place = child_pointer(pointer, std::to_string(i));
            if (!item.is_array() || item.size() != 2) {
                problems_.error("wrong_type", place, item.position(), "expected [x, y], got " + given(item));
                continue;
            }
            const Node& x = *item.items()[0];
            if (!(null_first && i == 0 && x.is_null())) {
                is(x, Node::Kind::Number, child_pointer(place, "0"),
                   null_first && i == 0 ? "a number, or null for no lower bound" : "a number");
            }
            is(*item.items()[1], Node::Kind::Number, child_pointer(place, "1"), "a number");
        }
    }

    void choice(const Node& node, const std::string& pointer, const Shape& shape) {
        std::vector<std::string> options(shape.options.begin(), shape.options.end());
        if (!is(node, Node::Kind::String, pointer, "one of " + list_some(options))) return;
        if (std::ranges::find(options, node.string_value()) != options.end()) return;
        std::string hint = nearest_hint(node.string_value(), options);
        problems_.error("wrong_value", pointer, node.position(),
                        "expected one of " + list_some(options) + ", got " + given(node), std::move(hint));
    }

    void map(const Node& node, const Node* known, const std::string& pointer, const Shape& shape) {
        if (!is(node, Node::Kind::Object, pointer, "a map") || refers(node, pointer)) return;
        for (std::size_t i = 0; i < node.size(); ++i) {
            const std::string& name = node.keys()[i];
            const Node& value = *node.items()[i];
            const Node* before = known == nullptr ? nullptr : known->find(name);
            if (before == &value || name.starts_with("x-")) continue;
            const std::string place = child_pointer(pointer, name);
            if (id(name, place, node.keys().position(i))) check(value, before, place, *shape.item);
        }
    }

    void stands_for(const Node& node, const std::string& pointer) {
        if (!is(node, Node::Kind::Object, pointer, "{organisation: …} or {customer: …}")) return;
        std::size_t parties = 0;
        for (std::size_t i = 0; i < node.size(); ++i) {
            const std::string& name = node.keys()[i];
            if (name.starts_with("x-")) continue;
            const std::string place = child_pointer(pointer, name);
            if (name != "organisation" && name != "customer") {
                const std::vector<std::string> known{"organisation", "customer"};
                problems_.error("unknown_key", place, node.keys().position(i), "'" + name + "' is no party",
                                nearest_hint(name, known));
                continue;
            }
            ++parties;
            events(*node.items()[i], place);
        }
        if (parties != 1) {
            problems_.error("exclusive_keys", pointer, node.position(),
                            "a KPI stands for one thing of one party, organisation or customer");
        }
    }

    Problems& problems_;
};

/// Whether a value has a key that an entry of its map has, a title apart.
bool like_an_entry(const Node& value, const ObjectSpec& entry) {
    for (std::size_t i = 0; value.is_object() && i < value.size(); ++i) {
        const std::string& key = value.keys()[i];
        if (key != "title" && key != "description" && keys::find_key(entry, key) != nullptr) return true;
    }
    return false;
}

void remarks_in(const Node* node, const std::string& pointer, const Shape& shape, Problems& problems) {
    if (node == nullptr || !node->is_object()) return;
    if (shape.form == Form::Object) {
        for (std::size_t i = 0; i < node->size(); ++i) {
            if (!node->items()[i]->is_object()) continue;
            const std::string& name = node->keys()[i];
            const Key* key = keys::find_key(*shape.object, name);
            if (key != nullptr) remarks_in(node->items()[i].get(), child_pointer(pointer, name), key->shape, problems);
        }
    }
    if (shape.form != Form::Map || shape.item->form != Form::Object) return;
    const ObjectSpec& entry = *shape.item->object;
    for (std::size_t i = 0; i < node->size(); ++i) {
        const std::string& name = node->keys()[i];
        const Node& value = *node->items()[i];
        if (!name.starts_with("x-")) {
            const bool deeper = value.is_object() &&
                                std::ranges::any_of(value.items(), [](const auto& own) { return own->is_object(); });
            if (deeper) remarks_in(&value, child_pointer(pointer, name), *shape.item, problems);
        } else if (like_an_entry(value, entry)) {
            problems.warning(
                "unused", child_pointer(pointer, name), node->keys().position(i),
                "'" + name + "' begins with 'x-' and so is a remark: nothing reads this " + std::string(entry.name),
                "give it a name that does not begin with 'x-' if it is to count");
        }
    }
}

}  // namespace

void warn_of_remarks(const Node& document, std::string_view part, Problems& problems) {
    const Key* key = keys::find_key(keys::root(), part);
    remarks_in(document.find(part), child_pointer("", part), key->shape, problems);
}

std::string given(const Node& node) {
    if (node.is_string()) {
        std::string text = node.string_value().substr(0, 60);
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
        if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) text.pop_back();  // no cut code point
        return "text '" + (node.string_value().size() > 60 ? text + "…" : node.string_value()) + "'";
    }
    if (node.is_number()) return "the number " + shortest(node.number_value());
    if (node.kind() == Node::Kind::Boolean) return node.boolean_value() ? "true" : "false";
    return std::string(describe(node.kind()));
}

void check_shape(const Node& node, const Node* known, const std::string& pointer, const keys::ObjectSpec& spec,
                 Problems& problems) {
    Checker(problems).object(node, known, pointer, spec);
}

}  // namespace backfire
