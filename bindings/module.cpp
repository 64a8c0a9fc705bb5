// The compiled module `_core`: plain functions on a Scenario; the Python package puts its classes on top.
#include "bind.hpp"

PYBIND11_MODULE(_core, m, py::mod_gil_not_used()) {
    m.doc() = "Compiled core of backfire; use the package `backfire` instead.";
    bind_core(m);
    bind_nodes(m);
    bind_arrow(m);
    bind_model(m);
    bind_answers(m);
    bind_analysis(m);
}
