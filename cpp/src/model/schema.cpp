// The JSON Schema is written from the table of keys, so that the two cannot drift apart.
#include <backfire/model/schema.hpp>

#include "model/keys.hpp"

#include <backfire/io/json.hpp>

#include <cmath>
#include <set>

namespace backfire {
namespace {

NodePtr text(std::string_view value) { return Node::string(std::string(value)); }
NodePtr number(double value) { return Node::number(value, std::floor(value) == value); }
NodePtr map(std::vector<std::pair<std::string, NodePtr>> members) {
    std::vector<std::string> names;
    std::vector<NodePtr> values;
    for (auto& [name, value] : members) {
        names.push_back(std::move(name));
        values.push_back(std::move(value));
    }
    return Node::object(std::make_shared<const Keys>(std::move(names)), std::move(values));
}
NodePtr list(std::vector<NodePtr> items) { return Node::array(std::move(items)); }
NodePtr reference(std::string_view name) { return map({{"$ref", text("#/$defs/" + std::string(name))}}); }
NodePtr typed(std::string_view type) { return map({{"type", text(type)}}); }
NodePtr any_of(std::vector<NodePtr> options) { return map({{"anyOf", list(std::move(options))}}); }

/// Names as `keys::is_id` has them: no symbol of any script, none of the reserved words, and none that begins with `x-`.
constexpr std::string_view kId =
    R"((?!(all|rest|payouts|base|link|mean|sd|cv)(?![\s\S]))(?!x-)[^\u0000-,./:-@\[-^`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7)"
    R"(\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\ue000-\uf8ff\ufe10-\ufe6f)"
    R"(\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65)"
    "\U0001F000-\U0001FAFF\U000F0000-\U0010FFFF]{1,200}(?![\\s\\S])";  // not $, which some readers let stand before a line break

/// A map whose members are `known` ones, remarks that begin with `x-`, and others by `others` (null: there are none).
NodePtr closed(std::vector<std::pair<std::string, NodePtr>> known, NodePtr others, std::vector<NodePtr> required = {},
               bool any_name = false) {
    std::vector<std::pair<std::string, NodePtr>> patterns{{"^x-", Node::boolean(true)}};
    std::string own;  // patterns apply to known members, too, unless they leave them out
    for (const auto& member : known) own += (own.empty() ? "" : "|") + member.first;
    const std::string beside = own.empty() ? "^" : "^(?!(" + own + ")(?![\\s\\S]))";
    if (others != nullptr) patterns.emplace_back(any_name ? "^(?!x-)" : beside + std::string(kId), std::move(others));
    std::vector<std::pair<std::string, NodePtr>> definition{{"type", text("object")}};
    if (!known.empty()) definition.emplace_back("properties", map(std::move(known)));
    definition.emplace_back("patternProperties", map(std::move(patterns)));
    definition.emplace_back("additionalProperties", Node::boolean(false));
    if (!required.empty()) definition.emplace_back("required", list(std::move(required)));
    return map(std::move(definition));
}

class Writer {
public:
    NodePtr run() {
        object(keys::root());
        std::vector<std::pair<std::string, NodePtr>> defs{
            {"text",
             any_of({typed("string"), map({{"type", text("object")}, {"additionalProperties", typed("string")}})})},
            {"response",
             any_of({typed("number"),
                     closed({{"base", typed("number")},
                             {"link", map({{"enum", list({text("identity"), text("logit"), text("log")})}})}},
                            typed("number"))})},
            {"move", any_of({reference("response"), closed({{"mean", reference("response")},
                                                            {"sd", reference("response")},
                                                            {"cv", reference("response")}},
                                                           nullptr, {text("mean")})})},
            {"trait",
             any_of({typed("number"), closed({{"mean", typed("number")},
                                              {"sd", map({{"type", text("number")}, {"minimum", number(0)}})},
                                              {"shape", map({{"enum", list({text("normal"), text("lognormal"),
                                                                            text("beta"), text("uniform")})}})}},
                                             nullptr, {text("mean"), text("sd"), text("shape")})})},
            {"events", any_of({typed("string"),
                               map({{"type", text("array")}, {"minItems", number(1)}, {"items", typed("string")}})})}};
        for (auto& [name, definition] : objects_) defs.emplace_back(name, definition);
        return map({{"$schema", text("https://json-schema.org/draft/2020-12/schema")},
                    {"title", text("backfire scenario")},
                    {"$ref", text("#/$defs/scenario")},
                    {"$defs", map(std::move(defs))}});
    }

private:
    void object(const keys::ObjectSpec& spec) {
        if (!seen_.insert(std::string(spec.name)).second) return;
        std::vector<std::pair<std::string, NodePtr>> properties;
        std::vector<NodePtr> required;
        for (const keys::Key& key : spec.keys) {
            if (!key.supported) continue;
            const NodePtr shape = shape_of(key.shape, key.name);
            properties.emplace_back(std::string(key.name),
                                    map({{"description", text(key.meaning)}, {"allOf", list({shape})}}));
            if (key.required) required.push_back(text(key.name));
        }
        NodePtr others = spec.others == nullptr ? nullptr : shape_of(*spec.others, "");
        const NodePtr shape = closed(std::move(properties), std::move(others), std::move(required));
        std::vector<std::pair<std::string, NodePtr>> definition{{"description", text(spec.meaning)}};
        for (std::size_t i = 0; i < shape->size(); ++i) definition.emplace_back(shape->keys()[i], shape->items()[i]);
        objects_.emplace_back(std::string(spec.name), map(std::move(definition)));
    }

