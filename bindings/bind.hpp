/// What every binding file shares: pybind11, the public header, and how tables and problems cross the border.
#pragma once

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>
#include <backfire/backfire.hpp>

namespace py = pybind11;

void bind_core(py::module_& m);
void bind_model(py::module_& m);
void bind_answers(py::module_& m);
void bind_arrow(py::module_& m);
void bind_nodes(const py::module_& m);
void bind_analysis(py::module_& m);

/// A table as a list of (name, column): texts as a list, numbers as arrays (NaN where null).
using Columns = py::typing::List<py::typing::Tuple<py::str, py::object>>;
[[nodiscard]] Columns columns_of(const backfire::Table& table);
/// Calls `callable(share)` now and then and stops on Ctrl-C, or where it returns False; None where no progress is wanted.
[[nodiscard]] backfire::Progress progress_of(const py::object& callable);
/// What `work(stop)` gives, run without the interpreter lock; Ctrl-C stops it.
template <class Work>
[[nodiscard]] auto stoppable(const Work& work, const py::object& progress = py::none()) {
    const backfire::Progress stop = progress_of(progress);
    const py::gil_scoped_release release;
    return work(stop);
}
/// A method of an answer that gives a table, on its way to Python: columns, Ctrl-C stops it.
template <class Answer>
[[nodiscard]] auto table(backfire::Table (Answer::*made)(const backfire::Progress&) const) {
    return [made](const Answer& answer) {
        return columns_of(stoppable([&](const backfire::Progress& stop) { return (answer.*made)(stop); }));
    };
}
/// What Ctrl-C asks for between steps that hold the interpreter lock: @throws py::error_already_set
void check_signals();
/// Steps between checks: some hundredths of a second.
inline constexpr std::size_t kBetweenChecks = 16'384;

/// A value and its place as Python hands it over: (line, column, value), see bind_nodes.cpp.
using Tree = py::typing::Tuple<py::int_, py::int_, py::object>;
/// The node of a tree. @throws ScenarioError past a document's limits
[[nodiscard]] backfire::NodePtr node_of(const Tree& tree);
/// Calls `callable(text)`, which gives a tree and a list of problems. Null where it is None.
[[nodiscard]] backfire::io::TextReader reader_of(const py::object& callable);
