// Files are read whole and once each. What a document may pull in is bounded: its folder's own regular files, by plain names,
// never in a circle, and never more values than one text may hold.
#include <backfire/io/files.hpp>

#include <backfire/core/diagnostic.hpp>
#include "core/pulse.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

namespace backfire::io {
namespace {

namespace fs = std::filesystem;

/// The file's bytes, at most one more than a text may have: a longer one is refused by its length.
std::string read_bytes(const fs::path& path, std::size_t most) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    const int reason = in ? 0 : errno;
    std::error_code failure;
    if (fs::is_directory(path, failure))
        throw fs::filesystem_error("cannot read", path, std::make_error_code(std::errc::is_a_directory));
    if (!in) {  // the standard promises no reason; where there is none, the likeliest
        throw fs::filesystem_error("cannot read", path,
                                   std::error_code(reason == 0 ? ENOENT : reason, std::generic_category()));
    }
    std::string text;
    std::array<char, 65'536> block{};
    while (text.size() <= most && (in.read(block.data(), block.size()) || in.gcount() > 0))
        text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    return text;
}

bool is_yaml(const fs::path& path) {
    std::string ending = path.extension().string();
    for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;  // PLAN.YAML is YAML
    return ending == ".yaml" || ending == ".yml";
}

class Reading {
public:
    Reading(const fs::path& path, const TextReader& yaml, const Limits& limits, const Progress& progress)
        : folder_(path.parent_path()), yaml_(yaml), limits_(limits), pulse_(progress) {}

    Document run(const fs::path& path) {
        const NodePtr own = text_of(read_bytes(path, limits_.bytes), is_yaml(path), path.filename().string());
        open_.push_back(path.filename().string());
        Document document{.root = resolved(own, "", 0), .parts = {}};
        if (!problems_.empty()) {
            std::ranges::stable_sort(problems_, {}, [](const Diagnostic& d) {
                return std::tuple(std::string_view(d.file), d.line, d.column);
            });
            throw ScenarioError(std::move(problems_));
        }
        document.parts = std::move(parts_);
        return document;
    }

private:
    [[nodiscard]] NodePtr text_of(const std::string& bytes, bool yaml, const std::string& name) const {
        if (!yaml) return parse_json(bytes, limits_);
        if (yaml_) return yaml_(checked_text(bytes, limits_));
        throw ScenarioError({{"file_reference", Severity::Error, "'" + name + "' is YAML, which is not read here", "",
                              0, 0, "write it as JSON"}});
    }

    void problem(const std::string& code, const std::string& pointer, Position at, std::string message,
                 std::string hint) {
        problems_.push_back({code, Severity::Error, std::move(message), pointer, at.line, at.column, std::move(hint),
                             open_.size() > 1 ? open_.back() : ""});
    }

    /// The value with every file below it put in.
    NodePtr resolved(const NodePtr& node, const std::string& pointer, int depth) {
        if (refused_ || (!node->is_object() && !node->is_array())) {
            count(*node, pointer, depth);
            return node;
        }
        if (is_file_reference(*node)) return part(*node, pointer, depth);
        count(*node, pointer, depth);
        std::vector<NodePtr> items = node->items();
        bool changed = false;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string name = node->is_object() ? node->keys()[i] : std::to_string(i);
            if (node->is_object() && (name.starts_with("x-") || name == "title" || name == "description")) continue;
            const NodePtr item = resolved(items[i], child_pointer(pointer, name), depth + 1);
            changed = changed || item != items[i];
            items[i] = item;
        }
        if (!changed) return node;
        return node->is_array() ? Node::array(std::move(items), node->position())
                                : Node::object(node->shared_keys(), std::move(items), node->position());
    }

