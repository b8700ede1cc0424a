#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Lets Spin search every state of the model, for assertions, for ends that are none, and for cycles; then the same with
# one error planted at a time, of which each must be found. Takes some minutes.
#   tests/model/run.sh [--quick]   quick: fewer attempts, no cycles, no planted errors
set -euo pipefail
model=$(cd "$(dirname "$0")" && pwd)/requester.pml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

search() { # what, model, attempts, -DSAFETY or -DNP: leaves errors, states and depth
  spin -a -DMAX_ATTEMPTS="$3" "$2" >/dev/null
  gcc -O2 -w "$4" -DCOLLAPSE -DMEMLIM=4000 -o pan pan.c
  local cycles=()
  [ "$4" = -DSAFETY ] || cycles=(-l)
  ./pan -m1000000 "${cycles[@]}" >out
  errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' out)
  states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' out)
  depth=$(sed -n 's/.*depth reached \([0-9]*\).*/\1/p' out)
  if [ -z "$errors" ] || grep -q 'max search depth too small\|out of memory' out; then
    cat out
    exit 1
  fi
  echo "$1: $states states, depth $depth, errors $errors"
}

if [ "${1:-}" = --quick ]; then
  search "three attempts" "$model" 3 -DSAFETY
  exit "$errors"
fi
for attempts in 3 4; do
  search "$attempts attempts" "$model" $attempts -DSAFETY
  [ "$errors" = 0 ] || exit 1
done
search "cycles, 4 attempts" "$model" 4 -DNP
[ "$errors" = 0 ] || exit 1

planted=0
plant() { # what, sed expression, -DSAFETY or -DNP
  sed "$2" "$model" >planted.pml
  if cmp -s "$model" planted.pml; then
    echo "NOT PLANTED: $1"
    exit 1
  fi
  search "planted: $1" planted.pml 4 "$3"
  [ "$errors" != 0 ] || { echo "NOT FOUND: $1"; exit 1; }
  grep -m 1 '^pan:[0-9]*:' out | sed 's/ (at depth.*//; s/^/  /'
  planted=$((planted + 1))
}
plant "the store takes the records of an old instance" 's/:: !fenced \&\& epoch < journal_epoch -> fenced = true/:: false -> skip/' -DSAFETY
plant "a restore forgets a decision on keys" 's/(decided\[i\] != NONE -> BLOCKED : READY)/READY/' -DSAFETY
plant "a restore forgets a failure" 's/(decided\[i\] == FAILURE -> OWED : /(decided[i] == FAILURE -> READY : /' -DSAFETY
plant "a restore forgets who gave the keys" 's/^        by\[0\] = answerer\[0\];/        by[0] = 0;/' -DSAFETY
plant "other keys follow those that are blocked" 's/state\[i\] == BLOCKED \&\& got == decided\[i\]/state[i] == BLOCKED \&\& got >= KEYS/' -DSAFETY
plant "UNAVAILABLE decides while a KMS may still answer" 's/state\[i\] == SPENT \&\& !may_answer(i) \&\& owes/state[i] == SPENT \&\& owes/' -DSAFETY
plant "UNAVAILABLE decides while the other one asks" 's/!may_answer(i) \&\& owes_nothing(1 - i) ->/!may_answer(i) ->/' -DSAFETY
plant "nobody asks for the one that shares" '/got == NONE \&\& state\[[01]\] == SHARING \&\& !asks/d' -DSAFETY
plant "a fail-over stays queued when the call returns" 's/:: state\[0\] == READY -> send(0)/:: false -> skip/' -DSAFETY
plant "no more is sent after one round" 's/:: attempts\[i\] == MAX_ATTEMPTS -> state/:: tried[i] == ALL -> state/; s/attempts\[i\] < MAX_ATTEMPTS \&\& tried\[i\] == ALL/false/' -DSAFETY
plant "who sends nothing more has no deadline" 's/calm \&\& pends(i) -> decide(i, FAILURE, 0)/calm \&\& asks(i) -> decide(i, FAILURE, 0)/' -DSAFETY
plant "who shares has neither patience nor deadline" 's/asks_on \&\& state\[i\] == SHARING/false/; s/calm \&\& pends(i) -> decide(i, FAILURE, 0)/calm \&\& asks(i) -> decide(i, FAILURE, 0)/' -DSAFETY
plant "an outcome is refused for ever" 's/:: refusals < REFUSALS -> refusals++;/:: true ->/' -DNP
echo "$planted planted errors, all found"
