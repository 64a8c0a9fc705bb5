# cmake -DOUTPUT=<file.cpp> -DFILES=<name/scenario.json;...> -P embed_scenarios.cmake
# Writes each document as an array of bytes: no limit of any compiler on string literals applies, no quoting can fail.
set(arrays "")
set(entries "")
set(index 0)
foreach(file IN LISTS FILES)
  get_filename_component(folder "${file}" DIRECTORY)
  get_filename_component(name "${folder}" NAME)
  file(READ "${file}" bytes HEX)
  string(LENGTH "${bytes}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr std::array<char, ${length}> kText${index}{\n    ${bytes}};\n")
  string(APPEND entries "    Entry{.name = \"${name}\", .text = {kText${index}.data(), kText${index}.size()}},\n")
  math(EXPR index "${index} + 1")
endforeach()

set(code
    "// Made by cmake/embed_scenarios.cmake from the shipped scenarios.
#include \"io/embedded.hpp\"

#include <array>

namespace backfire::io::embedded {
namespace {

${arrays}
constexpr std::array<Entry, ${index}> kEntries{
${entries}};

}  // namespace

std::span<const Entry> entries() { return kEntries; }

}  // namespace backfire::io::embedded
")
file(WRITE "${OUTPUT}" "${code}")
