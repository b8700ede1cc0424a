#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Writes what a program sees of a library's binary interface: its functions and the types of its public headers, without
# paths and lines, so that the text changes only when the interface does. The library has debug information.
#   dump.sh LIBRARY HEADER-FOLDER >FILE
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
abidw --headers-dir "$2" --drop-private-types --drop-undefined-syms --exported-interfaces-only --no-corpus-path \
  --no-comp-dir-path --no-show-locs --no-elf-needed --no-write-default-sizes --type-id-style hash "$1" |
  sed -E "s|(<abi-instr .*path=')[^']*/lib/|\1lib/|" >"$work/dump"
grep -q '<function-decl' "$work/dump" || { echo "$1 has no debug information" >&2 && exit 1; }
cat "$work/dump"
