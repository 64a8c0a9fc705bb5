/// A small document and what reforms make of it.
#pragma once

#include <backfire/io/json.hpp>
#include <backfire/model/reform.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backfire {

inline NodePtr small_document() {
    return io::parse_json(R"({
        "backfire": 1,
        "period": {"contacts": 100},
        "situations": {"ask": {"share": 1, "actions": {"help": {"effort": 2}, "rush": {}}}},
        "workforce": {"traits": {"noise": 1}},
        "policy": {
            "kpis": {"k": {"mean": "time", "scale": 2}},
            "rules": {
                "tip": {"each": "ask.help", "pay": 3, "unit": "points"},
                "bonus": {"kpi": "k", "steps": [[null, 1], [5, 2], [9, -4]]}
            },
            "units": {"points": 8}
        },
        "evidence": {"rules.tip.pay": {"code": "J"}, "rules.bonus": {"code": "J"}, "period.contacts": {"code": "B"}}
    })");
}

struct Edited {
    NodePtr document;
    std::vector<Diagnostic> problems;

    /// The value at a chain of keys, as JSON on one line; "-" where there is none.
    [[nodiscard]] std::string at(std::initializer_list<std::string_view> way) const {
        const Node* node = document.get();
        for (const std::string_view key : way) {
            if (node == nullptr) return "-";
            node = node->is_array() ? node->items().at(static_cast<std::size_t>(key[0] - '0')).get() : node->find(key);
        }
        return node == nullptr ? "-" : io::write_json(*node, -1);
    }
    /// "code pointer" of every problem.
    [[nodiscard]] std::vector<std::string> said() const {
        std::vector<std::string> lines;
        for (const Diagnostic& d : problems) lines.push_back(d.code + " " + d.pointer);
        return lines;
    }
};

inline Edited edited(std::string_view reform) {
    Edited result;
    result.document = apply(small_document(), Reform::parse(reform), result.problems);
    return result;
}

}  // namespace backfire
