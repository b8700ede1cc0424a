#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# To be read by the tests of this folder: programs in the background, of which none is left behind.
work=$(mktemp -d)
declare -A pids
started=()
finish() {
  for pid in "${started[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT

fail() {
  echo "failed: $*"
  exit 1
}

start() { # name, command...
  local name=$1
  shift
  "$@" >"$work/$name.log" 2>"$work/$name.err" &
  started+=($!)
  pids[$name]=$!
}

# Ends a program and takes its status.
stop() { # name, signal
  local status=0
  kill "-$2" "${pids[$1]}"
  wait "${pids[$1]}" || status=$?
  return $status
}

wait_for() { # what, command...
  local what=$1
  shift
  for _ in $(seq 1200); do
    "$@" && return
    sleep 0.025
  done
  fail "waited in vain for $what"
}

says_port() { # name
  grep -q '^PORT [0-9]*$' "$work/$1.log"
}

port_of() { # name of a program that has been started
  wait_for "the port of $1" says_port "$1" >&2
  sed -n 's/^PORT //p' "$work/$1.log"
}

# One warrant of a file for xk-df2. The first one brings the head of the file.
warrant() { # LIID, identity, KMS, module, further words
  if [ -z "${warrants_begun:-}" ]; then
    printf 'operator: "12345"\nwarrants:\n'
    warrants_begun=yes
  fi
  printf -- '- {liid: "%s", identities: "%s", kms: %s, module: %s, destinations: lemf%s}\n' "$1" "$2" "$3" "$4" "${5:+, $5}"
}

# Options of xk-df2 with which a test need not wait.
# shellcheck disable=SC2034 # for the tests
soon=(--settle 100 --hi2-acknowledge 100 --hi2-reconnect 100)

# What the LEMF holds for a LIID, as its table tells: of each call, in the order of the numbers, the method or status of
# a SIP record or the keys; a line for each call.
records() { # LIID, file that xk-lemf --print has written
  awk -v liid="$1" '$1 == liid && $3 != "-" {
    if ($2 != cin) { printf "%s", cin == "" ? "" : "\n"; cin = $2 } else { printf " " }
    printf "%s", $6 == "KEYS" ? "KEYS," $7 "," $8 : $6 == "SIP" ? $7 : $6
  } END { print "" }' "$2" | sed -E 's/([A-Z]+),( |$)/\1\2/g'
}
