#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Where RFC 6043 leaves two readings: xk-ue makes calls in each, xk-kms takes those of its own reading and refuses those of
# the other with the reason that the table says; calls in which the two come to the same are taken by both.
#   readings.sh PROGRAMS SOURCE PYTHON
set -euo pipefail
programs=$1
source=$2
python=$3
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls"
"$source/examples/certificates.sh" "$work/tls" kms:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key")

make() { # folder, options of xk-ue
  local folder=$1
  shift
  mkdir -p "$work/$folder"
  "$programs/xk-ue" --out "$work/$folder/call" --ticket-key "$work/ticket.key" --from sip:alice@example.com \
    --to sip:bob@example.com "$@" >>"$work/ue.log"
}

answer() { # KMS, folder: "keys" or the reason of the refusal
  timeout 60 "$programs/xk-load" --tls "$work/tls" --json "$work/json" --kms "kms=127.0.0.1:$(port_of "$1")" \
    --calls "$work/$2" --count 1 >/dev/null 2>"$work/err" || true
  "$python" -c 'import json, sys
told = json.load(open(sys.argv[1]))
print("keys" if told["keys"] == 1 else " ".join(told["refusals"]))' "$work/json"
}

asked=0
expect() { # KMS, folder, answer
  local told
  told=$(answer "$1" "$2")
  asked=$((asked + 1))
  [ "$told" = "$3" ] || fail "the $1 KMS answers $2 with \"$told\", not \"$3\": $(cat "$work/err")"
}

while read -r reading refusal options; do
  for kms in default other; do
    choice=()
    [ "$kms" = default ] || choice=(--reading "$reading")
    start "$kms" "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms --peer df2 \
      --ticket-key "$work/ticket.key" --allow-mixed "${choice[@]}"
    # shellcheck disable=SC2086 # several options
    make "$reading-$kms" $options "${choice[@]}"
    make "alike-$reading-$kms" "${choice[@]}"
  done
  for kms in default other; do
    for made in default other; do
      expect "$kms" "alike-$reading-$made" keys
      right=$refusal
      [ "$kms" != "$made" ] || right=keys
      expect "$kms" "$reading-$made" "$right"
    done
  done
  stop default TERM
  stop other TERM
done <<'READINGS'
vr-prf-header init-mac --other-prf
message-prf-policy init-mac --other-prf
resp-time-resp kemac --key-of resp
resp-time-resp kemac --update resp
update-key-again init-mac --update ticket
update-key-again init-mac --update init
update-identity-dialled init-mac --update ticket --answered-by sip:carol@example.com
READINGS
[ "$asked" -eq 56 ] || fail "$asked questions were asked"

# A name that no reading has is refused by both ends.
start wrong "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms --peer df2 \
  --ticket-key "$work/ticket.key" --reading vr-prf
wait "${pids[wrong]}" && fail "xk-kms takes a reading that there is not"
grep -q 'no reading is called "vr-prf"' "$work/wrong.err" || fail "xk-kms names the wrong reading otherwise"
(make wrong --reading resp-time-resp,any) 2>"$work/err" && fail "xk-ue takes a reading that there is not"
grep -q 'no reading is called "any"' "$work/err" || fail "xk-ue names the wrong reading otherwise"
