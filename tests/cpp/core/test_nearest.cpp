/// Hints for unknown names: what is near, what is not, and that a hostile name costs nothing.
#include "core/nearest.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace backfire {
namespace {

const std::vector<std::string> kKnown{"handle_time", "uncorrected_error", "repeat_contact", "aht", "qa"};

TEST(NearestHint, FindsOneSlip) {
    EXPECT_EQ(nearest_hint("handle_tme", kKnown), "did you mean 'handle_time'?");    // left out
    EXPECT_EQ(nearest_hint("handle_timme", kKnown), "did you mean 'handle_time'?");  // doubled
    EXPECT_EQ(nearest_hint("hanlde_time", kKnown), "did you mean 'handle_time'?");   // swapped
    EXPECT_EQ(nearest_hint("repeat-contact", kKnown), "did you mean 'repeat_contact'?");
    EXPECT_EQ(nearest_hint("AHT", kKnown), "did you mean 'aht'?");
    EXPECT_EQ(nearest_hint("aq", kKnown), "did you mean 'qa'?");
}

TEST(NearestHint, SaysNothingWhereNothingIsNear) {
    EXPECT_EQ(nearest_hint("bonus", kKnown), "");
    EXPECT_EQ(nearest_hint("x", kKnown), "");
    EXPECT_EQ(nearest_hint("", kKnown), "");
    EXPECT_EQ(nearest_hint("handle_time", {}), "");
}

TEST(NearestHint, CountsCharactersAndNotBytes) {
    const std::vector<std::string> known{"处理时间", "满意度"};
    EXPECT_EQ(nearest_hint("处理时问", known), "did you mean '处理时间'?");
    EXPECT_EQ(nearest_hint("天气很好", known), "");
}

TEST(NearestHint, PrefersTheNearestAndThenTheFirst) {
    const std::vector<std::string> known{"calls_a", "calls_b", "call_b"};
    EXPECT_EQ(nearest_hint("calls_c", known), "did you mean 'calls_a'?");
    EXPECT_EQ(nearest_hint("call_bb", known), "did you mean 'call_b'?");
}

TEST(NearestHint, DoesNotCompareNamesWithoutEnd) {
    const std::string endless(400'000, 'a');
    const std::vector<std::string> known(50, endless);
    EXPECT_EQ(nearest_hint(endless, known), "");
    EXPECT_EQ(nearest_hint("aaaaaaaaaa", known), "");
}

TEST(ListSome, CutsLongLists) {
    EXPECT_EQ(list_some({}), "");
    EXPECT_EQ(list_some(kKnown, 5), "'handle_time', 'uncorrected_error', 'repeat_contact', 'aht' and 'qa'");
    EXPECT_EQ(list_some(kKnown, 2), "'handle_time', 'uncorrected_error' and 3 more");
    EXPECT_EQ(list_some(std::vector<std::string>{"a"}), "'a'");
}

}  // namespace
}  // namespace backfire
