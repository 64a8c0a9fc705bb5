/// Scenario: a checked, compiled document, ready to be answered. The one handle every door takes.
#pragma once

#include <backfire/core/diagnostic.hpp>
#include <backfire/core/node.hpp>
#include <backfire/core/progress.hpp>
#include <backfire/core/table.hpp>
#include <backfire/io/files.hpp>
#include <backfire/model/model.hpp>
#include <backfire/model/reform.hpp>
#include <backfire/structure/graph.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backfire {

/// Workplace, workforce, policy and values: everything one answer needs. Deep-const and cheap to copy; safe to share between
/// threads. It stands at the level of `response`, the first at which a document can be checked in full: whether chances stay
/// within 0…1 depends on the agents.
class Scenario {
public:
    /// Checks and compiles a document.
    /// @throws ScenarioError with every problem found
    /// @throws Interrupted when `progress` says stop, as all that takes one does
    static Scenario from_document(NodePtr document, const Progress& progress = {});
    /// Checks and compiles a document whose parts may lie in files; diagnostics name them.
    /// @throws ScenarioError with every problem found
    static Scenario from_document(io::Document document, const Progress& progress = {});

    /// The document, parts put in; never null.
    [[nodiscard]] const NodePtr& document() const;
    /// The document with its names resolved.
    [[nodiscard]] const Model& model() const;
    /// The document as written, keys in its own order.
    [[nodiscard]] std::string to_json() const;
    /// SHA-256 of the canonical form, 64 hexadecimal digits.
    [[nodiscard]] std::string fingerprint() const;
    /// Warnings; errors never get this far.
    [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const;
    /// The scenario after a reform. Rechecks and recompiles only what the reform touched; an empty reform returns this scenario.
    /// @throws ScenarioError with every problem of the reform, or of the document it leads to
    [[nodiscard]] Scenario reformed(const Reform& reform, const Progress& progress = {}) const;

    /// Same document: equal values, whatever the order of keys.
    friend bool operator==(const Scenario& a, const Scenario& b);

    struct Parts;  ///< compiled parts, private to the library
    [[nodiscard]] const Parts& parts() const { return *parts_; }

private:
    explicit Scenario(std::shared_ptr<const Parts> parts);
    std::shared_ptr<const Parts> parts_;
};

/// Reads a document, parts written as `{"file": "name.json"}` from beside it.
/// @param yaml reads the text of files called `.yaml` or `.yml`; without it they are refused
/// @throws ScenarioError; std::filesystem::filesystem_error where the file cannot be read
[[nodiscard]] Scenario load(const std::filesystem::path& path, const io::TextReader& yaml = {},
                            const Progress& progress = {});
/// Reads a JSON text.
/// @throws ScenarioError
[[nodiscard]] Scenario loads(std::string_view json, const Progress& progress = {});

/// Shipped scenarios: columns name, question.
[[nodiscard]] Table scenarios();
/// A shipped scenario.
/// @throws UnknownNameError listing the nearest names
[[nodiscard]] Scenario scenario(std::string_view name);

/// Unit of the number at a path, as reforms write it (`policy.` may be left out): `s`, `points`, `CNY/s`. "1" is a pure number;
/// empty where nothing in the document says one (shares, chances, abilities, numbers behind a link, what is no number).
[[nodiscard]] std::string unit_at(const Scenario& scenario, std::string_view path);
/// What differs between two scenarios: columns path, kind (added, removed, changed), before, after (JSON text, "" where absent), unit.
[[nodiscard]] Table diff(const Scenario& a, const Scenario& b);

/// The incentive graph of a scenario. @throws Interrupted when `progress` says stop
[[nodiscard]] Graph graph(const Scenario& scenario, const Progress& progress = {});

}  // namespace backfire
