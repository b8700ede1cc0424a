#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The table of sizes.c holds for every kind of machine, big-endian ones too, and names every public structure. clang
# compiles for all of them without their C libraries, since the headers take nothing from one but types.
#   sizes.sh INCLUDE-FOLDER
set -euo pipefail
include=$1
table=$(dirname "$0")/sizes.c
compile() { # TARGET SOURCE
  clang --target="$1" -std=c11 -ffreestanding -Wall -Wextra -Werror -I"$include" -fsyntax-only "$2"
}
for target in x86_64-linux-gnu aarch64-linux-gnu s390x-linux-gnu arm-linux-gnueabihf i386-linux-gnu mips-linux-gnu; do
  compile "$target" "$table"
done
diff <(grep -ho '^struct xk_[a-z0-9_]* {' "$include"/{xk,xk_kms}/*.h | cut -d' ' -f2 | sort -u) \
  <(sed -n 's/^XK_SIZE(\([a-z0-9_]*\),.*/\1/p' "$table" | sort)

# One octet off is seen, for each of the three columns.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for change in 'x86_64-linux-gnu 17, 8, 8' 'arm-linux-gnueabihf 16, 9, 8' 'i386-linux-gnu 16, 8, 9'; do
  sed "s/^XK_SIZE(xk_bytes,.*/XK_SIZE(xk_bytes, ${change#* });/" "$table" >"$work/sizes.c"
  if compile "${change%% *}" "$work/sizes.c" 2>/dev/null; then
    echo "${change%% *}: a wrong size is not seen"
    exit 1
  fi
done
