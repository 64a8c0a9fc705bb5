/// Writing JSON: as written, canonical, and back again.
#include <backfire/io/json.hpp>

#include <gtest/gtest.h>
#include <cmath>
#include <random>

namespace backfire::io {
namespace {

std::string canonical(std::string_view text) { return canonical_json(*parse_json(text)); }
std::string rewritten(std::string_view text, int indent = -1) { return write_json(*parse_json(text), indent); }

TEST(Write, KeepsTheOrderOfKeysAndTheLookOfNumbers) {
    EXPECT_EQ(rewritten(R"({"b": 1, "a": 1.0, "c": [0.1, 1e3, -0.0, 100000, 1e22]})"),
              R"({"b": 1, "a": 1.0, "c": [0.1, 1000.0, -0.0, 100000, 1e+22]})");
    EXPECT_EQ(rewritten("12345678901234567890"), "12345678901234567168");
}

TEST(Write, EscapesWhatMustBeAndLeavesTheRest) {
    EXPECT_EQ(rewritten(R"("\"\\\/\b\f\n\r\t\u0001\u007f\u4e2d😀<&>")"),
              "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f中😀<&>\"");
}

TEST(Write, IndentsMapsAndKeepsPointsOfSchedulesTogether) {
    EXPECT_EQ(rewritten(R"({"steps":[[null,300],[300,0]],"m":{"a":[{"b":1}],"e":{},"l":[]}})", 2),
              "{\n  \"steps\": [[null, 300], [300, 0]],\n  \"m\": {\n    \"a\": [\n      {\n        \"b\": 1\n      "
              "}\n    ],\n"
              "    \"e\": {},\n    \"l\": []\n  }\n}");
}

TEST(Write, HasNoWordForWhatIsNoNumber) {
    EXPECT_EQ(write_json(*Node::array({Node::number(std::nan("")), Node::number(HUGE_VAL)}), -1), "[null, null]");
}

TEST(Canonical, SortsKeysByBytesAtEveryLevel) {
    EXPECT_EQ(canonical(R"({"b": 1, "a": {"z": 1, "Z": 2, "é": 3, "zz": 4}})"),
              R"({"a":{"Z":2,"z":1,"zz":4,"é":3},"b":1})");
}

TEST(Canonical, LeavesRemarksOutAtEveryLevel) {
    EXPECT_EQ(canonical(R"({"x-note": {"a": 1}, "x": 1, "l": [{"x-pos": 2, "k": "x-v"}]})"),
              R"({"l":[{"k":"x-v"}],"x":1})");
}

TEST(Canonical, TakesEveryWayOfWritingANumberForOne) {
    for (const char* one : {"1", "1.0", "1e0", "10e-1", "0.1e1", "1.000"}) EXPECT_EQ(canonical(one), "1") << one;
    for (const char* zero : {"0", "-0", "0.0", "-0.0", "0e5", "-0e-7"}) EXPECT_EQ(canonical(zero), "0") << zero;
    EXPECT_EQ(canonical("1e16"), canonical("10000000000000000"));
    EXPECT_NE(canonical("0.1"), canonical("0.10000000000000002"));
}

TEST(Canonical, TellsTextsFromNumbersAndWords) {
    EXPECT_EQ(canonical(R"(["1", 1, "true", true, null, "null"])"), R"(["1",1,"true",true,null,"null"])");
    EXPECT_EQ(canonical(R"("\u4e2d")"), canonical("\"中\""));
}

NodePtr random_node(std::mt19937& random, int depth) {
    static const std::vector<std::string> kTexts{"", "a", "x-y", "中文😀", "\"\\\n\t\x01", "a/b~c"};
    switch (random() % (depth > 0 ? 7U : 5U)) {
        case 0: return Node::null();
        case 1: return Node::boolean(random() % 2 == 0);
        case 2: return Node::number(static_cast<double>(static_cast<int>(random())), true);
        case 3:
            return Node::number(
                std::ldexp(static_cast<double>(random()) - 2e9, static_cast<int>(random() % 600) - 300));
        case 4: return Node::string(kTexts[random() % kTexts.size()]);
        default: break;
    }
    std::vector<NodePtr> items;
    for (std::size_t count = random() % 5; count > 0; --count) items.push_back(random_node(random, depth - 1));
    if (random() % 2 == 0) return Node::array(std::move(items));
    std::vector<std::string> names;
    for (std::size_t i = 0; i < items.size(); ++i)
        names.push_back(kTexts[random() % kTexts.size()] + std::to_string(i));
    return Node::object(std::make_shared<const Keys>(std::move(names)), std::move(items));
}

TEST(RoundTrip, GivesTheSameValueAndTheSameText) {
    std::mt19937 random(7);
    for (int i = 0; i < 2000; ++i) {
        const NodePtr node = random_node(random, 5);
        for (const int indent : {-1, 0, 2}) {
            const std::string text = write_json(*node, indent);
            const NodePtr back = parse_json(text);
            EXPECT_TRUE(equal(*node, *back)) << text;
            EXPECT_EQ(write_json(*back, indent), text);
            EXPECT_EQ(canonical_json(*back), canonical_json(*node));
        }
    }
}

}  // namespace
}  // namespace backfire::io
