/// Malformed texts: each is answered by its place and a sentence of our own that says what to change.
#include <backfire/core/diagnostic.hpp>
#include <backfire/io/json.hpp>

#include <gtest/gtest.h>
#include <ostream>
#include <random>

namespace backfire::io {
namespace {

struct Case {
    std::string text;
    std::string code;
    int line;
    int column;
    std::string says;  // part of the message or the hint
};

std::ostream& operator<<(std::ostream& out, const Case& given) { return out << given.text; }

class Malformed : public testing::TestWithParam<Case> {};

TEST_P(Malformed, IsExplained) {
    const Case& given = GetParam();
    try {
        (void)parse_json(given.text);
        FAIL() << "read without complaint: " << given.text;
    } catch (const ScenarioError& error) {
        ASSERT_EQ(error.diagnostics().size(), 1U);
        const Diagnostic& problem = error.diagnostics().front();
        EXPECT_EQ(problem.code, given.code);
        EXPECT_EQ(problem.line, given.line) << problem.message;
        EXPECT_EQ(problem.column, given.column) << problem.message;
        const std::string said = problem.message + " | " + problem.hint;
        EXPECT_NE(said.find(given.says), std::string::npos) << said;
        EXPECT_EQ(said.find("parse_error"), std::string::npos) << said;
        EXPECT_EQ(said.find("exception"), std::string::npos) << said;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Malformed,
    testing::Values(
        Case{"", "syntax", 1, 1, "the text is empty"}, Case{" \n ", "syntax", 2, 2, "the text is empty"},
        Case{"[1, 2,]", "syntax", 1, 6, "remove the comma"}, Case{"{\"a\": 1,\n}", "syntax", 1, 8, "remove the comma"},
        Case{"{'a': 1}", "syntax", 1, 2, "double quotes"}, Case{"{\"a\": 'b'}", "syntax", 1, 7, "double quotes"},
        Case{"{“a”: 1}", "syntax", 1, 2, "straight double quotes"},
        Case{"{\"a\": 1} // end", "syntax", 1, 10, "no comments"}, Case{"// a\n{}", "syntax", 1, 1, "no comments"},
        Case{"{\"a\": /* x */ 1}", "syntax", 1, 7, "no comments"}, Case{"[1 # x\n]", "syntax", 1, 4, "no comments"},
        Case{"{\"a\": \"b}", "syntax", 1, 7, "never closed"},
        Case{"{\"a\": \"b\n\"}", "syntax", 1, 7, "not closed on its line"},
        Case{"[\"a\\", "syntax", 1, 2, "never closed"}, Case{"[\"a\\\"", "syntax", 1, 2, "never closed"},
        Case{"[\"\t\"]", "syntax", 1, 3, "\\t"}, Case{"[\"\x01\"]", "syntax", 1, 3, "U+0001"},
        Case{"[\"\\x\"]", "syntax", 1, 3, "means nothing"}, Case{"[\"C:\\dir\"]", "syntax", 1, 5, "\\\\"},
        Case{"[\"\\u12g4\"]", "syntax", 1, 3, "four hexadecimal digits"},
        Case{"[\"\\ud800\"]", "encoding", 1, 3, "half of a character"},
        Case{"[\"\\udc00\"]", "encoding", 1, 3, "half of a character"},
        Case{"[\"\\ud800\\u0041\"]", "encoding", 1, 3, "half of a character"},
        Case{"[NaN]", "syntax", 1, 2, "no number that JSON knows"},
        Case{"[-Infinity]", "syntax", 1, 2, "null stands for no bound"},
        Case{"{\"a\": inf}", "syntax", 1, 7, "no number that JSON knows"}, Case{"[nan]", "syntax", 1, 2, "'nan'"},
        Case{"[True]", "syntax", 1, 2, "write true"}, Case{"[None]", "syntax", 1, 2, "write null"},
        Case{"[yes]", "syntax", 1, 2, "'yes' must stand in double quotes"},
        Case{"{a: 1}", "syntax", 1, 2, "key 'a' must stand in double quotes"},
        Case{"{1: 1}", "syntax", 1, 2, "key '1' must stand in double quotes"},
        Case{"{\"中\": 错}", "syntax", 1, 7, "'错' must stand in double quotes"},
        Case{"[01]", "syntax", 1, 2, "leading zeros"}, Case{"01", "syntax", 1, 1, "leading zeros"},
        Case{"[+1]", "syntax", 1, 2, "plus sign"}, Case{"[.5]", "syntax", 1, 2, "before the point"},
        Case{"[-.5]", "syntax", 1, 2, "before the point"}, Case{"[5.]", "syntax", 1, 2, "behind the point"},
        Case{"[5.e3]", "syntax", 1, 2, "behind the point"}, Case{"[1e]", "syntax", 1, 2, "not a number"},
        Case{"[0x1F]", "syntax", 1, 2, "not a number"}, Case{"[1_000]", "syntax", 1, 2, "not a number"},
        Case{"[1.5.2]", "syntax", 1, 2, "not a number"}, Case{"[-]", "syntax", 1, 2, "'-'"},
        Case{"[12%]", "syntax", 1, 4, "',' or ']' is expected"}, Case{"[1e400]", "number_range", 1, 2, "1e400"},
        Case{"{\"a\": -1e999}", "number_range", 1, 7, "-1e999"}, Case{"[1, 1e-400]", "number_range", 1, 5, "too small"},
        Case{"[1 2]", "syntax", 1, 4, "a comma is missing before '2'"},
        Case{"{\"a\": 1 \"b\": 2}", "syntax", 1, 9, "a comma is missing"},
        Case{"{\"a\": 1\n \"b\": 2}", "syntax", 2, 2, "a comma is missing"},
        Case{"[{} {}]", "syntax", 1, 5, "a comma is missing"}, Case{"{\"a\" 1}", "syntax", 1, 6, "followed by ':'"},
        Case{"{\"a\" = 1}", "syntax", 1, 6, "followed by ':'"}, Case{"{\"a\": }", "syntax", 1, 7, "a value is missing"},
        Case{"{\"a\": , \"b\": 1}", "syntax", 1, 7, "a value is missing"},
        Case{"[,1]", "syntax", 1, 2, "a value is missing"}, Case{"[1,,2]", "syntax", 1, 4, "a value is missing"},
        Case{"{,}", "syntax", 1, 2, "a key is missing"},
        Case{"{\"a\": 1,, \"b\": 2}", "syntax", 1, 9, "a key is missing"},
        Case{"{\"a\"}", "syntax", 1, 5, "followed by ':'"}, Case{"[\"a\": 1]", "syntax", 1, 5, "write a map"},
        Case{"[1}", "syntax", 1, 3, "close it with ']'"}, Case{"{\"a\": 1]", "syntax", 1, 8, "close it with '}'"},
        Case{"{\n\"a\": [1,\n 2", "syntax", 3, 3, "the list that begins on line 2"},
        Case{"{\"a\": 1", "syntax", 1, 8, "the map that begins on line 1"},
        Case{"[", "syntax", 1, 2, "close it with ']'"}, Case{"{\"a\":", "syntax", 1, 6, "ends inside the map"},
        Case{"{}}", "syntax", 1, 3, "the document is complete"},
        Case{"{} {}", "syntax", 1, 4, "the document is complete"}, Case{"]", "syntax", 1, 1, "a value is expected"},
        Case{"{{}}", "syntax", 1, 2, "a key in double quotes"},
        Case{"backfire: 1", "syntax", 1, 1, "'backfire' must stand in double quotes"},
        Case{std::string("{}\0x", 4), "syntax", 1, 3, "U+0000"},
        Case{std::string("[1\0]", 4), "syntax", 1, 3, "U+0000"}, Case{"[\"\xC3\x28\"]", "encoding", 1, 3, "UTF-8"},
        Case{"{\"中\": \"\xFF\"}", "encoding", 1, 8, "UTF-8"}, Case{"[\"\xED\xA0\x80\"]", "encoding", 1, 3, "UTF-8"},
        Case{"[\"\xC0\x80\"]", "encoding", 1, 3, "UTF-8"}, Case{"[\"\xF4\x90\x80\x80\"]", "encoding", 1, 3, "UTF-8"},
        Case{"[\"\xE4\xB8", "encoding", 1, 3, "UTF-8"},
        Case{std::string("\xFF\xFE{\0}\0", 6), "encoding", 1, 1, "UTF-16"}));

TEST(MalformedAnywhere, NeverEndsInAnythingButAnExplanation) {
    const std::string good = R"({"a": [1, -2.5e3, true, null, "x\n\u4e2d😀"], "b": {"c": {}, "d": [[]]}})";
    const std::string pieces = "{}[]\",:'\\ \n0123456789.eE+-truefalsn/*#\x80\xff\t";
    std::mt19937 random(20240);
    for (int round = 0; round < 20'000; ++round) {
        std::string text = good;
        for (auto edits = 1 + random() % 3; edits > 0 && !text.empty(); --edits) {
            const std::size_t at = random() % text.size();
            const char piece = pieces[random() % pieces.size()];
            switch (random() % 4) {
                case 0: text[at] = piece; break;
                case 1: text.insert(at, 1, piece); break;
                case 2: text.erase(at, 1); break;
                default: text.resize(at + 1); break;
            }
        }
        try {
            (void)parse_json(text);
        } catch (const ScenarioError& error) {
            for (const Diagnostic& problem : error.diagnostics()) {
                EXPECT_GT(problem.line, 0) << text;
                EXPECT_GT(problem.column, 0) << text;
                EXPECT_NE(problem.message, "this is not JSON") << text;
                EXPECT_NE(problem.message, "this text cannot be read") << text;
            }
        }
    }
}

}  // namespace
}  // namespace backfire::io
