#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# One of the programs of examples/loops against real KMSs: keys, a refusal, a KMS that never answers, one that is killed
# before it has answered and comes back, and one that stays away. What it prints must be what every other one prints.
#   loops.sh PROGRAM PROGRAMS SOURCE [OPTION...]
set -euo pipefail
program=$1
programs=$2
source=$3
shift 3
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls"
"$source/examples/certificates.sh" "$work/tls" kms1:server kms2:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key")

call() { # name, caller, callee, who answers, Crypto Sessions
  "$programs/xk-ue" --out "$work/calls/$1" --ticket-key "$work/ticket.key" --from "sip:$2@example.com" \
    --to "sip:$3@example.com" --answered-by "sip:$4@example.com" --sessions "$5" >/dev/null
}
call call-1 alice bob bob 1    # the target calls
call call-2 carol alice alice 2 # the target answers
call call-3 dave alice frank 1 # the target was dialled, but somebody else answered
call call-4 alice erin erin 1
call call-5 alice frank frank 4

kms() { # name, address, further options
  local name=$1 address=$2
  shift 2
  start "$name" "$programs/xk-kms" --listen "$address" --tls "$work/tls" --name "$name" --peer df2 \
    --ticket-key "$work/ticket.key" "$@"
}

# The outcomes come in the order in which they are decided, which no scenario fixes.
run() { # scenario, list of KMSs, timer, further options
  local scenario=$1 kms=$2 timer=$3 status=0
  shift 3
  timeout 90 "$programs/$program" --tls "$work/tls" --calls "$work/calls" --target sip:alice@example.com --kms "$kms" \
    --timeout "$timer" "$@" >"$work/out" 2>"$work/host.err" || status=$?
  echo "$scenario, status $status"
  sort "$work/out"
}

all_asked() { # name: the KMS has been asked for every call and has answered none
  [ "$(grep -c 'get_keys that is not answered' "$work/$1.log")" -ge 5 ]
}

keys_and_a_refusal='OUTCOME call-1 keys 1
OUTCOME call-2 keys 2
OUTCOME call-3 failure refused target-only-dialled
OUTCOME call-4 keys 1
OUTCOME call-5 keys 4'
cat >"$work/expected" <<EXPECTED
keys, status 0
$keys_and_a_refusal
the timer, status 0
OUTCOME call-1 failure timer-expired
OUTCOME call-2 failure timer-expired
OUTCOME call-3 failure timer-expired
OUTCOME call-4 failure timer-expired
OUTCOME call-5 failure timer-expired
another KMS, status 0
$keys_and_a_refusal
killed and started again, status 0
$keys_and_a_refusal
EXPECTED

kms kms1 127.0.0.1:0
kms kms2 127.0.0.1:0 --silent
one=127.0.0.1:$(port_of kms1)
two=127.0.0.1:$(port_of kms2)
{
  run "keys" "kms1=$one" 20000 "$@"
  cp "$work/host.err" "$work/first.err"
  run "the timer" "kms2=$two" 300 "$@"
  cp "$work/host.err" "$work/second.err"
  run "another KMS" "kms2=$two,kms1=$one" 6000 "$@"
} >"$work/printed"

# The KMS is killed with every question and no answer, so that the connection breaks as well.
stop kms2 TERM
kms kms2 "$two" --silent
wait_for "the silent KMS" says_port kms2
run "killed and started again" "kms2=$two" 20000 "$@" >>"$work/printed" &
host=$!
wait_for "all questions" all_asked kms2
stop kms2 KILL 2>/dev/null || true
kms kms2 "$two"
wait "$host"

diff "$work/expected" "$work/printed" || fail "$program printed something else: $(cat "$work/host.err")"
grep -q 'kms2: connection lost' "$work/host.err" || fail "$program did not tell that it lost its KMS"
if [ "$program" != xk-host-epoll ]; then
  for err in first second; do # keys, which block their connection; failures, which do not
    grep -q 'refused for want of room: [1-9]' "$work/$err.err" || fail "no outcome was refused in the $err run"
  done
fi
stop kms1 TERM
stop kms2 TERM
