#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# xk-lemf and what it keeps: PS-PDUs that it cannot read, gaps, late and repeated records, octets that would steer a
# terminal, a hole in its store, a second process, links, files that somebody changed.
#   store.sh PROGRAMS SOURCE PYTHON
set -euo pipefail
programs=$1
source=$2
python=$3
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls" "$work/samples" "$work/store" "$work/sealed"
"$source/examples/certificates.sh" "$work/tls" kms1:server lemf:server df2:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key" && openssl rand -hex 32 >"$work/store.key")
"$programs/xk-ue" --out "$work/calls/call" --ticket-key "$work/ticket.key" --from sip:alice@example.com \
  --to sip:bob@example.com >/dev/null
warrant LI-0001 sip:alice@example.com kms1 eps >"$work/warrants.yaml"

lemf() { # further options
  start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --plain "$@"
  port=$(port_of lemf)
}
print() { # further options; --store comes first
  "$programs/xk-lemf" --print "$@" >"$work/held" 2>"$work/print.err"
}

# Real records: a reset, INVITE, 200, keys.
start kms1 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/ticket.key"
lemf --store "$work/samples"
"$programs/xk-df2" --tls "$work/tls" --hi2-plain --warrants "$work/warrants.yaml" --calls "$work/calls" "${soon[@]}" \
  --kms "kms1=127.0.0.1:$(port_of kms1)" --lemf "lemf=127.0.0.1:$port" call >/dev/null 2>&1
