# Eigen, Boost.Graph and nlohmann-json: headers only, private to the library, never part of what is installed.
#
# BACKFIRE_HEADERS says where they come from: `system` (the distribution, or any prefix CMake is told of), `python`
# (the packages cmeel-eigen, boost-headers and nlohmann-json beside the Python that builds), or `auto`: system first.
set(BACKFIRE_HEADERS auto CACHE STRING "Where Eigen, Boost and nlohmann-json come from: auto, system or python")
set_property(CACHE BACKFIRE_HEADERS PROPERTY STRINGS auto system python)

find_package(Threads REQUIRED)
if(BACKFIRE_BUILD_PYTHON)
  find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
elseif(NOT BACKFIRE_HEADERS STREQUAL "system")
  find_package(Python 3.11 QUIET COMPONENTS Interpreter)
endif()

# Sets `result` to the folder that the installed Python distribution `package` keeps under `folder`, or to nothing.
function(_backfire_python_folder result package folder)
  set(${result} "" PARENT_SCOPE)
  if(Python_Interpreter_FOUND)
    execute_process(
      COMMAND
        "${Python_EXECUTABLE}" -c
        "import sys, importlib.metadata as m; print(m.distribution(sys.argv[1]).locate_file(sys.argv[2]).as_posix())"
        ${package} ${folder}
      OUTPUT_VARIABLE found
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(found AND IS_DIRECTORY "${found}")
      set(${result} "${found}" PARENT_SCOPE)
    endif()
  endif()
endfunction()

# Finds `header` and adds its folder to backfire_private, as system headers. The Debian package is named in the advice.
function(_backfire_find_headers name header suffix package folder debian)
  set(variable BACKFIRE_${name}_INCLUDE_DIR)
  if(${variable} AND NOT EXISTS "${${variable}}/${header}") # a build environment of an earlier run that is gone
    unset(${variable} CACHE)
  endif()
  if(NOT BACKFIRE_HEADERS STREQUAL "python")
    find_path(${variable} ${header} PATH_SUFFIXES ${suffix})
  endif()
  if(NOT ${variable} AND NOT BACKFIRE_HEADERS STREQUAL "system")
    _backfire_python_folder(hint ${package} ${folder})
    find_path(${variable} ${header} PATHS "${hint}" PATH_SUFFIXES ${suffix} NO_DEFAULT_PATH)
  endif()
  if(NOT ${variable})
    message(FATAL_ERROR "backfire: no ${name} headers (${header}). Install ${debian} (Debian, Ubuntu) or "
                        "`pip install ${package}`, or point CMAKE_PREFIX_PATH at them. BACKFIRE_HEADERS is "
                        "${BACKFIRE_HEADERS}.")
  endif()
  mark_as_advanced(${variable})
  message(STATUS "backfire: ${name} headers from ${${variable}}")
  target_include_directories(backfire_private SYSTEM INTERFACE "${${variable}}")
endfunction()

add_library(backfire_private INTERFACE)
target_link_libraries(backfire_private INTERFACE backfire_flags)
_backfire_find_headers(Eigen Eigen/Core eigen3 cmeel-eigen cmeel.prefix/include libeigen3-dev)
_backfire_find_headers(Boost boost/graph/adjacency_list.hpp "" boost-headers boost_headers/include libboost-dev)
_backfire_find_headers(nlohmann nlohmann/json.hpp "" nlohmann-json nlohmann_json/include nlohmann-json3-dev)
