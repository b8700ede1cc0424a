#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Looks at the sources with every tool that has something to say: gcc and clang at their highest levels of warnings over
# the whole tree; clang-tidy, cppcheck and gcc's analyzer over lib, include and examples; shellcheck over the scripts.
# A finding is an error. What each is told to leave out stands here or in its own file, with the reason.
set -euo pipefail
cd "$(dirname "$0")/.."
./tests/setup.sh clang-tidy cppcheck shellcheck
jobs=$(nproc)

# quiet FILE COMMAND...: the output only when the command fails.
quiet() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 || { grep -vE '^\[[0-9]+/[0-9]+\]|^/usr/bin/|warnings? generated' "$log" | tail -n 100 && return 1; }
}

# shellcheck source-path=SCRIPTDIR source=analyze/warnings.sh
. tests/analyze/warnings.sh

echo "== gcc: ${#gcc_warnings[@]} warnings"
mkdir -p build/warnings build/analyze build/analyzer
quiet build/warnings/log cmake -S . -B build/warnings -G Ninja -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Release -DXK_WERROR=ON \
  -DCMAKE_C_FLAGS="${gcc_warnings[*]}"
quiet build/warnings/log cmake --build build/warnings -- -k 0

echo "== clang: -Weverything without $((${#clang_warnings[@]} - 1))"
quiet build/analyze/log cmake --preset analyze -DCMAKE_C_FLAGS="${clang_warnings[*]}"
quiet build/analyze/log cmake --build --preset analyze -- -k 0

# The program that the README quotes is strict about its size and not about its layout.
mapfile -t sources < <(git ls-files 'lib/*.c' 'examples/*.c' | grep -v '^examples/host/')
echo "== clang-tidy: ${#sources[@]} files"
quiet build/analyze/log xargs -P "$jobs" -n 1 clang-tidy -p build/analyze --quiet \
  --header-filter="$PWD/(include|lib|examples)/.*" < <(printf '%s\n' "${sources[@]}")

echo "== cppcheck"
quiet build/analyze/log cppcheck --enable=warning,style,performance,portability,information --inconclusive --std=c11 \
  --force --library=posix --library=tests/analyze/cppcheck.cfg --suppressions-list=tests/analyze/cppcheck.suppressions \
  --suppress=missingIncludeSystem --error-exitcode=1 --quiet -Iinclude -Ilib -Iexamples lib include examples

# gcc 12 says of any view that its data may be NULL where its size is not, and of a structure assigned by ?: that it is
# not initialised; of memory and files it finds what is forgotten, freed twice or used after.
echo "== gcc -fanalyzer"
quiet build/analyzer/log cmake -S . -B build/analyzer -G Ninja -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug -DXK_WERROR=ON \
  -DXK_BUILD_TESTS=OFF \
  -DCMAKE_C_FLAGS="-fanalyzer -Wno-analyzer-null-dereference -Wno-analyzer-use-of-uninitialized-value"
quiet build/analyzer/log cmake --build build/analyzer -- -k 0

# Left out: functions that a trap or another function calls, and the backquotes of Markdown.
mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
echo "== shellcheck: ${#scripts[@]} scripts"
shellcheck -x --exclude=SC2317,SC2016 "${scripts[@]}"
echo "analyze: gcc, clang, clang-tidy, cppcheck, gcc -fanalyzer and shellcheck have nothing to say"
