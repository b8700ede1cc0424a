#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Writes the dumps of the binary interfaces anew, from a build of its own, and the table of sizes. Look at the difference
# before committing it.
set -euo pipefail
cd "$(dirname "$0")/.."
./tests/setup.sh --only abigail-tools clang cmake gcc libcbor-dev libssl-dev ninja-build pkg-config
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake -S . -B "$work" -G Ninja -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=RelWithDebInfo -DXK_BUILD_TESTS=OFF \
  -DXK_BUILD_EXAMPLES=OFF >/dev/null
cmake --build "$work" >/dev/null
tests/abi/dump.sh "$work/lib/libxk.so" include/xk >tests/abi/libxk.abi.xml
tests/abi/dump.sh "$work/lib/kms/libxk_kms.so" include/xk_kms >tests/abi/libxk_kms.abi.xml

# sizes_on TARGET: what sizeof says there, read from the assembler text of one array.
structures=$(grep -ho '^struct xk_[a-z0-9_]* {' include/{xk,xk_kms}/*.h | cut -d' ' -f2 | sort -u)
sizes_on() {
  {
    printf '#include <xk/xk.h>\n#include <xk_kms/issue.h>\n#include <xk_kms/kms.h>\nconst unsigned int sizes[] = {\n'
    for name in $structures; do echo "sizeof(struct $name),"; done
    echo '};'
  } >"$work/sizes.c"
  clang --target="$1" -std=c11 -ffreestanding -Iinclude -S -o - "$work/sizes.c" | awk '$1 == ".long" { print $2 }'
}
sed '/^XK_SIZE(/d' tests/abi/sizes.c >"$work/table"
paste <(echo "$structures") <(sizes_on x86_64-linux-gnu) <(sizes_on arm-linux-gnueabihf) \
  <(sizes_on i386-linux-gnu) | awk '{ printf "XK_SIZE(%s, %d, %d, %d);\n", $1, $2, $3, $4 }' >>"$work/table"
cp "$work/table" tests/abi/sizes.c
git diff --stat -- tests/abi
