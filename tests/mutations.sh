#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Plants one bug at a time in a copy of the library and sees whether the simulation, or the named test, finds it.
#   tests/mutations.sh [SEEDS [WHAT]]  each bug, or those of which WHAT is told: by which seed and rule, or by which test,
#                                      it is found
#   tests/mutations.sh --check         only whether each bug can still be planted: in one place, where today's source has it
# Ends with how many were found; exit status 1 if one was not, 2 if one can be planted no more: then nothing is run.
set -euo pipefail
seeds=${1:-5000}
wanted=${2:-}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# what; file; sed expression that changes one line; test (else the simulation)
plants=()
plant() {
  plants+=("$1" "$2" "$3" "${4:-}")
}
r=lib/requester
plant "the receive buffer is not wiped" $r/receive.c \
  's/if (status != XK_E_BLOCKED) {/if (status == XK_E_BUSY) {/'
plant "the timer is not disarmed by an answer" $r/table.c \
  's/\(\[XKI_RQ_ANSWER_KEYS\] = TO(XKI_RQ_OFFERED, XKI_RQ_LEAVES\) | XKI_RQ_STOPS)/\1)/'
plant "an outcome is offered before it is journalled" $r/decide.c \
  '/^bool xki_rq_offer_failure/,/^}/s/if (!is_recorded(r, index)) {/if (!is_recorded(r, index) \&\& r->fenced) {/'
plant "every offer has a fresh outcome id" $r/offer.c \
  's/outcome->id = xki_rq_outcome_id(r, index);/r->callbacks.random(outcome->id.octets, 16, r->user);/'
plant "keys are asked for again from a KMS that does not count" $r/ask.c \
  's/^    count_attempt(r, index);/    if (xki_rq_state(r, index) == XKI_RQ_ASKED) count_attempt(r, index);/'
plant "a withdrawal ignores the journal" $r/end.c \
  's/= xki_rq_journal(r, XK_JOURNAL_ENDED, index);/= (xki_rq_journal(r, XK_JOURNAL_ENDED, index), XK_OK);/'
plant "a withdrawal stays in the chain of its LIID" $r/end.c \
  '/^enum xk_status xki_rq_withdraw/,/^}/s/xki_rq_step_out(r, index);//'
plant "a hold that is being withdrawn is unknown" $r/end.c \
  '/^static enum xk_status find_held/,/^}/s/XK_E_ALREADY/XK_E_UNKNOWN/' unit.handover
plant "the timer never expires" $r/tick.c \
  's/expire(r, index, XK_CAUSE_TIMER_EXPIRED);/(void)expire;/'
plant "the clock that steps back is believed" $r/call.c \
  's/if (now_ms >= r->now) {/if (now_ms > 0) {/'
plant "a restore forgets the key of the fingerprints" $r/revive.c \
  's/r->hash_key = d->key;//'
plant "a snapshot forgets what the host holds" $r/snapshot.c \
  's/uint32_t i = xki_rq_offer_first_held(r);/uint32_t i = XKI_RQ_NONE;/'
plant "an acknowledged outcome stays in its chain" $r/decide.c \
  '/^void xki_rq_acknowledged/,/^}/s/xki_rq_step_out(r, index);//'
plant "the count of owed outcomes is not lowered" $r/call.c \
  's/r->in_state\[slot->state\]--;/r->in_state[slot->state] -= !xki_rq_is_owed(xki_rq_state(r, index));/'
plant "keys outside the exchange are delivered" $r/receive.c \
  's/r->results\[i\] = answer->sessions\[at\];/r->results[i] = answer->sessions[answer->session_count - 1];/'
plant "late keys follow a failure that is owed" $r/receive.c \
  's/if (state == XKI_RQ_OWED || state == XKI_RQ_HELD) {/if (state == XKI_RQ_HELD) {/'
plant "other keys may follow blocked ones" $r/receive.c \
  's/if (state == XKI_RQ_BLOCKED \&\& !same) {/if (state == XKI_RQ_BLOCKED \&\& in->fingerprint == 0) {/'
