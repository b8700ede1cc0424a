#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# xk-df2 with a state folder, killed again and again while its LEMF is away, dies in mid-record, comes back: no number is
# used for two records, none stays empty, SIP records come from the state, and keys are asked for again.
#   restart.sh PROGRAMS SOURCE PYTHON
set -euo pipefail
programs=$1
source=$2
python=$3
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls" "$work/store" "$work/state"
"$source/examples/certificates.sh" "$work/tls" kms1:server lemf:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key" && openssl rand -hex 32 >"$work/state.key" &&
  openssl rand -hex 32 >"$work/store.key")
"$programs/xk-ue" --out "$work/calls/call" --ticket-key "$work/ticket.key" --from sip:alice@example.com \
  --to sip:bob@example.com >/dev/null
{
  warrant LI-0001 sip:alice@example.com kms1 eps
  warrant LI-0002 sip:bob@example.com kms1 umts
} >"$work/warrants.yaml"

start kms1 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/ticket.key"
lemf() { # port
  start lemf "$programs/xk-lemf" --listen "127.0.0.1:$1" --tls "$work/tls" --store "$work/store" --store-key "$work/store.key"
  wait_for "the LEMF" says_port lemf
}
lemf 0
lemf=$(port_of lemf)
lemf_dies() {
  stop lemf KILL 2>/dev/null || true
  lemf_lives=$((${lemf_lives:-0} + 1))
  mv "$work/lemf.log" "$work/lemf-$lemf_lives.log"
  : >"$work/lemf.log"
}
kms1="kms1=127.0.0.1:$(port_of kms1)"
lives=0
df2() { # another life
  lives=$((lives + 1))
  start "df2-$lives" "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" --kms "$kms1" \
    --lemf "lemf=127.0.0.1:$lemf" "${soon[@]}" --hep 127.0.0.1:0 --state "$work/state" --state-key "$work/state.key" \
    --timeout 20000
  wait_for "life $lives of the DF2/MF" grep -q '^READY' "$work/df2-$lives.log"
}
die() {
  stop "df2-$lives" KILL 2>/dev/null || true
}
calls=0
feed() { # how many further calls
  local files=() i kind
  for i in $(seq $((calls + 1)) $((calls + $1))); do
    for kind in invite ok; do
      sed "s/^Call-ID: /&$i-/" "$work/calls/call.$kind" >"$work/calls/$i.$kind"
      files+=("$work/calls/$i.$kind")
    done
  done
  calls=$((calls + $1))
  "$python" "$source/tests/endtoend/mirror.py" hep-tcp "$(sed -n 's/^HEP PORT //p' "$work/df2-$lives.log")" 192.0.2.10 \
    "${files[@]}"
}
asked() { # every exchange so far has been asked for at least once, by the two warrants
  [ "$(cat "$work"/df2-*.log | grep -c 'exchange found')" -ge $((2 * calls)) ]
}
held() { # how many calls of a LIID are whole
  "$programs/xk-lemf" --print --store "$work/store" --store-key "$work/store.key" >"$work/held" 2>"$work/print.err" || return 1
  [ ! -s "$work/print.err" ] || ! grep -q -v '^warning:' "$work/print.err" || fail "$(cat "$work/print.err")"
  [ "$(records "$1" "$work/held" | grep -c -x 'INVITE 200 KEYS,keys=1,failure=0')" -eq "$2" ]
}
all_held() { held LI-0001 $calls && held LI-0002 $calls; }
no_gap() {
  if cat "$work"/lemf*.log "$work/held" | grep -E 'ANOTHER|GAP: ' >"$work/found"; then
    fail "$1: $(cat "$work/found")"
  fi
}

df2
feed 5
wait_for "the first calls" all_held

# The LEMF dies, and again each time in the middle of a record; the DF2/MF dies between, with what it owes.
lemf_dies
feed 10
wait_for "the questions" asked
for octets in 2800 4100 7300; do
  die
  lemf 0
  "$python" "$source/tests/endtoend/cut.py" "$lemf" "$(port_of lemf)" $octets &
  relay=$!
  df2
  wait $relay || fail "the LEMF did not die after $octets octets"
  lemf_dies
done
lemf "$lemf"
wait_for "what was owed" all_held
no_gap "a number was lost or used twice"

# Killed at any moment while it works. What it had not read is lost with it; what it had begun to deliver is not.
for pause in 0.00 0.02 0.04 0.06 0.10 0.15; do
  before=$calls
  feed 4
  sleep $pause
  die
  df2
  calls=$before
  feed 4
  wait_for "the questions of life $lives" asked # what has not settled is lost with the next life
done
settled() {
  "$programs/xk-lemf" --print --store "$work/store" --store-key "$work/store.key" >"$work/held" 2>/dev/null
  ! grep -q 'GAP: ' "$work/held"
}
wait_for "numbers without a hole" settled
if grep -q ANOTHER "$work"/lemf*.log; then
  fail "a number was used twice"
fi
keys() {
  settled
  for liid in LI-0001 LI-0002; do
    [ "$(records $liid "$work/held" | grep -c 'KEYS,keys=1,failure=0')" -ge $calls ] || return 1
  done
}
wait_for "the keys of each call" keys

# When the last is acknowledged nothing is owed, and what it wrote last is all that the next life finds.
owes_nothing() {
  stop "df2-$lives" TERM || fail "the DF2/MF ended with status $?"
  df2
  grep -q 'restored: 0 request(s), 0 record(s) owed' "$work/df2-$lives.log"
}
for _ in $(seq 20); do
  owes_nothing && break
  sleep 0.5
done
owes_nothing || fail "$(grep restored "$work/df2-$lives.log")"
stop "df2-$lives" TERM
if grep -r -q -a -e LI-0 -e example.com -e INVITE "$work/state" "$work/store"; then
  fail "the state or the store is not sealed"
fi
# A state that somebody changed is refused.
printf 'x' | dd of="$work/state/journal" bs=1 seek=200 conv=notrunc 2>/dev/null
if timeout 20 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" --kms "$kms1" --lemf "lemf=127.0.0.1:$lemf" \
  --hep 127.0.0.1:0 --state "$work/state" --state-key "$work/state.key" >/dev/null 2>"$work/err"; then
  fail "a changed state is taken"
fi
grep -q 'was changed, or this is not its key' "$work/err" || fail "$(cat "$work/err")"
stop kms1 TERM
stop lemf TERM
