/// Nodes: lookup by name, sharing, equality, pointers.
#include <backfire/core/node.hpp>

#include <gtest/gtest.h>
#include <cstdlib>
#include <limits>

namespace backfire {
namespace {

NodePtr map_of(std::vector<std::string> names, std::vector<NodePtr> values) {
    return Node::object(std::make_shared<const Keys>(std::move(names)), std::move(values));
}

TEST(Keys, FindsEveryNameAndNothingElse) {
    const Keys keys({"b", "a", "知识", "", "aa"});
    for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(keys.find(keys[i]), i);
    for (const char* missing : {"c", "A", "aaa", "知", " "}) EXPECT_FALSE(keys.find(missing)) << missing;
    EXPECT_FALSE(Keys({}).find("a"));
}

TEST(Keys, FindsTheFirstOfEqualNames) { EXPECT_EQ(Keys({"x", "a", "x"}).find("x"), 0U); }

TEST(Keys, HasNoPositionWhereThereWasNoText) {
    EXPECT_EQ(Keys({"a"}).position(0).line, 0);
    EXPECT_EQ(Keys({"a"}, {{3, 4}}).position(0).column, 4);
}

TEST(Node, FindsMembersOfMapsOnly) {
    const NodePtr one = Node::number(1);
    const NodePtr map = map_of({"a", "b"}, {one, Node::null()});
    EXPECT_EQ(map->find("a"), one.get());
    EXPECT_EQ(map->find_shared("a"), one);
    EXPECT_EQ(map->find("c"), nullptr);
    EXPECT_EQ(one->find("a"), nullptr);
    EXPECT_EQ(Node::array({one})->find_shared("0"), nullptr);
}

TEST(Node, IsEqualWhateverTheOrderOfKeys) {
    const NodePtr a = map_of({"x", "y"}, {Node::number(1), Node::string("t")});
    const NodePtr b = map_of({"y", "x"}, {Node::string("t"), Node::number(1.0, true)});
    EXPECT_TRUE(equal(*a, *b));
    EXPECT_FALSE(equal(*a, *map_of({"x"}, {Node::number(1)})));
    EXPECT_FALSE(equal(*a, *map_of({"x", "z"}, {Node::number(1), Node::string("t")})));
    EXPECT_FALSE(equal(*a, *map_of({"x", "y"}, {Node::number(2), Node::string("t")})));
}

TEST(Node, TellsKindsAndOrderOfListsApart) {
    EXPECT_FALSE(equal(*Node::number(1), *Node::boolean(true)));
    EXPECT_FALSE(equal(*Node::null(), *Node::number(0)));
    EXPECT_TRUE(equal(*Node::number(0.0), *Node::number(-0.0)));
    const NodePtr one = Node::number(1);
    const NodePtr two = Node::number(2);
    EXPECT_FALSE(equal(*Node::array({one, two}), *Node::array({two, one})));
    EXPECT_FALSE(equal(*Node::array({one}), *Node::array({one, two})));
    EXPECT_TRUE(equal(*Node::array({one, two}), *Node::array({Node::number(1), Node::number(2)})));
}

TEST(Node, DescribesKindsInWords) {
    EXPECT_EQ(describe(Node::Kind::Array), "a list");
    EXPECT_EQ(describe(Node::Kind::Object), "a map");
    EXPECT_EQ(describe(Node::Kind::String), "text");
}

TEST(ChildPointer, EscapesWhatRfc6901Reserves) {
    EXPECT_EQ(child_pointer("", "a"), "/a");
    EXPECT_EQ(child_pointer("/a", "b/c~d"), "/a/b~1c~0d");
    EXPECT_EQ(child_pointer("/a", ""), "/a/");
}

TEST(Shortest, ReadsBackAndLooksPlain) {
    EXPECT_EQ(shortest(0.1), "0.1");
    EXPECT_EQ(shortest(100000), "100000");
    EXPECT_EQ(shortest(-0.00025), "-0.00025");
    EXPECT_EQ(shortest(1e300), "1e+300");
    for (const double x :
         {1.0 / 3.0, 5e-324, std::numeric_limits<double>::max(), 0.1 + 0.2, -123456789.125, 9007199254740993.0}) {
        EXPECT_EQ(std::strtod(shortest(x).c_str(), nullptr), x);
    }
}

}  // namespace
}  // namespace backfire
