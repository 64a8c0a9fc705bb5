// Scenarios, reforms and the graph.
#include "bind.hpp"

using namespace backfire;

namespace {

/// A method of the graph that takes one word, on its way to Python: Ctrl-C stops it.
template <class Found>
auto about(Found (Graph::*asked)(std::string_view, const Progress&) const) {
    return [asked](const Graph& graph, const std::string& word) {
        return stoppable([&](const Progress& stop) { return (graph.*asked)(word, stop); });
    };
}

}  // namespace

void bind_model(py::module_& m) {
    py::class_<Reform>(m, "Reform", "An edit of a scenario as data; immutable.")
        .def(py::init<>())
        .def_static("parse", &Reform::parse, py::arg("json"),
                    "A reform from JSON text, one map or a list of maps; raises ScenarioError with every problem.")
        .def_static(
            "from_tree", [](const Tree& tree) { return Reform(node_of(tree)); }, py::arg("tree"),
            "A reform from a value with its places in a text: (line, column, value).")
        .def_static("assignment", &Reform::assignment, py::arg("text"),
                    "A reform from one assignment, `PATH=VALUE`; raises ScenarioError for what is none.")
        .def("then", &Reform::then, py::arg("next"), "This reform followed by `next`.")
        .def(
            "to_json", [](const Reform& reform) { return io::write_json(*Node::array(reform.parts()), -1); },
            "What it writes, as a list of maps in the order they are applied.")
        .def_property_readonly(
            "conflicts", &Reform::conflicts,
            "Paths written more than once, in the order they were first written; the last write wins.");
    py::class_<Scenario>(m, "Scenario", "A checked, compiled document; immutable.")
        .def("to_json", &Scenario::to_json)
        .def("fingerprint", &Scenario::fingerprint)
        .def("diagnostics", &Scenario::diagnostics)
        .def(
            "reformed",
            [](const Scenario& s, const Reform& reform) {
                return stoppable([&](const Progress& stop) { return s.reformed(reform, stop); });
            },
            py::arg("reform"))
        .def(
            "title",
            [](const Scenario& s, const std::string& language) {
                return title_or_id(s.model().title, s.model().name, language);
            },
            py::arg("language"))
        .def(
            "titles",
            [](const Scenario& s, const std::string& language) {
                py::typing::Dict<py::str, py::str> titles;
                for (const auto& [name, title] : backfire::titles(s.model(), language))
                    titles[py::str(name)] = py::str(title);
                return titles;
            },
            py::arg("language"))
        .def("name", [](const Scenario& s) { return s.model().name; })
        .def("unit_at", &unit_at, py::arg("path"),
             "Unit of the number at a path; '' where nothing in the document says one.")
        .def("currency", [](const Scenario& s) { return s.model().work->currency; })
        .def("equals", [](const Scenario& a, const Scenario& b) { return a == b; });
    m.def(
        "loads",
        [](const std::string& json) { return stoppable([&](const Progress& stop) { return loads(json, stop); }); },
        py::arg("json"));
    m.def(
        "load",
        [](const py::bytes& path, const py::object& yaml) {  // bytes: file names need not be UTF-8
            const io::TextReader reader = reader_of(yaml);
            const std::string name = path;
            return stoppable([&](const Progress& stop) { return load(name, reader, stop); });
        },
        py::arg("path"), py::arg("yaml"));
    m.def(
        "from_tree",
        [](const Tree& tree, const std::vector<std::pair<std::string, std::string>>& files) {
            io::Document document{.root = node_of(tree), .parts = {}};
            for (const auto& [pointer, file] : files) document.parts.push_back({pointer, file});
            return stoppable([&](const Progress& stop) { return Scenario::from_document(std::move(document), stop); });
        },
        py::arg("tree"), py::arg("files") = std::vector<std::pair<std::string, std::string>>{},
        "The scenario of a tree; `files` says which pointers lie in a file of their own.");
    m.def("scenario", [](const std::string& name) { return scenario(name); }, py::arg("name"));
    m.def("scenarios", [] { return columns_of(scenarios()); });
    m.def(
        "diff", [](const Scenario& a, const Scenario& b) { return columns_of(diff(a, b)); }, py::arg("a"),
        py::arg("b"));
    m.def("schema", &schema, "JSON Schema (2020-12) of documents, as JSON text; for editors.");
    py::class_<Graph>(m, "Graph", "The incentive graph of a scenario; immutable.")
        .def("nodes", [](const Graph& g) { return columns_of(g.nodes()); })
        .def("edges", table(&Graph::edges))
        .def(
            "paths",
            [](const Graph& g, const std::string& a, const std::string& b, std::size_t limit) {
                return stoppable([&](const Progress& stop) { return g.paths(a, b, limit, stop); });
            },
            py::arg("a"), py::arg("b"), py::arg("limit"))
        .def("reachable", about(&Graph::reachable), py::arg("a"))
        .def("payouts_moved_by", about(&Graph::payouts_moved_by), py::arg("a"))
        .def("dominators", about(&Graph::dominators), py::arg("b"))
        .def("evaluation_order", &Graph::evaluation_order)
        .def("dot", about(&Graph::dot), py::arg("language"))
        .def("mermaid", about(&Graph::mermaid), py::arg("language"));
    m.def(
        "graph",
        [](const Scenario& scenario) { return stoppable([&](const Progress& stop) { return graph(scenario, stop); }); },
        py::arg("scenario"));
}
