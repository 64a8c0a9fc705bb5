// Solutions and comparisons.
#include "bind.hpp"

using namespace backfire;

namespace {

template <class Baseline>
Comparison compared(const Baseline& baseline, const std::vector<std::pair<std::string, Reform>>& reforms,
                    const py::object& progress) {
    const Progress stop = progress_of(progress);
    const py::gil_scoped_release release;
    return compare(baseline, reforms, stop);
}

}  // namespace

void bind_answers(py::module_& m) {
    py::class_<Solution>(m, "Solution", "What people do under a scenario; immutable.")
        .def(
            "table",
            [](const Solution& s, const std::string& name) {
                if (name == "behaviour") return columns_of(s.behaviour());
                if (name == "measures") return columns_of(s.measures());
                if (name == "kpis") return columns_of(s.kpis());
                if (name == "payouts") return columns_of(s.payouts());
                if (name == "values") return columns_of(s.values());
                if (name == "prices") return columns_of(s.prices());
                if (name == "fixed_points") return columns_of(s.fixed_points());
                return columns_of(s.equilibria());
            },
            py::arg("name"))
        .def(
            "value", [](const Solution& s, const std::string& figure) { return s.value(figure); }, py::arg("figure"))
        .def("scenario", [](const Solution& s) { return s.scenario(); })
        .def("status", [](const Solution& s) { return std::string(to_string(s.status())); })
        .def("quadrature_error", &Solution::quadrature_error)
        .def("notes", &Solution::notes);
    m.def(
        "solve",
        [](const Scenario& scenario, const py::object& progress) {
            const Progress stop = progress_of(progress);
            const py::gil_scoped_release release;
            return solve(scenario, stop);
        },
        py::arg("scenario"), py::arg("progress"));
    py::class_<Comparison>(m, "Comparison", "A baseline against reforms; immutable.")
        .def(
            "table",
            [](const Comparison& c, const std::string& name) {
                if (name == "behaviour") return columns_of(c.behaviour());
                if (name == "measures") return columns_of(c.measures());
                if (name == "kpis") return columns_of(c.kpis());
                if (name == "payouts") return columns_of(c.payouts());
                if (name == "values") return columns_of(c.values());
                if (name == "prices") return columns_of(c.prices());
                if (name == "winners") return columns_of(c.winners());
                return columns_of(c.goodhart());
            },
            py::arg("name"))
        .def("baseline", [](const Comparison& c) { return c.baseline(); })
        .def("reforms", [](const Comparison& c) { return c.reforms(); });
    m.def("compare", &compared<Scenario>, py::arg("scenario"), py::arg("reforms"), py::arg("progress"));
    m.def("compare", &compared<Solution>, py::arg("baseline"), py::arg("reforms"), py::arg("progress"));
    m.def(
        "respond",
        [](const Scenario& scenario, const std::map<std::string, double>& prices) {
            const RespondTables tables = respond(scenario, prices);
            return py::make_tuple(columns_of(tables.behaviour), columns_of(tables.measures));
        },
        py::arg("scenario"), py::arg("prices"));
}
