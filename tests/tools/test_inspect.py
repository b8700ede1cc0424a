# SPDX-License-Identifier: BSD-2-Clause
"""xk-inspect on valid messages of every kind, on all their truncations, on damaged ones: what it prints against what
is known of the message from elsewhere, its exit status, and that it shows no key unless it is asked to."""
import base64
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import cbor2

import inspected
import samples
from inspected import batch, leaks, run, shows

PROGRAM, MAKE_MESSAGES, TESTS = sys.argv[1:4]


def valid_inputs():
    """Name: octets, the secrets in them, and the lengths at which a shorter input is valid, too."""
    hi2 = {name: pathlib.Path(TESTS, "fuzz/corpus/hi2", name).read_bytes() for name in ("umts_key.ber", "eps_fail.ber")}
    init, resp = (samples.vector(TESTS, name) for name in ("TRANSFER_INIT", "TRANSFER_RESP"))
    sip = {name: pathlib.Path(TESTS, "fuzz/corpus/sip", name).read_bytes() for name in ("invite", "ok")}
    secrets = [bytes(range(0x10, 0x20)), bytes(range(0xA0, 0xAE))]
    pdus = [samples.ps_pdu(hi2["umts_key.ber"], "umts", False, 0), samples.ps_pdu(hi2["eps_fail.ber"], "eps", True, 1)]
    spoken = samples.record_with_sip(hi2["umts_key.ber"], sip["ok"])
    keys = samples.answer([{0: 1, 1: samples.KEY, 2: samples.SALT, 4: 1, 5: 0, 6: 1800000000, 200: samples.KEY},
                           {0: 2, 3: 13}])
    return {
        "umts record": (hi2["umts_key.ber"], secrets, ()),
        "eps record": (hi2["eps_fail.ber"], [], ()),
        "record with SIP": (spoken, secrets, ()),
        "PS-PDU": (samples.ps_pdu(spoken, "umts", True, 9), secrets, ()),
        "PS-PDUs": (b"".join(pdus), secrets, (len(pdus[0]),)),
        "INIT": (init, [], ()),
        "RESP": (resp, [], ()),
        "RESP in base64": (base64.b64encode(resp), [], ()),
        "MIKEY with an open key": (samples.mikey_with_open_key(), [samples.KEY, samples.SALT], ()),
        "INVITE": (sip["invite"], [], ()),
        "200 OK": (sip["ok"], [], ()),
        "get_keys": (samples.get_keys(init, resp, k8="sip:alice@example.com", k300=b"later"), [], ()),
        "get_keys with an update": (samples.get_keys(init, resp, k6=init, k7=resp), [], ()),
        "get_keys_response": (keys, [samples.KEY, samples.SALT], ()),
        "refusal": (cbor2.dumps({0: 1, 1: 2, 2: samples.TRANSACTION, 4: 15, 5: "sip:kms@example.org"},
                                canonical=True), [], ()),
    }


def check_content(inputs):
    record = inputs["umts record"][0]
    key_at = record.index(bytes(range(0x10, 0x20)))
    shows(record, "REPORT record  [TS 33.108 B.3]", '    16    lawfulInterceptionIdentifier: "LI-2026-0001"',
          "timeStamp: utcTime 2026-01-02 03:04:05 UTC", 'sip-uri: "sip:target@example.org"',
          "iMSevent: 3 decryptionKeysAvailable  [TS 33.107 7A.7.2]", f"{key_at:6}        cCDecKey: 16 octets, masked")
    shows(inputs["eps record"][0], "mediaSecFailureIndication: genericFailure", "0.4.0.2.2.4.8.15.5")
    shows(inputs["record with SIP"][0], "sIPMessage: 585 octets", "a=key-mgmt:mikey, base64 of 117 octets",
          "15 TRANSFER_RESP")
    pdus = inputs["PS-PDUs"][0]
    text = shows(pdus, "li-psDomainId: 0.4.0.2.2.5.1.17", "sequenceNumber: 0", "sequenceNumber: 1",
                 "IRIPayload: uMTSIRI", "IRIPayload: ePSIRI", "REPORT record, bare parameters",
                 f"{pdus.index(bytes(range(0x10, 0x20))):6}            cCDecKey: 16 octets, masked",
                 "microSecondTimeStamp: 2025-10-27 23:28:00.000255 UTC", "timeStampQualifier: timeOfMediation")
    assert text.count("  PS-PDU  [TS 102 232-1]") == 2
    init = shows(inputs["INIT"][0], "data type: 14 TRANSFER_INIT", "CSB ID: 1a2b3c4d", "flags: D E F G H I N O",
                 "TP Data: 89 octets  [RFC 6043 6.10]", 'IDRkms: URI "sip:kms@example.com"',
                 "KEMAC: encryption 1 AES-CM-128, 46 octets; MAC 0 NULL")
    order = [re.match(r" *\d+  (\w+)", line).group(1) for line in init.split("\n") if re.match(r" *\d+  \w", line)]
    assert order == ["HDR", "T", "RANDRi", "IDRi", "IDRr", "SP", "TICKET", "V"], order
    assert [int(line.split()[0]) for line in init.split("\n") if re.match(r" *\d+  ", line)] == \
        sorted(int(line.split()[0]) for line in init.split("\n") if re.match(r" *\d+  ", line))
    for name in ("RANDRi", "ticket RAND", "TRANSFER_INIT MAC", "ticket MAC"):
        assert samples.vector(TESTS, name).hex() in init, name
    shows(inputs["RESP in base64"][0] + b"\n", "15 TRANSFER_RESP", "RANDRkms: c0c1c2")
    shows(inputs["INVITE"][0], 'request "INVITE"', 'From: "sip:alice@example.com"', "14 TRANSFER_INIT")
    shows(inputs["get_keys"][0], "transaction id: " + samples.TRANSACTION.hex(), "extension 300: 9 octets, skipped",
          'Public KMS Identity of the target: "sip:alice@example.com"', "exchange: TRANSFER_INIT and TRANSFER_RESP "
          "belong together")
    text = shows(inputs["get_keys_response"][0], "Crypto Session ID: 1", "session key: 16 octets, masked",
                 "salt: 14 octets, masked", "cipher: 1 AES-CM", "expiry: 1800000000, UTC 2027-01-15 08:00:00",
                 "failure: 13 session-unknown")
    shows(inputs["refusal"][0], "failure: 15 other-kms", 'referral to the KMS that issued the ticket: "sip:kms@')
    shows(inputs["RESP"][0].hex(" ", 7).encode(), "15 TRANSFER_RESP", options=["--hex"])


