/// The one place that knows the keys of a document: their shapes, ranges and meanings. Validation and the JSON Schema read it.
#pragma once

#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace backfire::keys {

/// What a value must look like.
enum class Form {
    Version,   ///< the number 1
    Text,      ///< a text, or a map of language to text
    Word,      ///< a text
    Number,    ///< a finite number within low…high
    Response,  ///< a number, or {base, name: coefficient, …, link}
    Move,      ///< a response, or {mean, sd} or {mean, cv}
    Trait,     ///< a number, or {mean, sd, shape}
    Events,    ///< a pattern, or a list of patterns
    Pair,      ///< a list of two measures
    Points,    ///< a list of [x, y]
    Choice,    ///< one of `options`
    Object,    ///< a map with the keys of `object`
    Map,       ///< a map of ids to `item`
    StandsFor  ///< {organisation: measure or events} or {customer: …}
};

struct ObjectSpec;

struct Shape {
    Form form = Form::Word;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool above_low = false;                     ///< low itself is excluded
    const ObjectSpec* object = nullptr;         ///< for Object
    const Shape* item = nullptr;                ///< for Map
    std::span<const std::string_view> options;  ///< for Choice
    bool null_first = false;                    ///< for Points: the first x may be null
};

struct Key {
    std::string_view name;
    Shape shape;
    std::string_view meaning;
    bool required = false;
    bool supported = true;
};

struct ObjectSpec {
    std::string_view name;
    std::string_view meaning;
    std::vector<Key> keys;
    const Shape* others = nullptr;  ///< shape of keys beyond `keys`, which are ids or names; null: there are none
};

/// The whole document.
[[nodiscard]] const ObjectSpec& root();

/// Preferences with a meaning of their own, with the range each must keep.
struct Preference {
    std::string_view name;
    double neutral;
    double low;
    double high;
    bool above_low;
    bool supported;
};
[[nodiscard]] std::span<const Preference> preferences();

/// Key of a spec by name, or null.
[[nodiscard]] const Key* find_key(const ObjectSpec& spec, std::string_view name);

/// Whether a text may be an id: letters of any script, digits, `_`, `-`.
[[nodiscard]] bool is_id(std::string_view text);
/// `all`, `rest`, `payouts`, `base`, `link`, `mean`, `sd`, `cv`.
[[nodiscard]] bool is_reserved(std::string_view text);

}  // namespace backfire::keys
