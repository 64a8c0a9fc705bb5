// Solutions and comparisons.
#include "bind.hpp"

using namespace backfire;

namespace {

template <class Baseline>
Comparison compared(const Baseline& baseline, const std::vector<std::pair<std::string, Reform>>& reforms,
                    const py::object& progress) {
    return stoppable([&](const Progress& stop) { return compare(baseline, reforms, stop); }, progress);
}

}  // namespace

void bind_answers(py::module_& m) {
    py::class_<Solution>(m, "Solution", "What people do under a scenario; immutable.")
        .def("behaviour", table(&Solution::behaviour))
        .def("measures", table(&Solution::measures))
        .def("kpis", table(&Solution::kpis))
        .def("payouts", table(&Solution::payouts))
        .def("values", table(&Solution::values))
        .def("prices", table(&Solution::prices))
        .def("fixed_points", table(&Solution::fixed_points))
        .def("equilibria", table(&Solution::equilibria))
        .def(
            "value",
            [](const Solution& s, const std::string& figure) {
                return stoppable([&](const Progress& stop) { return s.value(figure, stop); });
            },
            py::arg("figure"))
        .def("scenario", [](const Solution& s) { return s.scenario(); })
        .def("status",
             [](const Solution& s) {
                 return std::string(to_string(stoppable([&](const Progress& stop) { return s.status(stop); })));
             })
        .def(
            "quadrature_error",
            [](const Solution& s) { return stoppable([&](const Progress& stop) { return s.quadrature_error(stop); }); })
        .def("notes", [](const Solution& s) { return stoppable([&](const Progress& stop) { return s.notes(stop); }); });
    m.def(
        "solve",
        [](const Scenario& scenario, const py::object& progress) {
            return stoppable([&](const Progress& stop) { return solve(scenario, stop); }, progress);
        },
        py::arg("scenario"), py::arg("progress"));
    py::class_<Comparison>(m, "Comparison", "A baseline against reforms; immutable.")
        .def("behaviour", table(&Comparison::behaviour))
        .def("measures", table(&Comparison::measures))
        .def("kpis", table(&Comparison::kpis))
        .def("payouts", table(&Comparison::payouts))
        .def("values", table(&Comparison::values))
        .def("prices", table(&Comparison::prices))
        .def("winners", table(&Comparison::winners))
        .def("goodhart", table(&Comparison::goodhart))
        .def("baseline", [](const Comparison& c) { return c.baseline(); })
        .def("reforms", [](const Comparison& c) { return c.reforms(); });
    m.def("compare", &compared<Scenario>, py::arg("scenario"), py::arg("reforms"), py::arg("progress"));
    m.def("compare", &compared<Solution>, py::arg("baseline"), py::arg("reforms"), py::arg("progress"));
    m.def(
        "respond",
        [](const Scenario& scenario, const std::map<std::string, double>& prices) {
            const RespondTables tables =
                stoppable([&](const Progress& stop) { return respond(scenario, prices, stop); });
            return py::make_tuple(columns_of(tables.behaviour), columns_of(tables.measures));
        },
        py::arg("scenario"), py::arg("prices"));
}
