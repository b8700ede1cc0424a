#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The units of examples/service: systemd finds nothing wrong in them, judges what they leave open as little, and each of
# their options is one that the program has. Without systemd's own program only the last.
#   units.sh PROGRAMS SOURCE
set -euo pipefail
programs=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
for unit in "$source"/examples/service/*.service; do
  name=$(basename "$unit" .service)
  count=$((count + 1))
  help=$("$programs/$name" --help)
  options=$(sed -n '/^ExecStart=/,/[^\\]$/p' "$unit" | grep -o -- '--[a-z][a-z0-9-]*')
  [ -n "$options" ]
  for option in $options; do
    grep -q -e "^  $option " <<<"$help" || { echo "$name has no option $option" && exit 1; }
  done
  for word in Type=notify DynamicUser=yes NoNewPrivileges=yes ProtectSystem=strict LimitCORE=0 LimitMEMLOCK=infinity; do
    grep -q -x "$word" "$unit" || { echo "$name.service lacks $word" && exit 1; }
  done
  if command -v systemd-analyze >/dev/null; then
    sed "s|^ExecStart=/usr/bin/|ExecStart=$programs/|" "$unit" >"$work/$name.service"
    said=$(systemd-analyze verify --man=no "$work/$name.service" 2>&1 | grep -F "$name.service" || true)
    [ -z "$said" ] || { echo "$said" && exit 1; }
    systemd-analyze security --offline=true --threshold=20 "$work/$name.service" >"$work/out" 2>&1 ||
      { tail -n 3 "$work/out" && exit 1; }
    tail -n 1 "$work/out"
  fi
done
[ "$count" -eq 3 ]