def check_masking(inputs):
    told = 0
    for name, (octets, secrets, _) in inputs.items():
        for options in ([], ["--dump"]):
            assert not leaks(shows(octets, options=options), secrets), (name, options)
        shown = shows(octets, options=["--show-keys"])
        assert "masked" not in shown
        for secret in secrets:
            assert secret.hex() in shown, name
            told += 1
        assert leaks(shown, secrets) == bool(secrets), name # so that what is looked for above can be found
        dump = re.findall(r"^ *\d+  ((?:[0-9a-f]{2} )+)", shows(octets, options=["--dump", "--show-keys"]), re.M)
        assert octets.hex() in "".join(dump).replace(" ", "") or name in ("RESP in base64", "INVITE", "200 OK"), name
    assert told >= 8
    length = len(samples.KEY).to_bytes(2, "big") + samples.KEY
    unreadable = samples.mikey_with_open_key().replace(length, b"\xff\xff" + samples.KEY)
    assert not leaks(shows(unreadable, "not key data: XK_E_MIKEY_TRUNCATED", options=["--dump"]), [samples.KEY])
    dump = shows(inputs["eps record"][0], options=["--dump"])
    assert dump.count("**") == 1 # partyQualifier, which libxk steps over


def check_truncations(inputs):
    count = 0
    for name, (octets, secrets, good) in inputs.items():
        sizes = [size for size in range(len(octets)) if size not in good]
        for size, (verdict, text) in zip(sizes, batch([octets[:size] for size in sizes], "--dump")):
            assert verdict == "INVALID", (name, size, text)
            place = re.search(r"INVALID at octet (\d+)[,:]", text)
            assert place and int(place.group(1)) <= len(octets), (name, size, text)
            assert not leaks(text, secrets), (name, size)
            count += 1
    for kind in ("xk", "mikey", "base64", "sip", "hi2", "ps-pdu"):
        shows(b"", "INVALID at octet 0", options=["--kind", kind], status=1)
    for size in range(0, len(inputs["refusal"][0]), 7):  # one call each: the exit status is that of the one input
        assert run(["-"], inputs["refusal"][0][:size])[0] == 1
    return count


def check_damage(inputs):
    """Any octet may be anything: never a crash, and a key is never mistaken for something else."""
    source = random.Random(6043)
    for name, (octets, secrets, _) in inputs.items():
        damaged = []
        for _ in range(300):
            spoiled = bytearray(octets)
            for _ in range(source.choice((1, 1, 2, 8))):
                spoiled[source.randrange(len(spoiled))] = source.randrange(256)
            damaged.append(bytes(spoiled))
        for options in (["--dump"], ["--kind", source.choice(("xk", "mikey", "base64", "sip", "hi2", "ps-pdu"))]):
            for spoiled, (_, text) in zip(damaged, batch(damaged, *options)):
                assert not leaks(text, secrets) or name == "MIKEY with an open key", (name, spoiled.hex())


