// Explanations and break-even points.
#include "bind.hpp"

using namespace backfire;

namespace {

template <class Baseline>
BreakEven varied(const Baseline& baseline, const std::string& path, const std::string& figure,
                 const std::pair<double, double>& between, double target, const std::optional<Reform>& against,
                 const py::object& progress) {
    return stoppable(
        [&](const Progress& stop) {
            return against ? break_even(baseline, path, figure, between, *against, stop)
                           : break_even(baseline, path, figure, between, target, stop);
        },
        progress);
}

}  // namespace

void bind_analysis(py::module_& m) {
    py::class_<Explanation>(m, "Explanation", "Why an action is taken or not; immutable.")
        .def_readonly("situation", &Explanation::situation)
        .def_readonly("action", &Explanation::action)
        .def_readonly("alternative", &Explanation::alternative)
        .def_readonly("segment", &Explanation::segment)
        .def_readonly("condition", &Explanation::condition)
        .def_readonly("probability", &Explanation::probability)
        .def_readonly("alternative_probability", &Explanation::alternative_probability)
        .def_readonly("baseline_probability", &Explanation::baseline_probability)
        .def_readonly("value", &Explanation::value)
        .def_readonly("alternative_value", &Explanation::alternative_value)
        .def("ledger", [](const Explanation& e) { return columns_of(e.ledger); })
        .def("whole", [](const Explanation& e) { return columns_of(e.whole); })
        .def("changes", [](const Explanation& e) { return columns_of(e.changes); })
        .def("routes",
             [](const Explanation& e) {
                 py::typing::List<py::typing::Tuple<py::str, py::str, py::str, py::str, py::typing::List<py::str>>>
                     routes;
                 for (const Explanation::Route& r : e.routes)
                     routes.append(py::make_tuple(r.part, r.name, r.measure, r.start, r.nodes));
                 return routes;
             })
        .def("scenario", [](const Explanation& e) { return e.scenario; });
    m.def(
        "probability",
        [](const Solution& solution, const std::string& action, const std::string& segment,
           const std::string& condition) {
            return stoppable(
                [&](const Progress& stop) { return probability(solution, action, segment, condition, stop); });
        },
        py::arg("solution"), py::arg("action"), py::arg("segment"), py::arg("condition"));
    m.def(
        "explain",
        [](const Solution& solution, const std::string& action, const std::string& segment,
           const std::string& condition, const std::string& against) {
            return stoppable(
                [&](const Progress& stop) { return explain(solution, action, segment, condition, against, stop); });
        },
        py::arg("solution"), py::arg("action"), py::arg("segment"), py::arg("condition"), py::arg("against"));
    m.def(
        "explain_reform",
        [](const Comparison& comparison, const std::string& reform, const std::string& action,
           const std::string& segment, const std::string& condition, const std::string& against) {
            return stoppable([&](const Progress& stop) {
                return explain(comparison, reform, action, segment, condition, against, stop);
            });
        },
        py::arg("comparison"), py::arg("reform"), py::arg("action"), py::arg("segment"), py::arg("condition"),
        py::arg("against"));
    py::class_<BreakEven::Point>(m, "BreakEvenPoint", "One place where a target is met.")
        .def_readonly("x", &BreakEven::Point::x)
        .def_readonly("jump", &BreakEven::Point::jump)
        .def_readonly("direction", &BreakEven::Point::direction)
        .def_readonly("left", &BreakEven::Point::left)
        .def_readonly("right", &BreakEven::Point::right);
    py::class_<BreakEven>(m, "BreakEven",
                          "Where a figure meets a target while one number runs over a range; immutable.")
        .def_readonly("path", &BreakEven::path)
        .def_readonly("figure", &BreakEven::figure)
        .def_readonly("unit", &BreakEven::unit)
        .def_readonly("low", &BreakEven::low)
        .def_readonly("high", &BreakEven::high)
        .def_readonly("target", &BreakEven::target)
        .def_readonly("now", &BreakEven::now)
        .def_readonly("points", &BreakEven::points)
        .def_readonly("stretches", &BreakEven::stretches)
        .def("curve", [](const BreakEven& b) { return columns_of(b.curve); });
    m.def("break_even", &varied<Scenario>, py::arg("scenario"), py::arg("path"), py::arg("figure"), py::arg("between"),
          py::arg("target"), py::arg("against"), py::arg("progress"));
    m.def("break_even", &varied<Solution>, py::arg("baseline"), py::arg("path"), py::arg("figure"), py::arg("between"),
          py::arg("target"), py::arg("against"), py::arg("progress"));
}