    void count(const Node& node, const std::string& pointer, int depth) {
        pulse_.beat();
        if (refused_) return;
        if (++nodes_ > limits_.nodes) {
            refused_ = true;
            problem("too_many", pointer, node.position(),
                    "the document and its files hold more than " + std::to_string(limits_.nodes) + " values",
                    "split it, or leave parts out");
        } else if (depth > limits_.depth) {
            refused_ = true;
            problem("too_deep", pointer, node.position(),
                    "lists and maps lie more than " + std::to_string(limits_.depth) + " deep here, files put in", {});
        }
    }

    NodePtr part(const Node& node, const std::string& pointer, int depth) {
        static const NodePtr nothing = Node::object(std::make_shared<const Keys>(std::vector<std::string>{}), {});
        const Node& file = *node.items()[0];
        const std::string& name = file.string_value();
        const auto refuse = [&](std::string message, std::string hint) {
            problem("file_reference", pointer + "/file", file.position(), std::move(message), std::move(hint));
            return nothing;
        };
        if (name.empty() || name.find_first_of(std::string_view("/\\:\0", 4)) != std::string::npos || name == ".." ||
            name == ".") {
            return refuse("a part's file lies beside the document: a plain file name, got '" + name + "'",
                          "write the file's name only");
        }
        if (const auto again = std::ranges::find(open_, name); again != open_.end()) {
            std::string loop;
            for (auto it = again; it != open_.end(); ++it) loop += *it + " → ";
            return refuse("these files lead back to the first: " + loop + name, "let one of them name no file");
        }
        std::error_code failure;
        const fs::path path = folder_ / fs::path(std::u8string(name.begin(), name.end()));
        const fs::path real = fs::canonical(path, failure);
        if (failure) return refuse("there is no file '" + name + "' beside the document", "correct its name");
        const fs::path home = fs::canonical(folder_.empty() ? fs::path(".") : folder_, failure);
        if (failure || real.parent_path() != home || !fs::is_regular_file(real, failure)) {
            return refuse("'" + name + "' is no plain file in the document's own folder",
                          "put the file beside the document");
        }
        const NodePtr read = once(name, path);
        if (read == nullptr) return nothing;
        open_.push_back(name);
        parts_.push_back({pointer, name});
        const std::size_t before = problems_.size();
        const NodePtr whole = resolved(read, pointer, depth);
        open_.pop_back();
        return problems_.size() == before ? whole : nothing;
    }

    /// A file's own value; its problems are reported once, whatever the number of places that name it.
    NodePtr once(const std::string& name, const fs::path& path) {
        if (const auto it = read_.find(name); it != read_.end()) return it->second;
        NodePtr& value = read_[name];
        try {
            value = text_of(read_bytes(path, limits_.bytes), is_yaml(path), name);
        } catch (const ScenarioError& error) {
            for (Diagnostic d : error.diagnostics()) {
                d.file = name;
                problems_.push_back(std::move(d));
            }
        }
        return value;
    }

    fs::path folder_;
    const TextReader& yaml_;
    const Limits& limits_;
    Pulse pulse_;
    std::size_t nodes_ = 0;
    bool refused_ = false;
    std::vector<std::string> open_;  // the files we are in, the document's own first
    std::map<std::string, NodePtr> read_;
    std::vector<Part> parts_;
    std::vector<Diagnostic> problems_;
};

}  // namespace

Document read_document(const fs::path& path, const TextReader& yaml, const Limits& limits, const Progress& progress) {
    return Reading(path, yaml, limits, progress).run(path);
}

std::string file_of(const std::vector<Part>& parts, std::string_view pointer) {
    const Part* deepest = nullptr;
    for (const Part& part : parts) {
        const bool holds = pointer.starts_with(part.pointer) &&
                           (pointer.size() == part.pointer.size() || pointer[part.pointer.size()] == '/');
        if (holds && (deepest == nullptr || part.pointer.size() >= deepest->pointer.size())) deepest = &part;
    }
    return deepest == nullptr ? std::string() : deepest->file;
}

bool is_file_reference(const Node& node) {
    return node.is_object() && node.size() == 1 && node.keys()[0] == "file" && node.items()[0]->is_string();
}

}  // namespace backfire::io
