// Diagnostics, errors, tables and progress.
#include "bind.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

using namespace backfire;

namespace {

template <class T>
py::object array_of(const std::vector<T>& values) {
    py::array_t<T> array(static_cast<py::ssize_t>(values.size()));
    std::ranges::copy(values, array.mutable_data());
    return array;
}

struct ColumnToPython {
    /// A column says the same few names again and again: each is made once.
    py::object operator()(const std::vector<std::string>& v) const {
        py::list texts(v.size());
        std::unordered_map<std::string_view, py::str> known;
        for (std::size_t i = 0; i < v.size(); ++i) {
            if (i % kBetweenChecks == 0) check_signals();
            const auto [text, added] = known.try_emplace(v[i]);
            if (added) text->second = py::str(v[i]);
            texts[i] = text->second;
        }
        return texts;
    }
    py::object operator()(const std::vector<double>& v) const { return array_of(v); }
    py::object operator()(const std::vector<std::int64_t>& v) const { return array_of(v); }
    py::object operator()(const std::vector<bool>& v) const {
        py::array_t<bool> array(static_cast<py::ssize_t>(v.size()));
        std::ranges::copy(v, array.mutable_data());
        return array;
    }
};

}  // namespace

Columns columns_of(const Table& table) {
    Columns columns;
    for (const Column& column : table.columns)
        columns.append(py::make_tuple(column.name, std::visit(ColumnToPython{}, column.values)));
    return columns;
}

void check_signals() {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

Progress progress_of(const py::object& callable) {
    return [callable](double share) {
        const py::gil_scoped_acquire lock;
        check_signals();
        return callable.is_none() || !callable(share).is(py::handle(Py_False));
    };
}

/// A diagnostic's fields on their way to another process.
using Fields = py::typing::Tuple<py::object, py::ellipsis>;

void bind_core(py::module_& m) {
    m.attr("__version__") = std::string(version());
    py::class_<Diagnostic>(
        m, "Diagnostic",
        R"(One problem of a document, a reform or a call: what is wrong, where, and what would mend it.)")
        .def(py::init([](std::string code, std::string message, std::string pointer, int line, int column,
                         std::string hint, std::string file, bool warning) {
                 return Diagnostic{std::move(code),
                                   warning ? Severity::Warning : Severity::Error,
                                   std::move(message),
                                   std::move(pointer),
                                   line,
                                   column,
                                   std::move(hint),
                                   std::move(file)};
             }),
             py::arg("code"), py::arg("message"), py::arg("pointer") = "", py::arg("line") = 0, py::arg("column") = 0,
             py::arg("hint") = "", py::arg("file") = "", py::kw_only(), py::arg("warning") = false)
        .def_readonly("code", &Diagnostic::code, "Stable word from the table of codes.")
        .def_property_readonly(
            "severity", [](const Diagnostic& d) { return std::string(to_string(d.severity)); }, "'error' or 'warning'.")
        .def_readonly("message", &Diagnostic::message, "What was given and what was expected.")
        .def_readonly("pointer", &Diagnostic::pointer, "JSON Pointer of the place; '' is the root.")
        .def_readonly("line", &Diagnostic::line, "1-based line, 0 where there is no text.")
        .def_readonly("column", &Diagnostic::column, "1-based column, 0 where there is no text.")
        .def_readonly("hint", &Diagnostic::hint, "What to do; may be empty.")
        .def_readonly("file", &Diagnostic::file, "File of a part that has one of its own; else empty.")
        .def("__repr__", [](const Diagnostic& d) { return to_string(d); })
        .def(py::pickle(
            [](const Diagnostic& d) -> Fields {
                return py::make_tuple(d.code, d.severity == Severity::Error, d.message, d.pointer, d.line, d.column,
                                      d.hint, d.file);
            },
            [](const Fields& t) {
                return Diagnostic{t[0].cast<std::string>(), t[1].cast<bool>() ? Severity::Error : Severity::Warning,
                                  t[2].cast<std::string>(), t[3].cast<std::string>(),
                                  t[4].cast<int>(),         t[5].cast<int>(),
                                  t[6].cast<std::string>(), t[7].cast<std::string>()};
            }));
    // The package's exception classes live in Python; `_errors` holds them once it is imported.
    static const auto raise = [](const char* name, const py::object& argument) {
        const py::object type = py::module_::import("backfire._errors").attr(name);
        PyErr_SetObject(type.ptr(), type(argument).ptr());
    };
    // pybind11 takes the function by this signature.
    py::register_local_exception_translator([](std::exception_ptr p) {  // NOLINT(performance-unnecessary-value-param)
        try {
            if (p) std::rethrow_exception(p);
        } catch (const ScenarioError& e) {
            raise("ScenarioError", py::cast(e.diagnostics()));
        } catch (const UnknownNameError& e) {
            raise("UnknownNameError", py::str(e.what()));
        } catch (const Interrupted& e) {
            raise("Interrupted", py::str(e.what()));
        } catch (const std::filesystem::filesystem_error& e) {
            // With its number OSError becomes FileNotFoundError and the like; the name need not be UTF-8.
            const std::string path = e.path1().string();
            const auto name = py::reinterpret_steal<py::object>(
                PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<py::ssize_t>(path.size())));
            const auto type = py::reinterpret_borrow<py::object>(PyExc_OSError);
            const py::object error = type(e.code().value(), e.code().message(), name);
            PyErr_SetObject(py::type::of(error).ptr(), error.ptr());
        }
    });
    m.def(
        "nearest_hint",
        [](const std::string& given, const std::vector<std::string>& known) { return nearest_hint(given, known); },
        py::arg("given"), py::arg("known"), "\"did you mean 'x'?\" for the nearest known name; '' where none is near.");
    m.def(
        "diagnostic_codes",
        [] {
            py::typing::List<py::typing::Tuple<py::str, py::str, py::bytes>> codes;
            for (const DiagnosticCode& c : diagnostic_codes())
                codes.append(py::make_tuple(std::string(c.code), std::string(c.meaning),
                                            py::bytes(c.example.data(), c.example.size())));
            return codes;
        },
        "Every code a diagnostic can carry: (code, meaning, example that triggers it).");
}
