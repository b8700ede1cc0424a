#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Each public function has a man page, and groff has nothing to say about any of them.
#   man.sh MAN-FOLDER INCLUDE-FOLDER
set -euo pipefail
declared=$(cat "$2"/*/*.h | tr '\n' ' ' | grep -o 'XK_API [^(]*(' | grep -o 'xk_[a-z0-9_]*($' | tr -d '(' | sort)
[ -n "$declared" ]
failed=0
for name in $declared; do
  page=$1/$name.3
  if [ ! -s "$page" ]; then
    echo "$name has no man page"
    failed=1
    continue
  fi
  for section in NAME SYNOPSIS DESCRIPTION "SEE ALSO"; do
    grep -qx ".SH $section" "$page" || { echo "$name: no section $section" && failed=1; }
  done
  said=$(groff -K utf8 -man -ww -z "$page" 2>&1)
  if [ -n "$said" ]; then
    echo "$said"
    failed=1
  fi
done
exit $failed
