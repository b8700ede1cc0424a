#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs, on Debian, the packages that building and testing libxk takes and that are not there yet.
# Arguments are further packages that a script needs beyond the list; after --only they are the whole list.
set -euo pipefail

packages=(
  asn1c
  abigail-tools
  clang
  cmake
  doxygen
  g++
  gcc
  groff
  libcbor-dev
  libclang-rt-14-dev
  libcmocka-dev
  libsrtp2-dev
  libssl-dev
  libuv1-dev
  libyaml-dev
  ninja-build
  openssl
  pkg-config
  python3
  python3-cbor2
  python3-cryptography
  python3-prometheus-client
  python3-pyasn1
  spin
  tshark
  wireshark-common
)

if [ "${1:-}" = --only ]; then
  packages=()
  shift
fi

missing=()
for package in "${packages[@]}" "$@"; do
  if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
    missing+=("$package")
  fi
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
fi
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
