#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# One of two KMSs is away from the start: the other's keys come at once, and what only the first could tell becomes a
# failure when all attempts have come to nothing, each with its record.
#   away.sh PROGRAMS SOURCE
set -euo pipefail
programs=$1
source=$2
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls" "$work/store"
"$source/examples/certificates.sh" "$work/tls" kms1:server kms2:server lemf:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key")
"$programs/xk-ue" --out "$work/calls/call" --ticket-key "$work/ticket.key" --from sip:alice@example.com \
  --to sip:bob@example.com >/dev/null
{
  warrant LI-0001 sip:alice@example.com kms1 eps
  warrant LI-0002 sip:alice@example.com kms2 eps
} >"$work/warrants.yaml"

kms() { # name
  start "$1" "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name "$1" --peer df2 --ticket-key "$work/ticket.key"
}
kms kms1
kms kms2
start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$work/store"
kms1=$(port_of kms1)
kms2=$(port_of kms2)
lemf=$(port_of lemf)
stop kms2 TERM
timeout 60 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" --calls "$work/calls" --timeout 4000 \
  --kms "kms1=127.0.0.1:$kms1,kms2=127.0.0.1:$kms2" --lemf "lemf=127.0.0.1:$lemf" "${soon[@]}" call >"$work/df2.log" ||
  fail "the DF2/MF ended with status $?"
"$programs/xk-lemf" --print --store "$work/store" >"$work/held"
[ "$(records LI-0001 "$work/held")" = "INVITE 200 KEYS,keys=1,failure=0" ] || fail "no keys for LI-0001"
[ "$(records LI-0002 "$work/held")" = "INVITE 200 KEYS,keys=0,failure=1" ] || fail "no failure for LI-0002"
at() { # what the record says
  sed -n "s/^EVENT \([0-9]*\) df2 lemf call: IRI record, $1.*/\\1/p" "$work/df2.log"
}
later=$(($(at '0 key') - $(at 'session')))
[ "$later" -ge 500 ] || fail "the keys came only $later ms before the failure"
stop kms1 TERM
stop lemf TERM
