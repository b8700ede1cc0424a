#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The whole way: from the octets of X2 to the record that the LEMF has acknowledged, in four processes (a sender, xk-df2,
# xk-kms, xk-lemf) with mutual TLS between all of them. Tells calls a second, CPU microseconds a call in each process,
# and where the DF2/MF's go; with the state stored and without; and how both grow with the calls that are under way.
#   tests/bench/way.sh [--programs FOLDER] [--calls N] [--under-way N,...]
# A call is an INVITE and its 200 OK: two records of SIP and one of keys, all acknowledged by the LEMF.
set -euo pipefail
source=$(realpath "$(dirname "$0")/../..")
programs=
calls=5000
under_way=0,1000,10000,100000
while [ $# -gt 0 ]; do
  case $1 in
    --programs) programs=$(realpath "$2") ;;
    --calls) calls=$2 ;;
    --under-way) under_way=$2 ;;
    *) echo "way.sh: no option $1" >&2 && exit 2 ;;
  esac
  shift 2
done
if [ -z "$programs" ]; then
  programs=$source/build/way/examples
  "$source/tests/setup.sh" --only cmake gcc libc6-dev libcbor-dev libsrtp2-dev libssl-dev libyaml-dev ninja-build openssl pkg-config python3
  cmake -S "$source" -B "$source/build/way" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DXK_BUILD_TESTS=OFF >/dev/null
  cmake --build "$source/build/way" >"$source/build/way/log" || { tail -n 40 "$source/build/way/log"; exit 1; }
fi
. "$source/tests/endtoend/programs.sh"

mkdir "$work/tls" "$work/calls"
"$source/examples/certificates.sh" "$work/tls" kms1:server kms2:server lemf:server df2:both cscf:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key" && openssl rand -hex 32 >"$work/state.key")
for caller in alice carol; do
  "$programs/xk-ue" --out "$work/calls/$caller" --ticket-key "$work/ticket.key" --from "sip:$caller@example.com" \
    --to sip:bob@example.com >/dev/null
done
# Calls of carol stay under way: her KMS never answers.
{
  warrant LI-ALICE sip:alice@example.com kms1 eps
  warrant LI-CAROL sip:carol@example.com kms2 eps
} >"$work/warrants.yaml"

figure() { # what xk-df2 counts: name, with labels as they stand
  python3 - "$(sed -n 's/^METRICS PORT //p' "$work/df2.log")" "$1" <<'PYTHON'
import sys, urllib.request
text = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/metrics", timeout=30).read().decode()
print(next((line.split()[-1] for line in text.splitlines() if line.startswith(sys.argv[2] + " ")), 0))
PYTHON
}
# Until so many records have been acknowledged; a minute without a further one is too long.
wait_delivered() {
  local last=-1 same=0 count
  while [ "$same" -lt 300 ]; do
    count=$(figure 'xk_delivery_delivered_total{lemf="lemf"}')
    [ "$count" -lt "$1" ] || return 0
    [ "$count" = "$last" ] && same=$((same + 1)) || same=0
    last=$count
    sleep 0.2
  done
  fail "only $last of $1 records are acknowledged"
}
spent() { # nanoseconds of all threads of a program
  cat "/proc/${pids[$1]}"/task/*/schedstat | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}
ticks() { # of user and system
  cut -d ')' -f 2 "/proc/${pids[$1]}/stat" | awk '{ print $12, $13 }'
}
send() { # caller, first, how many
  python3 "$source/tests/bench/way_send.py" "$(sed -n 's/^X2 PORT //p' "$work/df2.log")" "$work/tls" "$work/calls/$1" "$2" "$3"
}

way() { # how many under way, "stored" or not
  local state=()
  [ "$2" = stored ] && state=(--state "$work/state" --state-key "$work/state.key")
  rm -rf "$work/store" "$work/state"
  mkdir "$work/store" "$work/state"
  start kms1 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/ticket.key"
  start kms2 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms2 --peer df2 --ticket-key "$work/ticket.key" --silent
  start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$work/store"
  start df2 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" \
    --kms "kms1=127.0.0.1:$(port_of kms1),kms2=127.0.0.1:$(port_of kms2)" --lemf "lemf=127.0.0.1:$(port_of lemf)" \
    "${soon[@]}" --hi2-buffer 67108864 --x2 127.0.0.1:0 --x2-peer cscf --x2-sequence connection --metrics 127.0.0.1:0 --timeout 3600000 \
    --pending $(($1 + calls + 16)) --max-calls $((2 * ($1 + calls) + 16)) --call-memory 1000000000 --owed 1000000000 "${state[@]}"
  wait_for "the DF2/MF" grep -q '^READY' "$work/df2.log"
  if [ "$1" -gt 0 ]; then
    send carol 0 "$1"
    wait_delivered $((2 * $1))
  fi
  local before=$((2 * $1)) name began ended
  declare -A at user
  for name in df2 kms1 lemf; do
    at[$name]=$(spent $name)
    user[$name]=$(ticks $name)
  done
  began=$(date +%s%N)
  sampling=
  if command -v perf >/dev/null; then
    perf record -q -F 999 -e cpu-clock -o "$work/samples" -p "${pids[df2]}" >/dev/null 2>&1 &
    sampling=$!
  fi
  send alice 1000000 "$calls"
  wait_delivered $((before + 3 * calls))
  ended=$(date +%s%N)
  printf '%8d  %-9s %8.0f' "$1" "$2" "$(echo "$calls * 1000000000 / ($ended - $began)" | bc -l)"
  for name in df2 kms1 lemf; do
    printf ' %8.1f (%3.0f)' "$(echo "($(spent $name) - ${at[$name]}) / 1000 / $calls" | bc -l)" \
      "$(echo "${user[$name]} $(ticks $name)" | awk '{ all = $3 + $4 - $1 - $2; printf "%f", (all > 0 ? 100 * ($4 - $2) / all : 0) }')"
  done
  printf ' %9.0f\n' "$(awk '/^VmRSS/ { print $2 / 1024 }' "/proc/${pids[df2]}/status")"
  if [ -n "$sampling" ]; then
    kill -INT $sampling 2>/dev/null || true
    wait $sampling 2>/dev/null || true
    perf report -i "$work/samples" --stdio --sort dso 2>/dev/null | awk '/^ +[0-9]/ { printf "%20s %6s %s\n", "", $1, $2 }' | head -n 7
  fi
  for name in df2 kms1 kms2 lemf; do
    kill -KILL "${pids[$name]}"
    wait "${pids[$name]}" 2>/dev/null || true
  done
  started=()
}

echo "$calls calls over X2, Xk and HI2, mutual TLS; CPU microseconds a call, in brackets how much of them in the kernel in %"
printf '%8s  %-9s %8s %14s %14s %14s %9s\n' "waiting" "state" "calls/s" "xk-df2" "xk-kms" "xk-lemf" "df2, MB"
for count in ${under_way//,/ }; do
  way "$count" "not kept"
done
way 0 stored
