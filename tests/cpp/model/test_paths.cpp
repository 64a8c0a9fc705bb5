/// Paths: how they split, lead and come back, and what is near one that leads nowhere.
#include "model/edited.hpp"
#include "model/paths.hpp"

namespace backfire {
namespace {

using Parts = std::vector<std::string>;

TEST(Paths, PolicyMayBeLeftOut) {
    const NodePtr document = small_document();
    EXPECT_EQ(split_path(*document, "rules.tip.pay"), (Parts{"policy", "rules", "tip", "pay"}));
    EXPECT_EQ(split_path(*document, "policy.rules.tip"), (Parts{"policy", "rules", "tip"}));
    EXPECT_EQ(split_path(*document, "period.contacts"), (Parts{"period", "contacts"}));
    EXPECT_EQ(path_of({"policy", "rules", "tip"}), "rules.tip");
    EXPECT_EQ(path_of({"policy"}), "policy");
    EXPECT_EQ(path_of({"policy", "title"}), "policy.title");
}

TEST(Paths, EvidenceTakesTheLongestKeyThereIs) {
    const NodePtr document = small_document();
    EXPECT_EQ(split_path(*document, "evidence.rules.tip.pay.code"), (Parts{"evidence", "rules.tip.pay", "code"}));
    EXPECT_EQ(split_path(*document, "evidence.rules.bonus.source"), (Parts{"evidence", "rules.bonus", "source"}));
    EXPECT_EQ(split_path(*document, "evidence.a.b.c"), (Parts{"evidence", "a.b.c"}));
}

TEST(Paths, LeadThroughMapsAndLists) {
    const NodePtr document = small_document();
    EXPECT_EQ(find_path(*document, "rules.bonus.steps.1.1")->number_value(), 2);
    for (const char* path :
         {"rules.bonus.steps.3", "rules.bonus.steps.-1", "rules.bonus.steps.1x", "rules.bonus.steps.",
          "rules.tip.pay.0", "rules..pay", "", ".", "rules.bonus.steps.99999999999999999999"})
        EXPECT_EQ(find_path(*document, path), nullptr) << path;
}

TEST(Paths, APathThatLeadsNowhereIsAnsweredWithWhatIsNear) {
    const NodePtr document = small_document();
    EXPECT_EQ(nearest_path(*document, "rules.tipp.pay"), "did you mean 'tip'?");
    EXPECT_EQ(nearest_path(*document, "ruels.tip"), "did you mean 'rules'?");
    EXPECT_EQ(nearest_path(*document, "rules.bonus.steps.7"), "this list has the items 0 to 2");
    EXPECT_EQ(nearest_path(*document, "rules.tip.pay.x"), "there is nothing below a number");
    EXPECT_EQ(nearest_path(*document, "rules.tip.pay"), "");
}

TEST(Paths, PointersEscape) { EXPECT_EQ(pointer_of({"evidence", "a/b~c", "0"}), "/evidence/a~1b~0c/0"); }

}  // namespace
}  // namespace backfire
