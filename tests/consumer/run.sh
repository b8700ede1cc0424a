#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs a build into a prefix, moves it, and builds a user's program against what is there: with pkg-config and with
# find_package, shared and static, as C11 and as C++17, with gcc and clang.
#   run.sh BUILD-FOLDER
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/moved"
libraries=$(dirname "$(find "$work/moved" -name libxk.a)")
export PKG_CONFIG_PATH=$libraries/pkgconfig
export LD_LIBRARY_PATH=$libraries

for mode in "gcc -std=c11" "clang -std=c11" "g++ -std=c++17 -x c++" "clang++ -std=c++17 -x c++"; do
  read -r -a compiler <<<"$mode"
  read -r -a shared <<<"$(pkg-config --cflags --libs xk)"
  "${compiler[@]}" -Wall -Wextra -Werror "$here/main.c" -x none "${shared[@]}" -o "$work/program"
  "$work/program"
  ldd "$work/program" >"$work/needed"
  grep -q libxk.so "$work/needed"
  read -r -a static <<<"$(pkg-config --cflags --libs libcbor)"
  "${compiler[@]}" -Wall -Wextra -Werror -I"$work/moved/include" "$here/main.c" -x none "$libraries/libxk.a" \
    "${static[@]}" -o "$work/program"
  "$work/program"
  read -r -a kms <<<"$(pkg-config --cflags --libs xk_kms)"
  "${compiler[@]}" -Wall -Wextra -Werror -DWITH_KMS "$here/main.c" -x none "${kms[@]}" -o "$work/program"
  "$work/program"
done
[[ $(pkg-config --static --libs xk) == *-lcbor* ]]

mkdir "$work/project"
cp "$here/main.c" "$work/project/main.c"
cp "$here/consumer.cmake" "$work/project/CMakeLists.txt"
for compilers in "gcc g++" "clang clang++"; do
  read -r c cxx <<<"$compilers"
  for as_cxx in OFF ON; do
    cmake -S "$work/project" -B "$work/project/$c$as_cxx" -DCMAKE_PREFIX_PATH="$work/moved" -DCMAKE_C_COMPILER="$c" \
      -DCMAKE_CXX_COMPILER="$cxx" -DAS_CXX="$as_cxx" >/dev/null
    cmake --build "$work/project/$c$as_cxx" >/dev/null
    for program in "$work/project/$c$as_cxx"/uses_*; do
      "$program"
    done
  done
done
echo "pkg-config and find_package, shared and static, C and C++, gcc and clang: all build and run"
