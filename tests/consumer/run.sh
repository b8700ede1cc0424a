#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs a build into a prefix, moves it, and builds a user's program against what is there: with pkg-config and with
# find_package, shared and static, as C and as C++, with gcc and clang, libxk alone and with xk_kms.
#   run.sh BUILD-FOLDER
set -euo pipefail
build=$1
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

cmake --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/moved"
libraries=$(dirname "$(find "$work/moved" -name libxk.a)")

with_pkg_config "$libraries" shared static
with_cmake "shared;static" -DCMAKE_PREFIX_PATH="$work/moved"
echo "pkg-config and find_package, shared and static, C and C++, gcc and clang: all build and run"
