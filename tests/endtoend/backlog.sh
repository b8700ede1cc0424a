#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The LEMF is away while more outcomes come than the DF2/MF has room for: it takes no further answers from the KMS, and
# when the LEMF comes back every record reaches it, each once.
#   backlog.sh PROGRAMS SOURCE
set -euo pipefail
programs=$1
source=$2
. "$source/tests/endtoend/programs.sh"
calls=80 # DELIVERY_MAX is 64
mkdir "$work/tls" "$work/calls" "$work/store"
"$source/examples/certificates.sh" "$work/tls" kms1:server lemf:server df2:client
openssl rand -hex 16 >"$work/ticket.key"
"$programs/xk-ue" --out "$work/calls/call" --ticket-key "$work/ticket.key" --from sip:alice@example.com \
  --to sip:bob@example.com >/dev/null
echo "LI-0001 sip:alice@example.com LEMF eps kms1" >"$work/warrants"

start kms1 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/ticket.key"
start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$work/store"
kms=$(port_of kms1)
lemf=$(port_of lemf)
stop lemf TERM
mapfile -t names < <(yes call | head -n $calls)
start df2 timeout 60 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants" --calls "$work/calls" \
  --kms "kms1=127.0.0.1:$kms" --lemf "127.0.0.1:$lemf" --timeout 60000 "${names[@]}"
full() { [ "$(grep -c 'df2 lemf call: IRI record' "$work/df2.log")" -eq 64 ]; }
wait_for "a full delivery" full
start lemf "$programs/xk-lemf" --listen "127.0.0.1:$lemf" --tls "$work/tls" --store "$work/store"
wait "${pids[df2]}" || fail "the DF2/MF ended with status $?: $(cat "$work/df2.err")"
"$programs/xk-lemf" --print --store "$work/store" | sed -n 's/^HOLDS LI-0001 sequence=\([0-9]*\) .*/\1/p' >"$work/held"
seq 1 2 $((2 * calls - 1)) | cmp - "$work/held"
if grep -q -E "GAP|ANOTHER" "$work/lemf.log"; then
  fail "the LEMF saw a gap or another record"
fi
stop kms1 TERM
stop lemf TERM
