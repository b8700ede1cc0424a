#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The host program of the README: that the README quotes it, that it is short, and what it prints.
set -euo pipefail
programs=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed -n '/^```c$/,/^```$/p' "$source/README.md" | sed '1d;$d' >"$work/quoted"
tail -n +2 "$source/examples/host/main.c" >"$work/built"
cmp "$work/quoted" "$work/built"

openssl rand -hex 16 >"$work/key"
"$programs/xk-ue" --out "$work/call" --ticket-key "$work/key" --from sip:alice@example.com --to sip:bob@example.com >/dev/null
"$programs/xk-host" "$work/call.invite" "$work/call.ok" >"$work/printed"
grep -q '^to KMS 0: [0-9]* octets$' "$work/printed"
grep -q '^outcome: failure, 0 Crypto Sessions$' "$work/printed"
[ "$(wc -l <"$work/printed")" -eq 2 ]
if "$programs/xk-host" "$work/call.ok" "$work/call.invite" >/dev/null; then
  echo "messages in the wrong order were taken"
  exit 1
fi
