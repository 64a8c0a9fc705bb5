/// Diagnostics as one line each, and the exception that holds them all.
#include <backfire/core/diagnostic.hpp>

#include <gtest/gtest.h>

namespace backfire {
namespace {

TEST(Diagnostic, IsOneLine) {
    const Diagnostic full{"unknown_key",        Severity::Error, "there is no key 'foo'", "/policy/rules", 3, 5,
                          "did you mean 'for'?"};
    EXPECT_EQ(to_string(full),
              "error unknown_key at /policy/rules (line 3, column 5): there is no key 'foo' (did you mean 'for'?)");
    const Diagnostic bare{"unused", Severity::Warning, "nothing reads 'aht'", "", 0, 0, ""};
    EXPECT_EQ(to_string(bare), "warning unused: nothing reads 'aht'");
}

TEST(ScenarioError, HoldsEverythingAndShowsTheBeginning) {
    std::vector<Diagnostic> many;
    for (int i = 0; i < 100; ++i)
        many.push_back({"range", Severity::Error, "number " + std::to_string(i), "", 0, 0, ""});
    const ScenarioError error(many);
    EXPECT_EQ(error.diagnostics().size(), 100U);
    const std::string text = error.what();
    EXPECT_EQ(text.find("error range: number 0"), 0U);
    EXPECT_NE(text.find("… and 80 more"), std::string::npos);
}

}  // namespace
}  // namespace backfire
