# Options, warnings and floating-point rules shared by every target of the project.
option(BUILD_SHARED_LIBS "Build backfire as a shared library" OFF)
option(BACKFIRE_BUILD_TESTS "Build the C++ tests" ${PROJECT_IS_TOP_LEVEL})
option(BACKFIRE_BUILD_BENCHMARKS "Build the C++ benchmarks" OFF)
option(BACKFIRE_BUILD_PYTHON "Build the Python module _core" OFF)
option(BACKFIRE_INSTALL "Generate the install target" ${PROJECT_IS_TOP_LEVEL})
option(BACKFIRE_WERROR "Treat warnings in our own code as errors" OFF)
option(BACKFIRE_CCACHE "Compile through ccache when it is found" ${PROJECT_IS_TOP_LEVEL})
set(BACKFIRE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them (address,undefined or thread)")

if(DEFINED SKBUILD) # a wheel: the module and nothing else
  set(BACKFIRE_BUILD_PYTHON ON)
  set(BACKFIRE_BUILD_TESTS OFF)
  set(BACKFIRE_BUILD_BENCHMARKS OFF)
  set(BACKFIRE_INSTALL OFF)
endif()

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
  endif()
  if(BACKFIRE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(BACKFIRE_CCACHE_PROGRAM ccache)
    mark_as_advanced(BACKFIRE_CCACHE_PROGRAM)
    if(BACKFIRE_CCACHE_PROGRAM)
      set(CMAKE_CXX_COMPILER_LAUNCHER "${BACKFIRE_CCACHE_PROGRAM}")
    endif()
  endif()
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
if(NOT BUILD_SHARED_LIBS) # a shared library shows everything: the public headers carry no export marks
  set(CMAKE_CXX_VISIBILITY_PRESET hidden)
  set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# One set of flags for all our own targets, never seen by those who link backfire. -ffp-contract=off: the same sums
# give the same bits whatever the instruction set; -ffast-math is never allowed, for the same reason.
add_library(backfire_flags INTERFACE)
if(MSVC)
  target_compile_options(backfire_flags INTERFACE /W4 /permissive- /utf-8 /fp:precise $<$<BOOL:${BACKFIRE_WERROR}>:/WX>)
else()
  target_compile_options(
    backfire_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -ffp-contract=off
                             -Wno-missing-field-initializers # aggregates: what is left out has its default
                             $<$<BOOL:${BACKFIRE_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang") # wide vectors are passed between our own inline functions only
    target_compile_options(backfire_flags INTERFACE -Wno-psabi $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wno-sign-conversion>)
  endif()
endif()
if(BACKFIRE_SANITIZE)
  set(sanitize -fsanitize=${BACKFIRE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_compile_options(backfire_flags INTERFACE ${sanitize})
  target_link_options(backfire_flags INTERFACE ${sanitize})
endif()
