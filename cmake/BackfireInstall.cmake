# install(): the library, its public headers and a package file for find_package(backfire).
include(CMakePackageConfigHelpers)

set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/backfire")
install(
  TARGETS backfire
  EXPORT backfireTargets
  COMPONENT development
  FILE_SET HEADERS COMPONENT development)
install(
  EXPORT backfireTargets
  NAMESPACE backfire::
  DESTINATION "${config_folder}"
  COMPONENT development)
configure_package_config_file(cmake/backfireConfig.cmake.in "${PROJECT_BINARY_DIR}/backfireConfig.cmake"
                              INSTALL_DESTINATION "${config_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/backfireConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(
  FILES "${PROJECT_BINARY_DIR}/backfireConfig.cmake" "${PROJECT_BINARY_DIR}/backfireConfigVersion.cmake"
  DESTINATION "${config_folder}"
  COMPONENT development)
