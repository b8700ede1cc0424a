#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what is missing, fuzzes each target for ten seconds, and builds libxk and runs every test three times: with
# clang and with gcc at the highest level of their warnings, which are errors, and under AddressSanitizer and
# UndefinedBehaviorSanitizer. Before that, 40 mutants, other ones
# for each commit, of which at most five may survive.
set -euo pipefail
cd "$(dirname "$0")/.."

./tests/setup.sh shellcheck
# shellcheck source-path=SCRIPTDIR source=analyze/warnings.sh
. tests/analyze/warnings.sh

check() {
  local name=$1 compiler=$2
  shift 2
  echo "== $name"
  cmake -S . -B "build/$name" -G Ninja -DCMAKE_C_COMPILER="$compiler" -DXK_WERROR=ON "$@" >/dev/null
  cmake --build "build/$name"
  ctest --test-dir "build/$name" --output-on-failure --no-tests=error -j "$(nproc)"
}

echo "== shellcheck"
git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck -x --exclude=SC2317,SC2016

echo "== fuzzing, 10 seconds a target"
./tests/fuzz.sh 10

echo "== mutants"
seed=$((16#$(git rev-parse --short=8 HEAD)))
./tests/mutants/run.sh --seed "$seed" --count 40 --max-survivors 5

check clang clang -DCMAKE_C_FLAGS="${clang_warnings[*]}"
check sanitizers gcc -DCMAKE_BUILD_TYPE=Debug -DXK_SANITIZE=address,undefined
check gcc gcc -DCMAKE_C_FLAGS="${gcc_warnings[*]}"
