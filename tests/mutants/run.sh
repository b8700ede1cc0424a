#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Which faults the tests would not see: random single mutants of lib/, each built and run against the tests.
#   tests/mutants/run.sh [--seed N] [--count N] [--each] [--operator NAME] [--max-survivors N] [--verbose]
#     [--again LOG] [--folder DIR] [ROOM...]
# ROOM is a folder of lib/, or one file in it; --each takes the count for each room, --count 0 all that there are.
# A mutant is killed by the unit and fault tests, the room's own first, or by a few seeds of the simulation. One that
# survives is printed, ready for equivalent.txt if no test can tell the difference. --again tries only
# what survived according to the output of an earlier run. Works on a copy of the tree, which stays in build/mutants so
# that the next run builds only what has changed; two runs in one folder wait for each other.
# Ends with a table and "total: N% of M killed"; exit status 1 above --max-survivors, or with over 5% equivalent.
set -euo pipefail
cd "$(dirname "$0")/../.."
./tests/setup.sh
exec nice -n 10 /usr/bin/python3 tests/mutants/run.py --jobs "$(nproc)" "$@"
