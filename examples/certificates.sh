#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Makes, in a folder, an authority with an empty revocation list and a certificate for each NAME:ROLE, the role being
# client, server or both: NAME.crt, NAME.key, ca.crt, ca.crl. For demonstrations and tests: nothing protects the keys but
# the folder.
set -euo pipefail
folder=$1
shift
for item in "$@"; do
  case $item in
    *[!A-Za-z0-9_.:-]* | .* | *:*:*) echo "certificates.sh: $item is no NAME:ROLE" >&2 && exit 2 ;;
    ?*:client | ?*:server | ?*:both) ;;
    *) echo "certificates.sh: $item is no NAME:ROLE" >&2 && exit 2 ;;
  esac
done
cd "$folder"
umask 077

cat >ca.conf <<CONF
[ca]
default_ca = own
[own]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 2
CONF
: >index.txt
echo 01 >crlnumber

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=demo authority" \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -keyout ca.key -out ca.crt 2>/dev/null
for item in "$@"; do
  name=${item%:*}
  usage=${item#*:}Auth
  [ "$usage" != bothAuth ] || usage=serverAuth,clientAuth
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "$name.key" \
    -out "$name.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=%s\nkeyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n' \
    "$name" "$usage" >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile "$name.ext" \
    -out "$name.crt" 2>/dev/null
done
openssl ca -gencrl -config ca.conf -keyfile ca.key -cert ca.crt -out ca.crl 2>/dev/null
