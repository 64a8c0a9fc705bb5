/// The incentive graph: its nodes and edges, and what is asked of it against brute force.
#include <backfire/core/diagnostic.hpp>
#include <backfire/structure/graph.hpp>

#include "structure/incentive_graph.hpp"
#include "structure/small_model.hpp"

#include <gtest/gtest.h>
#include <boost/graph/dominator_tree.hpp>
#include <map>
#include <set>

namespace backfire {
namespace {

using testing_support::corrective_callbacks;
using testing_support::Draft;
using testing_support::random_workplace;

using Names = std::vector<std::string>;

Graph example() { return Graph(corrective_callbacks().finish()); }

Names node_names(const Graph& graph) { return graph.nodes().texts("name"); }

Names lines(const Table& table) {
    Names rows;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        std::string text;
        for (const Column& column : table.columns)
            text += (text.empty() ? "" : " ") + std::get<Names>(column.values)[row];
        rows.push_back(text);
    }
    return rows;
}

/// Successors along the relations that carry influence, read from the public table of edges.
std::map<std::string, std::set<std::string>> influence_of(const Graph& graph) {
    std::map<std::string, std::set<std::string>> next;
    const Table edges = graph.edges();
    for (std::size_t row = 0; row < edges.rows(); ++row) {
        const std::string& relation = edges.texts("relation")[row];
        if (relation == "seen_by" || relation == "stands_for") continue;
        next[edges.texts("source")[row]].insert(edges.texts("target")[row]);
    }
    return next;
}

TEST(GraphNodes, StandInDocumentOrderWithTitles) {
    const Table nodes = example().nodes();
    EXPECT_EQ(nodes.texts("name"), (Names{"situation:enquiry",
                                          "action:enquiry.look_up",
                                          "outcome:enquiry.look_up.wrong",
                                          "outcome:enquiry.look_up.right",
                                          "situation:noticed",
                                          "action:noticed.call_back",
                                          "action:noticed.hide",
                                          "action:noticed.stay_silent",
                                          "situation:left_wrong",
                                          "outcome:left_wrong.missed",
                                          "measure:time",
                                          "measure:minutes",
                                          "measure:error",
                                          "monitor:qa",
                                          "kpi:aht",
                                          "kpi:repair",
                                          "rule:bonus",
                                          "rule:deduction",
                                          "rule:off",
                                          "rule:piece",
                                          "account:payouts",
                                          "value:organisation",
                                          "value:customer"}));
    EXPECT_EQ(nodes.texts("kind")[5], "action");
    EXPECT_EQ(nodes.texts("id")[5], "noticed.call_back");
    EXPECT_EQ(nodes.texts("title")[0], "Enquiry");
    EXPECT_EQ(nodes.texts("title")[4], "noticed");
}

TEST(GraphNodes, TakeMonitorsInTheOrderOfTheDocument) {
    Draft draft = corrective_callbacks();
    draft.policy.monitors.resize(2);
    draft.policy.monitors[1].id = "survey";
    Model model = draft.finish();
    const auto map = [](Names keys, std::vector<NodePtr> values) {
        return Node::object(std::make_shared<const Keys>(std::move(keys)), std::move(values));
    };
    model.document = map({"policy"}, {map({"monitors"}, {map({"survey", "qa"}, {Node::null(), Node::null()})})});
    const Table nodes = Graph(model).nodes();
    EXPECT_EQ(nodes.texts("id")[13], "survey");
    EXPECT_EQ(nodes.texts("id")[14], "qa");
}

TEST(GraphEdges, AreDerivedFromReferences) {
    const Names expected{"situation:enquiry offers action:enquiry.look_up",
                         "action:enquiry.look_up moves measure:time",
                         "action:enquiry.look_up leads_to outcome:enquiry.look_up.wrong",
                         "outcome:enquiry.look_up.wrong opens situation:noticed",
                         "action:enquiry.look_up leads_to outcome:enquiry.look_up.right",
                         "situation:noticed offers action:noticed.call_back",
                         "action:noticed.call_back moves measure:time",
                         "situation:noticed offers action:noticed.stay_silent",
                         "action:noticed.stay_silent opens situation:left_wrong",
                         "situation:left_wrong leads_to outcome:left_wrong.missed",
                         "outcome:left_wrong.missed moves measure:error",
                         "measure:time feeds measure:minutes",
                         "measure:minutes feeds kpi:aht",
                         "kpi:aht stands_for measure:time",
                         "action:noticed.call_back feeds kpi:repair",
                         "action:noticed.stay_silent feeds kpi:repair",
                         "kpi:repair seen_by monitor:qa",
                         "kpi:repair stands_for outcome:left_wrong.missed",
                         "kpi:aht reads rule:bonus",
                         "rule:bonus pays_into account:payouts",
                         "rule:deduction seen_by monitor:qa",
                         "action:noticed.call_back triggers rule:deduction",
                         "outcome:left_wrong.missed triggers rule:deduction",
                         "rule:deduction pays_into account:payouts",
                         "measure:time triggers rule:piece",
                         "rule:piece pays_into account:payouts",
                         "account:payouts counts_for value:organisation",
                         "measure:time counts_for value:organisation",
                         "measure:error counts_for value:customer"};
    EXPECT_EQ(lines(example().edges()), expected);
}

TEST(GraphEdges, OfEveryKpiFormNameEachSourceOnce) {
    Draft draft = corrective_callbacks();
    draft.policy.kpis[0].form = RatioOf{2, 2};
    EXPECT_EQ(Graph(draft.finish()).paths("measure:time", "kpi:aht"),
              (std::vector<Names>{{"measure:time", "kpi:aht"}}));
    draft.policy.kpis[0].form = RatioOf{2, 0};
    EXPECT_EQ(Graph(draft.finish()).paths("measure:error", "kpi:aht").size(), 1U);
    draft.policy.kpis[0].form = TotalOf{0};
    EXPECT_EQ(Graph(draft.finish()).paths("measure:error", "kpi:aht").size(), 1U);
    draft.policy.kpis[0].form = ShareOf{draft.events({"enquiry.look_up.right"})};
    EXPECT_EQ(Graph(draft.finish()).paths("outcome:enquiry.look_up.right", "kpi:aht").size(), 1U);
}

TEST(GraphEdges, KeepPayoutsOutOfValuesThatIgnoreThem) {
    Draft draft = corrective_callbacks();
    draft.values.payouts = 0;
    EXPECT_TRUE(Graph(draft.finish()).reachable("account:payouts").empty());
}

TEST(GraphPaths, ComeShortestFirstAndThenByName) {
    const std::vector<Names> paths = example().paths("situation:noticed", "payouts");
    ASSERT_EQ(paths.size(), 4U);
    EXPECT_EQ(paths[0], (Names{"situation:noticed", "action:noticed.call_back", "rule:deduction", "account:payouts"}));
    EXPECT_EQ(paths[1], (Names{"situation:noticed", "action:noticed.call_back", "measure:time", "rule:piece",
                               "account:payouts"}));
    EXPECT_EQ(paths[2].size(), 6U);
    EXPECT_EQ(paths[3].size(), 7U);
    EXPECT_EQ(example().paths("noticed", "account:payouts", 2), (std::vector<Names>{paths[0], paths[1]}));
    EXPECT_TRUE(example().paths("noticed", "account:payouts", 0).empty());
}

TEST(GraphPaths, NeitherRunBackwardsNorThroughRemarks) {
    EXPECT_TRUE(example().paths("rule:bonus", "action:noticed.call_back").empty());
    EXPECT_TRUE(example().paths("kpi:repair", "monitor:qa").empty());
    EXPECT_TRUE(example().paths("kpi:repair", "outcome:left_wrong.missed").empty());
    EXPECT_TRUE(example().paths("kpi:aht", "measure:time").empty());
    EXPECT_TRUE(example().paths("kpi:aht", "kpi:aht").empty());
}

void all_paths(const std::map<std::string, std::set<std::string>>& next, const std::string& to, Names& path,
               std::vector<Names>& found) {
    const auto here = next.find(path.back());
    if (here == next.end()) return;
    for (const std::string& target : here->second) {
        path.push_back(target);
        if (target == to) found.push_back(path);
        if (target != to) all_paths(next, to, path, found);
        path.pop_back();
    }
}

TEST(GraphPaths, AgreeWithBruteForce) {
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        const Graph graph(random_workplace(random, 7).finish());
        const Names names = node_names(graph);
        const auto next = influence_of(graph);
        for (int pair = 0; pair < 10; ++pair) {
            const std::string from = names[pair == 0 ? 0 : random() % names.size()];
            const std::string to = pair < 5 ? "value:organisation" : names[random() % names.size()];
            if (from == to) continue;
            std::vector<Names> expected;
            Names path{from};
            all_paths(next, to, path, expected);
            std::ranges::sort(expected, [](const Names& a, const Names& b) {
                return std::pair(a.size(), a) < std::pair(b.size(), b);
            });
            EXPECT_EQ(graph.paths(from, to, 1'000'000), expected);
            const std::size_t some = std::min<std::size_t>(expected.size(), 3);
            expected.resize(some);
            EXPECT_EQ(graph.paths(from, to, some), expected);
        }
    }
}

