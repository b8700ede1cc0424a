#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# xk-df2 as a service, fed by HEP3 and X2: a target that hides its From, one who answers a forwarded call, one whom only
# an XID tells, an identity that an untrusted leg asserts; then a second warrant in mid-call, a file of warrants that is
# wrong, a warrant that ends, a certificate that is revoked.
#   service.sh PROGRAMS SOURCE PYTHON
set -euo pipefail
programs=$1
source=$2
python=$3
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls" "$work/store" "$work/state"
"$source/examples/certificates.sh" "$work/tls" kms1:server lemf:server df2:both cscf:client other:client
(umask 077 && openssl rand -hex 16 >"$work/ticket.key" && openssl rand -hex 32 >"$work/state.key")
xid=29f28e1cf230486aa860f5a784ab9177
bob=00112233445566778899aabbccddeeff

call() { # name, caller, callee, who answers
  "$programs/xk-ue" --out "$work/calls/$1" --ticket-key "$work/ticket.key" --from "sip:$2@example.com" \
    --to "sip:$3@example.com" --answered-by "sip:$4@example.com" >/dev/null
}
hide() { # name, message, what the network asserts
  sed -i -E "s/^From: <[^>]*>/From: \"Anonymous\" <sip:anonymous@anonymous.invalid>/; /^P-Asserted-Identity/d" "$work/calls/$1.$2"
  [ -z "${3:-}" ] || sed -i "s/^Call-ID:/P-Asserted-Identity: <sip:$3@example.com>\r\n&/" "$work/calls/$1.$2"
}
call hidden alice bob bob
hide hidden invite alice
hide hidden ok bob
"$python" - "$work/calls/hidden.invite" <<'SECRETS'
# What the LEMF of a warrant that gets content decrypted, without the location, must not see.
import re, sys
with open(sys.argv[1], newline="") as file:
    head, body = file.read().split("\r\n\r\n", 1)
body += "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:U0RFU3NlY3JldA\r\na=acap:1 crypto:2 A inline:U0RFU3NlY3JldA\r\n"
head = re.sub("Content-Length: [0-9]+", f"Content-Length: {len(body)}", head)
head += "\r\nP-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=SECRETCELL"
head += "\r\nP-Asserted-Identity: <tel:+15550123>" # the caller's other name
with open(sys.argv[1], "w", newline="") as file:
    file.write(head + "\r\n\r\n" + body)
SECRETS
call forwarded dave erin frank
call by-xid grace heidi heidi
hide by-xid invite
hide by-xid ok
call spoofed ivan judy judy
"$programs/xk-ue" --out "$work/calls/updated" --ticket-key "$work/ticket.key" --from sip:kate@example.com \
  --to sip:leo@example.com --update ticket >/dev/null
hide spoofed invite mallory
call late nina olaf olaf
"$python" - "$work/calls/late" <<'PLAIN'
# The call begins without protection; what xk-ue made becomes its re-INVITE.
import re, sys
for kind in ("invite", "ok"):
    with open(f"{sys.argv[1]}.{kind}", newline="") as file:
        head, body = file.read().split("\r\n\r\n", 1)
    plain = re.sub("a=key-mgmt[^\r]*\r\n", "", body)
    assert plain != body
    for name, cseq, text in ((kind, 1, plain), ("re" + kind, 2, body)):
        own = re.sub("Content-Length: [0-9]+", f"Content-Length: {len(text)}", head).replace("CSeq: 1 ", f"CSeq: {cseq} ")
        if name == "reinvite":
            own = re.sub("To: <([^>]*)>", "To: <\\1>;tag=2", own)
        with open(f"{sys.argv[1]}.{name}", "w", newline="") as file:
            file.write(own + "\r\n\r\n" + text)
PLAIN

kms1="kms1=127.0.0.1"
warrants() {
  unset warrants_begun
  warrant LI-ALICE sip:alice@example.com kms1 umts
  warrant LI-FRANK sip:frank@example.com kms1 eps
  warrant LI-GRACE sip:grace@example.com kms1 eps "xid: $xid"
  warrant LI-MALLORY sip:mallory@example.com kms1 eps
  warrant LI-LEO sip:leo@example.com kms1 eps
  warrant LI-NINA sip:nina@example.com kms1 eps
}
warrants >"$work/warrants.yaml"

start kms1 "$programs/xk-kms" --listen 127.0.0.1:0 --tls "$work/tls" --name kms1 --peer df2 --ticket-key "$work/ticket.key"
start lemf "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" --store "$work/store"
kms1="$kms1:$(port_of kms1)"
lemf=127.0.0.1:$(port_of lemf)
start df2 "$programs/xk-df2" --tls "$work/tls" --warrants "$work/warrants.yaml" --kms "$kms1" --lemf "lemf=$lemf" "${soon[@]}" \
  --hep 127.0.0.1:0 --trusted 192.0.2.10:5060 --x2 127.0.0.1:0 --x2-peer cscf --state "$work/state" \
  --state-key "$work/state.key" --timeout 30000
