#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the Debian packages into build/packages, twice, in different folders and under different umasks, which must give
# the same octets; holds them against Debian's policy with lintian, and them and a plain build against its hardening;
# writes what is in each (SPDX); installs them here, uses them, purges them, and looks that nothing of them is left.
# Installs the tools that it lacks, which stay.
set -euo pipefail
cd "$(dirname "$0")/.."
./tests/setup.sh clang blhc debhelper devscripts dpkg-dev lintian man-db

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
names=()
installed() {
  dpkg-query -W -f='${Package} ${db:Status-Status}\n' 'libxk*' 'xk-tools*' 2>/dev/null |
    awk '$1 ~ /^(libxk([0-9]|-dev|-kms)|xk-tools)/ && $2 != "not-installed" { print $1 }'
}
if [ -n "$(installed)" ]; then
  echo "package.sh: packages of libxk are installed already, and would be lost: $(installed | tr '\n' ' ')" >&2
  exit 2
fi

work=$(mktemp -d)
finish() {
  if [ ${#names[@]} -gt 0 ] && [ -n "$(installed)" ]; then
    "${as_root[@]}" dpkg --purge "${names[@]}" >/dev/null 2>&1 || true
  fi
  rm -rf "$work"
}
trap finish EXIT

rm -rf build/packages
mkdir -p build/packages
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
build() { # folder, umask
  (
    umask "$2"
    mkdir -p "$1"
    lib/packaging/debian.sh "$1/libxk"
    cd "$1/libxk"
    dpkg-buildpackage --no-sign
  ) >"$work/log" 2>&1 || { tail -n 40 "$work/log" && exit 1; }
}
build "$work/first" 022
mv "$work/log" build/packages/log
build "$work/a-second-folder/deeper" 077
for package in "$work"/first/*.deb; do
  cmp "$package" "$work/a-second-folder/deeper/${package##*/}"
done
find "$work/first" -maxdepth 1 -type f -exec mv -t build/packages {} +
blhc --all build/packages/log
cd build/packages
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(--allow-root)
lintian "${as_user[@]}" --pedantic --display-info --fail-on error,warning,info,pedantic ./*.changes

packages=()
for package in ./*.deb; do
  case $package in
    *-dbgsym_*) continue ;;
  esac
  packages+=("$package")
  names+=("$(dpkg-deb -f "$package" Package)")
done
python3 ../../lib/packaging/spdx_deb.py "${packages[@]}"
for package in "${packages[@]}"; do
  python3 ../../tests/consumer/check_spdx_deb.py "$package"
done

# Position-independent, no writable tables of addresses, canaries, checked calls of libc, probes of the stack, CET: in the
# packages, and in what `cmake` builds by default. A library that only copies what it has measured has no call to check.
# That a whole file may be marked for CET takes a C library that is; Debian 12's is not: landing pads are counted instead.
hardened() { # file...
  local file
  for file in "$@"; do
    case $file in
      *.so.*) hardening-check --nopie --nofortify --nocfprotection "$file" ;;
      *) hardening-check --nocfprotection "$file" ;;
    esac >"$work/hardening" || { cat "$work/hardening" && exit 1; }
    if [ "$(uname -m)" = x86_64 ] && [ "$(objdump -d "$file" | grep -c endbr64)" -lt 20 ]; then
      echo "$file has no landing pads" && exit 1
    fi
  done
}
for package in "${packages[@]}"; do
  dpkg-deb -x "$package" "$work/unpacked"
done
mapfile -t binaries < <(find "$work/unpacked" -type f \( -name '*.so.*' -o -path '*/bin/*' \))
[ "${#binaries[@]}" -ge 4 ]
hardened "${binaries[@]}"
cmake -S ../.. -B "$work/plain" -G Ninja -DXK_BUILD_TESTS=OFF >/dev/null
cmake --build "$work/plain" >/dev/null
mapfile -t binaries < <(find "$work/plain" -type f \( -name 'libxk*.so.*' -o -name 'xk-*' -perm -u+x \))
[ "${#binaries[@]}" -ge 8 ]
hardened "${binaries[@]}"

# Every path of the packages that is not there yet: after the purge none may be.
for package in "${packages[@]}"; do
  dpkg-deb --fsys-tarfile "$package" | tar -t | sed 's|^\.||; s|/$||'
done | sort -u | while read -r path; do
  [ -z "$path" ] || [ -e "$path" ] || echo "$path"
done >"$work/paths"
[ -s "$work/paths" ]

"${as_root[@]}" dpkg -i "${packages[@]}" >"$work/log"
while read -r path; do
  [ -e "$path" ] || { echo "$path is in a package but was not installed" && exit 1; }
done <"$work/paths"
../../tests/consumer/packaged.sh
"${as_root[@]}" dpkg --purge "${names[@]}" >>"$work/log"

[ -z "$(installed)" ]
while read -r path; do
  if [ -e "$path" ] || [ -L "$path" ]; then
    echo "$path is left"
    exit 1
  fi
done <"$work/paths"
if ldconfig -p | grep -E 'libxk(_kms)?\.so' >/dev/null; then
  echo "the linker still knows libxk"
  exit 1
fi
printf '%s\n' "${packages[@]}"
echo "packages: built, lintian clean, installed, used, purged"
