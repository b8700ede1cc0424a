#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds xk-bench and runs it: libxk beside what a user would build from Debian packages, in one run on one core.
#   tests/bench.sh [--json FILE] [--quick]
set -euo pipefail
invoked_from=$PWD
cd "$(dirname "$0")/.."
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
  --json)
    arguments+=(--json "$(cd "$invoked_from" && realpath -m "$2")")
    shift
    ;;
  *) arguments+=("$1") ;;
  esac
  shift
done
./tests/setup.sh libev-dev libosmocore-dev uthash-dev
cmake -S . -B build/bench -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DXK_BUILD_BENCH=ON -DXK_BUILD_EXAMPLES=OFF >/dev/null
cmake --build build/bench --target xk-bench xk-bench-delivery >build/bench/log || { tail -n 40 build/bench/log; exit 1; }
./build/bench/tests/bench/xk-bench "${arguments[@]}"
case " ${arguments[*]} " in *" --quick "*) quick=--quick ;; *) quick= ;; esac
exec taskset -c 0 ./build/bench/tests/bench/xk-bench-delivery $quick
