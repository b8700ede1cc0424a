# SPDX-License-Identifier: BSD-2-Clause
# What `cmake --install` puts where: headers, schema, libraries, and files for pkg-config and find_package. Every
# path in them is relative to where they lie, so that the tree can be moved.
include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/xk DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/include/xk/xk.cddl DESTINATION ${CMAKE_INSTALL_DATADIR}/xk)

set(xk_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/xk)
set(xk_targets xk_static)
if(TARGET xk)
  list(APPEND xk_targets xk)
endif()
install(TARGETS ${xk_targets} EXPORT xkTargets)
install(EXPORT xkTargets NAMESPACE xk:: DESTINATION ${xk_package_dir})

file(RELATIVE_PATH XK_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" XK_PC_PREFIX "${XK_PC_PREFIX}")
configure_file(xk.pc.in xk.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/xk.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET xk_kms_static)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/xk_kms DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  set(xk_kms_targets xk_kms_static)
  if(TARGET xk_kms)
    list(APPEND xk_kms_targets xk_kms)
  endif()
  install(TARGETS ${xk_kms_targets} EXPORT xkKmsTargets)
  install(EXPORT xkKmsTargets NAMESPACE xk:: DESTINATION ${xk_package_dir})
  configure_file(kms/xk_kms.pc.in xk_kms.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/xk_kms.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()

set(xk_vectors_dir ${CMAKE_INSTALL_DATADIR}/xk/vectors)
if(TARGET xk_testkit_static)
  include(testkit/install.cmake)
endif()

configure_package_config_file(xkConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/xkConfig.cmake
  INSTALL_DESTINATION ${xk_package_dir} PATH_VARS xk_vectors_dir)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/xkConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/xkConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/xkConfigVersion.cmake
  DESTINATION ${xk_package_dir})
