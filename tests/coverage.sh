#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Which lines and branches of lib/ the tests reach. Ends with "lines: N% branches: N%".
set -euo pipefail
cd "$(dirname "$0")/.."
./tests/setup.sh gcovr
cmake -S . -B build/coverage -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS="--coverage" \
  -DXK_BUILD_SHARED=OFF >/dev/null
cmake --build build/coverage >build/coverage/log || { tail -n 40 build/coverage/log; exit 1; }
find build/coverage -name '*.gcda' -delete
ctest --test-dir build/coverage --output-on-failure >build/coverage/ctest.log || { tail -n 40 build/coverage/ctest.log; exit 1; }
gcovr --root . --filter 'lib/' --exclude-throw-branches --txt build/coverage/report --json-summary build/coverage/sum \
  build/coverage >/dev/null 2>&1
sed -n '/^lib/p' build/coverage/report
/usr/bin/python3 -c 'import json; s = json.load(open("build/coverage/sum")); print("lines: %s%% branches: %s%%" % (s["line_percent"], s["branch_percent"]))'
