#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The deterministic simulation: tests/sim.sh [SEEDS [FIRST]]
set -euo pipefail
seeds=${1:-10000}
first=${2:-1}
cd "$(dirname "$0")/.."
./tests/setup.sh
cmake -S . -B build/sim -G Ninja -DXK_BUILD_EXAMPLES=OFF >/dev/null
cmake --build build/sim --target xk-sim >build/sim/log || { tail -n 40 build/sim/log; exit 1; }
exec ./build/sim/tests/sim/xk-sim "$seeds" "$first"