    static NodePtr pair_of(std::vector<NodePtr> items) {
        return map({{"type", text("array")},
                    {"minItems", number(2)},
                    {"maxItems", number(2)},
                    {"prefixItems", list(std::move(items))}});
    }

    NodePtr shape_of(const keys::Shape& shape, std::string_view key) {
        using keys::Form;
        switch (shape.form) {
            case Form::Version: return map({{"const", number(1)}});
            case Form::Text: return reference("text");
            case Form::Word: return typed("string");
            case Form::Number: {
                std::vector<std::pair<std::string, NodePtr>> members{{"type", text("number")}};
                if (std::isfinite(shape.low))
                    members.emplace_back(shape.above_low ? "exclusiveMinimum" : "minimum", number(shape.low));
                if (std::isfinite(shape.high)) members.emplace_back("maximum", number(shape.high));
                return map(std::move(members));
            }
            case Form::Response:
                return key == "chance" ? any_of({reference("response"), map({{"const", text("rest")}})})
                                       : reference("response");
            case Form::Move: return reference("move");
            case Form::Trait: return reference("trait");
            case Form::Events: return reference("events");
            case Form::Pair:
                return map({{"type", text("array")},
                            {"minItems", number(2)},
                            {"maxItems", number(2)},
                            {"items", typed("string")}});
            case Form::Points: {
                const NodePtr y = typed("number");
                const NodePtr point = pair_of({typed("number"), y});
                const NodePtr first =
                    shape.null_first ? pair_of({map({{"type", list({text("number"), text("null")})}}), y}) : point;
                return map({{"type", text("array")},
                            {"minItems", number(key == "curve" ? 2 : 1)},
                            {"prefixItems", list({first})},
                            {"items", point}});
            }
            case Form::Choice: {
                std::vector<NodePtr> options;
                for (const std::string_view option : shape.options) options.push_back(text(option));
                return map({{"enum", list(std::move(options))}});
            }
            case Form::Object: object(*shape.object); return reference(shape.object->name);
            case Form::Map: return closed({}, shape_of(*shape.item, ""), {}, key == "evidence");
            case Form::StandsFor: {
                const NodePtr parties =
                    closed({{"organisation", reference("events")}, {"customer", reference("events")}}, nullptr);
                return map({{"allOf", list({parties})},
                            {"oneOf", list({map({{"required", list({text("organisation")})}}),
                                            map({{"required", list({text("customer")})}})})}});
            }
        }
        return Node::boolean(true);
    }

    std::set<std::string> seen_;
    std::vector<std::pair<std::string, NodePtr>> objects_;
};

}  // namespace

std::string schema() { return io::write_json(*Writer().run()) + "\n"; }

}  // namespace backfire
