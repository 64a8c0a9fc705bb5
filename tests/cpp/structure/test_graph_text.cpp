/// DOT and Mermaid: golden texts, languages, and titles that try to break out of their labels.
#include <backfire/structure/graph.hpp>

#include "structure/small_model.hpp"

#include <gtest/gtest.h>

namespace backfire {
namespace {

using testing_support::corrective_callbacks;
using testing_support::Draft;

Draft two_nodes(const Title& title) {
    Draft draft;
    draft.situation("s", 1);
    draft.action(0, "a").title = title;
    return draft;
}

TEST(Dot, IsReadable) {
    EXPECT_EQ(Graph(two_nodes({{"en", "Do it"}}).finish()).dot(),
              "digraph incentives {\n"
              "  rankdir=LR;\n"
              "  \"situation:s\" [label=\"s\", shape=house];\n"
              "  \"action:s.a\" [label=\"Do it\", shape=box];\n"
              "  \"account:payouts\" [label=\"payouts\", shape=cylinder];\n"
              "  \"value:organisation\" [label=\"organisation\", shape=doubleoctagon];\n"
              "  \"value:customer\" [label=\"customer\", shape=doubleoctagon];\n"
              "  \"situation:s\" -> \"action:s.a\" [label=\"offers\"];\n"
              "}\n");
}

TEST(Mermaid, IsReadable) {
    EXPECT_EQ(Graph(two_nodes({{"en", "Do it"}}).finish()).mermaid(),
              "flowchart LR\n"
              "  n0[/\"s\"\\]\n"
              "  n1[\"Do it\"]\n"
              "  n2[(\"payouts\")]\n"
              "  n3((\"organisation\"))\n"
              "  n4((\"customer\"))\n"
              "  n0 -->|offers| n1\n");
}

TEST(GraphText, SpeaksTheLanguageAskedFor) {
    const Graph graph(corrective_callbacks().finish());
    EXPECT_NE(graph.dot("zh").find("label=\"咨询\""), std::string::npos);
    EXPECT_NE(graph.mermaid("zh").find("\"咨询\""), std::string::npos);
    EXPECT_NE(graph.dot("fr").find("label=\"Enquiry\""), std::string::npos);
}

TEST(GraphText, DashesRemarksAndWhatIsSwitchedOff) {
    const Graph graph(corrective_callbacks().finish());
    EXPECT_NE(graph.dot().find("\"kpi:repair\" -> \"monitor:qa\" [label=\"seen_by\", style=dashed]"),
              std::string::npos);
    EXPECT_NE(graph.dot().find("\"rule:off\" [label=\"off\", shape=octagon, style=dashed]"), std::string::npos);
    EXPECT_NE(graph.mermaid().find(" -.->|stands_for| "), std::string::npos);
}

TEST(GraphText, KeepsHostileTitlesInsideTheirLabels) {
    const std::string hostile =
        "\"]; n9 --> n1\n<script>alert('x')</script>&lt;%%{init: {}}%%`*x*`\\\r\x01#quot;style a:#f;|";
    const Graph graph(two_nodes({{"", hostile}}).finish());
    EXPECT_NE(graph.dot().find("label=\"\\\"]; n9 --> n1\\n<script>alert('x')</script>&amp;lt;%%{init: {}}%%`*x*`\\\\  "
                               "#quot;style a:#f;|\""),
              std::string::npos)
        << graph.dot();
    const std::string text = graph.mermaid();
    EXPECT_NE(text.find("n1[\"#34;#93;#59; n9 --#62; n1<br/>#60;script#62;"), std::string::npos) << text;
    for (const char* broken : {"<script>", "%%", "`", "&lt;", "a:#f", "{init"})
        EXPECT_EQ(text.find(broken), std::string::npos) << broken << "\n" << text;
    // The same number of lines as without: a title adds none.
    const auto lines = [](const std::string& t) { return std::ranges::count(t, '\n'); };
    EXPECT_EQ(lines(text), lines(Graph(two_nodes({}).finish()).mermaid()));
    EXPECT_EQ(lines(graph.dot()), lines(Graph(two_nodes({}).finish()).dot()));
}

}  // namespace
}  // namespace backfire
