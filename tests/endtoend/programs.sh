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
  for _ in $(seq 400); do
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
