#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what is missing, builds libxk with gcc and clang, warnings being errors, and runs every test; then
# once more under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."

./tests/setup.sh

check() {
  local name=$1 compiler=$2
  shift 2
  echo "== $name"
  cmake -S . -B "build/$name" -G Ninja -DCMAKE_C_COMPILER="$compiler" -DXK_WERROR=ON "$@" >/dev/null
  cmake --build "build/$name"
  ctest --test-dir "build/$name" --output-on-failure --no-tests=error
}

echo "== fuzzing, 20 seconds a target"
./tests/fuzz/run.sh 20

check clang clang
check sanitizers gcc -DCMAKE_BUILD_TYPE=Debug -DXK_SANITIZE=address,undefined
check gcc gcc
