/// Diagnostics as text, and the exception that carries all of them.
#include <backfire/core/diagnostic.hpp>

#include <cassert>
#include <utility>

namespace backfire {

namespace {

// More than this and a terminal shows the end of the list instead of its beginning; diagnostics() still holds them all.
constexpr std::size_t kShown = 20;

std::string joined(const std::vector<Diagnostic>& diagnostics) {
    std::string text;
    for (std::size_t i = 0; i < diagnostics.size() && i < kShown; ++i) {
        if (i > 0) text += '\n';
        text += to_string(diagnostics[i]);
    }
    if (diagnostics.size() > kShown) text += "\n… and " + std::to_string(diagnostics.size() - kShown) + " more";
    return text;
}

}  // namespace

std::string_view to_string(Severity severity) { return severity == Severity::Error ? "error" : "warning"; }

std::string to_string(const Diagnostic& diagnostic) {
    std::string text(to_string(diagnostic.severity));
    text += ' ' + diagnostic.code;
    if (!diagnostic.pointer.empty()) text += " at " + diagnostic.pointer;
    if (diagnostic.line > 0) {
        text += diagnostic.file.empty() ? " (" : " (" + diagnostic.file + ", ";
        text += "line " + std::to_string(diagnostic.line) + ", column " + std::to_string(diagnostic.column) + ')';
    } else if (!diagnostic.file.empty()) {
        text += " (" + diagnostic.file + ')';
    }
    text += ": " + diagnostic.message;
    if (!diagnostic.hint.empty()) text += " (" + diagnostic.hint + ')';
    return text;
}

ScenarioError::ScenarioError(std::vector<Diagnostic> diagnostics)
    : Error(joined(diagnostics)), diagnostics_(std::move(diagnostics)) {
    assert(!diagnostics_.empty());
}

}  // namespace backfire
