#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Each public header compiles by itself as C11 and as C++11, without extensions and without a warning.
set -euo pipefail
include=$1
failed=0
for header in $(cd "$include" && ls xk/*.h xk_kms/*.h xk_test/*.h); do
  for mode in "gcc -std=c11 -x c" "clang -std=c11 -x c" "g++ -std=c++11 -x c++" "clang++ -std=c++11 -x c++"; do
    read -r -a compiler <<<"$mode"
    if ! printf '#include <%s>\nextern int nothing_else;\n' "$header" |
      "${compiler[@]}" -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I"$include" -fsyntax-only -; then
      echo "$header: $mode"
      failed=1
    fi
  done
done
exit $failed
