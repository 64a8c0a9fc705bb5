# The shipped scenarios, compiled into the library, so that C++ users have them without a folder to find.
# The document travels as it is written: its question is its title. See cpp/src/io/embedded.hpp.
function(backfire_embed_scenarios target folder)
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed_scenarios.cmake")
  set(output "${PROJECT_BINARY_DIR}/generated/embedded_scenarios.cpp")
  file(
    GLOB documents CONFIGURE_DEPENDS
    RELATIVE "${PROJECT_SOURCE_DIR}"
    "${PROJECT_SOURCE_DIR}/${folder}/*/scenario.json")
  list(SORT documents)
  list(TRANSFORM documents PREPEND "${PROJECT_SOURCE_DIR}/" OUTPUT_VARIABLE files)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DFILES=${files}" -P "${script}"
    DEPENDS ${files} "${script}"
    COMMENT "Embedding the shipped scenarios"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
