# SPDX-License-Identifier: BSD-2-Clause
# The programs that are tools of their own are installed, with their man pages; the others are examples to read.
foreach(tool IN ITEMS xk-inspect xk-load)
  if(TARGET ${tool})
    install(TARGETS ${tool} RUNTIME COMPONENT tools)
    file(GLOB page CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/${tool}.1)
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tools)
  endif()
endforeach()
if(TARGET xk-load OR TARGET xk-inspect)
  xk_install_document(xk-tools xk-tools APPLICATION tools "libcbor ${LIBCBOR_VERSION} MIT"
    "openssl ${OPENSSL_VERSION} Apache-2.0")
endif()
