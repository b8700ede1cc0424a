#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Do the tests that tests/conformance names need the functions that it names? Breaks the function of one row after the
# other by an early return (of two answers by both), builds what hangs on it, and sees the row's test fail.
#   tests/conformance.sh [--seed N] [--count N] [--only FILE.md]
# Works on a copy of the tree. A row whose test passes all the same is printed; exit status 1 if there is one.
set -euo pipefail
cd "$(dirname "$0")/.."
./tests/setup.sh
exec nice -n 10 /usr/bin/python3 tests/conformance/break.py "$@"
