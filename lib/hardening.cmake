# SPDX-License-Identifier: BSD-2-Clause
# What Debian's packages are built with (dpkg-buildflags, hardening=+all), and what its compiler leaves to who asks: shadow
# stacks and landing pads (CET), and probes of large stack frames; for the libraries and the programs. Flags that a
# compiler does not know are left out. Not with a sanitizer, which has checks of its own.
add_library(xk_hardening INTERFACE)
if(NOT XK_HARDEN OR XK_SANITIZE)
  return()
endif()
include(CheckCCompilerFlag)

foreach(flag IN ITEMS -fstack-protector-strong -fstack-clash-protection -fcf-protection -mbranch-protection=standard)
  string(MAKE_C_IDENTIFIER "XK_HAS${flag}" known)
  # Of the flag, not of what CMake's own sample does under the warnings of this build.
  set(CMAKE_REQUIRED_FLAGS "-Werror -Wno-strict-prototypes -Wno-old-style-definition -Wno-missing-prototypes")
  check_c_compiler_flag(${flag} ${known})
  unset(CMAKE_REQUIRED_FLAGS)
  if(${known})
    target_compile_options(xk_hardening INTERFACE ${flag})
  endif()
endforeach()
# It takes optimisation; and whoever has chosen a level of his own keeps it.
if(NOT CMAKE_C_FLAGS MATCHES "_FORTIFY_SOURCE|-O0")
  target_compile_options(xk_hardening INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE$<SEMICOLON>-D_FORTIFY_SOURCE=2>)
endif()
target_link_options(xk_hardening INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
