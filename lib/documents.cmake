# SPDX-License-Identifier: BSD-2-Clause
# Man pages, where there is Python, and the reference as the target `doc`, where there is Doxygen.
find_program(XK_MAN_PYTHON python3)
if(XK_MAN_PYTHON)
  set(xk_man_dir ${CMAKE_CURRENT_BINARY_DIR}/man)
  file(GLOB xk_man_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/xk/*.h ${PROJECT_SOURCE_DIR}/include/xk_kms/*.h
    ${PROJECT_SOURCE_DIR}/include/xk_test/*.h)
  set(xk_make_man ${XK_MAN_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/man/make_man.py ${PROJECT_SOURCE_DIR}/include ${xk_man_dir}
    ${PROJECT_VERSION})
  set(xk_make_kms_man "")
  if(TARGET xk_kms_static)
    set(xk_make_kms_man COMMAND ${xk_make_man} xk_kms xk_kms)
  endif()
  set(xk_make_test_man "")
  if(TARGET xk_testkit_static)
    set(xk_make_test_man COMMAND ${xk_make_man} xk_test xk_test)
  endif()
  add_custom_command(OUTPUT ${xk_man_dir}/.written
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${xk_man_dir}
    COMMAND ${xk_make_man} xk xk ${xk_make_kms_man} ${xk_make_test_man}
    COMMAND ${CMAKE_COMMAND} -E touch ${xk_man_dir}/.written
    DEPENDS ${xk_man_headers} man/make_man.py man/comments.py VERBATIM)
  add_custom_target(xk_man ALL DEPENDS ${xk_man_dir}/.written)
  install(DIRECTORY ${xk_man_dir}/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT dev
    FILES_MATCHING PATTERN "*.[37]" PATTERN "xk_kms*.[37]" EXCLUDE PATTERN "xk_test*.[37]" EXCLUDE)
  if(TARGET xk_kms_static)
    install(DIRECTORY ${xk_man_dir}/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT kms-dev
      FILES_MATCHING PATTERN "xk_kms*.[37]")
  endif()
  if(TARGET xk_testkit_static)
    install(DIRECTORY ${xk_man_dir}/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT test
      FILES_MATCHING PATTERN "xk_test*.[37]")
  endif()
  install(FILES man/xk-tools.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7 COMPONENT tools)
endif()

find_program(XK_DOXYGEN doxygen)
if(XK_DOXYGEN AND XK_MAN_PYTHON)
  configure_file(Doxyfile.in Doxyfile @ONLY)
  add_custom_target(doc COMMAND ${XK_DOXYGEN} ${CMAKE_CURRENT_BINARY_DIR}/Doxyfile VERBATIM)
  install(DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/doc/html DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT doc OPTIONAL)
endif()
