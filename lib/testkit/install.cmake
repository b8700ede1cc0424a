# SPDX-License-Identifier: BSD-2-Clause
# xk_test: headers, archive, vectors, and files for pkg-config and find_package. Included by lib/install.cmake.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/xk_test DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT test)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tests/vectors/ DESTINATION ${xk_vectors_dir} COMPONENT test
  FILES_MATCHING PATTERN "*.txt")
install(TARGETS xk_testkit_static EXPORT xkTestTargets ARCHIVE COMPONENT test)
install(EXPORT xkTestTargets NAMESPACE xk:: DESTINATION ${xk_package_dir} COMPONENT test)
cmake_path(APPEND XK_PC_VECTORSDIR "\${prefix}" "${xk_vectors_dir}")
configure_file(testkit/xk_test.pc.in xk_test.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/xk_test.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT test)
