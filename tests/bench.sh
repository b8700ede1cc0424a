#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds xk-bench and runs it: libxk beside what a user would build from Debian packages, in one run on one core.
#   tests/bench.sh [--json FILE] [--quick]
set -euo pipefail
invoked_from=$PWD
cd "$(dirname "$0")/.."
arguments=()
json=
while [ $# -gt 0 ]; do
  case $1 in
  --json)
    json=$(cd "$invoked_from" && realpath -m "$2")
    shift
    ;;
  *) arguments+=("$1") ;;
  esac
  shift
done
./tests/setup.sh libev-dev libosmocore-dev uthash-dev
cmake -S . -B build/bench -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DXK_BUILD_BENCH=ON -DXK_BUILD_EXAMPLES=OFF >/dev/null
programs=(xk-bench xk-bench-kms xk-bench-collector xk-bench-delivery)
cmake --build build/bench --target "${programs[@]}" >build/bench/log || { tail -n 40 build/bench/log; exit 1; }
for program in "${programs[@]}"; do
  echo "== $program"
  taskset -c 0 "./build/bench/tests/bench/$program" "${arguments[@]}" --json "build/bench/$program.json"
done
# The keys of all programs in one object.
[ -z "$json" ] || python3 - "$json" "${programs[@]/#/build/bench/}" <<'PYTHON'
import json, sys
keys = {}
for name in sys.argv[2:]:
    with open(name + '.json') as f:
        keys.update(json.load(f))
with open(sys.argv[1], 'w') as f:
    json.dump(keys, f, indent=2)
    f.write('\n')
PYTHON
