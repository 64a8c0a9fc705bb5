/// Decoding of monitors, and who is seen by them.
#pragma once

#include "model/problems.hpp"

#include <backfire/model/policy.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// The monitors of a policy under way: its KPIs and rules name them.
class Monitors {
public:
    /// @param map `policy.monitors`, or null
    Monitors(const Node* map, Problems& problems);

    /// Resolves `seen_by` of a reader (`what`, for messages); -1 where there is none.
    /// @param may fields that the reader can use besides samples and rate; others are reported
    int of(const Node& reader, const std::string& place, std::string_view what,
           std::initializer_list<std::string_view> may);
    /// Notes that something is seen by the monitor.
    void use(int monitor) { used_[static_cast<std::size_t>(monitor)] = true; }
    void report_unused() const;
    [[nodiscard]] std::vector<Monitor> take() && { return std::move(list_); }

private:
    Problems& problems_;
    std::vector<Monitor> list_;
    std::vector<std::string> ids_;
    std::vector<const Node*> nodes_;
    std::vector<bool> used_;
};

}  // namespace backfire
