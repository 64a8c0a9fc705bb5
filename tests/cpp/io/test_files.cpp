/// Documents whose parts lie in files: put in at any depth, by plain names, never in circles or without bound.
#include <backfire/core/diagnostic.hpp>
#include <backfire/io/files.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace backfire::io {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
protected:
    void SetUp() override {
        const std::string test = ::testing::UnitTest::GetInstance()->current_test_info()->name();
        folder_ = fs::path(::testing::TempDir()) / ("backfire-files-" + test);
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    void write(const std::string& name, std::string_view text) const { std::ofstream(folder_ / name) << text; }

    [[nodiscard]] Document read(const TextReader& yaml = {}, const Limits& limits = {}) const {
        return read_document(folder_ / "main.json", yaml, limits);
    }
    [[nodiscard]] std::vector<Diagnostic> problems(const TextReader& yaml = {}, const Limits& limits = {}) const {
        try {
            (void)read(yaml, limits);
        } catch (const ScenarioError& error) {
            return error.diagnostics();
        }
        return {};
    }

    fs::path folder_;
};

TEST_F(Files, PutsPartsInAtAnyDepthAndSaysWhereTheyCameFrom) {
    write("main.json", R"({"a": {"file": "a.json"}, "list": [{"file": "b.json"}], "c": 1})");
    write("a.json", R"({"inner": {"file": "b.json"}})");
    write("b.json", R"({"x": 5})");
    const Document document = read();
    EXPECT_EQ(write_json(*document.root, -1), R"({"a": {"inner": {"x": 5}}, "list": [{"x": 5}], "c": 1})");
    EXPECT_EQ(file_of(document.parts, "/a"), "a.json");
    EXPECT_EQ(file_of(document.parts, "/a/inner/x"), "b.json");
    EXPECT_EQ(file_of(document.parts, "/list/0"), "b.json");
    EXPECT_EQ(file_of(document.parts, "/list"), "");
    EXPECT_EQ(file_of(document.parts, "/ab"), "");
}

TEST_F(Files, LeavesRemarksTitlesAndOtherMapsAlone) {
    const std::string text =
        R"({"x-note": {"file": "no.json"}, "title": {"file": "no.json"}, "m": {"file": 1}, "n": {"file": "a", "b": 1}})";
    write("main.json", text);
    EXPECT_EQ(write_json(*read().root, -1), text);
}

TEST_F(Files, HandsYamlToItsReaderAndRefusesItWithoutOne) {
    write("main.json", R"({"a": {"file": "a.yaml"}, "b": {"file": "b.yml"}})");
    write("a.yaml", "five: 5");
    write("b.yml", "six: 6");
    const TextReader yaml = [](std::string_view text) { return Node::string(std::string(text)); };
    EXPECT_EQ(write_json(*read(yaml).root, -1), R"({"a": "five: 5", "b": "six: 6"})");
    ASSERT_EQ(problems().size(), 2U);
    EXPECT_EQ(problems()[0].code, "file_reference");
    EXPECT_EQ(problems()[0].file, "a.yaml");
}

TEST_F(Files, ReportsTheProblemsOfAllFilesAtOnce) {
    write("main.json", R"({"a": {"file": "a.json"}, "b": {"file": "b.json"}, "c": {"file": "../c.json"}})");
    write("a.json", "{");
    write("b.json", R"({"x": 1, "x": 2})");
    const std::vector<Diagnostic> found = problems();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].code + found[0].pointer + found[0].file, "file_reference/c/file");
    EXPECT_EQ(found[1].code + found[1].file, "syntaxa.json");
    EXPECT_EQ(found[2].code + found[2].file, "duplicate_keyb.json");
}

TEST_F(Files, NamesCircles) {
    write("main.json", R"({"a": {"file": "a.json"}, "b": {"file": "main.json"}})");
    write("a.json", R"({"b": {"file": "b.json"}})");
    write("b.json", R"({"a": {"file": "a.json"}})");
    const std::vector<Diagnostic> found = problems();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_NE(found[0].message.find("main.json → main.json"), std::string::npos);
    EXPECT_NE(found[1].message.find("a.json → b.json → a.json"), std::string::npos);
}

TEST_F(Files, BoundsValuesAndDepthOfTheWhole) {
    write("main.json", R"({"a": {"file": "a.json"}, "b": {"file": "a.json"}})");
    write("a.json", R"({"x": [1, 2, 3]})");
    EXPECT_TRUE(problems({}, {.nodes = 11}).empty());
    EXPECT_EQ(problems({}, {.nodes = 10}).at(0).code, "too_many");
    EXPECT_TRUE(problems({}, {.depth = 3}).empty());
    EXPECT_EQ(problems({}, {.depth = 2}).at(0).code, "too_deep");
    EXPECT_EQ(problems({}, {.bytes = 20}).at(0).code, "too_large");
}

TEST_F(Files, AFileThatIsNotThereIsASystemErrorForTheDocumentAndADiagnosticForAPart) {
    EXPECT_THROW((void)read(), fs::filesystem_error);
    EXPECT_THROW((void)read_document(folder_), fs::filesystem_error);
    write("main.json", R"({"a": {"file": "a.json"}})");
    EXPECT_EQ(problems().at(0).code, "file_reference");
}

}  // namespace
}  // namespace backfire::io