plant "the list of free slots is cut" $r/core.c \
  's/slot->link.free = r->free_first;/slot->link.free = XKI_RQ_NONE;/'
plant "who inherits a shared query is not found by its id" $r/call.c \
  's/xki_idmap_replace(&r->ids, .*);/(void)heir;/'
plant "a shared query ends with the warrant that sent it" $r/call.c \
  '/^bool xki_rq_move/,/^}/s/xki_rq_carry(r, other);/(void)other;/' unit.share
plant "an answer is given to one of two warrants" $r/receive.c \
  '/^static enum xk_status give_to_all/,/^}/s/^        index = xki_rq_share_next(r, group);/        index = XKI_RQ_NONE;/' \
  unit.share
plant "the relation to the target is not checked" lib/exchange/relation.c \
  's/XK_FAILURE_NOT_TARGET/XK_FAILURE_NONE/' unit.relation
plant "the requester has no timer" $r/submit.c \
  's/xki_rq_wait_start(r, index, .*);/xki_rq_wait_start(r, index, XK_NEVER, XK_NEVER);/' unit.requester
plant "sequence numbers are not checked" lib/hi2/ps_sequence.c \
  's/return ahead == 0 ? XK_OK : XK_E_SEQUENCE;/return XK_OK;/' unit.ps_stream

refused=0
for ((i = 0; i < ${#plants[@]}; i += 4)); do
  changed=$(sed "${plants[i + 2]}" "${plants[i + 1]}" | diff "${plants[i + 1]}" - | grep -c '^<' || true)
  if [ "$changed" -ne 1 ]; then
    echo "NOT PLANTED  ${plants[i]}: $changed lines of ${plants[i + 1]} are such, not one"
    refused=$((refused + 1))
  fi
done
if [ "$refused" -ne 0 ]; then
  echo "$refused of $((${#plants[@]} / 4)) bugs fit today's source no more: plant them anew, by their meaning" >&2
  exit 2
fi
if [ "$seeds" = --check ]; then
  echo "$((${#plants[@]} / 4)) bugs can be planted"
  exit 0
fi

./tests/setup.sh
mkdir "$work/tree"
git ls-files -z | xargs -0 cp --parents -t "$work/tree"
cmake -S "$work/tree" -B "$work/build" -G Ninja -DXK_BUILD_EXAMPLES=OFF -DXK_BUILD_SHARED=OFF >/dev/null

build() { # the simulation, or the test's program
  cmake --build "$work/build" --target "$([ -n "$1" ] && echo "test_${1#unit.}" || echo xk-sim)" >"$work/log" 2>&1
}

# By whom the bug that is planted now is found: nothing if by nobody.
find_it() { # test
  if ! build "$1"; then
    tail -n 5 "$work/log" >&2
  elif [ -n "$1" ]; then
    if ! ctest --test-dir "$work/build" -R "^$1\$" --timeout 120 >"$work/out" 2>&1; then echo "$1"; fi
  elif ! timeout 300 "$work/build/tests/sim/xk-sim" "$seeds" -j 2 >"$work/out" 2>&1; then
    head -n 1 "$work/out" | grep . || echo "a crash, or no end"
  fi
}

# What fails without a bug finds nothing.
for test in '' $(printf '%s\n' "${plants[@]}" | grep '^unit\.' | sort -u); do
  by=$(find_it "$test")
  [ -z "$by" ] || { echo "found without a bug: $by"; exit 1; }
done

found=0
missed=0
for ((i = 0; i < ${#plants[@]}; i += 4)); do
  [[ ${plants[i]} == *"$wanted"* ]] || continue
  file=${plants[i + 1]}
  cp "$work/tree/$file" "$work/kept"
  sed -i "${plants[i + 2]}" "$work/tree/$file"
  by=$(find_it "${plants[i + 3]}")
  if [ -n "$by" ]; then
    echo "found        ${plants[i]} ($by)"
    found=$((found + 1))
  else
    echo "NOT FOUND    ${plants[i]}"
    missed=$((missed + 1))
  fi
  cp "$work/kept" "$work/tree/$file"
done
echo "$found found, $missed not"
[ "$missed" -eq 0 ]
