/// Reforms: edits of a scenario as data, applied to its document at a cost in proportion to the edit.
#pragma once

#include <backfire/core/diagnostic.hpp>
#include <backfire/core/node.hpp>
#include <backfire/core/progress.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// One edit or several in order: a map of paths to values with the words `remove`, `disable`, `scale`, `replace`, `add`.
/// Immutable; the same object serves every entry point.
class Reform {
public:
    Reform() = default;  ///< the empty reform, which changes nothing
    /// @param document an object (one reform) or a list of them (applied in order); anything else is reported when applied
    explicit Reform(NodePtr document);
    /// A reform as JSON text: an object or a list of them. @throws ScenarioError on malformed JSON
    static Reform parse(std::string_view json);
    /// `PATH=VALUE`, the value in JSON (a bare word is a text). @throws ScenarioError where it is not written so
    static Reform assignment(std::string_view text);

    /// This reform followed by `next`.
    [[nodiscard]] Reform then(const Reform& next) const;
    /// Whether there is no edit in it.
    [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }
    /// Its edits in order, each as it was written.
    [[nodiscard]] const std::vector<NodePtr>& parts() const noexcept { return parts_; }
    /// Paths written more than once, in the order they were first written; the last write wins.
    [[nodiscard]] std::vector<std::string> conflicts() const;

private:
    std::vector<NodePtr> parts_;
};

/// The document after the reform; shares every part the reform did not touch.
/// @param problems receives every part of the reform that cannot be applied
/// @throws Interrupted when `progress` says stop
[[nodiscard]] NodePtr apply(const NodePtr& document, const Reform& reform, std::vector<Diagnostic>& problems,
                            const Progress& progress = {});

/// A place that differs between two documents.
struct Difference {
    std::string path;  ///< as reforms write it
    std::string kind;  ///< added, removed or changed
    NodePtr before;    ///< null where added
    NodePtr after;     ///< null where removed
};

/// Every place where two documents differ, as the paths reforms use, in document order; titles and descriptions included.
[[nodiscard]] std::vector<Difference> differences(const Node& a, const Node& b);

}  // namespace backfire
