/// Tables: columns by name, and CSV.
#include <backfire/core/diagnostic.hpp>
#include <backfire/core/table.hpp>

#include <backfire/core/node.hpp>
#include "core/nearest.hpp"

#include <cmath>

namespace backfire {

namespace {

template <class Value>
const std::vector<Value>& values_of(const Column& column, std::string_view kind) {
    if (const auto* values = std::get_if<std::vector<Value>>(&column.values)) return *values;
    throw Error("column '" + column.name + "' does not hold " + std::string(kind));
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string field = "\"";
    for (const char c : text) {
        if (c == '"') field += '"';
        field += c;
    }
    return field += '"';
}

std::string field_text(const std::string& value) { return quoted(value); }
std::string field_text(double value) { return std::isnan(value) ? std::string() : shortest(value); }
std::string field_text(std::int64_t value) { return std::to_string(value); }
std::string field_text(bool value) { return value ? "true" : "false"; }

std::string field(const Column& column, std::size_t row) {
    return std::visit([row](const auto& values) { return field_text(values[row]); }, column.values);
}

}  // namespace

std::size_t Table::rows() const {
    if (columns.empty()) return 0;
    return std::visit([](const auto& values) { return values.size(); }, columns.front().values);
}

const Column& Table::column(std::string_view name) const {
    std::vector<std::string> names;
    for (const Column& candidate : columns) {
        if (candidate.name == name) return candidate;
        names.push_back(candidate.name);
    }
    std::string message = "there is no column '" + std::string(name) + "'";
    if (const std::string hint = nearest_hint(name, names); !hint.empty()) message += "; " + hint;
    throw UnknownNameError(message + " The columns are " + list_some(names, names.size()) + ".");
}

const std::vector<double>& Table::numbers(std::string_view name) const {
    return values_of<double>(column(name), "numbers");
}

const std::vector<std::string>& Table::texts(std::string_view name) const {
    return values_of<std::string>(column(name), "texts");
}

std::string to_csv(const Table& table) {
    std::string text;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        if (c > 0) text += ',';
        text += quoted(table.columns[c].name);
    }
    text += '\n';
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::size_t start = text.size();
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (c > 0) text += ',';
            text += field(table.columns[c], row);
        }
        // Readers skip empty lines, so the one empty field of a one-column table is written as an empty quoted text.
        if (text.size() == start) text += "\"\"";
        text += '\n';
    }
    return text;
}

}  // namespace backfire
