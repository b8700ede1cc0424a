#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Plants one bug at a time in a copy of the library and sees whether the simulation, or the named test, finds it.
#   tests/mutations.sh [SEEDS]
# Ends with how many were found; exit status 1 if one was not.
set -euo pipefail
seeds=${1:-5000}
cd "$(dirname "$0")/.."
./tests/setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
git ls-files -z | xargs -0 cp --parents -t "$work/tree"
cmake -S "$work/tree" -B "$work/build" -G Ninja -DXK_BUILD_EXAMPLES=OFF -DXK_BUILD_SHARED=OFF >/dev/null
cmake --build "$work/build" >/dev/null

found=0
missed=0
plant() { # what, file, sed expression, test (empty: the simulation)
  local what=$1 file=$2 expression=$3 test=${4:-}
  cp "$work/tree/$file" "$work/kept"
  sed -i "$expression" "$work/tree/$file"
  if cmp -s "$work/kept" "$work/tree/$file"; then
    echo "NOT PLANTED  $what"
    missed=$((missed + 1))
    return
  fi
  local by
  if ! cmake --build "$work/build" >"$work/log" 2>&1; then
    tail -n 5 "$work/log"
    by="NOT BUILT"
  elif [ -n "$test" ]; then
    if ctest --test-dir "$work/build" -R "^$test\$" >/dev/null 2>&1; then by=; else by=$test; fi
  elif timeout 120 "$work/build/tests/sim/xk-sim" "$seeds" >"$work/out" 2>&1; then
    by=
  else
    by=$(head -n 1 "$work/out")
    by=${by:-a crash, or no end}
  fi
  if [ -n "$by" ] && [ "$by" != "NOT BUILT" ]; then
    echo "found        $what ($by)"
    found=$((found + 1))
  else
    echo "NOT FOUND    $what $by"
    missed=$((missed + 1))
  fi
  cp "$work/kept" "$work/tree/$file"
}

r=lib/requester
plant "the receive buffer is not wiped" $r/receive.c 's/if (status != XK_E_BLOCKED) {/if (status == XK_E_BUSY) {/'
plant "the timer is not disarmed by an answer" $r/receive.c '/xki_timers_disarm(&r->timers, index);/d'
plant "an outcome is offered before it is journalled" $r/outcome.c 's/if (!is_recorded(r, index)) {/if (!is_recorded(r, index) \&\& index > r->fresh) {/'
plant "every offer has a fresh outcome id" $r/outcome.c 's/outcome.id = xki_outcome_id(r, index);/r->callbacks.random(outcome.id.octets, 16, r->user);/'
plant "keys are asked for again from a KMS that does not count" $r/send.c '/^void xki_ask_again/,/^}/{/record->asked = /d}'
plant "a withdrawal ignores the journal" $r/end.c 's/enum xk_status status = xki_journal(r, XK_JOURNAL_ENDED, index);/enum xk_status status = (xki_journal(r, XK_JOURNAL_ENDED, index), XK_OK);/'
plant "a withdrawal stays in the chain of its LIID" $r/end.c '/^enum xk_status xki_withdraw/,/^}/s/xki_chain_remove(r, index);//'
plant "a hold that is being withdrawn is unknown" $r/end.c '/^static enum xk_status find_held/,/^}/s/XK_E_ALREADY/XK_E_UNKNOWN/' unit.handover
plant "the timer never expires" $r/tick.c 's/^        expire(r, index);/        (void)expire;/'
plant "the clock that steps back is believed" $r/core.c 's/if (now_ms >= r->now) {/if (now_ms > 0) {/'
plant "a restore forgets the key of the fingerprints" $r/restore.c '/r->hash_key.k0 = xki_frame_value/d'
plant "a snapshot forgets what the host holds" $r/journal.c 's/write_decided(w, r, r->held_list.first, now);//'
plant "an acknowledged outcome stays in its chain" $r/outcome.c '0,/if ((slot->flags & XKI_FLAG_CHAINED) != 0) {/s//if ((slot->flags \& XKI_FLAG_CHAINED) > 0xff) {/'
plant "the count of owed outcomes is not lowered" $r/outcome.c '0,/^    r->owed--;/s///'
plant "keys outside the exchange are delivered" $r/receive.c 's/r->results\[i\] = answer->sessions\[at\];/r->results[i] = answer->sessions[answer->session_count - 1];/'
plant "late keys follow a failure that is owed" $r/receive.c 's/if (state == XKI_OWED || state == XKI_HELD) {/if (state == XKI_HELD) {/'
plant "other keys may follow blocked ones" $r/receive.c 's/ && fingerprint != xki_record(r, index)->fingerprint) {/ \&\& fingerprint == 0) {/'
plant "the list of free slots is cut" $r/end.c 's/slot->next = r->free_first;/slot->next = XKI_NO_SLOT;/'
plant "who inherits a shared query is not found by its id" $r/share.c '/^static void replace_first/,/^}/{/&r->ids/d}'
plant "a shared query ends with the warrant that sent it" $r/share.c 's/^        xki_share_carry(r, at);/        (void)at;/' unit.share
plant "an answer is given to one of two warrants" $r/receive.c 's/r->share_cursor = xki_share_next(r, index);/r->share_cursor = XKI_NO_SLOT;/' unit.share
plant "the relation to the target is not checked" lib/responder/relation.c 's/XK_FAILURE_NOT_TARGET/XK_FAILURE_NONE/' unit.relation
plant "the requester has no timer" $r/submit.c 's/uint64_t timeout = request->timeout != 0 ? request->timeout : r->config.timeout;/uint64_t timeout = XK_NEVER;/' unit.requester
plant "sequence numbers are not checked" lib/hi2/ps_sequence.c 's/return ahead == 0 ? XK_OK : XK_E_SEQUENCE;/return XK_OK;/' unit.ps_pdu
echo "$found found, $missed not"
[ "$missed" -eq 0 ]
