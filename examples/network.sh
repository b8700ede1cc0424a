#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# A network that nobody of this project wrote: kamailio mirrors by siptrace, in HEP3, what sipp's phones say to each
# other, and xk-df2, xk-kms and xk-lemf make records and keys of it; then the same calls once more, over X2. Installs what it
# lacks, builds, prints what the LEMF holds of each call against what was expected, and one TAP line a check.
#   examples/network.sh [--programs FOLDER] [--over hep|x2] [--keep FOLDER]
#     --programs  with programs that have been built already
#     --over      one of the two only
#     --keep      leaves scenarios, logs and the LEMF's store in FOLDER; whoever reads it reads the keys
set -euo pipefail
programs=
over="hep x2"
keep=
while [ $# -gt 1 ]; do
  case $1 in
    --programs) programs=$(realpath "$2") ;;
    --over) over=$2 ;;
    --keep) keep=$(realpath -m "$2") ;;
    *) break ;;
  esac
  shift 2
done
[ $# -eq 0 ] || { echo "network.sh: no option $1, or it has no value" >&2; exit 2; }
cd "$(dirname "$0")/.."

tests/setup.sh --only kamailio sip-tester openssl python3
if [ -z "$programs" ]; then
  programs=build/demo/examples
  tests/setup.sh --only cmake gcc libc6-dev libcbor-dev libsrtp2-dev libssl-dev libyaml-dev ninja-build pkg-config
  cmake -S . -B build/demo -G Ninja -DXK_BUILD_TESTS=OFF >/dev/null
  cmake --build build/demo >build/demo/log || { tail -n 40 build/demo/log; exit 1; }
fi

work=$(mktemp -d)
started=()
stop() {
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in "${started[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
  started=()
}
finish() {
  stop
  [ -z "$keep" ] || { mkdir -p "$keep" && cp -r "$work/." "$keep"; }
  rm -rf "$work"
}
trap finish EXIT
failed=0
ok() { # description, command...
  local description=$1
  shift
  if "$@"; then
    echo "ok - $description"
  else
    echo "not ok - $description"
    failed=1
  fi
}

start() { # folder, name, command...
  local out=$1/$2
  shift 2
  "$@" >"$out.log" 2>"$out.err" &
  started+=($!)
}
wait_for() { # file, pattern: what stands behind it
  for _ in $(seq 200); do
    grep -q "^$2" "$1" && break
    sleep 0.05
  done
  grep -q "^$2" "$1" || { echo "no $2 in $1" >&2; cat "${1%.log}.err" >&2; exit 1; }
  sed -n "s/^$2 *//p" "$1" | head -n 1
}
port_of() {
  wait_for "$1" PORT
}
free_port() { # of both kinds; nobody else is on this host's loopback between here and its use
  python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_df2() { # folder, further options...
  local here=$1
  shift
  start "$here" df2 "$programs/xk-df2" --tls "$work/tls" --warrants "$here/warrants.yaml" \
    --kms "kms=127.0.0.1:$(port_of "$here/kms.log")" --lemf "lemf=127.0.0.1:$(port_of "$here/lemf.log")" \
    --trusted "127.0.0.1:$proxy" --settle 500 --timeout 30000 --hi2-acknowledge 200 "$@"
  df2=${started[-1]}
}

until_true() { # command: tried for half a minute
  for _ in $(seq 300); do
    if "$@"; then
      return 0
    fi
    sleep 0.1
  done
  return 1
}
listens() { # port, of UDP
  grep -q "0100007F:$(printf %04X "$1") " /proc/net/udp
}
phone() { # folder, address to call or nothing, name, port, further options: as a process of its own
  local here=$1 to=$2 name=$3 port=$4
  shift 4
  # shellcheck disable=SC2086 # a phone that is called has no address to call
  (cd "$here" && exec sipp $to -sf "$name.xml" -i 127.0.0.1 -p "$port" -m 1 -nostdin -timeout 60 -timeout_error \
    -cid_str "$name@127.0.0.1" -trace_logs -log_file "$name.said" "$@" >"$name.out" 2>&1) &
  ends+=($!)
}
has_keys() { # folder, LIID
  hold "$1" && grep -q "^$2 .* KEYS " "$1/held"
}
hold() { # folder: its "held" is what the LEMF holds now
  "$programs/xk-lemf" --print --store "$1/store" >"$1/held" 2>"$1/held.err"
}

go_on() { # what a phone says, port, Call-ID: told again each second, since a datagram may be lost
  for _ in $(seq 30); do
    python3 examples/network/calls.py go "$2" "$3"
    for _ in $(seq 10); do
      ! grep -q "goes on" "$1" || return 0
      sleep 0.1
    done
  done
  echo "a phone does not go on: $3" >&2
}

play() { # folder: phones first, then callers, all at once; what starts in mid-call when the calls stand
  local here=$1 name port options
  ends=()
  while read -r name port options; do
    # shellcheck disable=SC2086 # none or one
    [[ $name == *-caller ]] || phone "$here" "" "$name" "$port" $options
  done <"$here/plan"
  while read -r name port options; do
    [[ $name == *-caller ]] || until_true listens "$port" || { echo "$name does not listen" >&2; exit 1; }
  done <"$here/plan"
  while read -r name port options; do
    if [[ $name == *-caller ]]; then
      # shellcheck disable=SC2086
      phone "$here" "127.0.0.1:$proxy" "$name" "$port" $options
    fi
  done <"$here/plan"
  for name in midcall second; do
    until_true grep -q -s stands "$here/$name-caller.said" || echo "$name does not stand" >&2
  done
  until_true has_keys "$here" LI-second || echo "no keys of the call that stands" >&2
  cp "$here/warrants-later.yaml" "$here/warrants.yaml"
  kill -HUP "$df2"
  until_true grep -q "warrants read anew" "$here/df2.log" || echo "warrants were not read anew" >&2
  for name in midcall second; do
    port=$(sed -n "s/^$name-caller \([0-9]*\).*/\1/p" "$here/plan")
    go_on "$here/$name-caller.said" "$port" "$name-caller@127.0.0.1"
  done
  for pid in "${ends[@]}"; do
    wait "$pid" || broken=$((broken + 1))
  done
}

cin_of() { # folder, LIID
  awk -v liid="$2" '$1 == liid { print $2; exit }' "$1/held"
}
media_is_right() { # folder
  "$programs/xk-lemf" --decrypt "$1/basic.pcap" --store "$1/store" --audio "$1/heard" \
    --keys-of "LI-basic/$(cin_of "$1" LI-basic)" >/dev/null && cmp -s "$1/basic.1.audio" "$1/heard.1.audio"
}
keys_are_nowhere() { # folder
  "$programs/xk-lemf" --print --show-keys --store "$1/store" | grep -o ':[0-9a-f]\{32\}/' | tr -d :/ >"$1/keys"
  [ -s "$1/keys" ] && ! grep -q -F -f "$1/keys" "$1"/*.log "$1"/*.err "$1/held"
}
is_complete() { # folder
  hold "$1" && python3 examples/network/calls.py check "$1/held" "$1/df2.log" "$1/kms.log" >/dev/null
}

run() { # hep or x2
  local here=$work/$1 hep
  mkdir -m 700 "$here" "$here/store"
  proxy=$(free_port)
  broken=0
  echo "# the calls over $1"
  start "$here" kms "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms --peer df2 \
    --ticket-key "$work/ticket.key"
  start "$here" lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$here/store"
  python3 examples/network/calls.py plan "$here" "$programs/xk-ue" "$work/ticket.key" "$first_port" >"$here/plan"
  if [ "$1" = hep ]; then
    start_df2 "$here" --hep 127.0.0.1:0
    hep="$(wait_for "$here/df2.log" "HEP PORT");transport=tcp"
  else
    start_df2 "$here" --x2 127.0.0.1:0 --x2-peer cscf
    start "$here" cscf "$programs/xk-mirror" --listen 127.0.0.1:0 --tls "$work/tls" --name cscf \
      --x2 "127.0.0.1:$(wait_for "$here/df2.log" "X2 PORT")" --peer df2
    hep="$(port_of "$here/cscf.log");transport=tcp"
  fi
  wait_for "$here/df2.log" READY >/dev/null
  sed -e "s/@PROXY@/$proxy/; s/@HEP@/$hep/" examples/network/kamailio.cfg >"$here/kamailio.cfg"
  start "$here" kamailio kamailio -DD -E -Y "$here" -f "$here/kamailio.cfg" -m 64 -M 8
  for _ in $(seq 100); do # it says nothing when it listens
    listens "$proxy" && break
    kill -0 "${started[-1]}" 2>/dev/null || break
    sleep 0.05
  done
  kill -0 "${started[-1]}" || { cat "$here/kamailio.err" >&2; exit 1; }
  play "$here"
  until_true is_complete "$here" || true
  sleep 0.5 # whatever is too much comes by then
  kill "$df2"
  wait "$df2" || true
  stop
  hold "$here"
  python3 examples/network/calls.py check "$here/held" "$here/df2.log" "$here/kms.log" || failed=1
  ok "over $1: all phones came to the end of their calls" [ "$broken" -eq 0 ]
  ok "over $1: the keys at the LEMF decrypt the media of a call" media_is_right "$here"
  ok "over $1: no key stands in a log" keys_are_nowhere "$here"
}

mkdir "$work/tls"
examples/certificates.sh "$work/tls" kms:server lemf:server df2:both cscf:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key")
first_port=$((20000 + RANDOM % 8000))
for way in $over; do
  run "$way"
done
exit $failed
