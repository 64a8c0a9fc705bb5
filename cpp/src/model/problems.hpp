/// Problems: where validation collects what it finds, so that a document's faults are reported all at once.
#pragma once

#include <backfire/core/diagnostic.hpp>
#include <backfire/core/node.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backfire {

class Problems {
public:
    void error(std::string_view code, std::string_view pointer, Position at, std::string message,
               std::string hint = {}) {
        add(Severity::Error, code, pointer, at, std::move(message), std::move(hint));
    }
    void warning(std::string_view code, std::string_view pointer, Position at, std::string message,
                 std::string hint = {}) {
        add(Severity::Warning, code, pointer, at, std::move(message), std::move(hint));
    }
    [[nodiscard]] bool any_error() const {
        return std::ranges::any_of(list_, [](const Diagnostic& d) { return d.severity == Severity::Error; });
    }
    /// Whether an error lies at or below `pointer`.
    [[nodiscard]] bool error_below(std::string_view pointer) const {
        return std::ranges::any_of(list_, [&](const Diagnostic& d) {
            return d.severity == Severity::Error && d.pointer.starts_with(pointer) &&
                   (d.pointer.size() == pointer.size() || d.pointer[pointer.size()] == '/');
        });
    }
    [[nodiscard]] std::vector<Diagnostic>& list() { return list_; }
    [[nodiscard]] const std::vector<Diagnostic>& list() const { return list_; }

private:
    /// Past this many a document is not read by a person any more.
    static constexpr std::size_t kMost = 1000;
    void add(Severity severity, std::string_view code, std::string_view pointer, Position at, std::string message,
             std::string hint) {
        if (list_.size() >= kMost) return;
        list_.push_back({std::string(code), severity, std::move(message), std::string(pointer), at.line, at.column,
                         std::move(hint)});
    }
    std::vector<Diagnostic> list_;
};

}  // namespace backfire
