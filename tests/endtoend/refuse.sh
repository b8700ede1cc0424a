#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What xk-df2 and xk-lemf refuse, and the reason that they give: options, files of warrants, folders, keys.
#   refuse.sh PROGRAMS SOURCE
set -euo pipefail
programs=$1
source=$2
. "$source/tests/endtoend/programs.sh"
mkdir "$work/tls" "$work/calls" "$work/store" "$work/state"
"$source/examples/certificates.sh" "$work/tls" lemf:server df2:client
(umask 077 && openssl rand -hex 32 >"$work/key" && openssl rand -hex 16 >"$work/ticket.key")
"$programs/xk-ue" --out "$work/calls/call" --ticket-key "$work/ticket.key" --from sip:alice@example.com \
  --to sip:bob@example.com >/dev/null
warrant LI-0001 sip:alice@example.com kms1 eps >"$work/right.yaml"

count=0
refuses() { # reason, command...
  local reason=$1 status=0
  shift
  timeout 20 "$@" >"$work/out" 2>"$work/err" || status=$?
  count=$((count + 1))
  [ "$status" -eq 1 ] || fail "status $status, not 1, for: $*"
  grep -q -F -e "$reason" "$work/err" || fail "not \"$reason\" but \"$(cat "$work/err")\" for: $*"
}
df2() {
  "$programs/xk-df2" --tls "$work/tls" --kms kms1=127.0.0.1:1 --lemf lemf=127.0.0.1:1 "$@"
}
export -f df2
export programs work
refuses_df2() { # reason, option...
  local reason=$1
  shift
  refuses "$reason" bash -c 'df2 "$@"' df2 "$@"
}
call=(--calls "$work/calls" call)
right=(--warrants "$work/right.yaml")

# Options.
refuses_df2 'there is no option --warrant;' --warrant "$work/right.yaml" "${call[@]}"
refuses_df2 'option --timeout takes a number from 1 to 86400000, not abc' "${right[@]}" --timeout abc "${call[@]}"
refuses_df2 'option --timeout takes a number' "${right[@]}" --timeout 10s "${call[@]}"
refuses_df2 'option --timeout takes a number' "${right[@]}" --timeout 0 "${call[@]}"
refuses_df2 'option --timeout takes a number' "${right[@]}" --timeout 86400001 "${call[@]}"
refuses_df2 'option --timeout needs a value' "${right[@]}" --timeout --settle 1 "${call[@]}"
refuses_df2 'option --timeout stands twice' "${right[@]}" --timeout 1 --timeout 2 "${call[@]}"
refuses_df2 'option --warrants is missing' "${call[@]}"
refuses_df2 'option --acknowledgement takes one of negotiated, agreed, none, not some' "${right[@]}" --acknowledgement some "${call[@]}"
refuses_df2 'a name has 1 to 64 letters' "${right[@]}" --name ../df2 "${call[@]}"
refuses_df2 'a name has 1 to 64 letters' "${right[@]}" --name "$(printf 'x%.0s' {1..65})" "${call[@]}"
refuses_df2 'the name of a call is too long' "${right[@]}" --calls "$work/calls" "$(printf 'x%.0s' {1..64})"
refuses_df2 'nothing to do' "${right[@]}"
refuses_df2 '--state-key is missing' "${right[@]}" --state "$work/state" "${call[@]}"
refuses_df2 'HEP is taken from this host only' "${right[@]}" --hep 0.0.0.0:0
refuses_df2 'option --x2-peer is missing' "${right[@]}" --x2 127.0.0.1:0
refuses 'there is no option x\x1b[2J' "$programs/xk-lemf" --listen 127.0.0.1:0 --plain --store "$work/store" $'x\e[2J'
refuses 'one of --listen, --print and --decrypt' "$programs/xk-lemf" --store "$work/store"
refuses 'one of --tls FOLDER and --plain' "$programs/xk-lemf" --listen 127.0.0.1:0 --store "$work/store"
refuses 'without TLS only with --protected-elsewhere' "$programs/xk-lemf" --listen 0.0.0.0:0 --plain --store "$work/store"
refuses 'without TLS only with --protected-elsewhere' "$programs/xk-df2" --tls "$work/tls" --kms kms1=127.0.0.1:1 \
  --lemf lemf=192.0.2.1:1 --hi2-plain "${right[@]}" "${call[@]}"
"$programs/xk-df2" --help | grep -q -e '--warrants FILE' || fail "no help"
"$programs/xk-lemf" --help | grep -q -e '--store FOLDER' || fail "no help"

