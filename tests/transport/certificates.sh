#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Certificates for tests/transport: those of examples/certificates.sh, and beside them each kind that must be refused.
#   certificates.sh EXAMPLES FOLDER
set -euo pipefail
examples=$1
cd "$2"
umask 077
"$examples/certificates.sh" . kms1:server kms2:server df2:client df3:client lemf:server
mkdir other
"$examples/certificates.sh" other kms1:server df2:client

cat >test.conf <<'CONF'
[ca]
default_ca = own
[own]
database = index.txt
crlnumber = crlnumber
certificate = ca.crt
private_key = ca.key
new_certs_dir = .
rand_serial = yes
default_md = sha256
default_days = 2
default_crl_days = 2
policy = any
unique_subject = no
[any]
commonName = supplied
CONF

make() { # file, common name, further extensions, further options of openssl ca
  local file=$1 name=$2 extensions=$3
  shift 3
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "$file.key" \
    -out "$file.csr" 2>/dev/null
  printf '%b\nkeyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n' \
    "$extensions" >"$file.ext"
  openssl ca -batch -notext -config test.conf -in "$file.csr" -extfile "$file.ext" -out "$file.crt" "$@" 2>/dev/null
}

past=(-startdate 20200101000000Z -enddate 20200102000000Z)
make expired-df2 df2 'subjectAltName=DNS:df2\nextendedKeyUsage=clientAuth' "${past[@]}"
make expired-kms1 kms1 'subjectAltName=DNS:kms1\nextendedKeyUsage=serverAuth' "${past[@]}"
make revoked-df2 df2 'subjectAltName=DNS:df2\nextendedKeyUsage=clientAuth'
make revoked-kms1 kms1 'subjectAltName=DNS:kms1\nextendedKeyUsage=serverAuth'
make server-df2 df2 'subjectAltName=DNS:df2\nextendedKeyUsage=serverAuth'
make client-kms1 kms1 'subjectAltName=DNS:kms1\nextendedKeyUsage=clientAuth'
make any-df2 df2 'subjectAltName=DNS:df2'
make any-kms1 kms1 'subjectAltName=DNS:kms1'
make capital-df2 DF2 'subjectAltName=DNS:DF2\nextendedKeyUsage=clientAuth'
make odd-df2 $'df2"\n\e[2J\\\\x' 'subjectAltName=DNS:df2\nextendedKeyUsage=clientAuth'
make nameless-kms1 kms1 'extendedKeyUsage=serverAuth'
make wildcard wildcard 'subjectAltName=DNS:*.example.com\nextendedKeyUsage=serverAuth'


# A key that is too short to be worth anything today.
openssl req -newkey rsa:1024 -nodes -subj "/CN=df2" -keyout weak-df2.key -out weak-df2.csr 2>/dev/null
printf 'subjectAltName=DNS:df2\nextendedKeyUsage=clientAuth\nkeyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n' >weak-df2.ext
openssl ca -batch -notext -config test.conf -in weak-df2.csr -extfile weak-df2.ext -out weak-df2.crt 2>/dev/null
cp df2.crt open-df2.crt
cp df2.key open-df2.key
chmod 640 open-df2.key

openssl ca -gencrl -config test.conf -crl_lastupdate 20200101000000Z -crl_nextupdate 20200102000000Z -out old.crl 2>/dev/null
for file in revoked-df2 revoked-kms1; do
  openssl ca -config test.conf -revoke "$file.crt" 2>/dev/null
done
openssl ca -gencrl -config test.conf -out ca.crl 2>/dev/null