def check_refusals(inputs):
    """What is wrong, and at which octet, is said exactly."""
    record, pdus = inputs["umts record"][0], inputs["PS-PDUs"][0]
    keys, init, resp = (inputs[name][0] for name in ("get_keys_response", "INIT", "RESP"))
    for octets, offset, status in (
            (keys + b"\0", len(keys), "XK_E_TRAILING"), (keys[:2] + b"\x09" + keys[3:], 2, "XK_E_VERSION"),
            (b"\xa4\x00\x01\x01\x02\x03\x02", 5, "XK_E_MISSING"), (record + b"\0", len(record), "XK_E_DER_TRAILING"),
            (pdus + b"\x31", len(pdus), "XK_E_DER_TAG"), (init + b"\0", len(init), "XK_E_MIKEY_CHAIN"),
            (b"\x02" + init[1:], 0, "XK_E_MIKEY_VERSION"),
            (samples.get_keys(init[:-1], resp), 50 + len(init) - 1, "XK_E_MIKEY_TRUNCATED"),
            (b"v=0\r\na=key-mgmt:mikey AQ!=\r\n", 24, "XK_E_BASE64"), (b"v=0\r\n", 5, "XK_E_NO_KEY_MGMT")):
        options = ["--kind", "mikey"] if octets[0] == 2 else []
        got, text, _ = run([*options, "-"], octets)
        said = re.search(r"INVALID at octet (\d+), .+: (XK_\w+), \w", text)
        assert got == 1 and said and said.groups() == (str(offset), status), (offset, status, text)
    for arguments in (["--kind", "none"], ["--kind"], ["--nothing"], ["--pair", "-"], ["/nonexistent/file"]):
        assert run(arguments)[0] == 2, arguments
    assert run(["--hex"], b"a4 0")[0] == 2 and run(["--hex"], b"a4 0g")[0] == 2
    assert run(["/nonexistent/file", "-"], record)[0] == 2
    assert "LIIDs are shown in all else" in run(["--help"])[1]
    needed = subprocess.run(["ldd", PROGRAM], stdout=subprocess.PIPE, check=True, text=True, timeout=60).stdout
    assert "libcbor" in needed and "libcrypto" not in needed and "libssl" not in needed, needed


def check_pairs(inputs):
    init, resp = inputs["INIT"][0], inputs["RESP"][0]
    names = []
    for name, octets in (("init", init), ("resp", resp), ("other", resp[:4] + b"\1\2\3\4" + resp[8:]),
                         ("invite", inputs["INVITE"][0]), ("ok", inputs["200 OK"][0])):
        names.append(str(inspected.FOLDER / name))
        pathlib.Path(names[-1]).write_bytes(octets)
    init, resp, other, invite, ok = names
    for pair, status, line in (((init, resp), 0, "belong together"), ((init, other), 1, "at octet 4 of the message"),
                               ((invite, ok), 0, "belong together"), ((resp, init), 1, "not a valid TRANSFER_INIT"),
                               ((init, ok), 1, "XK_E_MIKEY_MISMATCH"), ((init, "/nonexistent"), 2, "INVALID")):
        got, text, _ = run(["--pair", *pair])
        assert got == status and line in text, (pair, got, text)
    mixed = samples.get_keys(inputs["INIT"][0], pathlib.Path(other).read_bytes())
    shows(mixed, "exchange: INVALID at octet 4 of the message at fault, RESP: CSB ID: XK_E_MIKEY_MISMATCH", status=1)


def check_made_messages():
    """Fields as another decoder reads them. The MIKEY messages in these get_keys are none, and that is said."""
    made = list(samples.framed(MAKE_MESSAGES))
    answers = 0
    for octets, (verdict, text) in zip(made, batch(made, "--dump")):
        message = cbor2.loads(octets)
        assert f"transaction id: {message[2].hex()}" in text
        if message[1] == 1:
            assert verdict == "INVALID" and len(re.findall(
                "INVALID at octet .*XK_E_MIKEY_(?:VERSION|TRUNCATED)", text)) == text.count(": MIKEY message,"), text
            assert text.count(": MIKEY message,") == sum(type(message.get(key)) is bytes for key in (4, 5, 6, 7))
            assert f"TRANSFER_INIT: MIKEY message, {len(message[4])} octets" in text
            assert ("TRANSFER_RESP: null" in text) == (message[5] is None)
            continue
        answers += 1
        assert verdict == "valid", text
        sessions = message.get(3, [])
        assert [int(n) for n in re.findall(r"Crypto Session ID: (\d+)", text)] == [s[0] for s in sessions]
        assert [int(n) for n in re.findall(r"session key: (\d+) octets, masked", text)] == \
            [len(s[1]) for s in sessions if 1 in s]
        assert [int(n) for n in re.findall(r"failure: (\d+) ", text)] == \
            ([message[4]] if 4 in message else [s[3] for s in sessions if 3 in s])
        assert not leaks(text, [s[1] for s in sessions if len(s.get(1, b"")) > 16])
    assert answers == 500
    return len(made)


def main():
    inputs = valid_inputs()
    with tempfile.TemporaryDirectory() as name:
        inspected.FOLDER = pathlib.Path(name)
        check_content(inputs)
        check_masking(inputs)
        check_refusals(inputs)
        check_pairs(inputs)
        made = check_made_messages()
        cut = check_truncations(inputs)
        check_damage(inputs)
    print(f"{len(inputs)} valid inputs, {cut} truncations, {made} made messages")


main()
