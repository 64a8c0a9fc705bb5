/// Tables: columns by name and CSV that survives hostile texts.
#include <backfire/core/diagnostic.hpp>
#include <backfire/core/table.hpp>

#include <gtest/gtest.h>
#include <cmath>
#include <limits>

namespace backfire {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;
using Integers = std::vector<std::int64_t>;

Table example() {
    return {{{"name", Texts{"a", "b"}},
             {"mean", Numbers{0.5, std::nan("")}},
             {"count", Integers{1, -2}},
             {"kept", std::vector<bool>{true, false}}}};
}

TEST(Table, GivesColumnsByName) {
    EXPECT_EQ(example().rows(), 2U);
    EXPECT_EQ(example().texts("name")[1], "b");
    EXPECT_EQ(example().numbers("mean")[0], 0.5);
    EXPECT_EQ(Table{}.rows(), 0U);
}

TEST(Table, NamesTheColumnsThereAre) {
    try {
        (void)example().column("maen");
        FAIL() << "no exception";
    } catch (const UnknownNameError& error) {
        const std::string message = error.what();
        EXPECT_NE(message.find("did you mean 'mean'?"), std::string::npos) << message;
        EXPECT_NE(message.find("'count'"), std::string::npos) << message;
    }
    EXPECT_THROW((void)example().numbers("name"), Error);
}

TEST(Csv, WritesNullAsAnEmptyField) {
    EXPECT_EQ(to_csv(example()), "name,mean,count,kept\na,0.5,1,true\nb,,-2,false\n");
}

TEST(Csv, QuotesWhatWouldBreakALine) {
    const Table table{{{"a,b", Texts{"x\"y", "line\nbreak", "中文, 逗号", "plain"}}}};
    EXPECT_EQ(to_csv(table), "\"a,b\"\n\"x\"\"y\"\n\"line\nbreak\"\n\"中文, 逗号\"\nplain\n");
}

TEST(Csv, LeavesNoEmptyLineForReadersToSkip) {
    const Table table{{{"x", Numbers{1, std::nan("")}}}};
    EXPECT_EQ(to_csv(table), "x\n1\n\"\"\n");
}

}  // namespace
}  // namespace backfire
