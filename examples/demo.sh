#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The main job, from the SIP of protected calls to IRI records at the LEMF and decrypted media: installs what it
# lacks, builds, runs six calls over real sockets, prints a timeline and one TAP line a check.
#   examples/demo.sh [--programs FOLDER] [--timeline FILE] [--capture FOLDER]
#     --programs  with programs that have been built already
#     --timeline  writes the run as a sequence chart; without --programs to build/demo/timeline.svg
#     --capture   records what goes over Xk in FOLDER/xk.pcapng, and the secrets to decrypt it in FOLDER/secrets, for
#                 lib/wireshark/xk.lua; takes the right to capture, and whoever reads the folder reads the keys
set -euo pipefail
chart=
programs=
capture=
while [ $# -gt 0 ]; do
  case $1 in
    --programs) programs=$(realpath "$2") ;;
    --timeline) chart=$(realpath -m "$2") ;;
    --capture) capture=$(realpath -m "$2") ;;
    *) echo "demo.sh: no option $1" >&2 && exit 2 ;;
  esac
  shift 2
done
cd "$(dirname "$0")/.."

if [ -z "$programs" ]; then
  programs=build/demo/examples
  chart=${chart:-build/demo/timeline.svg}
  ./tests/setup.sh --only cmake gcc libc6-dev libcbor-dev libsrtp2-dev libssl-dev libyaml-dev ninja-build openssl pkg-config python3
  cmake -S . -B build/demo -G Ninja -DXK_BUILD_TESTS=OFF -DXK_EXAMPLES_KEY_LOG="${capture:+ON}" >/dev/null
  cmake --build build/demo >build/demo/log || { tail -n 40 build/demo/log; exit 1; }
fi

