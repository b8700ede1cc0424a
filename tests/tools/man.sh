#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# A hand-written man page has nothing that groff or mandoc warns of, and tells of each option that the program has.
#   man.sh PAGE PROGRAM
set -euo pipefail
page=$1
program=$2
failed=0
said=$(groff -K utf8 -man -ww -z "$page" 2>&1)
if command -v mandoc >/dev/null; then
  said+=$(mandoc -Tlint "$page" 2>&1 || true)
fi
if [ -n "$said" ]; then
  echo "$said"
  failed=1
fi
text=$(groff -K utf8 -Tutf8 -P -c -man "$page" | sed 's/.\x08//g; s/‐/-/g')
options=$("$program" --help | grep -o -- '--[a-z][a-z-]*' | sort -u)
[ -n "$options" ]
for option in $options; do
  grep -q -- "^ *$option" <<<"$text" || { echo "the page does not tell of $option" && failed=1; }
done
exit $failed
