#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Uses libxk as the packages install it: a user's program with pkg-config and with find_package, shared and static, as C
# and as C++, with gcc and clang; the manual pages; the tools, where they are.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

libraries=$(pkg-config --variable=libdir xk)
[ "$(realpath "$libraries")" = "/usr/lib/$(gcc -print-multiarch)" ]
with_pkg_config "$libraries" shared static
with_cmake "shared;static"
# A program built with the flags of pkg-config takes the library from the folder of the system.
read -r -a flags <<<"$(pkg-config --cflags --libs xk)"
gcc "$here/main.c" "${flags[@]}" -o "$work/program"
ldd "$work/program" | grep "libxk.so.* => /\(usr/\)\?lib/" >/dev/null
for page in xk_requester_submit xk_kms_resolve; do
  man -w 3 "$page" >/dev/null
done
for tool in xk-inspect xk-load; do
  if command -v "$tool" >/dev/null; then
    "$tool" --help >/dev/null
    man -w 1 "$tool" >/dev/null
  fi
done
echo "the installed packages serve C and C++ programs, shared and static"