# Warrants: the whole file is refused, with its line.
refuses_file() { # reason; the file comes on standard input
  cat >"$work/wrong.yaml"
  refuses_df2 "$1" --warrants "$work/wrong.yaml" "${call[@]}"
}
refuses_line() { # line, reason; a line of a good warrant is replaced by standard input
  warrant LI-0001 sip:alice@example.com kms1 eps >/dev/null
  awk -v line="$1" -v text="$(cat)" '
    BEGIN { split("operator: \"12345\"|warrants:|- liid: LI-0001|  identities: [sip:alice@example.com]|  kms: [kms1]|" \
      "  destinations: [lemf]|  keys: lemf|  module: eps", lines, "|")
      for (i = 1; i <= 8; i++) { print i == line ? text : lines[i] } }' >"$work/wrong.yaml"
  refuses_df2 "wrong.yaml:$2" --warrants "$work/wrong.yaml" "${call[@]}"
}
refuses_line 7 '7: "keys" is lemf or df3, not "DF4"' <<<'  keys: DF4'
refuses_line 7 '7: "keys" is lemf or df3, not "DF3"' <<<'  keys: DF3'
refuses_line 8 '8: "module" is umts or eps, not "EPS"' <<<'  module: EPS'
refuses_line 3 '3: the LIID has 27 octets, not 1 to 25' <<<'- liid: LI-000000000000000000000001'
refuses_line 3 '3: the LIID has a blank or an octet that cannot be printed' <<<'- liid: "LI 1"'
refuses_line 7 '7: a warrant has no word "key"' <<<'  key: lemf'
refuses_line 7 '8: "module" stands twice' <<<'  module: umts'
refuses_line 5 '5: the KMS "kms9" is not one of the program' <<<'  kms: [kms9]'
refuses_line 6 '6: the LEMF "else" is not one of the program' <<<'  destinations: [else]'
refuses_line 4 '4: an identity begins with' <<<'  identities: [alice@example.com]'
refuses_line 4 '4: none of the identities is a URI' <<<'  identities: ["imsi:204080000000001"]'
refuses_line 4 '4: imei: takes 14 to 16 digits' <<<'  identities: ["sip:a@b", "imei:1234"]'
refuses_line 8 '3: a warrant lacks "module"' <<<'  location: yes'
refuses_line 7 '7: a country has two capital letters' <<<'  country: nl'
refuses_line 7 '7: an XID has 32 hexadecimal digits' <<<'  xid: 01234567-89ab-cdef-0123-456789abcdeg'
refuses_line 7 '7: not an IP address' <<<'  element: {ip: 192.0.2.256}'
refuses_line 7 '7: the element has two names' <<<'  element: {dns: a, e164: b}'
refuses_line 1 '1: the operator has 6 octets' <<<'operator: "123456"'
refuses_line 1 '3: the warrant has no operator' <<<'domains: [example.com]'
refuses_line 1 '1: the file has no word "opertor"' <<<'opertor: "12345"'
refuses_line 3 '4: did not find expected' <<<'- liid: [LI-0001'
{ cat "$work/right.yaml"; warrant LI-0001 sip:bob@example.com kms1 eps; } | refuses_file 'a second warrant with this LIID'
{ cat "$work/right.yaml"; echo '--- {}'; } | refuses_file 'more than one document'
: | refuses_file 'not a file of warrants'
refuses_df2 'none.yaml: No such file' --warrants "$work/none.yaml" "${call[@]}"

# A comment of 511 octets, in which the buffer of a line-wise reader would end, is a comment.
{ printf '#%510s\n' ' LI-0009 sip:mallory@example.com'; cat "$work/right.yaml"; } >"$work/comment.yaml"
refuses_df2 'the name of a call is too long' --warrants "$work/comment.yaml" --calls "$work/calls" "$(printf 'x%.0s' {1..64})"

# Keys and folders that others may use.
cp -r "$work/tls" "$work/open" && chmod 640 "$work/open/lemf.key"
refuses 'others than its owner may use the own private key' "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/open" \
  --store "$work/store"
chmod 644 "$work/key"
refuses 'others than its owner may use this key' "$programs/xk-lemf" --listen 127.0.0.1:0 --tls "$work/tls" \
  --store "$work/store" --store-key "$work/key"
