// Solutions and comparisons.
#include "bind.hpp"

using namespace backfire;

namespace {

template <class Baseline>
Comparison compared(const Baseline& baseline, const std::vector<std::pair<std::string, Reform>>& reforms,
                    const py::object& progress) {
    return stoppable([&](const Progress& stop) { return compare(baseline, reforms, stop); }, progress);
}

Table table_of(const Solution& s, const std::string& name, const Progress& stop) {
    if (name == "behaviour") return s.behaviour(stop);
    if (name == "measures") return s.measures(stop);
    if (name == "kpis") return s.kpis(stop);
    if (name == "payouts") return s.payouts(stop);
    if (name == "values") return s.values(stop);
    if (name == "prices") return s.prices(stop);
    if (name == "fixed_points") return s.fixed_points(stop);
    return s.equilibria(stop);
}

Table table_of(const Comparison& c, const std::string& name, const Progress& stop) {
    if (name == "behaviour") return c.behaviour(stop);
    if (name == "measures") return c.measures(stop);
    if (name == "kpis") return c.kpis(stop);
    if (name == "payouts") return c.payouts(stop);
    if (name == "values") return c.values(stop);
    if (name == "prices") return c.prices(stop);
    if (name == "winners") return c.winners(stop);
    return c.goodhart(stop);
}

/// A table by name, as every answer has them.
template <class Answer>
Columns table(const Answer& answer, const std::string& name) {
    return columns_of(stoppable([&](const Progress& stop) { return table_of(answer, name, stop); }));
}

}  // namespace

void bind_answers(py::module_& m) {
    py::class_<Solution>(m, "Solution", "What people do under a scenario; immutable.")
        .def("table", &table<Solution>, py::arg("name"))
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
        .def("table", &table<Comparison>, py::arg("name"))
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
