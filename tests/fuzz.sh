#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Fuzzes each target with libFuzzer under AddressSanitizer and UndefinedBehaviorSanitizer, two at a time.
#   tests/fuzz.sh [SECONDS [TARGET...]]
set -euo pipefail
seconds=${1:-20}
shift || true
cd "$(dirname "$0")/.."
./tests/setup.sh
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(xk judge mikey sip x2 hi2 hi2_encode collector delivery counters requester snapshot kms)
cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g" -DCMAKE_C_COMPILER=clang \
  -DXK_SANITIZE=address,undefined -DXK_BUILD_FUZZERS=ON -DXK_BUILD_EXAMPLES=OFF >/dev/null
cmake --build build/fuzz >build/fuzz/log || { tail -n 40 build/fuzz/log; exit 1; }

fuzz() {
  local corpus=$1 grown=build/fuzz/corpus-$1
  [ "$1" = kms ] && corpus=mikey
  [ "$1" = judge ] && corpus=xk
  mkdir -p "$grown"
  "build/fuzz/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/finding-$1-" "$grown" "tests/fuzz/corpus/$corpus" >"build/fuzz/$1.out" 2>&1
}
failed=0
while [ ${#targets[@]} -gt 0 ]; do
  pids=()
  batch=("${targets[@]:0:2}")
  targets=("${targets[@]:2}")
  for target in "${batch[@]}"; do
    fuzz "$target" &
    pids+=($!)
  done
  for i in "${!pids[@]}"; do
    if wait "${pids[$i]}"; then
      echo "${batch[$i]}: $(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/${batch[$i]}.out") executions, no finding"
    else
      tail -n 30 "build/fuzz/${batch[$i]}.out"
      echo "${batch[$i]}: FINDING, see build/fuzz"
      failed=1
    fi
  done
done
exit $failed
