#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The binary interface of a library is the one that was agreed on. Below 1.0 a change is allowed with a new minor number
# and a note in CHANGELOG.md; abi_update.sh then writes the dump anew, so that the change shows in the commit.
#   diff.sh DUMP LIBRARY HEADER-FOLDER
set -euo pipefail
agreed=$1
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/dump.sh" "$2" "$3" >"$work/now"
if ! abidiff --harmless "$agreed" "$work/now"; then
  echo "the interface of $(basename "$2") has changed; if that is intended: tests/abi_update.sh"
  exit 1
fi

# The comparison sees a structure that grows and a function that is gone.
sed "0,/is-struct='yes'/s/size-in-bits='[0-9]*' is-struct/size-in-bits='8192' is-struct/" "$agreed" >"$work/grown"
sed "0,/<elf-symbol name='xk_/s//<elf-symbol name='xk_gone_/" "$agreed" >"$work/gone"
for changed in grown gone; do
  cmp -s "$agreed" "$work/$changed" && echo "nothing was planted in $changed" && exit 1
  if abidiff "$work/$changed" "$work/now" >/dev/null; then
    echo "abidiff does not see what was planted in $changed"
    exit 1
  fi
done
