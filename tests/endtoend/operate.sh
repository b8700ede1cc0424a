#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The programs as an operator runs them: the service manager hears of each step, the audit of each peer; figures are read
# by the client of Prometheus; lists are read anew by interval, connections end with their longest life, and whoever is
# revoked meanwhile stays out. No test of this depends on when something happens, only on that it does.
#   operate.sh PROGRAMS SOURCE PYTHON
set -euo pipefail
programs=$1
source=$2
python=$3
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls" "$work/store"
"$source/examples/certificates.sh" "$work/tls" kms1:server lemf:server df2:both cscf:client other:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key")
"$programs/xk-ue" --out "$work/calls/call" --ticket-key "$work/ticket.key" --from sip:alice@example.com \
  --to sip:bob@example.com >/dev/null
warrant LI-ALICE sip:alice@example.com kms1 umts >"$work/warrants.yaml"

start manager "$python" "$source/tests/endtoend/manager.py" "$work/notify"
wait_for "the service manager" grep -q listens "$work/manager.log"
told() { # line, how often
  [ "$(grep -c -x -E -e "$1" "$work/manager.log")" -ge "$2" ]
}
export NOTIFY_SOCKET=$work/notify
start kms1 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/ticket.key" \
  --audit "$work/kms1.audit" --metrics 127.0.0.1:0 --renew 1
wait_for "xk-kms to be ready" told READY=1 1
start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$work/store" --audit "$work/lemf.audit" \
  --metrics 127.0.0.1:0
wait_for "xk-lemf to be ready" told READY=1 2
start df2 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" --kms "kms1=127.0.0.1:$(port_of kms1)" \
  --lemf "lemf=127.0.0.1:$(port_of lemf)" "${soon[@]}" --x2 127.0.0.1:0 --x2-peer cscf --audit "$work/df2.audit" \
  --metrics 127.0.0.1:0 --life 1 --timeout 60000
wait_for "xk-df2 to be ready" told READY=1 3

figures() { # program; what is left in $work/figures is of the last one
  "$python" "$source/tests/endtoend/figures.py" "$(sed -n 's/^METRICS PORT //p' "$work/$1.log")" >"$work/figures" ||
    fail "the figures of $1"
}
is() { # program, figure, least
  figures "$1"
  awk -v name="$2" -v least="$3" '$1 == name && $2 >= least { found = 1 } END { exit !found }' "$work/figures"
}
mirror() {
  "$python" "$source/tests/endtoend/mirror.py" "$@"
}
x2=$(sed -n 's/^X2 PORT //p' "$work/df2.log")
none=00000000000000000000000000000000
# No XID: the target is found by its identity.
mirror x2 "$x2" "$work/tls" cscf 3 $none "$work/calls/call.invite"
mirror x2 "$x2" "$work/tls" cscf 2 $none "$work/calls/call.ok"
held() {
  "$programs/xk-lemf" --print --store "$work/store" >"$work/held"
  [ "$(records LI-ALICE "$work/held")" = "INVITE 200 KEYS,keys=1,failure=0" ]
}
wait_for "the call" held