refuses_df2 'others than its owner may use this key' "${right[@]}" --state "$work/state" --state-key "$work/key" "${call[@]}"
refuses 'others than its owner may use this key' "$programs/xk-kms" --tls "$work/tls" --name lemf --peer df2 \
  --ticket-key "$work/key"
# Neither is one that only claims to be of a service manager's, nor one of its that all may read.
chmod 640 "$work/key"
refuses 'others than its owner may use this key' env CREDENTIALS_DIRECTORY="$work/tls" "$programs/xk-kms" --tls "$work/tls" \
  --name lemf --peer df2 --ticket-key "$work/key"
refuses 'cannot read the own certificate' env CREDENTIALS_DIRECTORY="$work" "$programs/xk-kms" --tls "$work/nowhere" \
  --name lemf --peer df2 --ticket-key "$work/key"
chmod 644 "$work/key"
refuses 'others than its owner may use this key' env CREDENTIALS_DIRECTORY="$work" "$programs/xk-kms" --tls "$work/tls" \
  --name lemf --peer df2 --ticket-key "$work/key"
chmod 600 "$work/key"
chmod 775 "$work/store" "$work/state"
refuses 'others than its owner may write into the store' "$programs/xk-lemf" --print --store "$work/store"
refuses_df2 'others than its owner may write into the state folder' "${right[@]}" --state "$work/state" --state-key "$work/key" \
  "${call[@]}"
refuses 'the store cannot be opened' "$programs/xk-lemf" --print --store "$work/nowhere"

# What would become a part of a SIP message, or of a path.
refuses '--from takes a URI without blanks, brackets and control characters' "$programs/xk-ue" --out "$work/x" \
  --ticket-key "$work/ticket.key" --from $'sip:a@b\r\nX: y' --to sip:c@d
refuses 'there is no option --form' "$programs/xk-ue" --out "$work/x" --ticket-key "$work/ticket.key" --form sip:a@b
refuses 'option --sessions takes a number from 1 to' "$programs/xk-ue" --out "$work/x" --ticket-key "$work/ticket.key" \
  --from sip:a@b --to sip:c@d --sessions 0
for item in ../df2:client df2:peer df2 .df2:client df2:client:x; do
  if "$source/examples/certificates.sh" "$work/tls" "$item" 2>"$work/err"; then
    fail "certificates.sh takes $item"
  fi
  grep -q -F "$item is no NAME:ROLE" "$work/err" || fail "$(cat "$work/err")"
done

# xk-kms: options as above, no core dump, certificates anew at SIGHUP, a clean end at SIGTERM.
kms=("$programs/xk-kms" --tls "$work/tls" --name lemf --peer df2)
refuses 'there is no option --lisen' "${kms[@]}" --ticket-key "$work/ticket.key" --lisen 127.0.0.1:0
refuses 'option --ticket-key is missing' "${kms[@]}"
start kms "${kms[@]}" --ticket-key "$work/ticket.key"
port_of kms >/dev/null
grep -q 'Max core file size *0 *0 ' "/proc/${pids[kms]}/limits" || fail "xk-kms may dump its core"
grep -q 'SSLKEYLOGFILE' "$work/kms.err" && fail "a warning without a reason"
kill -HUP "${pids[kms]}"
wait_for "certificates read anew" grep -q 'certificates and revocation lists read anew' "$work/kms.log"
stop kms TERM || fail "xk-kms does not end cleanly"

# Secrets of connections are written by the program that was built for it alone, and into its owner's file alone.
export SSLKEYLOGFILE=$work/secrets
start kms "${kms[@]}" --ticket-key "$work/ticket.key"
port_of kms >/dev/null
grep -q 'SSLKEYLOGFILE is set, and this program was not built to heed it' "$work/kms.err" || fail "$(cat "$work/kms.err")"
stop kms TERM
[ ! -e "$work/secrets" ] || fail "a program that was not built for it writes secrets"
log_kms=("$programs/xk-kms-key-log" "${kms[@]:1}" --ticket-key "$work/ticket.key")
ln -s "$work/elsewhere" "$work/secrets"
refuses "SSLKEYLOGFILE names no file of this user's alone" "${log_kms[@]}"
[ ! -e "$work/elsewhere" ] || fail "a link is followed"
rm "$work/secrets"
(umask 022 && : >"$work/secrets")
refuses "SSLKEYLOGFILE names no file of this user's alone" "${log_kms[@]}"
unset SSLKEYLOGFILE
[ "$count" -ge 52 ] || fail "only $count refusals were tried"
