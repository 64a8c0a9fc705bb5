/// Diagnostics: what is wrong with a document or a reform, where, and what would mend it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// How bad a diagnostic is: an error stops the work, a warning never does.
enum class Severity { Warning, Error };

/// One problem of a document, a reform or a call. Plain value; safe to share between threads.
struct Diagnostic {
    std::string code;  ///< stable word from the table of codes, e.g. `unknown_key`
    Severity severity = Severity::Error;
    std::string message;  ///< what was given and what was expected, one sentence
    std::string pointer;  ///< JSON Pointer (RFC 6901) of the place; "" is the root
    int line = 0;         ///< 1-based line in the text, 0 where there is no text
    int column = 0;       ///< 1-based column (in code points), 0 where there is no text
    std::string hint;     ///< what to do, e.g. the nearest valid name; may be empty
    std::string file;     ///< name of the file that holds the place, where a part has one of its own; else empty
};

/// "error" or "warning".
[[nodiscard]] std::string_view to_string(Severity severity);

/// One line: `error unknown_key at /policy/rules (line 3, column 5): …`.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

/// Base of every exception this library throws.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Broken input: malformed text, a broken document or a bad reform. Holds all problems at once.
class ScenarioError : public Error {
public:
    /// @param diagnostics at least one
    explicit ScenarioError(std::vector<Diagnostic> diagnostics);
    /// Every problem found, in document order; never empty.
    [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const noexcept { return diagnostics_; }

private:
    std::vector<Diagnostic> diagnostics_;
};

/// A name that a result does not hold (a figure, a segment, a node); the message lists the nearest ones.
class UnknownNameError : public Error {
public:
    using Error::Error;
};

/// A long call was stopped by its caller's progress function.
class Interrupted : public Error {
public:
    using Error::Error;
};

/// One row of the table of diagnostic codes.
struct DiagnosticCode {
    std::string_view code;     ///< as in `Diagnostic::code`
    std::string_view meaning;  ///< what is wrong, in a few words
    std::string_view example;  ///< a reform of the shipped `corrective-callbacks`, or a text, that triggers it
};

/// Every code a diagnostic can carry, each with an example that triggers it, sorted by code.
[[nodiscard]] const std::vector<DiagnosticCode>& diagnostic_codes();

}  // namespace backfire
