#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the libraries and the unit tests for 32-bit and for big-endian machines with Debian's cross compilers and runs
# the tests under qemu-user: i386, armhf, s390x, or those of the arguments. The foreign libraries that the tests need are
# unpacked into the build folder; the machine's own list of architectures is not touched.
#   cross.sh [i386] [armhf] [s390x]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
[ $# -gt 0 ] || set -- i386 armhf s390x

# Debian's name of the architecture -> triplet, CMake's processor, qemu.
describe() {
  case $1 in
    i386) triplet=i686-linux-gnu processor=i686 emulator=qemu-i386 folder=i386-linux-gnu ;;
    armhf) triplet=arm-linux-gnueabihf processor=arm emulator=qemu-arm folder=arm-linux-gnueabihf ;;
    s390x) triplet=s390x-linux-gnu processor=s390x emulator=qemu-s390x folder=s390x-linux-gnu ;;
    *) echo "cross.sh: $1 is none of i386, armhf, s390x" >&2 && return 2 ;;
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
  apt-get "${options[@]}" update
  (cd "$build/debs" && apt-get "${options[@]}" download libcbor0.8 libcbor-dev libcmocka0 libcmocka-dev libssl3 libssl-dev)
  local package
  for package in "$build"/debs/*.deb; do
    dpkg-deb -x "$package" "$build/sysroot"
  done
  touch "$build/sysroot/.complete"
}

run() {
  local architecture=$1
  local triplet processor emulator folder
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
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$build/toolchain.cmake" -DCMAKE_BUILD_TYPE=Release \
    -DXK_WERROR=ON -DXK_BUILD_EXAMPLES=OFF -DCMAKE_C_FLAGS="-isystem $sysroot/usr/include/$folder" \
    -DCMAKE_EXE_LINKER_FLAGS="-Wl,-rpath-link,$sysroot/usr/lib/$folder" >/dev/null
  cmake --build "$build"
  ctest --test-dir "$build" --output-on-failure --no-tests=error -R '^unit\.'
  file -bL "$build/lib/libxk.so"
}

for architecture in "$@"; do
  echo "== $architecture"
  (run "$architecture")
done
