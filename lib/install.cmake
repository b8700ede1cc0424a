# SPDX-License-Identifier: BSD-2-Clause
# What `cmake --install` puts where. Paths in files for pkg-config and find_package are relative to where these lie, so
# that the tree can be moved; an absolute CMAKE_INSTALL_LIBDIR ties them to the prefix given at configuration.
#
# Components: runtime and dev for libxk, kms-runtime and kms-dev for xk_kms, tools, and test where there is xk_test.
# Every rule names one; a distributor makes a package of each.
include(CMakePackageConfigHelpers)

if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(XK_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH xk_up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
  string(REGEX REPLACE "/$" "" XK_PC_PREFIX "\${pcfiledir}/${xk_up}")
endif()
cmake_path(APPEND XK_PC_LIBDIR "\${prefix}" "${CMAKE_INSTALL_LIBDIR}")
cmake_path(APPEND XK_PC_INCLUDEDIR "\${prefix}" "${CMAKE_INSTALL_INCLUDEDIR}")
set(xk_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/xk)

# xk_install_library(NAME PREFIX EXPORT PC): the targets NAME and NAME_static in the components PREFIXruntime and
# PREFIXdev, with CMake's files, NAME.pc and the headers of the folder NAME.
function(xk_install_library name prefix export pc)
  if(TARGET ${name})
    install(TARGETS ${name} EXPORT ${export}SharedTargets
      LIBRARY COMPONENT ${prefix}runtime NAMELINK_COMPONENT ${prefix}dev)
    install(EXPORT ${export}SharedTargets NAMESPACE xk:: DESTINATION ${xk_package_dir} COMPONENT ${prefix}dev)
  endif()
  if(XK_BUILD_STATIC)
    install(TARGETS ${name}_static EXPORT ${export}StaticTargets ARCHIVE COMPONENT ${prefix}dev)
    install(EXPORT ${export}StaticTargets NAMESPACE xk:: DESTINATION ${xk_package_dir} COMPONENT ${prefix}dev)
  endif()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/${name} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    COMPONENT ${prefix}dev FILES_MATCHING PATTERN "*.h")
  configure_file(${pc} ${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT ${prefix}dev)
endfunction()

# xk_install_document(NAME FILE PURPOSE COMPONENT DEPENDENCY...): the SPDX document of NAME, written at installation. A
# DEPENDENCY is "name version licence".
function(xk_install_document name file purpose component)
  set(XK_SPDX_NAME ${name})
  set(XK_SPDX_PURPOSE ${purpose})
  set(XK_SPDX_DEPENDENCIES ${ARGN})
  set(XK_SPDX_FILE ${CMAKE_CURRENT_BINARY_DIR}/${file}.spdx.json)
  configure_file(${PROJECT_SOURCE_DIR}/lib/packaging/spdx.cmake.in ${name}-spdx.cmake @ONLY)
  install(SCRIPT ${CMAKE_CURRENT_BINARY_DIR}/${name}-spdx.cmake COMPONENT ${component})
  install(FILES ${XK_SPDX_FILE} DESTINATION ${CMAKE_INSTALL_DATADIR}/xk COMPONENT ${component})
endfunction()

xk_install_library(xk "" xk xk.pc.in)
xk_install_document(libxk libxk-${XK_SOVERSION} LIBRARY runtime "libcbor ${LIBCBOR_VERSION} MIT")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)
install(FILES ${PROJECT_SOURCE_DIR}/include/xk/xk.cddl DESTINATION ${CMAKE_INSTALL_DATADIR}/xk COMPONENT dev)

if(TARGET xk_kms_static)
  xk_install_library(xk_kms kms- xkKms kms/xk_kms.pc.in)
  xk_install_document(libxk_kms libxk_kms-${XK_SOVERSION} LIBRARY kms-runtime "libxk ${PROJECT_VERSION} BSD-2-Clause" "libcrypto ${LIBCRYPTO_VERSION} Apache-2.0")
endif()

set(xk_vectors_dir ${CMAKE_INSTALL_DATADIR}/xk/vectors)
if(TARGET xk_testkit_static)
  include(testkit/install.cmake)
endif()

configure_package_config_file(xkConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/xkConfig.cmake
  INSTALL_DESTINATION ${xk_package_dir} PATH_VARS xk_vectors_dir)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/xkConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/xkConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/xkConfigVersion.cmake
  DESTINATION ${xk_package_dir} COMPONENT dev)

if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/wireshark/xk.lua)
  install(DIRECTORY wireshark DESTINATION ${CMAKE_INSTALL_DATADIR}/xk COMPONENT tools FILES_MATCHING PATTERN "*.lua")
endif()
