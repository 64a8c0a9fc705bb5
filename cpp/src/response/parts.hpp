/// The compiled parts behind a Scenario handle, shared between a scenario and its reforms where nothing changed.
#pragma once

#include "response/plan.hpp"

#include <backfire/response/scenario.hpp>

#include <memory>
#include <vector>

namespace backfire {

struct Scenario::Parts {
    Model model;
    std::shared_ptr<const Plan> plan;
    std::vector<Diagnostic> warnings;
    std::shared_ptr<const std::vector<io::Part>> files;  ///< parts that came from files of their own
};

}  // namespace backfire
