#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# xk-load against KMSs that answer, refuse, stall, keep silent, answer wrongly, or go away; and what it says of each.
#   load.sh PROGRAMS SOURCE PYTHON
set -euo pipefail
programs=$1
source=$2
python=$3
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls"
"$source/examples/certificates.sh" "$work/tls" kms1:server kms2:server kms3:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key")
for call in 1 2; do
  "$programs/xk-ue" --out "$work/calls/call-$call" --ticket-key "$work/ticket.key" --from "sip:alice-$call@example.com" \
    --to sip:bob@example.com --answered-by sip:carol@example.com --sessions 2 >/dev/null
done
kms() { # name, further options
  local name=$1
  shift
  start "$name" "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name "$name" --peer df2 \
    --ticket-key "$work/ticket.key" "$@"
}
kms kms1
kms kms2 --silent
kms1="kms1=127.0.0.1:$(port_of kms1)"
kms2="kms2=127.0.0.1:$(port_of kms2)"
made_up=(--make-up 3 --ticket-key "$work/ticket.key")

load() { # expected status, option...
  local expected=$1 status=0
  shift
  timeout 60 "$programs/xk-load" --tls "$work/tls" --json "$work/json" "$@" >"$work/text" 2>"$work/err" || status=$?
  [ "$status" -eq "$expected" ] || fail "status $status instead of $expected of $*: $(cat "$work/err" "$work/text")"
}
check() { # expression...
  "$python" "$source/tests/endtoend/check_load.py" "$work/json" "$@" || fail "the result of the run before"
}

load 0 --kms "$kms1" "${made_up[@]}" --connections 3 --window 4 --count 200
check "sent == 200" "keys == 200" "latency_from == 'sent'" "not interrupted"
load 0 --kms "$kms1" --calls "$work/calls" --rate 300 --duration 1 --timeout 20000
check "sent == 300" "keys == 300" "latency_from == 'intended'" "seconds >= 0.99"
grep -q '^  with keys  *300$' "$work/text" || fail "the text does not tell the keys"

# Refused, with the reason: bob was dialled and somebody else answered.
load 1 --kms "$kms1" --calls "$work/calls" --target sip:bob@example.com --count 10
check "refused == 10" "refusals == {'target-only-dialled': 10}" "errors == 10"
grep -q '^    target-only-dialled  *10$' "$work/text" || fail "the text does not tell the reason"

# A KMS that takes everything and answers nothing.
load 1 --kms "$kms2" "${made_up[@]}" --window 8 --count 20 --timeout 200
check "timeouts == 20" "errors == 20" "answered == 0"
load 1 --kms "$kms2" "${made_up[@]}" --window 5 --rate 100 --duration 1 --timeout 300
check "timeouts == sent" "not_sent + sent == 100" "not_sent > 0"

# A stall of 600 ms in a run of 2 s concerns three requests in ten, though only four can be under way: their latency
# counts from when they were meant to be sent.
start stalled timeout 60 "$programs/xk-load" --tls "$work/tls" --json "$work/json" --kms "$kms1" "${made_up[@]}" \
  --window 4 --rate 200 --duration 2 --timeout 20000
runs() { grep -q ' 1 s ' "$work/$1.err"; }
wait_for "a second of load" runs stalled
kill -STOP "${pids[kms1]}"
sleep 0.6
kill -CONT "${pids[kms1]}"
wait "${pids[stalled]}" || fail "the stalled run ended with status $?"
check "keys == 400" "latency_us['max'] > 500000" "latency_us['p90'] > 100000"

# Ctrl-C.
start interrupted "$programs/xk-load" --tls "$work/tls" --json "$work/json" --kms "$kms1" "${made_up[@]}" --duration 100
wait_for "a second of load" runs interrupted
stop interrupted INT || fail "an interrupted run ended with status $?"
check "interrupted" "keys > 0" "errors == 0" "seconds < 50"
grep -q 'interrupted' "$work/interrupted.log" || fail "the text does not tell that it was interrupted"

# Wrong answers: malformed; twice; and to nothing that was asked, so that the question waits in vain.
start kms3 "$python" "$source/tests/endtoend/wrong_kms.py" "$work/tls" kms3
load 1 --kms "kms3=127.0.0.1:$(port_of kms3)" "${made_up[@]}" --window 1 --count 3 --timeout 300
check "malformed == 1" "refusals == {'policy': 1}" "unmatched == 2" "timeouts == 1" "errors == 5"

# The KMS goes away in mid-run and does not come back; and one that was never there.
start abandoned "$programs/xk-load" --tls "$work/tls" --json "$work/json" --kms "$kms2" "${made_up[@]}" --count 1000 \
  --timeout 1000
before=$(grep -c 'get_keys that is not answered' "$work/kms2.log")
more() { [ "$(grep -c 'get_keys that is not answered' "$work/kms2.log")" -gt "$before" ]; }
wait_for "the first request" more
stop kms2 KILL 2>/dev/null || true
status=0
wait "${pids[abandoned]}" || status=$?
[ "$status" -eq 1 ] || fail "the abandoned run ended with status $status"
check "connections_lost == 1" "lost + timeouts == sent" "lost > 0"
load 1 --kms "$kms2" "${made_up[@]}" --count 1
grep -q 'no connection to the KMS: the connection broke: Connection refused' "$work/err" || fail "an unclear error"

# Usage, and the manual.
load 2 --kms "$kms1"
load 2 --kms "$kms1" "${made_up[@]}" --rate many
load 2 --kms "$kms1" "${made_up[@]}" --speed 1
"$programs/xk-load" --help >"$work/help"
grep -q 'coordinated$' "$work/help" || fail "--help does not tell of coordinated omission"
page=$source/examples/load/xk-load.1
while read -r name; do
  grep -q -F -- "\\fB${name//-/\\-}\\fR" "$page" || fail "the man page does not know $name"
done < <(grep -o '^  --[a-z-]*' "$work/help")
said=$(groff -K utf8 -man -ww -z "$page" 2>&1)
[ -z "$said" ] || fail "$said"
stop kms1 TERM
