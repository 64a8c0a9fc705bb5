// Measures and what they are worth: derived ones become a linear function of those that are moved.
#include "core/nearest.hpp"
#include "model/decode_work.hpp"
#include "model/keys.hpp"
#include "model/reading.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

namespace backfire {

/// Seconds in a unit of time, 0 for other units.
double seconds_in(std::string_view unit) { return unit == "s" ? 1 : unit == "min" ? 60 : unit == "h" ? 3600 : 0; }

namespace {

using Sum = std::vector<std::pair<int, double>>;

Sum parts_of(const Node& node, const Work& work, std::span<const std::string> known, int self, Problems& problems) {
    Sum parts;
    const Node* sum = node.find("sum");
    const std::string& own = work.measures[static_cast<std::size_t>(self)].id;
    if (sum == nullptr || !sum->is_object()) return parts;
    if (sum->size() == 0)
        problems.error("empty", "/measures/" + own + "/sum", sum->position(),
                       "a derived measure needs at least one part");
    for (std::size_t i = 0; i < sum->size(); ++i) {
        const std::string& name = sum->keys()[i];
        if (name.starts_with("x-")) continue;
        const int part = index_of(known, name);
        if (part < 0) {
            unknown_name(problems, "/measures/" + own + "/sum/" + name, sum->keys().position(i), "measure", name,
                         known);
            continue;
        }
        const double from = seconds_in(work.measures[static_cast<std::size_t>(part)].unit);
        const double to = seconds_in(work.measures[static_cast<std::size_t>(self)].unit);
        const double factor = sum->items()[i]->is_number() ? sum->items()[i]->number_value() : 0;
        parts.emplace_back(part, from > 0 && to > 0 ? factor * from / to : factor);
        const std::string& unit = work.measures[static_cast<std::size_t>(part)].unit;
        const std::string& own_unit = work.measures[static_cast<std::size_t>(self)].unit;
        // Another factor says what one unit is worth in the other; 1 says that nobody thought of it.
        if (unit != own_unit && !(from > 0 && to > 0) && std::abs(factor) == 1) {
            problems.warning(
                "mixed_units", "/measures/" + own + "/sum/" + name, sum->keys().position(i),
                "'" + own + "' (unit " + own_unit + ") adds '" + name + "' (unit " + unit + ") as it stands",
                "let the factor turn unit " + unit + " into unit " + own_unit + ", or mend a unit");
        }
    }
    return parts;
}

/// Replaces derived parts of derived measures by what they are made of; a measure that sums itself is a loop. Walks with a
/// stack of its own: a hostile document may chain very many.
class Flattening {
public:
    Flattening(const std::vector<Sum>& sums, const Members& found, Work& work, Problems& problems)
        : sums_(sums), found_(found), work_(work), problems_(problems), marks_(sums.size(), Mark::New) {}

    void run() {
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            if (work_.measures[i].derived) visit(i);
        }
    }

private:
    enum class Mark { New, Open, Done };
    struct Step {
        std::size_t measure;
        std::size_t next = 0;  ///< part to look at next
    };

    void visit(std::size_t start) {
        if (marks_[start] == Mark::Done) return;
        std::vector<Step> trail;
        const auto open = [&](std::size_t i) {
            marks_[i] = Mark::Open;
            trail.push_back({i});
        };
        open(start);
        while (!trail.empty()) {
            Step& step = trail.back();
            if (step.next == sums_[step.measure].size()) {
                finish(step.measure);
                trail.pop_back();
                continue;
            }
            const auto part = static_cast<std::size_t>(sums_[step.measure][step.next++].first);
            if (marks_[part] == Mark::New && work_.measures[part].derived) open(part);
            else if (marks_[part] == Mark::Open) report(trail, part);
        }
    }

    void finish(std::size_t i) {
        std::map<int, double> flat;
        for (const auto& [part, factor] : sums_[i]) {
            const Measure& other = work_.measures[static_cast<std::size_t>(part)];
            if (!other.derived) flat[part] += factor;
            for (const auto& [inner, inner_factor] : other.sum) flat[inner] += factor * inner_factor;
        }
        work_.measures[i].sum.assign(flat.begin(), flat.end());
        marks_[i] = Mark::Done;
    }

    void report(const std::vector<Step>& trail, std::size_t i) {
        std::string loop;
        for (auto it = std::ranges::find(trail, i, &Step::measure); it != trail.end(); ++it)
            loop += work_.measures[it->measure].id + " → ";
        const std::string& id = work_.measures[i].id;
        problems_.error("cycle", "/measures/" + id + "/sum", found_.values[i]->find("sum")->position(),
                        "these measures sum each other: " + loop + id,
                        "a derived measure sums measures that are moved");
    }

    const std::vector<Sum>& sums_;
    const Members& found_;
    Work& work_;
    Problems& problems_;
    std::vector<Mark> marks_;
};

}  // namespace

void decode_measures(const Node& document, Work& work, Problems& problems) {
    const Members found = members(document.find("measures"));
    for (std::size_t i = 0; i < found.ids.size(); ++i) {
        const Node& node = *found.values[i];
        work.measures.push_back({.id = found.ids[i],
                                 .title = read_title(node),
                                 .unit = read_word(node, "unit", "1"),
                                 .period_cv = read_number(node, "period_cv", 0),
                                 .derived = node.find("sum") != nullptr,
                                 .sum = {}});
        if (node.find("sum") != nullptr && node.find("period_cv") != nullptr) {
            problems.error(
                "exclusive_keys", "/measures/" + found.ids[i] + "/period_cv", node.find("period_cv")->position(),
                "a derived measure has no luck of its own: that of its parts carries over", "remove 'period_cv'");
        }
    }
    work.measure_order = found.order;
    std::vector<Sum> sums(found.ids.size());
    for (std::size_t i = 0; i < found.ids.size(); ++i)
        sums[i] = parts_of(*found.values[i], work, found.ids, static_cast<int>(i), problems);
    Flattening(sums, found, work, problems).run();
}

Values decode_values(const Node& document, const Work& work, Problems& problems) {
    Values values;
    const Node* node = document.find("values");
    if (node == nullptr) return values;
    const std::vector<std::string> known = ids_of(work.measures);
    const auto weights = [&](const char* party, std::vector<std::pair<int, double>>& list) {
        const Node* map = node->find(party);
        if (map == nullptr || !map->is_object()) return;
        for (std::size_t i = 0; i < map->size(); ++i) {
            const std::string& name = map->keys()[i];
            if (name == "payouts" || name.starts_with("x-") || !keys::is_id(name) || keys::is_reserved(name)) continue;
            const int measure = index_of(known, name);
            if (measure < 0) {
                unknown_name(problems, std::string("/values/") + party + "/" + name, map->keys().position(i), "measure",
                             name, known);
            } else if (map->items()[i]->is_number()) {
                list.emplace_back(measure, map->items()[i]->number_value());
            }
        }
        std::ranges::sort(list);
    };
    weights("organisation", values.organisation);
    weights("customer", values.customer);
    if (const Node* organisation = node->find("organisation"))
        values.payouts = read_number(*organisation, "payouts", 0);
    return values;
}

}  // namespace backfire
