/// Reading JSON: values, positions in code points, duplicate keys, limits.
#include <backfire/core/diagnostic.hpp>
#include <backfire/io/json.hpp>

#include <gtest/gtest.h>

namespace backfire::io {
namespace {

std::vector<Diagnostic> problems_of(std::string_view text, const Limits& limits = {}) {
    try {
        (void)parse_json(text, limits);
    } catch (const ScenarioError& error) {
        return error.diagnostics();
    }
    return {};
}

void expect_at(const Node& node, int line, int column) {
    EXPECT_EQ(node.position().line, line);
    EXPECT_EQ(node.position().column, column);
}

TEST(Parse, ReadsEveryKindOfValue) {
    const NodePtr root = parse_json(
        R"({"n": null, "t": true, "f": false, "i": -12, "x": 1.5e2, "s": "a\n\u4e2d\ud83d\ude00", "l": [1, []], "m": {}})");
    EXPECT_TRUE(root->find("n")->is_null());
    EXPECT_TRUE(root->find("t")->boolean_value());
    EXPECT_FALSE(root->find("f")->boolean_value());
    EXPECT_EQ(root->find("i")->number_value(), -12);
    EXPECT_TRUE(root->find("i")->written_as_integer());
    EXPECT_EQ(root->find("x")->number_value(), 150);
    EXPECT_FALSE(root->find("x")->written_as_integer());
    EXPECT_EQ(root->find("s")->string_value(), "a\n中😀");
    EXPECT_EQ(root->find("l")->size(), 2U);
    EXPECT_EQ(root->find("m")->size(), 0U);
    EXPECT_EQ(root->keys()[0], "n");
}

TEST(Parse, TakesScalarsAndWhiteSpaceAroundThem) {
    EXPECT_EQ(parse_json(" \t\r\n 7 \n")->number_value(), 7);
    EXPECT_EQ(parse_json("\"x\"")->string_value(), "x");
    EXPECT_TRUE(parse_json("null")->is_null());
}

TEST(Parse, KeepsWhetherALargeNumberWasAnInteger) {
    EXPECT_TRUE(parse_json("123456789012345678901234567890")->written_as_integer());
    EXPECT_EQ(parse_json("18446744073709551615")->number_value(), 18446744073709551615.0);
    EXPECT_FALSE(parse_json("1.0")->written_as_integer());
    EXPECT_FALSE(parse_json("1e0")->written_as_integer());
}

TEST(Positions, AreThoseOfTheFirstCharacter) {
    const NodePtr root = parse_json("{\n  \"a\": 1,\n\t\"b\" : [ true , -2.5e3, \"x\" ],\r\n  \"c\":{\"d\":null}\n}");
    expect_at(*root, 1, 1);
    expect_at(*root->find("a"), 2, 8);
    expect_at(*root->find("b"), 3, 8);
    expect_at(*root->find("b")->items()[0], 3, 10);
    expect_at(*root->find("b")->items()[1], 3, 17);
    expect_at(*root->find("b")->items()[2], 3, 25);
    expect_at(*root->find("c")->find("d"), 4, 12);
    EXPECT_EQ(root->keys().position(1).line, 3);
    EXPECT_EQ(root->keys().position(1).column, 2);
    EXPECT_EQ(root->find("c")->keys().position(0).column, 8);
}

TEST(Positions, CountCodePointsAndNotBytes) {
    const NodePtr root = parse_json("{\"é中😀\": \"😀\\\"\\u4e2d\", \"b\": 1}");
    EXPECT_EQ(root->keys().position(0).column, 2);
    expect_at(*root->items()[0], 1, 9);
    EXPECT_EQ(root->keys().position(1).column, 22);
    expect_at(*root->items()[1], 1, 27);
}

TEST(Positions, SurviveQuotesCommasAndBracketsInsideTexts) {
    const NodePtr root = parse_json(R"(["a,]:}\\", "\"", [0,0.5,1e1], 3])");
    expect_at(*root->items()[1], 1, 13);
    expect_at(*root->items()[2], 1, 19);
    expect_at(*root->items()[2]->items()[1], 1, 22);
    expect_at(*root->items()[2]->items()[2], 1, 26);
    expect_at(*root->items()[3], 1, 32);
}

TEST(Positions, BeginBehindAByteOrderMark) {
    const NodePtr root = parse_json("\xEF\xBB\xBF[1]");
    expect_at(*root, 1, 1);
    expect_at(*root->items()[0], 1, 2);
}

TEST(Duplicates, AreAllReportedAtTheLaterPlace) {
    const auto problems = problems_of("{\"a\": 1,\n \"b\": {\"x/y\": 1, \"x/y\": 2},\n \"a\": 3, \"a\": 4}");
    ASSERT_EQ(problems.size(), 3U);
    for (const Diagnostic& problem : problems) EXPECT_EQ(problem.code, "duplicate_key");
    EXPECT_EQ(problems[0].pointer, "/b/x~1y");
    EXPECT_EQ(problems[0].line, 2);
    EXPECT_EQ(problems[0].column, 18);
    EXPECT_NE(problems[0].message.find("line 2, column 8"), std::string::npos) << problems[0].message;
    EXPECT_EQ(problems[1].pointer, "/a");
    EXPECT_EQ(problems[1].line, 3);
    EXPECT_EQ(problems[1].column, 2);
    EXPECT_EQ(problems[2].column, 10);
    EXPECT_NE(problems[2].message.find("line 1, column 2"), std::string::npos) << problems[2].message;
}

TEST(Duplicates, AreFoundInsideListsAndByTheirMeaning) {
    const auto problems = problems_of(R"([0, {"a": 1, "\u0061": 2}])");
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].pointer, "/1/a");
}

TEST(Duplicates, AreReportedBesideASyntaxError) {
    const auto problems = problems_of("{\"m\": {\"a\": 1, \"a\": 2, oops}}");
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].code, "duplicate_key");
    EXPECT_EQ(problems[0].pointer, "/m/a");
    EXPECT_EQ(problems[1].code, "syntax");
}

TEST(Limits, RefuseTextsThatAreTooLarge) {
    const auto problems = problems_of("[1, 2]", {5, 64, 100});
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].code, "too_large");
}

TEST(Limits, RefuseTextsThatAreTooDeep) {
    EXPECT_TRUE(problems_of("[[[1]]]", {1000, 3, 100}).empty());
    const auto problems = problems_of("[[\n[[1]]]]", {1000, 3, 100});
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].code, "too_deep");
    EXPECT_EQ(problems[0].line, 2);
    EXPECT_EQ(problems[0].column, 2);
}

TEST(Limits, RefuseTextsWithTooManyValues) {
    EXPECT_TRUE(problems_of("[1, 2, {}]", {1000, 3, 4}).empty());
    const auto problems = problems_of("[1, 2, {\"a\": 3}]", {1000, 3, 4});
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].code, "too_many");
    EXPECT_EQ(problems[0].pointer, "/2/a");
}

TEST(Limits, HoldForAMillionBrackets) {
    const std::string brackets(1'000'000, '[');
    const auto problems = problems_of(brackets);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].code, "too_deep");
}

}  // namespace
}  // namespace backfire::io