/// Situations in a row, each with two actions that open the next: 2^count paths.
Graph ladder(int count) {
    Draft draft;
    for (int s = 0; s < count; ++s) {
        draft.situation("s" + std::to_string(s), s == 0 ? 1 : 0);
        for (const char* id : {"a", "b"}) draft.action(s, id).opens = s + 1 < count ? s + 1 : -1;
    }
    return Graph(draft.finish());
}

TEST(GraphPaths, DoNotHangWhereThereAreTooManyOrTheyAreTooLong) {
    const std::vector<Names> some = ladder(500).paths("s0", "s499", 100);
    ASSERT_EQ(some.size(), 100U);
    for (const Names& path : some) EXPECT_EQ(path.size(), 999U);
    EXPECT_TRUE(std::ranges::is_sorted(some));
    const std::vector<Names> one = ladder(30'000).paths("s0", "s29999", 1);
    ASSERT_EQ(one.size(), 1U);
    EXPECT_LE(ladder(30'000).paths("s0", "s29999").size(), 1000U);
}

TEST(GraphReach, AgreesWithBruteForce) {
    std::mt19937 random(4);
    for (int round = 0; round < 50; ++round) {
        const Graph graph(random_workplace(random, 8).finish());
        const auto next = influence_of(graph);
        for (const std::string& name : node_names(graph)) {
            std::set<std::string> seen;
            Names open{name};
            while (!open.empty()) {
                const auto here = next.find(open.back());
                open.pop_back();
                if (here == next.end()) continue;
                for (const std::string& target : here->second) {
                    if (seen.insert(target).second) open.push_back(target);
                }
            }
            const Names reached = graph.reachable(name);
            EXPECT_EQ(std::set<std::string>(reached.begin(), reached.end()), seen);
            EXPECT_EQ(reached.size(), seen.size());
        }
    }
}

TEST(GraphReach, TellsWhichPayoutsAnActionMoves) {
    EXPECT_EQ(example().payouts_moved_by("noticed.call_back"), (Names{"bonus", "deduction", "piece"}));
    EXPECT_EQ(example().payouts_moved_by("action:noticed.stay_silent"), (Names{"deduction"}));
    EXPECT_TRUE(example().payouts_moved_by("value:customer").empty());
    EXPECT_EQ(example().reachable("rule:bonus"), (Names{"account:payouts", "value:organisation"}));
}

TEST(GraphReach, StopsAtWhatIsSwitchedOff) {
    EXPECT_TRUE(example().paths("situation:noticed", "action:noticed.hide").empty());
    EXPECT_TRUE(example().paths("measure:time", "rule:off").empty());
    EXPECT_TRUE(example().reachable("rule:off").empty());
}

/// A node dominates another when, without it, no start reaches the other.
Names dominators_by_removal(const Graph& graph, const Names& starts, const std::string& to) {
    const auto next = influence_of(graph);
    const auto reached = [&](const std::string& without) {
        std::set<std::string> seen;
        Names open;
        for (const std::string& start : starts) {
            if (start != without && seen.insert(start).second) open.push_back(start);
        }
        while (!open.empty()) {
            const auto here = next.find(open.back());
            open.pop_back();
            if (here == next.end()) continue;
            for (const std::string& target : here->second) {
                if (target != without && seen.insert(target).second) open.push_back(target);
            }
        }
        return seen.contains(to);
    };
    Names found;
    if (!reached("")) return found;
    for (const std::string& name : node_names(graph)) {
        if (name != to && !reached(name)) found.push_back(name);
    }
    return found;
}

TEST(GraphDominators, ComeNearestFirst) {
    EXPECT_EQ(example().dominators("outcome:left_wrong.missed"),
              (Names{"situation:left_wrong", "action:noticed.stay_silent", "situation:noticed",
                     "outcome:enquiry.look_up.wrong", "action:enquiry.look_up", "situation:enquiry"}));
    EXPECT_EQ(example().dominators("measure:time"), (Names{"action:enquiry.look_up", "situation:enquiry"}));
    EXPECT_TRUE(example().dominators("situation:enquiry").empty());
    EXPECT_TRUE(example().dominators("action:noticed.hide").empty());
    EXPECT_TRUE(example().dominators("monitor:qa").empty());
}

TEST(GraphDominators, AgreeWithTakingNodesAway) {
    std::mt19937 random(6);
    for (int round = 0; round < 100; ++round) {
        Draft draft = random_workplace(random, 9);
        const Graph graph(draft.finish());
        Names starts;
        for (const Situation& s : draft.work.situations) {
            if (s.share.base > 0) starts.push_back("situation:" + s.id);
        }
        for (const std::string& name : node_names(graph)) {
            const Names found = graph.dominators(name);
            EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), [&] {
                const Names expected = dominators_by_removal(graph, starts, name);
                return std::set<std::string>(expected.begin(), expected.end());
            }()) << name;
            for (std::size_t i = 1; i < found.size(); ++i) {  // nearest first: each is dominated by those behind it
                EXPECT_EQ(graph.dominators(found[i - 1]),
                          Names(found.begin() + static_cast<std::ptrdiff_t>(i), found.end()));
            }
        }
    }
}

TEST(GraphDominators, AgreeWithLengauerAndTarjan) {
    std::mt19937 random(8);
    const Progress none;
    Pulse pulse(none);
    for (int round = 0; round < 100; ++round) {
        const IncentiveGraph graph = derive_graph(random_workplace(random, 30).finish(), pulse);
        const std::size_t count = boost::num_vertices(graph);
        const RelationView influenced = view(graph, influence());
        std::vector<Vertex> topological;
        boost::topological_sort(influenced, std::back_inserter(topological));
        std::ranges::reverse(topological);
        // Only what a start reaches: Boost takes an edge from anything else for one from the root.
        boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS> rooted(count + 1);
        std::vector<bool> reached(count);
        for (const Vertex v : topological) {
            if (graph[v].starts) boost::add_edge(count, v, rooted);
            if (!graph[v].starts && !reached[v]) continue;
            for (const Edge& edge : boost::make_iterator_range(boost::out_edges(v, influenced))) {
                reached[boost::target(edge, graph)] = true;
                boost::add_edge(v, boost::target(edge, graph), rooted);
            }
        }
        std::vector<Vertex> expected(count + 1, count + 1);
        boost::lengauer_tarjan_dominator_tree(
            rooted, count,
            boost::make_iterator_property_map(expected.begin(), boost::get(boost::vertex_index, rooted)));
        expected.pop_back();
        EXPECT_EQ(immediate_dominators(influenced, topological, pulse), expected);
    }
}

TEST(GraphDominators, OfALongContactNeedNoDeepStack) {
    const Names found = ladder(100'000).dominators("s99999");
    ASSERT_EQ(found.size(), 99'999U);
    EXPECT_EQ(found.front(), "situation:s99998");
    EXPECT_EQ(found.back(), "situation:s0");
}

TEST(GraphOrder, NamesSituationsAsTheyFollowEachOther) {
    EXPECT_EQ(example().evaluation_order(), (Names{"enquiry", "noticed", "left_wrong"}));
}

TEST(GraphNames, OfferTheNearestOne) {
    const auto message = [](const char* name) {
        try {
            (void)example().reachable(name);
        } catch (const UnknownNameError& error) {
            return std::string(error.what());
        }
        return std::string("no exception");
    };
    EXPECT_NE(message("noticed.callback").find("did you mean 'noticed.call_back'?"), std::string::npos)
        << message("noticed.callback");
    EXPECT_NE(message("rule:bonsu").find("did you mean 'rule:bonus'?"), std::string::npos) << message("rule:bonsu");
    EXPECT_NE(message("zzzzzzzz").find("kind:id"), std::string::npos) << message("zzzzzzzz");
}

TEST(GraphNames, MustSayWhichNodeTheyMean) {
    Draft draft = corrective_callbacks();
    draft.policy.kpis[0].id = "time";
    const Graph graph(draft.finish());
    try {
        (void)graph.reachable("time");
        FAIL() << "no exception";
    } catch (const UnknownNameError& error) {
        EXPECT_NE(std::string(error.what()).find("'kpi:time' and 'measure:time'"), std::string::npos) << error.what();
    }
    EXPECT_EQ(graph.payouts_moved_by("kpi:time"), (Names{"bonus"}));
}

TEST(Graph, NeedsAModelWithoutLoops) {
    Draft draft = corrective_callbacks();
    draft.work.situations[2].actions[0].opens = 0;
    EXPECT_THROW(Graph(draft.finish()), Error);
}

TEST(Graph, OfNothingIsAPairOfValuesAndAnAccount) {
    const Graph graph(Draft().finish());
    EXPECT_EQ(graph.nodes().rows(), 3U);
    EXPECT_EQ(graph.edges().rows(), 0U);
}

TEST(Views, ShowExactlyTheRelationsAskedFor) {
    IncentiveGraph graph;
    for (int v = 0; v < 5; ++v) boost::add_vertex(graph);
    std::mt19937 random(1);
    for (std::size_t i = 0; i < 3 * kRelations; ++i) {
        boost::add_edge(random() % 5, random() % 5, EdgeInfo{static_cast<Relation>(i % kRelations)}, graph);
    }
    using Row = std::tuple<Vertex, Vertex, Relation>;
    for (unsigned long subset = 0; subset < (1UL << kRelations); ++subset) {
        const RelationSet relations(subset);
        std::vector<Row> expected;
        for (const Edge& edge : boost::make_iterator_range(boost::edges(graph))) {
            if (((subset >> static_cast<unsigned>(graph[edge].relation)) & 1UL) != 0)
                expected.emplace_back(boost::source(edge, graph), boost::target(edge, graph), graph[edge].relation);
        }
        std::vector<Row> shown;
        const RelationView some = view(graph, relations);
        for (const Edge& edge : boost::make_iterator_range(boost::edges(some)))
            shown.emplace_back(boost::source(edge, some), boost::target(edge, some), graph[edge].relation);
        EXPECT_EQ(shown, expected) << relations;
        std::size_t outgoing = 0;
        for (Vertex v = 0; v < 5; ++v) outgoing += boost::out_degree(v, some) + boost::in_degree(v, some);
        EXPECT_EQ(outgoing, 2 * expected.size());
    }
}

TEST(Views, OfInfluenceLeaveRemarksOut) {
    for (std::size_t i = 0; i < kRelations; ++i) {
        const auto relation = static_cast<Relation>(i);
        EXPECT_EQ(influence()[i], relation != Relation::SeenBy && relation != Relation::StandsFor)
            << to_string(relation);
    }
}

TEST(Words, NameEveryKindAndRelationOnce) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < kRelations; ++i) words.insert(to_string(static_cast<Relation>(i)));
    EXPECT_EQ(words.size(), kRelations);
    EXPECT_EQ(to_string(Relation::LeadsTo), "leads_to");
    EXPECT_EQ(to_string(Relation::CountsFor), "counts_for");
    EXPECT_EQ(to_string(NodeKind::Kpi), "kpi");
    EXPECT_EQ(to_string(NodeKind::Value), "value");
}

}  // namespace
}  // namespace backfire
