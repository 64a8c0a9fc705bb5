# The files of inner loops are compiled once per instruction set; dispatchers pick at run time by asking the CPU.
#
# Each copy is compiled with BACKFIRE_KERNEL_NAMESPACE set to kernel_baseline (what every CPU of the architecture has),
# kernel_v3 (AVX2 and FMA) or kernel_v4 (AVX-512); the dispatchers see BACKFIRE_HAVE_KERNEL_V3 and _V4 where they exist.
include(CheckCXXCompilerFlag)

option(BACKFIRE_KERNEL_V4 "Also build the inner loops for AVX-512 where the compiler can" ON)

# backfire_add_kernels(<target> KERNELS <file>... DISPATCH <file>...)
function(backfire_add_kernels target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "KERNELS;DISPATCH")
  # These two flags keep IEEE results, and without them the loops do not vectorise.
  set(common -O3 -fno-math-errno -fno-trapping-math)
  set(levels baseline)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$"
     AND (NOT CMAKE_OSX_ARCHITECTURES OR CMAKE_OSX_ARCHITECTURES STREQUAL "x86_64")
     AND NOT MSVC)
    check_cxx_compiler_flag("-mavx2 -mfma" BACKFIRE_COMPILER_HAS_V3)
    if(BACKFIRE_COMPILER_HAS_V3)
      list(APPEND levels v3)
    endif()
    check_cxx_compiler_flag("-march=x86-64-v4 -mprefer-vector-width=512" BACKFIRE_COMPILER_HAS_V4)
    if(BACKFIRE_KERNEL_V4 AND BACKFIRE_COMPILER_HAS_V4)
      list(APPEND levels v4)
    endif()
  endif()
  set(flags_baseline "")
  set(flags_v3 -mavx2 -mfma)
  set(flags_v4 -march=x86-64-v4 -mprefer-vector-width=512)
  foreach(level IN LISTS levels)
    set(object ${target}_kernel_${level})
    add_library(${object} OBJECT ${arg_KERNELS})
    target_compile_features(${object} PRIVATE cxx_std_20)
    target_compile_definitions(${object} PRIVATE BACKFIRE_KERNEL_NAMESPACE=kernel_${level})
    target_include_directories(${object} PRIVATE cpp/include cpp/src)
    if(NOT MSVC)
      target_compile_options(${object} PRIVATE ${common} ${flags_${level}})
    endif()
    target_link_libraries(${object} PRIVATE backfire_private)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${object}>)
    if(NOT level STREQUAL "baseline")
      string(TOUPPER ${level} upper)
      set_property(
        SOURCE ${arg_DISPATCH}
        APPEND
        PROPERTY COMPILE_DEFINITIONS BACKFIRE_HAVE_KERNEL_${upper})
    endif()
  endforeach()
  set(BACKFIRE_KERNEL_LEVELS ${levels} PARENT_SCOPE)
endfunction()
