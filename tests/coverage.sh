#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Which lines, branches and conditions (MC/DC) of lib/ the tests reach, counted by clang in the terms of the source.
#   tests/coverage.sh [-R TESTS] [PATH...]
# With PATHs (lib/hi2, lib/kms/open.c) it also lists what is missing there; -R runs only some of ctest's tests.
# Ends with "lines: N% branches: N%", and exits with 1 if one of them falls short of its bound.
set -euo pipefail
cd "$(dirname "$0")/.."
tests=.
if [ "${1:-}" = -R ]; then
  tests=$2
  shift 2
fi
./tests/setup.sh clang-19 llvm-19 libclang-rt-19-dev
build=$PWD/build/coverage
cmake --preset coverage >/dev/null
programs() {
  find "$build/tests" "$build/examples" -type f -executable ! -name '*.*' ! -path '*/CMakeFiles/*' "$@"
}
programs -delete # what no target makes any more would count with lines of long ago
cmake --build "$build" >"$build/log" 2>&1 || { tail -n 40 "$build/log"; exit 1; }

rm -rf "$build/profiles"
mkdir "$build/profiles"
export LLVM_PROFILE_FILE="$build/profiles/%8m.profraw"
# What these look at is not what runs.
ctest --test-dir "$build" -R "$tests" -E '^(style|abi|consumer|model)\.|^sim\.seeds$' --output-on-failure \
  >"$build/ctest.log" || { tail -n 40 "$build/ctest.log"; exit 1; }
if [ "$tests" = . ]; then
  "$build/tests/sim/xk-sim" 1000 1 >"$build/sim.log"
fi
llvm-profdata-19 merge -sparse -o "$build/profile" "$build"/profiles/*.profraw
objects=()
while IFS= read -r program; do
  objects+=(-object "$program")
done < <(programs)
llvm-cov-19 export "${objects[@]}" -instr-profile="$build/profile" -skip-expansions >"$build/coverage.json" 2>"$build/llvm-cov.log"
exec /usr/bin/python3 tests/coverage/report.py "$build/coverage.json" "$@"
