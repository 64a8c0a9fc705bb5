# The Python module backfire._core: one binding file per layer, the core linked in statically.
#
# In a wheel build scikit-build-core installs it beside the package. In a plain CMake build the module and links to the
# package's files meet in <build>/python, so that PYTHONPATH=<build>/python is a working package.
execute_process(
  COMMAND "${Python_EXECUTABLE}" -c "import pybind11; print(pybind11.get_cmake_dir())"
  OUTPUT_VARIABLE _backfire_pybind11
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
find_package(pybind11 3 CONFIG REQUIRED HINTS "${_backfire_pybind11}")

pybind11_add_module(_core MODULE NO_EXTRAS ${BACKFIRE_BINDING_SOURCES})
target_compile_definitions(_core PRIVATE BACKFIRE_VERSION="${PROJECT_VERSION}")
target_link_libraries(_core PRIVATE backfire backfire_flags)
set_target_properties(_core PROPERTIES CXX_VISIBILITY_PRESET hidden)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  target_link_options(_core PRIVATE LINKER:--exclude-libs,ALL LINKER:--gc-sections)
endif()
install(TARGETS _core LIBRARY DESTINATION backfire COMPONENT python)

if(NOT DEFINED SKBUILD)
  set(package "${PROJECT_BINARY_DIR}/python/backfire")
  set_target_properties(_core PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${package}")
  file(MAKE_DIRECTORY "${package}")
  file(
    GLOB files CONFIGURE_DEPENDS
    RELATIVE "${PROJECT_SOURCE_DIR}/python/backfire"
    "${PROJECT_SOURCE_DIR}/python/backfire/*")
  foreach(file IN LISTS files)
    file(CREATE_LINK "${PROJECT_SOURCE_DIR}/python/backfire/${file}" "${package}/${file}" SYMBOLIC)
  endforeach()
endif()
