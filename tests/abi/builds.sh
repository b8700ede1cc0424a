#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the libraries as packagers do and looks at the machine code: two builds in different folders give the same
# octets; every wipe is still there, with gcc, with clang and with link-time optimisation; the stack stays in its bounds.
#   builds.sh SOURCE-FOLDER
set -euo pipefail
source=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
libraries=(lib/libxk.so lib/libxk.a lib/kms/libxk_kms.so lib/kms/libxk_kms.a)

build() { # SOURCE FOLDER COMPILER FLAGS CMAKE-OPTION...
  local from=$1 folder=$2 compiler=$3 flags=$4
  shift 4
  cmake -S "$from" -B "$folder" -G Ninja -DCMAKE_C_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release -DXK_BUILD_TESTS=OFF \
    -DXK_BUILD_EXAMPLES=OFF -DCMAKE_C_FLAGS="$flags" "$@" >/dev/null
  cmake --build "$folder" --target xk xk_static xk_kms xk_kms_static >/dev/null
}

# Two builds. With debug information, which holds the most paths; the call graph is written on the side.
mapped() { # SOURCE FOLDER
  echo "-g -fcallgraph-info=su '-ffile-prefix-map=$1=source' '-ffile-prefix-map=$2=build'"
}
copy="$work/somewhere else/copied"
mkdir -p "$copy"
cp -r "$source"/{CMakeLists.txt,LICENSE,include,lib} "$copy"
build "$source" "$work/one" gcc "$(mapped "$source" "$work/one")" -DCMAKE_SKIP_BUILD_RPATH=ON
build "$copy" "$work/two" gcc "$(mapped "$copy" "$work/two")" -DCMAKE_SKIP_BUILD_RPATH=ON
for library in "${libraries[@]}"; do
  cmp "$work/one/$library" "$work/two/$library"
  if grep -qaF -e "$work" -e "$source/lib" "$work/one/$library"; then
    echo "$library names a folder of the build"
    exit 1
  fi
done

/usr/bin/python3 "$here/stack.py" "$work/one" "$source/include/xk" "$source/include/xk_kms"

# Each object calls xk_wipe at least as often as its source does; the whole library too, after link-time optimisation.
wipes_in() {
  objdump -dr --no-show-raw-insn "$1" | grep -cE '(call|jmp|R_X86_64_PLT32|R_X86_64_GOTPCRELX?|R_X86_64_PC32).*xk_wipe' || true
}
build "$source" "$work/clang" clang ""
build "$source" "$work/lto" gcc "" -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON
declare -A sum=([core]=0 [kms]=0)
while read -r file; do
  count=$(grep -c '\bxk_wipe(' "$file")
  station=${file#"$source"/lib/}
  part=core
  [ "${station%%/*}" != kms ] || part=kms
  sum[$part]=$((sum[$part] + count))
  for folder in one clang; do
    if [ "$part" = core ]; then
      object=$work/$folder/lib/CMakeFiles/xk_objects.dir/$station.o
    else
      object=$work/$folder/lib/kms/CMakeFiles/xk_kms_objects.dir/${station#kms/}.o
    fi
    if [ "$(wipes_in "$object")" -lt "$count" ]; then
      echo "$station, $folder: $count wipes in the source, $(wipes_in "$object") in the object"
      exit 1
    fi
  done
done < <(grep -rl '\bxk_wipe(' "$source/lib" --include='*.c' | grep -vE '/support/secret\.c$|/testkit/')
[ "${sum[core]}" -gt 0 ] && [ "${sum[kms]}" -gt 0 ]
for part in core kms; do
  library=$work/lto/lib/libxk.so
  [ "$part" = core ] || library=$work/lto/lib/kms/libxk_kms.so
  if [ "$(wipes_in "$library")" -lt "${sum[$part]}" ]; then
    echo "$(basename "$library") with link-time optimisation has lost wipes: $(wipes_in "$library") of ${sum[$part]}"
    exit 1
  fi
done

# Optimised together with its caller, xk_wipe is still a call through a pointer; a memset in its place is gone.
cat >"$work/caller.c" <<'SOURCE'
#include <stdio.h>
#include <string.h>
#include <xk/secret.h>
int main(void)
{
    char key[64];
    int sum = 0;
    if (fgets(key, sizeof key, stdin) != NULL) {
        sum = key[0] + key[9];
    }
    WIPE(key, sizeof key);
    return sum;
}
SOURCE
survives() {
  gcc -O3 -flto "-DWIPE(p, n)=$1" -I"$source/include" "$work/caller.c" "$work/lto/lib/libxk.a" -lcbor -o "$work/caller"
  objdump -d "$work/caller" --disassemble=main | grep -E '(call|jmp) +(\*%|.*<(memset|xk_wipe))' >/dev/null
}
survives 'xk_wipe(p, n)' || { echo "xk_wipe is gone after link-time optimisation"; exit 1; }
if survives 'memset(p, 0, n)'; then
  echo "a memset survives: this compiler does not show the difference"
  exit 1
fi
echo "reproducible, $((sum[core] + sum[kms])) wipes in place, stack in its bounds"
