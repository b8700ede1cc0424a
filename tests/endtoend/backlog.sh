#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The LEMF is away while 256 calls are answered, more than its session has room for, and longer than the timer of a
# request: the KMS is read all the time, no request becomes a failure, and when the LEMF comes back every record reaches
# it, each once.
#   backlog.sh PROGRAMS SOURCE
set -euo pipefail
programs=$1
source=$2
. "$source/tests/endtoend/programs.sh"
calls=256
mkdir "$work/tls" "$work/calls" "$work/store"
"$source/examples/certificates.sh" "$work/tls" kms1:server lemf:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key")
"$programs/xk-ue" --out "$work/calls/call" --ticket-key "$work/ticket.key" --from sip:alice@example.com \
  --to sip:bob@example.com >/dev/null
names=()
for i in $(seq $calls); do
  names+=("call-$i")
done
for kind in invite ok; do
  awk -v calls=$calls -v folder="$work/calls" -v kind=$kind '{ line[NR] = $0 } END {
    for (i = 1; i <= calls; i++) {
      file = folder "/call-" i "." kind
      for (n = 1; n <= NR; n++) { text = line[n]; sub(/^Call-ID: /, "&" i "-", text); print text >file }
      close(file)
    }
  }' "$work/calls/call.$kind"
done
warrant LI-0001 sip:alice@example.com kms1 eps >"$work/warrants.yaml"

start kms1 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/ticket.key"
start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$work/store"
kms=$(port_of kms1)
lemf=$(port_of lemf)
stop lemf TERM
timer=5000
start df2 timeout 120 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" --calls "$work/calls" \
  --kms "kms1=127.0.0.1:$kms" --lemf "lemf=127.0.0.1:$lemf" "${soon[@]}" --timeout $timer --hi2-buffer 65536 \
  "${names[@]}"
answered() { [ "$(grep -c 'get_keys_response: keys' "$work/kms1.log")" -ge $calls ]; }
wait_for "an answer for each call" answered
sleep $((timer / 1000 + 1))
start lemf "$programs/xk-lemf" --listen "127.0.0.1:$lemf" --tls "$work/tls" --store "$work/store"
wait "${pids[df2]}" || fail "the DF2/MF ended with status $?: $(cat "$work/df2.err")"
if grep -q 'failure' "$work/df2.log"; then
  fail "a request became a failure though the KMS had answered"
fi
"$programs/xk-lemf" --print --store "$work/store" >"$work/held"
records LI-0001 "$work/held" | sort | uniq -c >"$work/kinds"
[ "$(cat "$work/kinds")" = "    $calls INVITE 200 KEYS,keys=1,failure=0" ] || fail "the LEMF holds $(cat "$work/kinds")"
if grep -q -E "GAP|ANOTHER" "$work/lemf.log" "$work/held"; then
  fail "the LEMF saw a gap or another record"
fi
stop kms1 TERM
stop lemf TERM
