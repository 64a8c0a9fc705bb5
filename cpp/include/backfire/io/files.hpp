/// Documents in files: any map of a document may live in a file of its own, beside the document.
#pragma once

#include <backfire/core/node.hpp>
#include <backfire/core/progress.hpp>
#include <backfire/io/json.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace backfire::io {

/// A part that came from a file of its own.
struct Part {
    std::string pointer;  ///< where it stands in the document
    std::string file;     ///< the file's name
};

/// A document with its parts put in, and where they came from.
struct Document {
    NodePtr root;
    std::vector<Part> parts;
};

/// Reads the text of a file that is not JSON. @throws ScenarioError with every problem of the text
using TextReader = std::function<NodePtr(std::string_view text)>;

/// Reads a document and every part written as `{"file": "name.json"}`, at any depth. Files called `.yaml` or `.yml` go to
/// `yaml`, all others are JSON. A part's file is a regular file in the document's own folder, named without a path.
/// @param limits hold for every text and for the document as a whole
/// @throws ScenarioError with the problems of all files at once (`file_reference` where a file lies elsewhere, is missing or
///         leads back to itself); std::filesystem::filesystem_error where the document itself cannot be read; Interrupted when
///         `progress` says stop
[[nodiscard]] Document read_document(const std::filesystem::path& path, const TextReader& yaml = {},
                                     const Limits& limits = {}, const Progress& progress = {});

/// Name of the file that holds `pointer` (of the innermost part it lies in), "" for the document's own.
[[nodiscard]] std::string file_of(const std::vector<Part>& parts, std::string_view pointer);

/// Whether a map stands for a file: `{"file": "name"}` and nothing else.
[[nodiscard]] bool is_file_reference(const Node& node);

}  // namespace backfire::io
