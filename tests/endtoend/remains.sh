#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Keys that are planted, looked for once they have done their work: in the memory and registers of each process, as in a
# core, and in every file. What protects tickets is in xk-kms, in locked memory; session keys and salts are nowhere but in
# the LEMF's store, sealed.
#   remains.sh PROGRAMS SOURCE PYTHON
set -euo pipefail
programs=$1
source=$2
python=$3
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls" "$work/store" "$work/state" "$work/secret"
"$source/examples/certificates.sh" "$work/tls" kms1:server lemf:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/secret/ticket.key" && openssl rand -hex 32 >"$work/secret/state.key" &&
  openssl rand -hex 32 >"$work/secret/store.key")
"$programs/xk-ue" --out "$work/calls/call" --ticket-key "$work/secret/ticket.key" --from sip:alice@example.com \
  --to sip:bob@example.com --sessions 2 >/dev/null
{
  warrant LI-0001 sip:alice@example.com kms1 umts
  warrant LI-0002 sip:bob@example.com kms1 eps
} >"$work/warrants.yaml"

start kms1 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/secret/ticket.key"
start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$work/store" --store-key "$work/secret/store.key"
kms1="kms1=127.0.0.1:$(port_of kms1)"
start df2 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" --kms "$kms1" \
  --lemf "lemf=127.0.0.1:$(port_of lemf)" "${soon[@]}" --hep 127.0.0.1:0 --state "$work/state" \
  --state-key "$work/secret/state.key" --metrics 127.0.0.1:0
wait_for "the DF2/MF" grep -q '^READY' "$work/df2.log"
"$python" "$source/tests/endtoend/mirror.py" hep-tcp "$(sed -n 's/^HEP PORT //p' "$work/df2.log")" 192.0.2.10 \
  "$work/calls/call.invite" "$work/calls/call.ok"
whole="INVITE 200 KEYS,keys=2,failure=0"
held() {
  "$programs/xk-lemf" --print --store "$work/store" --store-key "$work/secret/store.key" >"$work/held" 2>/dev/null
  [ "$(records LI-0001 "$work/held")" = "$whole" ] && [ "$(records LI-0002 "$work/held")" = "$whole" ]
}
wait_for "the call" held
# Delivered: each LEMF has acknowledged all, and nothing waits any more.
figure() {
  "$python" "$source/tests/endtoend/figures.py" "$(sed -n 's/^METRICS PORT //p' "$work/df2.log")" >"$work/figures" 2>"$work/figures.err" ||
    fail "$(cat "$work/figures.err")"
  grep -q -x -F "$1" "$work/figures"
}
wait_for "the acknowledgement" figure 'xk_delivery_delivered_total{lemf=lemf} 6'
wait_for "the requester's" figure 'xk_requester_owed{} 0'

# The keys and salts of both sessions, as the LEMF has them.
"$programs/xk-lemf" --print --show-keys --store "$work/store" --store-key "$work/secret/store.key" 2>/dev/null |
  grep -o -E '\b[0-9a-f]{28,64}\b' | sort -u >"$work/secret/session"
[ "$(wc -l <"$work/secret/session")" -ge 2 ] || fail "no session keys to look for"
ticket=$(cat "$work/secret/ticket.key")
status=0
look() { # program, file of keys
  local found=0
  "$python" "$source/tests/endtoend/remains.py" "${pids[$1]}" "$1" "$2" || found=$?
  [ "$status" -eq 1 ] || [ "$found" -eq 0 ] || status=$found
}
sed 's/^/nowhere /' "$work/secret/session" >"$work/secret/nowhere"
{ cat "$work/secret/nowhere"; echo "locked $ticket"; } >"$work/secret/kms"
{ cat "$work/secret/nowhere"; echo "nowhere $ticket"; } >"$work/secret/df2"
look kms1 "$work/secret/kms"
look df2 "$work/secret/df2"
look lemf "$work/secret/df2"

# Files: they are in none but those that were made for them, in which they are found.
mapfile -t files < <(find "$work" -type f)
[ "${#files[@]}" -ge 20 ] || fail "only ${#files[@]} files are searched"
"$python" "$source/tests/endtoend/remains.py" files "$work/secret/df2" "${files[@]}" | sort >"$work/found"
printf '%s\n' "$work"/secret/{df2,kms,nowhere,session,ticket.key} | diff - "$work/found" || fail "keys are in files"
if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
  fail "keys are left"
fi
stop df2 TERM || fail "xk-df2 ended with status $?"
stop kms1 TERM || fail "xk-kms ended with status $?"
stop lemf TERM || fail "xk-lemf ended with status $?"
exit $status
