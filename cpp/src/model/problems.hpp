/// Problems: where validation collects what it finds, so that a document's faults are reported all at once.
#pragma once

#include "core/pulse.hpp"

#include <backfire/core/diagnostic.hpp>
#include <backfire/core/node.hpp>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backfire {

class Problems {
public:
    /// @param pulse of the call that checks a document; it beats wherever something is looked at. None: never
    explicit Problems(Pulse* pulse = nullptr) : pulse_(pulse) {}

    /// @throws Interrupted when the pulse's caller says stop
    void beat() const {
        if (pulse_ != nullptr) pulse_->beat();
    }
    /// Whether errors found from here on are left out.
    [[nodiscard]] bool full() const { return list_.size() >= kMost && warnings_ == 0; }

    void error(std::string_view code, std::string_view pointer, Position at, std::string message,
               std::string hint = {}) {
        add(Severity::Error, code, pointer, at, std::move(message), std::move(hint));
    }
    void warning(std::string_view code, std::string_view pointer, Position at, std::string message,
                 std::string hint = {}) {
        add(Severity::Warning, code, pointer, at, std::move(message), std::move(hint));
    }
    void add(Diagnostic problem) {
        const bool warns = problem.severity == Severity::Warning;
        errors_ += warns ? 0 : 1;
        if (list_.size() >= kMost) {
            if (warns || warnings_ == 0) return;
            const auto last = std::ranges::find(std::views::reverse(list_), Severity::Warning, &Diagnostic::severity);
            list_.erase(std::next(last).base());
            --warnings_;
        }
        warnings_ += warns ? 1 : 0;
        list_.push_back(std::move(problem));
    }
    /// Errors found so far, those left out included.
    [[nodiscard]] std::size_t errors() const { return errors_; }
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
    /// Past this many a document is not read by a person any more; an error then takes the place of a warning, since a
    /// document passes as sound where no error was found.
    static constexpr std::size_t kMost = 1000;
    void add(Severity severity, std::string_view code, std::string_view pointer, Position at, std::string message,
             std::string hint) {
        beat();
        add({std::string(code), severity, std::move(message), std::string(pointer), at.line, at.column,
             std::move(hint)});
    }
    Pulse* pulse_;
    std::vector<Diagnostic> list_;
    std::size_t warnings_ = 0;  ///< in the list
    std::size_t errors_ = 0;
};

}  // namespace backfire
