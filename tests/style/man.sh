#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Each public function, structure and enumeration has a man page, the overviews are there, every page that one refers to
# is too and refers back to an overview, a configuration's page tells its defaults, and groff has nothing to say.
#   man.sh MAN-FOLDER INCLUDE-FOLDER FURTHER-PAGE...
set -euo pipefail
man=$1
include=$2
shift 2
failed=0
fail() {
  echo "$*"
  failed=1
}
functions=$(cat "$include"/*/*.h | tr '\n' ' ' | grep -o 'XK_API [^(]*(' | grep -o 'xk_[a-z0-9_]*($' | tr -d '(' | sort)
types=$(grep -ho '^\(struct\|enum\) xk_[a-z0-9_]* {' "$include"/*/*.h | awk '{ print $2 }' | sort -u)
[ -n "$functions" ] && [ -n "$types" ]
for name in $functions $types; do
  page=$man/man3/$name.3
  [ -s "$page" ] || { fail "$name has no man page" && continue; }
  for section in NAME SYNOPSIS DESCRIPTION "SEE ALSO"; do
    grep -qx ".SH $section" "$page" || fail "$name: no section $section"
  done
  overview=$(tail -n 1 "$page" | sed -n 's/^\.BR \(.*\) (7)$/\1/p')
  grep -q "^\.BR $name (3)" "$man/man7/$overview.7" || fail "$name: its overview does not name it"
done
for name in libxk xk_requester xk_journal xk_kms xk_test; do
  [ -s "$man/man7/$name.7" ] || fail "$name has no overview"
  grep -q '^\.BR xk\\-tools (7)\|^\.BR libxk (7)' "$man/man7/$name.7" || fail "$name: leads nowhere"
done
configurations=$(grep -ho '^struct xk_[a-z0-9_]*_config {' "$include"/*/*.h | awk '{ print $2 }')
for name in $configurations; do
  grep -qx '.SH DEFAULTS' "$man/man3/${name}_init.3" || fail "${name}_init: no defaults"
done
known=$(find "$man" "$@" -type f -name '*.[137]' -printf '%f\n' | sort)
missing=$(cat "$man"/man*/*.[37] | sed -n 's/^\.BR \([^ ]*\) (\([37]\)),\?$/\1.\2/p' | sed 's/\\-/-/g' | sort -u | comm -23 - <(echo "$known"))
[ -z "$missing" ] || fail "pages that are referred to and not there: $missing"
said=$(printf '%s\0' "$man"/man*/*.[37] "$@" | xargs -0 -n 100 groff -K utf8 -man -ww -z 2>&1)
[ -z "$said" ] || fail "$said"
exit $failed