work=$(mktemp -d)
started=()
sniffer=
finish() {
  for pid in "${started[@]}" $sniffer; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT
mkdir "$work/tls" "$work/calls" "$work/store"
chart=${chart:-$work/timeline.svg}
examples/certificates.sh "$work/tls" kms1:server kms2:server lemf:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key")

start() { # name, command...
  local name=$1
  shift
  "$@" >"$work/$name.log" 2>"$work/$name.err" &
  started+=($!)
}

port_of() { # of a program that was started
  local port=
  for _ in $(seq 100); do
    port=$(sed -n 's/^PORT //p' "$work/$1.log")
    [ -n "$port" ] && break
    sleep 0.05
  done
  [ -n "$port" ] || { cat "$work/$1.err" >&2; exit 1; }
  echo "$port"
}

kms=xk-kms
if [ -n "$capture" ]; then
  kms=xk-kms-key-log
  mkdir -p "$capture"
  rm -f "$capture/secrets" "$capture/xk.pcapng"
  export SSLKEYLOGFILE=$capture/secrets
fi

start kms1 "$programs/$kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/ticket.key"
start kms2 "$programs/$kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms2 --peer df2 --ticket-key "$work/ticket.key" --silent
start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$work/store"

if [ -n "$capture" ]; then
  : >"$work/dumpcap"
  dumpcap -q -i lo -f "tcp port $(port_of kms1) or tcp port $(port_of kms2)" -w "$capture/xk.pcapng" >"$work/dumpcap" 2>&1 &
  sniffer=$!
  for _ in $(seq 100); do
    grep -q '^File: ' "$work/dumpcap" && break
    kill -0 "$sniffer" 2>/dev/null || break
    sleep 0.05
  done
  if ! grep -q '^File: ' "$work/dumpcap"; then
    echo "no capture: $(grep -v '^Capturing on' "$work/dumpcap" | head -n 1)"
  fi
fi

call() { # name, caller, callee, who answers, Crypto Sessions
  "$programs/xk-ue" --out "$work/calls/$1" --ticket-key "$work/ticket.key" --from "sip:$2@example.com" \
    --to "sip:$3@example.com" --answered-by "sip:$4@example.com" --sessions "$5" >>"$work/ue.log"
}
call call-1 alice bob bob 1      # alice and bob are both targets
call call-2 carol alice alice 2  # the target answers
call call-3 dave erin frank 1    # the target was dialled, but somebody else answered
call call-4 grace heidi heidi 1  # her KMS never answers
call call-5 ivan judy judy 1     # his warrant sends the keys to DF3
call call-6 alice carol carol 2  # the next record of the same LIID

cat >"$work/warrants.yaml" <<'WARRANTS'
operator: "12345"
warrants:
- {liid: LI-0001, identities: "sip:alice@example.com", kms: kms1, destinations: lemf, module: umts}
- {liid: LI-0002, identities: "sip:bob@example.com", kms: kms1, destinations: lemf, module: eps}
- {liid: LI-0003, identities: "sip:erin@example.com", kms: kms1, destinations: lemf, module: eps}
- {liid: LI-0004, identities: "sip:grace@example.com", kms: kms2, destinations: lemf, module: umts}
- {liid: LI-0005, identities: "sip:ivan@example.com", kms: kms1, destinations: lemf, module: umts, keys: df3}
WARRANTS

df2_status=0
timeout 30 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" --calls "$work/calls" \
  --kms "kms1=127.0.0.1:$(port_of kms1),kms2=127.0.0.1:$(port_of kms2)" --lemf "lemf=127.0.0.1:$(port_of lemf)" \
  --settle 100 --hi2-acknowledge 100 --timeout 3000 --timeline "$chart" call-1 call-2 call-3 call-4 call-5 call-6 >"$work/df2.log" 2>"$work/df2.err" || df2_status=$?

if [ -n "$sniffer" ]; then
  sleep 0.2 # until the kernel has handed over the last packets
  kill -INT "$sniffer" 2>/dev/null || true
  wait "$sniffer" || true
  sniffer=
fi

ends=0
for pid in "${started[@]}"; do
  kill "$pid"
  wait "$pid" || ends=1
done
started=()

echo "timeline (ms, from, to)"
cat "$work"/*.log | sed -n 's/^EVENT //p' | sort -s -n -k1,1 |
  awk 'NR == 1 { first = $1 } { from = $2; to = $3; at = $1 - first; $1 = $2 = $3 = ""; printf "%6d  %-5s -> %-5s %s\n", at, from, to, $0 }'

"$programs/xk-lemf" --print --store "$work/store" >"$work/held"
echo "the LEMF holds"
sed 's/^/  /' "$work/held"
[ "$chart" = "$work/timeline.svg" ] || echo "the timeline is drawn in $chart"

count=0
failed=0
ok() { # description, command...
  local description=$1
  shift
  count=$((count + 1))
  if "$@"; then
    echo "ok $count - $description"
  else
    echo "not ok $count - $description"
    failed=1
  fi
}
# Of a LIID, call by call: "number what" of each record, without its time, octets and Crypto Sessions.
records() { # LIID, module
  awk -v liid="$1" -v module="$2" '$1 == liid && $5 == module {
    if ($2 != cin) { printf "%s", cin == "" ? "" : "\n"; cin = $2 } else { printf ", " }
    printf "%s %s %s", $3, $6, $6 == "KEYS" ? $7 " " $8 : ($7 == "200" ? $7 " " $8 : $7)
  } END { print "" }' "$work/held" | tr -d ,
}
holds() { # LIID, module, expected lines
  [ "$(records "$1" "$2")" = "$3" ]
}
fails() { ! "$@" >/dev/null 2>&1; }
keys_are_nowhere() {
  "$programs/xk-lemf" --print --show-keys --store "$work/store" | grep -o '[0-9a-f]\{28,32\}' >"$work/keys"
  [ -s "$work/keys" ] && ! grep -q -F -f "$work/keys" "$work"/*.log "$work"/*.err "$work/held"
}
chart_is_right() { # well-formed, an arrow for each event that the DF2/MF printed or saw, and none of the warrants' data
  local events answers decided
  events=$(grep -c '^EVENT' "$work/df2.log")
  answers=$(cat "$work"/kms*.log | grep -c '^EVENT [0-9]* kms[12] df2 ')
  decided=$(grep -c 'the timer expired' "$work/df2.log")
  python3 - "$chart" $((events + answers + decided + 6 + 6)) <<'PYTHON' || return 1 # 6 calls, 6 acknowledgements of keys
import sys
from xml.dom import minidom
groups = minidom.parse(sys.argv[1]).getElementsByTagName("g")
arrows = [group for group in groups if group.getAttribute("class") == "arrow"]
sys.exit(0 if len(arrows) == int(sys.argv[2]) else f"{len(arrows)} arrows, not {sys.argv[2]}")
PYTHON
  ! grep -q -e LI-000 -e sip: -e @example "$chart" && ! grep -q -i -F -f "$work/keys" "$chart"
}
decrypt() { # call, further options
  local call=$1
  shift
  "$programs/xk-lemf" --decrypt "$work/calls/$call.pcap" --store "$work/store" --audio "$work/$call-heard" "$@"
}
media_is_right() {
  decrypt call-2 >/dev/null && cmp -s "$work/calls/call-2.1.audio" "$work/call-2-heard.1.audio" &&
    cmp -s "$work/calls/call-2.2.audio" "$work/call-2-heard.2.audio" && decrypt call-1 >/dev/null &&
    cmp -s "$work/calls/call-1.1.audio" "$work/call-1-heard.1.audio"
}

[ "$df2_status" -eq 0 ] || cat "$work/df2.err"
ok "every outcome was handed over and acknowledged" [ "$df2_status" -eq 0 ]
ok "KMSs and LEMF ended cleanly" [ "$ends" -eq 0 ]
call_with="0 SIP INVITE 1 SIP 200 INVITE 2 KEYS"
ok "LI-0001: SIP records and keys of three calls, each under a CIN of its own with numbers 0, 1, 2" holds LI-0001 umts \
  "$call_with keys=1 failure=0"$'\n'"$call_with keys=2 failure=0"$'\n'"$call_with keys=2 failure=0"
ok "LI-0002: the same call for another warrant, by itself" holds LI-0002 eps "$call_with keys=1 failure=0"
ok "LI-0003: failure, since the information is not the target's" holds LI-0003 eps "$call_with keys=0 failure=1"
ok "the KMS said why" grep -q 'kms1 df2 get_keys_response: refused, target-only-dialled' "$work/kms1.log"
ok "LI-0004: failure, since the timer expired" holds LI-0004 umts "$call_with keys=0 failure=1"
ok "the timer decided it" grep -q 'call-4: IRI record.*the timer expired' "$work/df2.log"
ok "LI-0005: keys went to DF3" grep -q 'df2 df3 call-5: keys of 1 Crypto Session' "$work/df2.log"
ok "LI-0005: its SIP records come, and no record carries a key" holds LI-0005 umts "0 SIP INVITE 1 SIP 200 INVITE"
ok "the LEMF holds six records of keys, two of SIP for each call and warrant, and no other" [ "$(grep -c '^LI-' "$work/held")" -eq 20 ]
ok "the LEMF saw no gap" fails grep -q GAP "$work/lemf.log" "$work/held"
ok "no key is in any output" keys_are_nowhere
ok "media decrypted from HI2 alone, equal to the original" media_is_right
ok "a wrong salt decrypts nothing" fails decrypt call-2 --spoil salt
ok "keys of a wrong CS ID decrypt nothing" fails decrypt call-2 --spoil cs-id
ok "another call's keys decrypt nothing" fails decrypt call-2 --keys-of "$(awk '$1 == "LI-0001" { print $1 "/" $2; exit }' "$work/held")"
ok "the timeline is drawn, without keys, identities and LIIDs" chart_is_right
echo "1..$count"
exit $failed