says() { grep -q -e "$1" "$work/df2.log"; }
wait_for "the DF2/MF" says '^READY'
hep=$(sed -n 's/^HEP PORT //p' "$work/df2.log")
x2=$(sed -n 's/^X2 PORT //p' "$work/df2.log")
files() { echo "$work/calls/$1.invite" "$work/calls/$1.ok"; }
mirror() { "$python" "$source/tests/endtoend/mirror.py" "$@"; }

# shellcheck disable=SC2046 # file names
{
  mirror hep-udp "$hep" 192.0.2.10 $(files hidden)
  mirror hep-tcp "$hep" 192.0.2.10 $(files forwarded)
  mirror x2 "$x2" "$work/tls" cscf 3 $xid "$work/calls/by-xid.invite"
  mirror x2 "$x2" "$work/tls" cscf 2 $xid "$work/calls/by-xid.ok"
  mirror hep-udp "$hep" 192.0.2.11 $(files spoofed)
  mirror hep-tcp "$hep" 192.0.2.10 $(files updated) "$work/calls/updated.reinvite" "$work/calls/updated.reok"
  mirror hep-tcp "$hep" 192.0.2.10 $(files late) "$work/calls/late.reinvite" "$work/calls/late.reok"
}
if mirror x2 "$x2" "$work/tls" other 3 $xid "$work/calls/by-xid.invite" 2>/dev/null; then
  fail "X2 takes a peer that is not named"
fi

# No core dump of a program that holds keys, and no memory of it for others of its user.
for name in df2 lemf; do
  grep -q -E '^Max core file size +0 +0 ' "/proc/${pids[$name]}/limits" || fail "$name may leave a core dump"
done

# Who talks nonsense costs a connection and nothing else.
"$python" -c 'import socket, sys
for octets in (b"GET / HTTP/1.1\r\n\r\n", b"HEP3\x00\x10" + bytes(10)):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as stream:
        stream.sendall(octets)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(octets, ("127.0.0.1", int(sys.argv[1])))' "$hep"
wait_for "the end of a nonsense" grep -q 'the peer sent what is no HEP3' "$work/df2.err"
wait_for "a packet that cannot be read" grep -q 'a packet of 16 octets cannot be read' "$work/df2.err"

held() { # LIID, lines of records()
  "$programs/xk-lemf" --print --store "$work/store" >"$work/held"
  [ "$(records "$1" "$work/held")" = "$2" ]
}
whole="INVITE 200 KEYS,keys=1,failure=0"
wait_for "the target that hides its From" held LI-ALICE "$whole"
wait_for "the target that answers a forwarded call" held LI-FRANK "$whole"
wait_for "the target whom the XID tells" held LI-GRACE "$whole"
updated() { # whether the update came before the first keys is the speed of this machine
  held LI-LEO "INVITE 200 INVITE 200 KEYS,keys=1,failure=0 KEYS,keys=1,failure=0" || held LI-LEO "$whole $whole"
}
wait_for "keys before and after an update" updated
# One CIN: that of the records which went out before the call was protected.
wait_for "keys of a call that was not protected at first" held LI-NINA "INVITE 200 INVITE 200 KEYS,keys=1,failure=0"
held LI-MALLORY "" || fail "an identity that an untrusted leg asserts is believed"

