#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Writes into FOLDER what dpkg-buildpackage wants: this source tree, with a folder debian/ made from the templates beside
# this script. The names of the packages follow the SONAME (Debian Policy 8.1): libxk.so.0.2 is in libxk0.2.
#   lib/packaging/debian.sh FOLDER
# Who maintains the packages stands in the file publisher beside this script; SOURCE_DATE_EPOCH names the time, otherwise the last commit does.
set -euo pipefail
folder=$(realpath -m "$1")
cd "$(dirname "$0")/../.."
mkdir -p "$folder"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$folder"

number() {
  sed -n "s/^#define XK_VERSION_$1 \([0-9]*\).*/\1/p" include/xk/version.h
}
major=$(number MAJOR)
minor=$(number MINOR)
patch=$(number PATCH)
soversion=$major
[ "$major" -ne 0 ] || soversion=0.$minor
# shellcheck source=lib/packaging/publisher
. lib/packaging/publisher
maintainer="${DEBFULLNAME:-$maintainer_name} <${DEBEMAIL:-$maintainer_mail}>"
time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

for template in $(cd lib/packaging/debian && find . -type f); do
  target=$folder/debian/${template/SOVERSION/$soversion}
  mkdir -p "$(dirname "$target")"
  sed -e "s/@VERSION@/$major.$minor.$patch/g" -e "s/@FIRST@/$major.$minor.0/g" -e "s/@SOVERSION@/$soversion/g" \
    -e "s/@MAINTAINER@/$maintainer/g" -e "s/@DATE@/$(date -R -u -d "@$time")/g" "lib/packaging/debian/$template" >"$target"
done
chmod +x "$folder/debian/rules"
sed -n '5,$p' LICENSE | sed -e 's/^$/./' -e 's/^/ /' >>"$folder/debian/copyright"

# What is about a part that this tree does not have. xk-tools is what has a manual page of section 1.
[ -d lib/testkit ] || rm "$folder/debian/libxk-dev.lintian-overrides"
if ! compgen -G 'examples/*/xk-*.1' >/dev/null; then
  sed -i -e '/^Package: xk-tools$/,$d' "$folder/debian/control"
  sed -i -e '${/^$/d}' "$folder/debian/control"
fi
