#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Lets Spin search every state of the model; then the same without the store's fence, to see that it finds the fault.
set -euo pipefail
model=$(cd "$(dirname "$0")" && pwd)/requester.pml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

search() { # prints the number of errors
  spin -a "$1" >/dev/null
  gcc -O1 -w -DSAFETY -o pan pan.c
  ./pan >out
  sed -n 's/.*errors: \([0-9]*\).*/\1/p' out
}
errors=$(search "$model")
states=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' out)
[ "$errors" = 0 ] || { cat out; exit 1; }
sed 's/:: epoch < journal_epoch -> ok = false/:: false -> ok = false/' "$model" >unfenced.pml
errors=$(search "$PWD/unfenced.pml")
[ "$errors" != 0 ] || { echo "without the fence nothing was found"; exit 1; }
echo "$states states, no error; without the fence, one is found"
