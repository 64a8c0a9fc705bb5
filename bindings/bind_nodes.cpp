// Python values with their places, as nodes: how documents cross the border that are not JSON text.
//
// A tree is (line, column, value) with 1-based places, 0 where there is no text; value is None, a bool, an int, a float, a
// str, a list of trees, or a tuple of (name, line, column, tree) for a map.
#include "bind.hpp"

using namespace backfire;

namespace {

class Growing {
public:
    NodePtr node(const Tree& tree, int depth) {
        if (count_ % kBetweenChecks == 0) check_signals();
        if (++count_ > limits_.nodes)
            refuse("too_many", "the document holds more than " + std::to_string(limits_.nodes) + " values");
        if (depth > limits_.depth)
            refuse("too_deep", "lists and maps lie more than " + std::to_string(limits_.depth) + " deep");
        const Position at{tree[0].cast<std::int32_t>(), tree[1].cast<std::int32_t>()};
        const py::object value = tree[2];
        if (value.is_none()) return Node::null(at);
        if (py::isinstance<py::bool_>(value)) return Node::boolean(value.cast<bool>(), at);
        if (py::isinstance<py::int_>(value)) return Node::number(value.cast<double>(), true, at);
        if (py::isinstance<py::float_>(value)) return Node::number(value.cast<double>(), false, at);
        if (py::isinstance<py::str>(value)) return Node::string(value.cast<std::string>(), at);
        return py::isinstance<py::list>(value) ? list(value, at, depth) : map(value, at, depth);
    }

private:
    NodePtr list(const py::object& value, Position at, int depth) {
        std::vector<NodePtr> items;
        for (const py::handle item : value) items.push_back(node(py::reinterpret_borrow<Tree>(item), depth + 1));
        return Node::array(std::move(items), at);
    }

    NodePtr map(const py::object& value, Position at, int depth) {
        std::vector<std::string> names;
        std::vector<Position> places;
        std::vector<NodePtr> values;
        for (const py::handle item : value) {
            const auto member = item.cast<py::tuple>();
            names.push_back(member[0].cast<std::string>());
            places.push_back({member[1].cast<std::int32_t>(), member[2].cast<std::int32_t>()});
            values.push_back(node(py::reinterpret_borrow<Tree>(member[3]), depth + 1));
        }
        return Node::object(std::make_shared<const Keys>(std::move(names), std::move(places)), std::move(values), at);
    }

    [[noreturn]] static void refuse(const char* code, std::string message) {
        throw ScenarioError({{code, Severity::Error, std::move(message), "", 0, 0, "leave parts out"}});
    }

    const io::Limits limits_;
    std::size_t count_ = 0;
};

}  // namespace

NodePtr node_of(const Tree& tree) { return Growing().node(tree, 0); }

io::TextReader reader_of(const py::object& callable) {
    if (callable.is_none()) return {};
    return [callable](std::string_view text) {
        const py::gil_scoped_acquire lock;
        const py::tuple answer = callable(py::str(text.data(), text.size()));
        auto problems = answer[1].cast<std::vector<Diagnostic>>();
        if (!problems.empty()) throw ScenarioError(std::move(problems));
        return node_of(py::reinterpret_borrow<Tree>(answer[0]));
    };
}

void bind_nodes(const py::module_& m) {
    const io::Limits limits;
    m.attr("MOST_BYTES") = limits.bytes;
    m.attr("MOST_DEPTH") = limits.depth;
    m.attr("MOST_NODES") = limits.nodes;
}
