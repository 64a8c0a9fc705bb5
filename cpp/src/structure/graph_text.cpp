/// The incentive graph as Graphviz and Mermaid text. Titles are untrusted: whatever they hold, they stay labels.
#include "structure/incentive_graph.hpp"

#include <array>

namespace backfire {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7f'; }

/// Graphviz reads backslashes and HTML entities inside quoted labels.
std::string dot_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '&': out += "&amp;"; break;
            case '\n': out += "\\n"; break;
            default: out += is_control(c) ? ' ' : c;
        }
    }
    return out;
}

/// Mermaid reads entities, HTML, Markdown between backticks, and looks for directives (%%{) and for style lines
/// (style…:…#) in the whole text before it knows what a label is. Its entities are decimal.
std::string mermaid_escaped(std::string_view text) {
    constexpr std::string_view kSpecial = "\"#&<>`%\\:;{}[]()|";
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "<br/>";
        } else if (is_control(c)) {
            out += ' ';
        } else if (kSpecial.find(c) != std::string_view::npos) {
            out += '#' + std::to_string(static_cast<unsigned char>(c)) + ';';
        } else {
            out += c;
        }
    }
    return out;
}

std::string label(const NodeInfo& node, std::string_view language) {
    return title_or_id(node.title, node.id, language);
}

constexpr std::size_t index_of(NodeKind kind) { return static_cast<std::size_t>(kind); }

bool is_remark(Relation relation) { return !influence()[static_cast<std::size_t>(relation)]; }

}  // namespace

std::string dot_text(const IncentiveGraph& graph, std::string_view language, Pulse& pulse) {
    static constexpr std::array<std::string_view, index_of(NodeKind::Value) + 1> kShapes{
        "house", "box", "ellipse", "parallelogram", "invtriangle", "hexagon", "octagon", "cylinder", "doubleoctagon"};
    std::string text = "digraph incentives {\n  rankdir=LR;\n";
    for (const Vertex v : boost::make_iterator_range(boost::vertices(graph))) {
        const NodeInfo& node = graph[v];
        text += "  \"" + dot_escaped(node.name) + "\" [label=\"" + dot_escaped(label(node, language)) + "\", shape=";
        text += kShapes[index_of(node.kind)];
        text += node.off ? ", style=dashed];\n" : "];\n";
    }
    each_edge(graph, pulse, [&](const Edge& edge) {
        const Relation relation = graph[edge].relation;
        text += "  \"" + dot_escaped(graph[boost::source(edge, graph)].name) + "\" -> \"";
        text += dot_escaped(graph[boost::target(edge, graph)].name) + "\" [label=\"" +
                std::string(to_string(relation)) + '"';
        text += is_remark(relation) ? ", style=dashed];\n" : "];\n";
    });
    text += "}\n";
    return text;
}

std::string mermaid_text(const IncentiveGraph& graph, std::string_view language, Pulse& pulse) {
    static constexpr std::array<std::array<std::string_view, 2>, index_of(NodeKind::Value) + 1> kBrackets{
        {{"[/\"", "\"\\]"},
         {"[\"", "\"]"},
         {"([\"", "\"])"},
         {"[/\"", "\"/]"},
         {"[\\\"", "\"/]"},
         {"{{\"", "\"}}"},
         {"{\"", "\"}"},
         {"[(\"", "\")]"},
         {"((\"", "\"))"}}};
    std::string text = "flowchart LR\n";
    for (const Vertex v : boost::make_iterator_range(boost::vertices(graph))) {
        const auto& [open, close] = kBrackets[index_of(graph[v].kind)];
        text += "  n" + std::to_string(v) + std::string(open) + mermaid_escaped(label(graph[v], language)) +
                std::string(close) + '\n';
    }
    each_edge(graph, pulse, [&](const Edge& edge) {
        const Relation relation = graph[edge].relation;
        text += "  n" + std::to_string(boost::source(edge, graph)) + (is_remark(relation) ? " -.->|" : " -->|");
        text += std::string(to_string(relation)) + "| n" + std::to_string(boost::target(edge, graph)) + '\n';
    });
    return text;
}

}  // namespace backfire
