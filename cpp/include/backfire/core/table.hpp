/// Table: named columns of equal length, the shape of every answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace backfire {

/// One column. A `double` column holds NaN where the value does not exist (null); texts and integers always exist.
struct Column {
    std::string name;
    std::variant<std::vector<std::string>, std::vector<double>, std::vector<std::int64_t>, std::vector<bool>> values;
};

/// Columns of equal length, rows in document order. Plain value.
struct Table {
    std::vector<Column> columns;

    /// Length of the columns; 0 without any.
    [[nodiscard]] std::size_t rows() const;
    /// The column of that name.
    /// @throws UnknownNameError naming the columns there are
    [[nodiscard]] const Column& column(std::string_view name) const;
    /// The cells of a column of doubles, NaN where null.
    /// @throws UnknownNameError for a column there is not; Error where it holds something else
    [[nodiscard]] const std::vector<double>& numbers(std::string_view name) const;
    /// The cells of a column of texts. @throws as `numbers`
    [[nodiscard]] const std::vector<std::string>& texts(std::string_view name) const;
};

/// RFC 4180 with a header line, numbers in their shortest exact form, null as an empty field.
[[nodiscard]] std::string to_csv(const Table& table);

}  // namespace backfire
