#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs libxk in the less usual ways and uses it: library folder given as an absolute path; static libraries only;
# shared ones only. The components hold every installed file once. What find_package refuses, it refuses with a reason.
#   layouts.sh SOURCE-FOLDER BUILD-FOLDER
set -euo pipefail
source=$1
whole=$2
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"
# The compiler makes no difference to a layout.
# shellcheck disable=SC2034
compilers=("gcc g++")

# NAME CMAKE-OPTION...: builds libxk into a prefix of that name.
install_as() {
  local name=$1
  shift
  cmake -S "$source" -B "$work/build-$name" -G Ninja -DCMAKE_C_FLAGS=-O0 -DXK_BUILD_TESTS=OFF -DXK_BUILD_EXAMPLES=OFF \
    -DCMAKE_INSTALL_PREFIX="$work/$name" "$@" >/dev/null
  cmake --build "$work/build-$name" >/dev/null
  cmake --install "$work/build-$name" >/dev/null
}

install_as absolute -DCMAKE_INSTALL_LIBDIR="$work/elsewhere/lib64" -DCMAKE_INSTALL_INCLUDEDIR="$work/headers"
[ -e "$work/headers/xk/xk.h" ] && [ ! -e "$work/absolute/lib" ] && [ ! -e "$work/absolute/include" ]
with_pkg_config "$work/elsewhere/lib64" shared static
with_cmake "shared;static" -Dxk_DIR="$work/elsewhere/lib64/cmake/xk"

install_as archives -DXK_BUILD_SHARED=OFF -DCMAKE_INSTALL_LIBDIR=lib/any
mv "$work/archives" "$work/moved"
[ -z "$(find "$work/moved" -name '*.so*')" ]
with_pkg_config "$work/moved/lib/any" static
with_cmake "static" -Dxk_DIR="$work/moved/lib/any/cmake/xk"

install_as objects -DXK_BUILD_STATIC=OFF -DXK_BUILD_KMS=OFF -DCMAKE_INSTALL_LIBDIR=lib
[ -z "$(find "$work/objects" -name 'libxk.a' -o -name '*xk_kms*')" ]

# What find_package says: EXPECTED (empty: found) PREFIX ARGUMENTS...
asks() {
  local expected=$1 prefix=$2
  shift 2
  printf 'cmake_minimum_required(VERSION 3.25)\nproject(ask C)\nfind_package(xk %s REQUIRED)\n' "$*" >"$work/ask/CMakeLists.txt"
  rm -rf "$work/ask/build"
  if cmake -S "$work/ask" -B "$work/ask/build" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" 2>&1; then
    [ -z "$expected" ] || { echo "find_package(xk $*) found what it should not" && return 1; }
  elif [ -z "$expected" ] || ! tr -s ' \n' ' ' <"$work/log" | grep "$expected" >/dev/null; then
    echo "find_package(xk $*):" && cat "$work/log" && return 1
  fi
}
mkdir "$work/ask"
asks "" "$work/objects" 0.2
asks "" "$work/objects" 0.2 COMPONENTS shared
asks "requested version" "$work/objects" 0.3
asks "requested version" "$work/objects" 1.0
asks "no component static" "$work/objects" COMPONENTS static
asks "no component kms" "$work/objects" COMPONENTS kms
asks "no component other" "$work/objects" COMPONENTS other
# Without libcbor's .pc: the shared library is found all the same, the static one is not.
mkdir "$work/no-pc"
export PKG_CONFIG_LIBDIR=$work/no-pc
asks "" "$work/absolute" COMPONENTS shared PATHS "$work/elsewhere/lib64/cmake/xk"
asks "xk::static needs libcbor" "$work/absolute" COMPONENTS static PATHS "$work/elsewhere/lib64/cmake/xk"
unset PKG_CONFIG_LIBDIR

listing() {
  (cd "$1" && find . ! -type d | sort)
}
cmake --install "$whole" --prefix "$work/whole" >/dev/null
for component in runtime dev kms-runtime kms-dev tools test doc; do
  cmake --install "$whole" --prefix "$work/parts/$component" --component "$component" >/dev/null
  [ ! -d "$work/parts/$component" ] || listing "$work/parts/$component" >>"$work/listed"
done
sort "$work/listed" | diff - <(listing "$work/whole")

for try in 1 2; do
  SOURCE_DATE_EPOCH=1700000000 cmake --install "$whole" --prefix "$work/dated-$try" --component runtime >/dev/null
done
diff -r "$work/dated-1" "$work/dated-2"
/usr/bin/python3 "$here/check_spdx.py" 2023-11-14T22:13:20Z libcbor "$work/dated-1"/share/xk/libxk-*.spdx.json
cmake --install "$whole" --prefix "$work/dated-1" --component kms-runtime >/dev/null
/usr/bin/python3 "$here/check_spdx.py" any libxk,libcrypto "$work/dated-1"/share/xk/libxk_kms-*.spdx.json
cmake --install "$whole" --prefix "$work/dated-1" --component tools >/dev/null
/usr/bin/python3 "$here/check_spdx.py" any libcbor,openssl "$work/dated-1"/share/xk/xk-tools.spdx.json
echo "absolute folders, static only, shared only, components, SPDX: as they should be"