stop lemf TERM
stop kms1 TERM
samples=("$work"/samples/*.pspdu)
[ "${#samples[@]}" -eq 4 ] || fail "${#samples[@]} sample records"
[ "$(stat -c %a "${samples[0]}")" = 600 ] || fail "others may read a record"
reset=${samples[0]} invite=${samples[1]} ok=${samples[2]} keys=${samples[3]}

put() { # file...: in one connection
  "$python" -c 'import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as stream:
    for path in sys.argv[2:]:
        stream.sendall(open(path, "rb").read())
    stream.shutdown(socket.SHUT_WR)
    stream.settimeout(20)
    while stream.recv(4096):
        pass' "$port" "$@"
}
files() { # of a store
  (cd "$1" && ls)
}
says() { grep -q -e "$1" "$work/lemf.log"; }

# What cannot be read is set aside, and what comes behind it in the same connection is stored, each time it comes.
printf '\x30\x03\x02\x01\x05' >"$work/strange"
"$python" -c 'import sys
octets = open(sys.argv[1], "rb").read()
open(sys.argv[2], "wb").write(octets.replace(b"LI-0001", b"LI-0002", 1))
open(sys.argv[3], "wb").write(octets.replace(b"LI-0001", b"\x1b[2J-01"))' "$invite" "$work/two-liids" "$work/steering"
lemf --store "$work/store"
put "$reset" "$work/strange" "$invite" "$work/two-liids" "$ok"
put "$work/strange" "$keys"
[ "$(files "$work/store" | tr '\n' ' ')" = "00000001.pspdu 00000002.unreadable 00000003.pspdu 00000004.unreadable 00000005.pspdu 00000006.unreadable 00000007.pspdu " ] ||
  fail "the store has $(files "$work/store")"
cmp "$work/strange" "$work/store/00000002.unreadable"
cmp "$keys" "$work/store/00000007.pspdu"
[ "$(grep -c UNREADABLE "$work/lemf.log")" -eq 3 ] || fail "not three are told as unreadable"

# Octets that come again are not stored; octets that would steer a terminal are shown harmless.
put "$invite" "$work/steering"
says 'record again' || fail "a record that came again is not told"
print --store "$work/store" || fail "the store cannot be printed"
[ "$(records LI-0001 "$work/held")" = "INVITE 200 KEYS,keys=1,failure=0" ] || fail "$(cat "$work/held")"
grep -q -F '\x1b[2J-01' "$work/held" || fail "a LIID with control octets is not shown"
! grep -q $'\x1b' "$work/held" || fail "control octets are shown as they are"
[ "$(grep -c UNREADABLE "$work/held")" -eq 3 ] || fail "what is unreadable is not in the table"

# A second process does not write there, and one that prints may.
if timeout 10 "$programs/xk-lemf" --listen 127.0.0.1:0 --plain --store "$work/store" >/dev/null 2>"$work/err"; then
  fail "two processes share a store"
fi
grep -q 'another process has the store' "$work/err" || fail "$(cat "$work/err")"

# A link where a part would be written leads nowhere.
echo untouched >"$work/target"
ln -s "$work/target" "$work/store/part"
put "$work/steering" "$ok"
stop lemf TERM
[ "$(cat "$work/target")" = untouched ] || fail "a record was written through a link"
lemf --store "$work/store"
[ ! -e "$work/store/part" ] || fail "what an interrupted write left is still there"

# A hole in the store: it goes on from the highest number, and nothing is replaced.
stop lemf TERM
rm "$work/store/00000003.pspdu" "$work/store/00000005.pspdu"
sha256sum "$work"/store/* >"$work/before"
lemf --store "$work/store"
put "$ok" "$invite"
says 'sequence 0 came late' || says 'sequence 1 came late' || fail "what fills a gap is not told: $(cat "$work/lemf.log")"
sha256sum --quiet -c "$work/before" || fail "a stored record was replaced"
print --store "$work/store"
[ "$(records LI-0001 "$work/held")" = "INVITE 200 KEYS,keys=1,failure=0" ] || fail "$(cat "$work/held")"
stop lemf TERM

# Gaps are told when they come, and stand in the table until they are filled.
mkdir "$work/gaps"
lemf --store "$work/gaps"
put "$keys"
says 'GAP of 2 record(s) before sequence 2' || fail "no gap is told"
print --store "$work/gaps"
grep -q 'GAP: 2 record(s) missing' "$work/held" || fail "$(cat "$work/held")"
put "$invite"
says 'sequence 0 came late' || fail "a late record is not told"
print --store "$work/gaps"
grep -q 'GAP: 1 record(s) missing' "$work/held" || fail "$(cat "$work/held")"
"$python" -c 'import sys
octets = open(sys.argv[1], "rb").read()
open(sys.argv[2], "wb").write(octets.replace(b"call", b"kall").replace(b"Call-ID", b"Kall-ID"))' "$invite" "$work/another"
put "$work/another"
says 'ANOTHER record of sequence 0' || fail "another record under an old number is not told"
[ "$(files "$work/gaps" | wc -l)" -eq 3 ] || fail "another record under an old number is not stored"
stop lemf TERM

# Sealed: no octet of a record is on disk, and what was changed, removed or put between is told.
key=(--store-key "$work/store.key")
lemf --store "$work/sealed" "${key[@]}"
put "$reset" "$invite" "$ok" "$keys"
stop lemf TERM
! grep -r -q -a -e LI-0001 -e INVITE "$work/sealed" || fail "a record is in the store as it is"
print --store "$work/sealed" "${key[@]}" || fail "$(cat "$work/print.err")"
[ "$(records LI-0001 "$work/held")" = "INVITE 200 KEYS,keys=1,failure=0" ] || fail "$(cat "$work/held")"
lemf --store "$work/sealed" "${key[@]}" # the chain goes on in the next life
put "$work/steering"
stop lemf TERM
print --store "$work/sealed" "${key[@]}"
! grep -q changed "$work/print.err" || fail "$(cat "$work/print.err")"
if print --store "$work/sealed"; then
  fail "a sealed store is printed without its key"
fi
cp -r "$work/sealed" "$work/less"
rm "$work/less/00000003.pspdu"
print --store "$work/less" "${key[@]}"
grep -q 'the store was changed before file 4' "$work/print.err" || fail "a file that was removed is not told"
cp "$work/sealed/00000002.pspdu" "$work/less/00000003.pspdu"
if print --store "$work/less" "${key[@]}"; then
  fail "a file that was copied to another number is taken"
fi
printf 'x' | dd of="$work/sealed/00000004.pspdu" bs=1 seek=60 conv=notrunc 2>/dev/null
if print --store "$work/sealed" "${key[@]}"; then
  fail "a file that was changed is taken"
fi
grep -q 'UNREADABLE file 00000004' "$work/held" || fail "$(cat "$work/held")"