# What the network asserts beside the identity of the warrant stands in each record of the caller, and in nobody else's.
told() { # LIID, file
  local text
  text=$("$programs/xk-inspect" "$2")
  grep -q "lawfulInterceptionIdentifier: \"$1\"" <<<"$text" && grep -q '  tel-uri: "tel:+15550123"$' <<<"$text"
}
observed=0
for file in "$work"/store/*.pspdu; do
  ! told LI-ALICE "$file" || observed=$((observed + 1))
  for liid in LI-FRANK LI-GRACE LI-LEO LI-NINA; do
    ! told $liid "$file" || fail "$liid has the TEL URI of somebody else"
  done
done
[ "$observed" -eq 3 ] || fail "$observed records of LI-ALICE have its TEL URI, not 3"

# A second warrant on a running call, and a third: their LEMF gets the start of interception and the keys, and nothing of
# the first.
{
  warrants
  warrant LI-BOB sip:bob@example.com kms1 eps "xid: $bob"
  warrant LI-ALSO sip:bob@example.com kms1 umts
  warrant LI-XID sip:nobody@example.com kms1 eps "xid: ${bob/00/ff}"
} >"$work/warrants.yaml"
kill -HUP "${pids[df2]}"
for liid in LI-BOB LI-ALSO; do
  wait_for "another warrant" held $liid "START KEYS,keys=1,failure=0"
done
held LI-ALICE "$whole" || fail "the second warrant touched the first"

# What a CSCF kept of a call that was running before anybody listened (TS 33.107 7A.7.5): the record goes on, and the keys
# are asked for at once.
start_record=$(grep -l -a $'\x9f\x2c' "$work"/store/*.pspdu | tail -n 1)
mirror x2-event "$x2" "$work/tls" cscf 1 $bob "$start_record"
running="START KEYS,keys=1,failure=0"
wait_for "a call that was running" held LI-BOB "$running"$'\n'"$running"
wait_for "the same for the other end's warrant" held LI-ALICE "$whole"$'\n'"$running"

# The same for a warrant whose XID shows only later that the call concerns it. The KMS refuses it: nobody in the call has
# its identity.
mirror x2 "$x2" "$work/tls" cscf 2 "${bob/00/ff}" "$work/calls/late.reok"
wait_for "a warrant that an XID shows in mid-call" held LI-XID "START 200 KEYS,keys=0,failure=1"

# A further warrant, whose content goes out decrypted and without the location: the start of interception has neither SDES
# keys nor the cell; that of the second one has both.
{
  warrants
  warrant LI-BOB sip:bob@example.com kms1 eps "xid: $bob"
  warrant LI-ALSO sip:bob@example.com kms1 umts
  warrant LI-XID sip:nobody@example.com kms1 eps "xid: ${bob/00/ff}"
  warrant LI-THIRD sip:bob@example.com kms1 eps "keys: df3, location: no"
} >"$work/warrants.yaml"
kill -HUP "${pids[df2]}"
wait_for "the further warrant" held LI-THIRD $'START\nSTART'
starts() { grep -l -a "$1" "$work"/store/*.pspdu | xargs grep -l -a 'utran-cell-id-3gpp='; }
starts LI-BOB | xargs grep -q -a -e 'inline:U0RFU3NlY3JldA' || fail "the second warrant has no SDES key to mask"
starts LI-BOB | xargs grep -q -a -e 'SECRETCELL' || fail "the second warrant has no location to mask"
[ "$(starts LI-THIRD | wc -l)" -ge 1 ] || fail "no start of interception for the third warrant"
if starts LI-THIRD | xargs grep -q -a -e U0RFU3NlY3JldA -e SECRETCELL; then
  fail "the third warrant's LEMF got keys of SDES or the location"
fi

# What cannot be read leaves all as it was.
{ warrants; warrant LI-BOB sip:bob@example.com kms1 UMTS; } >"$work/warrants.yaml"
kill -HUP "${pids[df2]}"
wait_for "the refusal" says 'warrants stay as they were'
grep -q 'warrants.yaml:9: "module" is umts or eps, not "UMTS"' "$work/df2.err" || fail "no reason: $(cat "$work/df2.err")"

# A warrant ends: nothing more is delivered for it, and its LIID is not in the state any more.
warrants | grep -v LI-FRANK >"$work/warrants.yaml"
kill -HUP "${pids[df2]}"
wait_for "the end of five warrants" says '0 begun or changed, 5 ended'
sed -i 's/^Call-ID: /&again-/' "$work/calls/forwarded.invite" "$work/calls/forwarded.ok"
sed -i 's/^Call-ID: /&again-/' "$work/calls/hidden.invite" "$work/calls/hidden.ok"
# shellcheck disable=SC2046 # file names
{
  mirror hep-tcp "$hep" 192.0.2.10 $(files forwarded)
  mirror hep-udp "$hep" 192.0.2.10 $(files hidden)
}
wait_for "the warrant that goes on" held LI-ALICE "$whole"$'\n'"$running"$'\n'"$whole"
held LI-FRANK "$whole" || fail "a warrant that has ended is served"

# A revoked CSCF is refused as soon as the list has been read anew.
(
  cd "$work/tls"
  sed -i 's/^default_ca = own$/&/; s/^\[own\]$/&\ncertificate = ca.crt\nprivate_key = ca.key/' ca.conf
  openssl ca -config ca.conf -revoke cscf.crt 2>/dev/null
  openssl ca -gencrl -config ca.conf -out ca.crl 2>/dev/null
)
before=$(grep -c 'lists read anew' "$work/df2.log")
kill -HUP "${pids[df2]}"
anew() { [ "$(grep -c 'lists read anew' "$work/df2.log")" -gt "$before" ]; }
wait_for "the revocation list" anew
if mirror x2 "$x2" "$work/tls" cscf 3 $xid "$work/calls/by-xid.invite" 2>/dev/null; then
  fail "X2 takes a peer that is revoked"
fi
stop df2 TERM || fail "the DF2/MF ended with status $?"
if grep -r -q -e LI-0 -e LI-ALICE -e example.com -e alice "$work/state" "$work/df2.log" "$work/df2.err"; then
  fail "a LIID or an identity is in the state, or in what was printed"
fi
stop kms1 TERM
stop lemf TERM
