#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs a build into a prefix, moves it, and builds a user's test with xk_test against what is there: with pkg-config
# and with find_package, as C and as C++, with gcc and clang. The shared libxk has no internal symbols to offer, so
# this shows too that the kit needs none.
#   kit.sh BUILD-FOLDER
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/moved"
libraries=$(dirname "$(find "$work/moved" -name libxk_test.a)")
export PKG_CONFIG_PATH=$libraries/pkgconfig LD_LIBRARY_PATH=$libraries
vectors=$(pkg-config --variable=vectorsdir xk_test)

for mode in "gcc -std=c11" "clang -std=c11" "g++ -std=c++11 -x c++" "clang++ -std=c++17 -x c++"; do
  read -r -a compiler <<<"$mode"
  read -r -a flags <<<"$(pkg-config --cflags --libs xk_test)"
  "${compiler[@]}" -Wall -Wextra -Werror "$here/kit.c" -x none "${flags[@]}" -o "$work/program"
  "$work/program" "$vectors"
  if "$work/program" "$work/none"; then
    echo "$mode: without vectors the program should have failed"
    exit 1
  fi
done

mkdir "$work/project"
cp "$here/kit.c" "$work/project/kit.c"
cp "$here/kit.c" "$work/project/kit.cxx"
cp "$here/kit.cmake" "$work/project/CMakeLists.txt"
for compilers in "gcc g++" "clang clang++"; do
  read -r c cxx <<<"$compilers"
  cmake -S "$work/project" -B "$work/project/$c" -DCMAKE_PREFIX_PATH="$work/moved" -DCMAKE_C_COMPILER="$c" \
    -DCMAKE_CXX_COMPILER="$cxx" >/dev/null
  cmake --build "$work/project/$c" >/dev/null
  ctest --test-dir "$work/project/$c" --output-on-failure --no-tests=error >"$work/log" || { cat "$work/log" && exit 1; }
done
echo "xk_test with pkg-config and find_package, C and C++, gcc and clang: all build and run"
