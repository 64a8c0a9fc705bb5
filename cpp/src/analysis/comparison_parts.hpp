/// What a Comparison holds: the baseline, its reforms, and old behaviour under each reform's rules.
#pragma once

#include "equilibrium/solution_parts.hpp"

#include <backfire/analysis/compare.hpp>

#include <string>
#include <utility>
#include <vector>

namespace backfire {

struct Comparison::Parts {
    explicit Parts(Solution b) : baseline(std::move(b)) {}

    Solution baseline;
    std::vector<std::pair<std::string, Solution>> reforms;
    std::vector<std::vector<int>> pairs;  ///< by reform: agents of the baseline
    std::vector<Evaluation> mechanical;   ///< by reform: old behaviour, new rules
};

}  // namespace backfire
