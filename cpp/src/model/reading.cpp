// Reading single values: tolerant, because the shape check has already said what is wrong with them.
#include "model/reading.hpp"

#include "core/nearest.hpp"
#include "model/keys.hpp"

#include <algorithm>
#include <numeric>

namespace backfire {

Members members(const Node* map) {
    Members found;
    if (map == nullptr || !map->is_object()) return found;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < map->size(); ++i) {
        const std::string& id = map->keys()[i];
        if (!id.starts_with("x-") && keys::is_id(id) && !keys::is_reserved(id)) places.push_back(i);
    }
    std::vector<std::size_t> sorted(places.size());
    std::iota(sorted.begin(), sorted.end(), std::size_t{0});
    std::ranges::sort(sorted, {}, [&](std::size_t k) -> const std::string& { return map->keys()[places[k]]; });
    found.order.resize(places.size());
    for (std::size_t rank = 0; rank < sorted.size(); ++rank) {
        const std::size_t place = places[sorted[rank]];
        found.ids.push_back(map->keys()[place]);
        found.values.push_back(map->items()[place]);
        found.order[sorted[rank]] = static_cast<int>(rank);
    }
    return found;
}

int index_of(std::span<const std::string> ids, std::string_view id) {
    const auto it = std::ranges::lower_bound(ids, id, {}, [](const std::string& s) { return std::string_view(s); });
    return it != ids.end() && *it == id ? static_cast<int>(it - ids.begin()) : -1;
}

Title read_title(const Node& parent) {
    Title title;
    const Node* node = parent.find("title");
    if (node == nullptr) return title;
    if (node->is_string()) title.emplace_back("", node->string_value());
    if (node->is_object()) {
        for (std::size_t i = 0; i < node->size(); ++i) {
            if (node->items()[i]->is_string()) title.emplace_back(node->keys()[i], node->items()[i]->string_value());
        }
    }
    return title;
}

std::string read_word(const Node& parent, std::string_view key, std::string_view otherwise) {
    const Node* node = parent.find(key);
    return node != nullptr && node->is_string() ? node->string_value() : std::string(otherwise);
}

double read_number(const Node& parent, std::string_view key, double otherwise) {
    const Node* node = parent.find(key);
    return node != nullptr && node->is_number() ? node->number_value() : otherwise;
}

std::optional<double> read_optional(const Node& parent, std::string_view key) {
    const Node* node = parent.find(key);
    if (node == nullptr || !node->is_number()) return std::nullopt;
    return node->number_value();
}

Response read_response(const Node* node, double otherwise) {
    Response response{.base = otherwise, .terms = {}, .link = Link::Identity};
    if (node == nullptr) return response;
    if (node->is_number()) response.base = node->number_value();
    if (!node->is_object()) return response;
    response.base = read_number(*node, "base", 0);
    const std::string link = read_word(*node, "link", "identity");
    response.link = link == "logit" ? Link::Logit : link == "log" ? Link::Log : Link::Identity;
    for (std::size_t i = 0; i < node->size(); ++i) {
        const std::string& name = node->keys()[i];
        if (name == "base" || name == "link" || !keys::is_id(name) || !node->items()[i]->is_number()) continue;
        if (!name.starts_with("x-")) response.terms.push_back({name, node->items()[i]->number_value()});
    }
    std::ranges::sort(response.terms, {}, &Response::Term::name);
    return response;
}

void unknown_name(Problems& problems, std::string_view pointer, Position at, std::string_view what,
                  std::string_view name, std::span<const std::string> known) {
    problems.beat();
    if (problems.full()) return;  // names are many and comparing them is dear
    std::string hint = nearest_hint(name, known);
    if (name.starts_with("x-")) {
        hint = "what begins with 'x-' is a remark: give the " + std::string(what) + " another name";
    } else if (hint.empty()) {
        hint =
            known.empty() ? "the document has no " + std::string(what) + " yet" : "there are " + list_some(known, 20);
    }
    problems.error("unknown_name", pointer, at,
                   "there is no " + std::string(what) + " called '" + std::string(name) + "'", std::move(hint));
}

int read_measure(const Node& node, const std::string& place, std::span<const std::string> known, Problems& problems) {
    if (!node.is_string()) return -1;
    const int index = index_of(known, node.string_value());
    if (index < 0) unknown_name(problems, place, node.position(), "measure", node.string_value(), known);
    return index;
}

}  // namespace backfire
