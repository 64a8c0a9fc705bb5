/// The model of a scenario as plain immutable values: workplace, workforce, policy and values, with names resolved to indices.
///
/// Every list is sorted by id, so that sums run in one order whatever the order of names in the document; `*_order` gives the
/// document's order for tables. Indices (`int`) refer to those sorted lists; -1 means none.
#pragma once

#include <backfire/core/node.hpp>
#include <backfire/model/policy.hpp>
#include <backfire/model/work.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backfire {

/// A whole scenario with names resolved. Deep-const; parts are shared between a scenario and its reforms.
struct Model {
    NodePtr document;  ///< what it was read from, parts put in
    std::string name;
    Title title;
    std::shared_ptr<const Work> work;
    std::shared_ptr<const Policy> policy;
    std::shared_ptr<const Values> values;
};

/// What every named thing is called in `language`: pairs of `kind:id` (kinds as in the graph's nodes, and scenario, segment,
/// condition, period) and title, in document order, monitors by id. What has no title goes by the last part of its id.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> titles(const Model& model,
                                                                      std::string_view language = "en");

}  // namespace backfire
