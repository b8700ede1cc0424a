#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Takes libxk into a user's project with add_subdirectory: shared and static, as C and as C++, with gcc and clang. The
# user, who merges sources, gets neither our tests nor our examples.
#   subproject.sh SOURCE-FOLDER
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

with_cmake "shared;static" -DXK_SOURCE="$1" -DCMAKE_C_FLAGS=-O0 -DCMAKE_UNITY_BUILD=ON
for compiler in gcc clang; do
  [ ! -e "$work/project/$compiler/xk/tests" ] && [ ! -e "$work/project/$compiler/xk/examples" ]
done
echo "add_subdirectory, shared and static, C and C++, gcc and clang: all build and run"
