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

constexpr std::string_view kId = "^(?!(all|rest|payouts|base|link|mean|sd|cv)$)[^\\s./~]+$";

class Writer {
public:
    NodePtr run() {
        object(keys::root());
        std::vector<std::pair<std::string, NodePtr>> defs{
            {"text",
             any_of({typed("string"), map({{"type", text("object")}, {"additionalProperties", typed("string")}})})},
            {"response",
             any_of({typed("number"),
                     map({{"type", text("object")},
                          {"properties",
                           map({{"link", map({{"enum", list({text("identity"), text("logit"), text("log")})}})}})},
                          {"additionalProperties", typed("number")}})})},
            {"move", any_of({reference("response"), map({{"type", text("object")},
                                                         {"required", list({text("mean")})},
                                                         {"properties", map({{"mean", reference("response")},
                                                                             {"sd", reference("response")},
                                                                             {"cv", reference("response")}})},
                                                         {"additionalProperties", Node::boolean(false)}})})},
            {"trait",
             any_of({typed("number"),
                     map({{"type", text("object")},
                          {"required", list({text("mean"), text("sd"), text("shape")})},
                          {"properties", map({{"mean", typed("number")},
                                              {"sd", map({{"type", text("number")}, {"minimum", number(0)}})},
                                              {"shape", map({{"enum", list({text("normal"), text("lognormal"),
                                                                            text("beta"), text("uniform")})}})}})},
                          {"additionalProperties", Node::boolean(false)}})})},
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
        std::vector<std::pair<std::string, NodePtr>> definition{
            {"type", text("object")},
            {"description", text(spec.meaning)},
            {"properties", map(std::move(properties))},
            {"patternProperties", map({{"^x-", Node::boolean(true)}})},
            {"additionalProperties", spec.others == nullptr ? Node::boolean(false) : shape_of(*spec.others, "")}};
        if (!required.empty()) definition.emplace_back("required", list(std::move(required)));
        objects_.emplace_back(std::string(spec.name), map(std::move(definition)));
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
            case Form::Points:
                return map(
                    {{"type", text("array")},
                     {"minItems", number(1)},
                     {"items", map({{"type", text("array")},
                                    {"minItems", number(2)},
                                    {"maxItems", number(2)},
                                    {"prefixItems",
                                     list({shape.null_first ? map({{"type", list({text("number"), text("null")})}})
                                                            : typed("number"),
                                           typed("number")})}})}});
            case Form::Choice: {
                std::vector<NodePtr> options;
                for (const std::string_view option : shape.options) options.push_back(text(option));
                return map({{"enum", list(std::move(options))}});
            }
            case Form::Object: object(*shape.object); return reference(shape.object->name);
            case Form::Map:
                return map({{"type", text("object")},
                            {"propertyNames", key == "evidence" ? Node::boolean(true) : map({{"pattern", text(kId)}})},
                            {"additionalProperties", shape_of(*shape.item, "")}});
            case Form::StandsFor:
                return map(
                    {{"type", text("object")},
                     {"minProperties", number(1)},
                     {"maxProperties", number(1)},
                     {"properties", map({{"organisation", reference("events")}, {"customer", reference("events")}})},
                     {"additionalProperties", Node::boolean(false)}});
        }
        return Node::boolean(true);
    }

    std::set<std::string> seen_;
    std::vector<std::pair<std::string, NodePtr>> objects_;
};

}  // namespace

std::string schema() { return io::write_json(*Writer().run()) + "\n"; }

}  // namespace backfire
