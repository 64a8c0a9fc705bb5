// Paths are resolved against a document, because a key of `evidence` may hold dots itself.
#include "model/paths.hpp"

#include "core/nearest.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace backfire {
namespace {

std::vector<std::string> at_dots(std::string_view path) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t dot = path.find('.');
        parts.emplace_back(path.substr(0, dot));
        if (dot == std::string_view::npos) return parts;
        path.remove_prefix(dot + 1);
    }
}

const Node* child(const Node& node, const std::string& part) {
    if (node.is_object()) return node.find(part);
    if (const auto index = item_index(node, part)) return node.items()[*index].get();
    return nullptr;
}

}  // namespace

std::optional<std::size_t> item_index(const Node& list, std::string_view part) {
    std::size_t index = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (!list.is_array() || failure != std::errc{} || end != part.data() + part.size() || index >= list.size())
        return std::nullopt;
    return index;
}

std::vector<std::string> split_path(const Node& document, std::string_view path) {
    std::vector<std::string> parts = at_dots(path);
    static constexpr std::array<std::string_view, 4> kPolicy{"monitors", "kpis", "rules", "units"};
    if (std::ranges::find(kPolicy, std::string_view(parts.front())) != kPolicy.end())
        parts.insert(parts.begin(), "policy");
    if (parts.size() < 3 || parts.front() != "evidence") return parts;
    // A key of `evidence` is itself a path: the longest run of parts that is a key, else all that follows.
    const Node* evidence = document.find("evidence");
    std::string key = parts[1];
    std::size_t taken = 2;
    std::string longest = key;
    for (std::size_t i = 2; i < parts.size(); ++i) {
        key += "." + parts[i];
        if (evidence != nullptr && evidence->find(key) != nullptr) {
            longest = key;
            taken = i + 1;
        }
    }
    if (evidence == nullptr || evidence->find(longest) == nullptr) {
        longest = key;
        taken = parts.size();
    }
    std::vector<std::string> joined{"evidence", longest};
    joined.insert(joined.end(), parts.begin() + static_cast<std::ptrdiff_t>(taken), parts.end());
    return joined;
}

const Node* find_parts(const Node& document, const std::vector<std::string>& parts) {
    const Node* node = &document;
    for (const std::string& part : parts) {
        node = child(*node, part);
        if (node == nullptr) return nullptr;
    }
    return node;
}

const Node* find_path(const Node& document, std::string_view path) {
    return find_parts(document, split_path(document, path));
}

std::string nearest_path(const Node& document, std::string_view path) {
    const std::vector<std::string> parts = split_path(document, path);
    const Node* node = &document;
    for (const std::string& part : parts) {
        const Node* next = child(*node, part);
        if (next != nullptr) {
            node = next;
            continue;
        }
        if (node->is_array())
            return "this list has the items 0 to " + std::to_string(node->size() == 0 ? 0 : node->size() - 1);
        if (!node->is_object()) return "there is nothing below " + std::string(describe(node->kind()));
        std::vector<std::string> known;
        for (std::size_t i = 0; i < node->size(); ++i) known.push_back(node->keys()[i]);
        if (node == &document) {
            for (const char* short_form : {"rules", "kpis", "monitors", "units"}) known.emplace_back(short_form);
        }
        const std::string hint = nearest_hint(part, known);
        return hint.empty() ? "in place of '" + part + "' there are " + list_some(known, 12) : hint;
    }
    return {};
}

std::string pointer_of(const std::vector<std::string>& parts) {
    std::string pointer;
    for (const std::string& part : parts) pointer = child_pointer(pointer, part);
    return pointer;
}

std::string path_of(const std::vector<std::string>& parts) {
    static constexpr std::array<std::string_view, 4> kPolicy{"monitors", "kpis", "rules", "units"};
    std::string path;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i == 0 && parts[0] == "policy" && parts.size() > 1 &&
            std::ranges::find(kPolicy, std::string_view(parts[1])) != kPolicy.end())
            continue;
        path += (path.empty() ? "" : ".") + parts[i];
    }
    return path;
}

}  // namespace backfire
