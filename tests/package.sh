#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the Debian packages into build/packages, holds them against Debian's policy with lintian, installs them here,
# uses them, purges them, and looks that nothing of them is left. Installs the tools that it lacks, which stay.
set -euo pipefail
cd "$(dirname "$0")/.."
./tests/setup.sh clang debhelper dpkg-dev lintian man-db

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
lib/packaging/debian.sh "$work/libxk"
(cd "$work/libxk" && dpkg-buildpackage --no-sign) >build/packages/log 2>&1 || { tail -n 40 build/packages/log && exit 1; }
find "$work" -maxdepth 1 -type f -exec mv -t build/packages {} +
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
