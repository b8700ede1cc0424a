#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the libraries and tests for 32-bit and for big-endian machines with Debian's cross compilers and runs the unit
# tests, the corpora and a short simulation under qemu-user: i386, armhf, s390x; and, against musl in place of glibc, the
# corpora and the simulation here. The foreign libraries that the tests need are unpacked into the build folder; the
# machine's own list of architectures is not touched. One closing line a target.
#   cross.sh [i386] [armhf] [s390x] [musl]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
seeds=200
[ $# -gt 0 ] || set -- i386 armhf s390x musl

# Debian's name of the architecture -> triplet, CMake's processor, qemu.
describe() {
  case $1 in
    i386) triplet=i686-linux-gnu processor=i686 emulator=qemu-i386 folder=i386-linux-gnu ;;
    armhf) triplet=arm-linux-gnueabihf processor=arm emulator=qemu-arm folder=arm-linux-gnueabihf ;;
    s390x) triplet=s390x-linux-gnu processor=s390x emulator=qemu-s390x folder=s390x-linux-gnu ;;
    *) echo "cross.sh: $1 is none of i386, armhf, s390x, musl" >&2 && return 2 ;;
  esac
}

# A package list of its own for one foreign architecture, and from it the few libraries, without their scripts.
fetch_libraries() {
  local architecture=$1 build=$2 state=$2/apt
  [ ! -e "$build/sysroot/.complete" ] || return 0
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$build/debs" "$build/sysroot"
  : >"$state/status"
  local options=(-qq -o "APT::Architecture=$architecture" -o "APT::Architectures::=$architecture"
    -o "Dir::State::Lists=$state/lists" -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache"
    -o APT::Sandbox::User=root)
  # One of the machine's sources may have nothing for the architecture; what is missing shows at the download.
  apt-get "${options[@]}" update >"$state/log" 2>&1 || true
  (cd "$build/debs" && apt-get "${options[@]}" download libcbor0.8 libcbor-dev libcmocka0 libcmocka-dev libssl3 libssl-dev)
  local package
  for package in "$build"/debs/*.deb; do
    dpkg-deb -x "$package" "$build/sysroot"
  done
  touch "$build/sysroot/.complete"
}

configure() { # BUILD-FOLDER CMAKE-OPTION...
  local build=$1
  shift
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DXK_WERROR=ON -DXK_BUILD_EXAMPLES=OFF "$@" >"$build/log" ||
    { cat "$build/log" && return 1; }
}

# BUILD-FOLDER TESTS: runs those of CTest whose names match, and counts them.
try() {
  local build=$1 tests=$2
  ctest --test-dir "$build" --output-on-failure --no-tests=error -R "$tests" >"$build/log" || { cat "$build/log" && return 1; }
  passed=$(sed -n 's/^100% tests passed, 0 tests failed out of \([0-9]*\)$/\1/p' "$build/log")
}

run_foreign() {
  local architecture=$1
  local triplet processor emulator folder passed
  describe "$architecture"
  "$root/tests/setup.sh" qemu-user "gcc-$triplet" "libc6-dev-$architecture-cross"
  local build=$root/build/cross-$architecture
  fetch_libraries "$architecture" "$build"
  local sysroot=$build/sysroot
  cat >"$build/toolchain.cmake" <<TOOLCHAIN
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR $processor)
set(CMAKE_C_COMPILER $triplet-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR $emulator;-L;/usr/$triplet;-E;LD_LIBRARY_PATH=$sysroot/usr/lib/$folder)
TOOLCHAIN
  export PKG_CONFIG_SYSROOT_DIR=$sysroot PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$folder/pkgconfig
  # With a sysroot, pkg-config leaves out what it takes for system folders of the machine itself.
  export PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
  configure "$build" -DCMAKE_TOOLCHAIN_FILE="$build/toolchain.cmake" \
    -DCMAKE_C_FLAGS="-isystem $sysroot/usr/include/$folder" -DCMAKE_EXE_LINKER_FLAGS="-Wl,-rpath-link,$sysroot/usr/lib/$folder"
  cmake --build "$build"
  file -bL "$build/lib/libxk.so"
  try "$build" '^(unit|fuzz)\.'
  "$emulator" -L "/usr/$triplet" -E "LD_LIBRARY_PATH=$sysroot/usr/lib/$folder" "$build/tests/sim/xk-sim" "$seeds"
  echo "$architecture: built, $passed tests passed, $seeds seeds simulated"
}

# Debian has no libcbor for musl, and its source would be a second way to build one. musl's loader takes the shared
# library that is built for glibc, since what that needs is in both, but for one function of its printing part, which
# libxk never calls. cmocka needs more of glibc, so the unit tests are left out.
run_musl() {
  local build=$root/build/cross-musl passed cbor soname
  "$root/tests/setup.sh" musl-tools
  mkdir -p "$build/include" "$build/shared"
  cp -r /usr/include/cbor /usr/include/cbor.h "$build/include"
  cbor=$(pkg-config --variable=libdir libcbor)/libcbor.so
  soname=$(objdump -p "$cbor" | awk '$1 == "SONAME" { print $2 }')
  cp -L "$cbor" "$build/shared/$soname"
  ln -sf "$soname" "$build/shared/libcbor.so"
  cat >"$build/checked.c" <<'SOURCE'
#include <stdarg.h>
#include <stdio.h>
int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int printed = vfprintf(file, format, args);
    va_end(args);
    return printed;
}
SOURCE
  musl-gcc -c "$build/checked.c" -o "$build/checked.o"
  local link="-L$build/shared"
  configure "$build" -DCMAKE_C_COMPILER=musl-gcc -DXK_BUILD_KMS=OFF -DCMAKE_C_FLAGS="-isystem $build/include" \
    -DCMAKE_SHARED_LINKER_FLAGS="$link" \
    -DCMAKE_EXE_LINKER_FLAGS="$build/checked.o $link -Wl,-rpath,$build/shared,--allow-shlib-undefined,--export-dynamic"
  cmake --build "$build" --target xk xk_static xk-sim replay_xk replay_mikey replay_sip replay_hi2 replay_hi2_encode \
    replay_requester replay_snapshot
  readelf -l "$build/tests/sim/xk-sim" | grep -o '/lib/ld-musl[^]]*'
  try "$build" '^fuzz\.'
  "$build/tests/sim/xk-sim" "$seeds"
  echo "musl: built, $passed tests passed, $seeds seeds simulated"
}

for target in "$@"; do
  echo "== $target"
  if [ "$target" = musl ]; then (run_musl); else (run_foreign "$target"); fi
done