# Figures.
is df2 'xk_requester_decided_keys_total{}' 1 || fail "no keys are counted: $(cat "$work/figures")"
is df2 'xk_kms_sent_total{kms=kms1}' 1 || fail "nothing is counted of kms1: $(cat "$work/figures")"
is df2 'xk_kms_answer_milliseconds_bucket{kms=kms1,le=+Inf}' 1 || fail "no latency: $(cat "$work/figures")"
is df2 'xk_kms_answer_milliseconds_count{kms=kms1}' 1 || fail "no latency: $(cat "$work/figures")"
grep -q -x 'xk_kms_in_flight{kms=kms1} 0' "$work/figures" || fail "an answered request is in flight"
is df2 'xk_delivery_put_total{lemf=lemf}' 3 || fail "no record is counted: $(cat "$work/figures")"
is kms1 'xk_responder_answered_total{}' 1 || fail "no answer is counted: $(cat "$work/figures")"
is lemf 'xk_lemf_newest_record{}' 3 || fail "no record is in the store: $(cat "$work/figures")"
kill -USR1 "${pids[df2]}"
wait_for "the status" grep -q -x 'STATUS xk_requester_decided_keys_total 1' "$work/df2.log"
if grep -q -e LI-A -e alice -e example.com "$work/figures" "$work"/*.log "$work"/*.audit; then
  fail "a LIID or an identity is among figures, status or audit"
fi

# The audit: who came with which certificate, and who was refused.
serial() {
  openssl x509 -in "$work/tls/$1.crt" -noout -serial | sed 's/^serial=//' | tr A-F a-f
}
audited() { # program, line
  grep -q -E -e "^[-0-9T:.]+Z xk-$2\$" "$work/$1.audit"
}
wait_for "df2 in the audit of xk-kms" audited kms1 "kms accepted 127.0.0.1:[0-9]+ name=df2 serial=$(serial df2) subject=\"CN=df2\""
audited df2 "df2 connected 127.0.0.1:[0-9]+ name=kms1 serial=$(serial kms1) subject=\"CN=kms1\"" || fail "no kms1 in the audit"
audited df2 "df2 accepted 127.0.0.1:[0-9]+ name=cscf serial=$(serial cscf) subject=\"CN=cscf\"" || fail "no cscf in the audit"
if mirror x2 "$x2" "$work/tls" other 3 $none "$work/calls/call.invite" 2>/dev/null; then
  fail "X2 takes a peer that is not named"
fi
wait_for "a refusal in the audit" audited df2 \
  "df2 refused 127.0.0.1:[0-9]+ serial=$(serial other) subject=\"CN=other\" reason=\"[^\"]*hostname mismatch\""
[ "$(stat -c %a "$work/df2.audit")" = 600 ] || fail "others may read the audit"

# The longest life of a connection: it ends, comes back, and nothing is lost meanwhile.
wait_for "the end of an old connection" audited df2 "df2 ended 127.0.0.1:[0-9]+ name=kms1 [^\"]*\"CN=kms1\" reason=\"its longest life is over\""
wait_for "the end of an old connection" audited df2 "df2 ended 127.0.0.1:[0-9]+ name=lemf [^\"]*\"CN=lemf\" reason=\"its longest life is over\""
for i in 1 2 3 4 5 6; do
  for kind in invite ok; do
    sed "s/^Call-ID: /&$i-/" "$work/calls/call.$kind" >"$work/calls/$i.$kind"
  done
  mirror x2 "$x2" "$work/tls" cscf 3 $none "$work/calls/$i.invite"
  mirror x2 "$x2" "$work/tls" cscf 2 $none "$work/calls/$i.ok"
done
all() {
  "$programs/xk-lemf" --print --store "$work/store" >"$work/held"
  [ "$(records LI-ALICE "$work/held" | grep -c -x 'INVITE 200 KEYS,keys=1,failure=0')" -eq 7 ]
}
wait_for "seven calls over connections that end" all

# SIGHUP: the service manager is told, and an audit file that was moved away is begun anew.
mv "$work/df2.audit" "$work/df2.audit.1"
kill -HUP "${pids[df2]}"
wait_for "the reload" told 'RELOADING=1 MONOTONIC_USEC=[0-9]+' 1
wait_for "the end of the reload" told READY=1 4
wait_for "a new audit file" test -s "$work/df2.audit"

# xk-kms reads its list anew by interval: df2, which is revoked now, is cut off and stays out.
before=$(grep -c 'lists read anew' "$work/kms1.log" || true)
(
  cd "$work/tls"
  sed -i 's/^\[own\]$/&\ncertificate = ca.crt\nprivate_key = ca.key/' ca.conf
  openssl ca -config ca.conf -revoke df2.crt 2>/dev/null
  openssl ca -gencrl -config ca.conf -out new.crl 2>/dev/null
  mv new.crl ca.crl
)
revoked() {
  audited kms1 "kms refused 127.0.0.1:[0-9]+ serial=$(serial df2) subject=\"CN=df2\" reason=\"[^\"]*certificate revoked\""
}
wait_for "a list that was read anew by interval" revoked
[ "$(grep -c 'lists read anew' "$work/kms1.log")" -gt "$before" ] || fail "the list was not read anew"
is kms1 'xk_renewals_total{}' 1 || fail "renewals are not counted"

# A list that cannot be read: told, counted, and nobody else comes in by it.
printf 'nothing' >"$work/tls/ca.crl"
wait_for "a list that cannot be read" grep -q 'certificates stay as they were: cannot read the revocation list' "$work/kms1.err"
wait_for "its count" is kms1 'xk_renewals_failed_total{}' 1

stop df2 TERM || fail "xk-df2 ended with status $?"
stop lemf TERM || fail "xk-lemf ended with status $?"
stop kms1 TERM || fail "xk-kms ended with status $?"
wait_for "the ends" told STOPPING=1 3
stop manager KILL 2>/dev/null || true

# What is refused at the start.
refuses() { # reason, option...
  local reason=$1 status=0
  shift
  timeout 60 "$programs/xk-lemf" --listen 127.0.0.1:0 --plain --store "$work/store" "$@" >/dev/null 2>"$work/err" || status=$?
  [ "$status" -eq 1 ] || fail "status $status, not 1, for: $*"
  grep -q -F -e "$reason" "$work/err" || fail "not \"$reason\" but \"$(cat "$work/err")\""
}
unset NOTIFY_SOCKET
refuses '--metrics is for this host only' --metrics 0.0.0.0:0
ln -s "$work/elsewhere" "$work/link"
refuses '--audit: the audit file cannot be opened' --audit "$work/link"
refuses '--audit: the audit file cannot be opened' --audit "$work/none/audit"
(umask 022 && : >"$work/open.audit")
refuses "--audit: the audit file is no file of this user's alone" --audit "$work/open.audit"
refuses 'option --life takes a number from 0 to 604800' --life 604801
refuses 'option --list-age takes a number from 0 to 87600' --list-age x
refuses 'option --places takes a number from 1 to 512' --places 0

# Read by the journal, each line has its priority; read by anybody else, none.
status=0
: >"$work/journal"
journal=$(stat -c %d:%i "$work/journal")
JOURNAL_STREAM=$journal "$programs/xk-lemf" --listen 127.0.0.1:0 --plain --store "$work/store" \
  --life x >/dev/null 2>"$work/journal" || status=$?
[ "$status" -eq 1 ] || fail "status $status"
grep -q -x '<3>error: option --life takes a number from 0 to 604800, not x' "$work/journal" || fail "$(cat "$work/journal")"
if grep -v -q -E '^<[34]>[^<]' "$work/journal"; then
  fail "a line without its priority: $(cat "$work/journal")"
fi
JOURNAL_STREAM=1:1 refuses 'option --life takes' --life x
if grep -q '^<' "$work/err"; then
  fail "a priority that nobody reads"
fi
