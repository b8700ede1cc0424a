# SPDX-License-Identifier: BSD-2-Clause
"""xk-inspect on PS-PDUs, records and X2: every line of what it says of known ones (tests/tools/inspect), the same of them
in BER, what comes behind a broken one, and no key in any of it.

With --update the expected texts are written anew: read the difference."""
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import inspected
import samples
from ber import elements, to_ber
from inspected import batch, leaks, run, shows
from samples import tlv

MAKE_HI2, TESTS = sys.argv[2:4]
EXPECTED = pathlib.Path(TESTS, "tools/inspect")
SDES = b"c2VjcmV0c2VjcmV0"
SECRETS = [samples.KEY, samples.SALT, bytes(range(0x10, 0x20)), bytes(range(0xA0, 0xAE))]


def vectors(name):
    text = pathlib.Path(TESTS, "vectors", name).read_text(encoding="utf-8")
    return {title: bytes.fromhex(octets) for title, octets in re.findall(r"^(\w+) = ([0-9a-f]+)$", text, re.M)}


def made():
    lines = subprocess.run([MAKE_HI2], stdout=subprocess.PIPE, check=True, text=True, timeout=60).stdout.splitlines()
    return {f"made_{i}": bytes.fromhex(line.split(" ")[0]) for i, line in enumerate(lines)}


def check_expected(name, inputs):
    said = "".join(f"{title}\n{shows(octets)}" for title, octets in inputs.items())
    path = EXPECTED / f"{name}.txt"
    if "--update" in sys.argv:
        path.write_text(said, encoding="ascii")
    expected = path.read_text(encoding="ascii").splitlines()
    for i, (line, wanted) in enumerate(zip(said.splitlines(), expected)):
        assert line == wanted, f"{path.name}:{i + 1}: not\n{wanted}\nbut\n{line}"
    assert len(said.splitlines()) == len(expected), path.name
    return len(expected)


def texts(octets):
    """What SIP messages and SDP a PS-PDU has."""
    for tag, content in elements(octets):
        if tag[0] & 32:
            yield from texts(content)
        elif b"\r\n" in content:
            yield content


def without_offsets(text):
    """Lines without their offsets, what they say of the encoding, and of the number of octets."""
    lines = [re.sub(r"^ *\d+ ", "", line) for line in text.splitlines()[1:-1] if "BER that is not DER" not in line]
    return [re.sub(r"(payload: .*), \d+ octets", r"\1", line) for line in lines]


def check_ber(inputs):
    """In BER the same is said, but for offsets; that it is no DER is told."""
    strings = SECRETS + [b"LI-2026-0001", b"sip:target@example.org", b"imscorr1", b"cscf1.example.org", b"3GPP", b"cell",
                         b"ims-iri", b"buffer-full", b"\xde\xad\xbe\xef"]
    for title, octets in inputs.items():
        told = without_offsets(shows(octets))
        for form, cut in (("long", ()), ("indefinite", ()), ("indefinite", strings + list(texts(octets)))):
            other = to_ber(octets, form, cut)
            text = shows(other, "BER that is not DER", options=["--dump"])
            assert not leaks(text, SECRETS), (title, form)
            text = shows(other)
            assert without_offsets(text) == told, (title, form, bool(cut), text)
    assert sum(len(list(texts(octets))) for octets in inputs.values()) == 9


def check_broken(inputs):
    """What is broken is told, and what comes behind it is read."""
    first, second, third = (inputs[name] for name in ("made_0", "made_1", "made_4"))
    no_liid = first[:first.index(b"\x81\x0cLI")] + b"\x81\x00" + first[first.index(b"\x81\x0cLI") + 14:]
    for title, middle, fault in (
            ("garbage", bytes(range(40)), "XK_E_DER_TAG"), ("cut", first[:len(first) // 2], None),
            ("longer than it is", first[:2] + b"\x7f\xff" + first[4:], None),
            ("another OID", first.replace(bytes.fromhex("80070400020205"), bytes.fromhex("80070400020206"), 1),
             "XK_E_DER_VALUE"),
            ("no LIID", no_liid, None)):
        got, text, _ = run(["-"], second + middle + third)
        assert got == 1, title
        place = int(re.search(r"INVALID at octet (\d+)", text).group(1))
        assert len(second) <= place <= len(second + middle + third), (title, text)
        assert fault is None or fault in text, (title, text)
        assert f"{len(middle)} octets stepped over, to where a PS-PDU begins again" in text, (title, text)
        assert f"\n{len(second) + len(middle):6}  PS-PDU  [TS 102 232-1]" in text, (title, text)
        assert text.count("  PS-PDU  [") == 2, title
        assert not leaks(text, SECRETS), title
    got, text, _ = run(["-"], third + first[:-1])
    assert got == 1 and text.count("  PS-PDU  [") == 1 and "XK_E_DER_TRUNCATED" in text, text


def check_unknown():
    """Other payloads, other contents, other TRI, members that came later: told and stepped over."""
    def pdu(*payload):
        header = tlv(0xA1, tlv(0x80, bytes([4, 0, 2, 2, 5, 1, 43])), tlv(0x81, b"LI-1\x1b[2J"),
                     tlv(0xA3, tlv(0xA0, tlv(0x80, b"op")), tlv(0xA3, b"\x80\1\7")), tlv(0x84, b"\1"), b"\x9f\x1f\0")
        return tlv(0x30, header, tlv(0xA2, *payload))
    told = ("lawfulInterceptionIdentifier: 4c492d311b5b324a", "[3]: 3 octets, cINExtension", "[31]: 0 octets, not known here")
    for number, name in ((1, "cCPayloadSequence"), (3, "hI1-Operation"), (4, "encryptionContainer"), (6, "iLHIPayload"),
                         (5, "threeGPP-HI1-Operation"), (7, "hI4Payload"), (9, "not known here")):
        text = shows(pdu(tlv(0xA0 + number, b"\x80\x10" + samples.KEY)), f"payload: {name}, 20 octets", *told,
                     options=["--dump"])
        assert not leaks(text, SECRETS)
    shows(pdu(tlv(0xA2, b"\x9f\x55\0")), "TRI: [85] unknown TRI", *told)
    check = tlv(0xA0, tlv(0xA0, *(tlv(2, bytes([i])) for i in range(40))), b"\x81\1\x4d", b"\x82\1\x4d", tlv(0x83, b"\xde"),
                b"\x84\1\x4d", b"\x85\1\x4d")
    shows(pdu(tlv(0xA2, check)), "includedSequenceNumbers: 40: 0 1 2", " 31 ...  [", "checkType: not known here",
          "dataType: not known here", "hashAlgorithm: not known here", "signatureAlgorithm: not known here")
    both = tlv(0xA1, tlv(0x80, bytes([4, 0, 2, 2, 5, 1, 43])), tlv(0x81, b"-"), tlv(0xA3, tlv(0xA0, tlv(0x80, b"op"))),
               tlv(0x84, b"\1"), tlv(0x85, b"20261127225320.5Z"), tlv(0xA7, tlv(0x80, b"\x69\0\0\0"), tlv(0x81, b"\5")))
    shows(tlv(0x30, both, tlv(0xA2, tlv(0xA2, b"\x83\0"))), 'timeStamp: "20261127225320.5Z"',
          "microSecondTimeStamp: 2025-10-27 23:28:00.000005 UTC")
    iri = tlv(0x30, tlv(0x80, b"\1"), tlv(0xA2, tlv(0xA1, tlv(0x80, samples.KEY))))
    text = shows(pdu(tlv(0xA0, iri)), "IRIPayload: contents [1], not a Umts or Eps record", options=["--dump"])
    assert not leaks(text, SECRETS)
    options = tlv(0xAA, tlv(0xA0, tlv(0x87, b"")), tlv(0xA1, b"\x80\0\x87\0"))
    shows(pdu(tlv(0xA2, options)), "acceptedOptions: none that is known here",
          "declinedOptions: pDUAcknowledgement and others not known here")


def check_records():
    records = vectors("hi2/records.txt")
    both = records["umts_key"] + records["eps_fail"]
    text = shows(both, "REPORT record  [TS 33.108 B.3]", f"\n{len(records['umts_key']):6}  REPORT record  [TS 33.108 B.9]")
    assert text.count(" record  [") == 2
    got, text, _ = run(["-"], both[:-1])
    assert got == 1 and "REPORT record  [TS 33.108 B.3]" in text and "XK_E_DER_TRUNCATED" in text
    answers = [samples.answer([{0: 1, 1: samples.KEY}]), samples.answer([{0: 2, 3: 13}])]
    text = shows(b"".join(answers), "Crypto Session ID: 1", "Crypto Session ID: 2", f"\n{len(answers[0]):6}  get_keys_res")
    assert not leaks(text, [samples.KEY])
    framed = b"".join(samples.framed_octets(answer) for answer in answers)
    text = shows(framed, f"frame: {len(answers[0])} octets", "Crypto Session ID: 2", f"\n{8 + len(answers[0]):6}    get_keys_")
    broken = bytearray(framed)
    broken[6] ^= 0xFF
    got, text, _ = run(["-"], bytes(broken))
    assert got == 1 and "INVALID at octet 6, version" in text and "Crypto Session ID: 2" in text, text
    got, text, _ = run(["-"], framed[:-1])
    assert got == 1 and "XK_E_TRUNCATED" in text


def x2_pdu(payload, form, attributes=b"", kind=1):
    head = (5).to_bytes(2, "big") + kind.to_bytes(2, "big") + (40 + len(attributes)).to_bytes(4, "big") + \
        len(payload).to_bytes(4, "big") + form.to_bytes(2, "big") + b"\0\3" + bytes(range(16)) + bytes(range(8))
    return head + attributes + payload


def attribute(kind, value):
    return kind.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


def check_x2(pdus, records):
    invite = pdus["invite"][40:]
    message = tlv(0xA1, tlv(0xA1, tlv(0x81, b"\x0a\0\0\1")), tlv(0xA2, tlv(0x82, bytes(15) + b"\1")), tlv(0x83, invite))
    event = b"\xbf\x69" + tlv(0, tlv(0xA1, message), tlv(0x82, b"\2"))[1:]
    wrapped = tlv(0x30, tlv(0x81, bytes([4, 0, 2, 2, 4])), tlv(0xA2, event))
    shows(x2_pdu(wrapped, 2), "XIRIEvent 105 iMSMessage  [TS 33.128]", '"INVITE sip:bob@example.com SIP/2.0"',
          "data type: 14 TRANSFER_INIT", "session direction: 2 to target  [TS 33.128]", "source IP address: 0a000001",
          "destination IP address: 00000000000000000000000000000001", "masked line: ")
    shows(x2_pdu(tlv(0x30, tlv(0x81, b"\4"), tlv(0xA2, tlv(0x85, b"key"))), 2), "XIRIEvent 5, not known here")
    shows(x2_pdu(vectors("hi2/records.txt")["eps_fail"], 14), "REPORT record  [TS 33.108 B.9]")
    text = shows(x2_pdu(records["made_0"], 1, attribute(5, b"d\x1b[31m") + attribute(17, b"sip:a@b") +
                        attribute(22, b"v=0\r\na=crypto:1 AES inline:" + SDES + b"\r\nc=IN\r\n") +
                        attribute(8, b"\0\0\0\7") + attribute(21, bytes(28)) + attribute(300, b"abc") + attribute(6, b"")),
                 "PS-PDU  [TS 102 232-1]", "DID: 641b5b33316d", 'matched target: "sip:a@b"', "sequence number: 7",
                 "SDP: ", '"c=IN"', "masked line: ", "further XID, correlation ID, sequence number: 00",
                 "attribute 300 not known here: 3 octets")
    assert not leaks(text, SECRETS) and SDES.decode() not in text
    text = shows(x2_pdu(b"\x80\0rtp", 8, kind=2) + pdus["keep_alive"], "PDU type: 2 X3", "payload: RTP, 5 octets",
                 "PDU type: 3 keep-alive", options=["--dump"])
    assert "rtp" not in text
    shows(b"\0\x06" + pdus["keep_alive"][2:], "version: 6", "deviation: XK_X2_DEV_VERSION")
    got, text, _ = run(["-"], pdus["ok"] + x2_pdu(b"\x30\3abc", 2) + pdus["keep_alive"])
    assert got == 1 and "XK_E_X2_PAYLOAD" in text and "PDU type: 3 keep-alive" in text, text
    got, text, _ = run(["-"], pdus["ok"] + b"\0\5\0\1\0\0\0\1" + bytes(40))
    assert got == 1 and f"INVALID at octet {len(pdus['ok']) + 4}, Header Length: XK_E_X2" in text
    for size in range(1, len(pdus["keep_alive"])):
        assert run(["--kind", "x2", "-"], pdus["keep_alive"][:size])[0] == 1


def sip(body, headers=b"Content-Type: application/sdp\r\n"):
    return b"INVITE sip:b@c SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\n" \
        b"Call-ID: 1\r\nCSeq: 1 INVITE\r\n" + headers + b"\r\n" + body


def check_lines():
    """A key in SIP or SDP is not shown, however broken the message is, and no terminal obeys it."""
    keys = (b"a=crypto:1 AES inline:" + SDES, b"A=CRYPTO:1 x " + SDES, b"a=acap:1 crypto:1 AES inline:" + SDES,
            b"k=base64:" + SDES, b"K=clear:" + SDES, b" k=clear:" + SDES, b"a=key-mgmt:mikey " + SDES, SDES, b"\t" + SDES,
            b"a=x inline:" + SDES, SDES + b": x", b"=" + SDES)
    for key in keys:
        if key == SDES + b": x":
            continue # a header by that name: nobody can tell
        for message in (sip(b"v=0\r\n" + key + b"\r\nm=audio 9\r\n"), sip(b"v=0\n" + key), sip(key + b"\r\n")):
            text = shows(x2_pdu(message, 9), "masked line: ", options=["--dump"])
            assert SDES.decode() not in text and not leaks(text, [SDES]), (key, text)
            assert SDES.decode() in shows(x2_pdu(message, 9), options=["--show-keys"]), key
    for key in keys[:8]: # where headers should be, or instead of them
        for message in (b"INVITE sip:b@c SIP/2.0\r\n" + key + b"\r\nVia: x\r\n", sip(b"", key + b"\r\n")):
            if key.startswith(b" "):
                continue # folded: a part of the header before
            text = shows(x2_pdu(message, 9), options=["--dump"])
            assert SDES.decode() not in text and not leaks(text, [SDES]), (key, text)
    text = shows(x2_pdu(sip(b"v=0\r\ns=\x1b[31m\x07\xff\r\n", b"Subject: \x1b]0;x\x07\r\n"), 9),
                 '"s=\\x1b[31m\\x07\\xff"', '"Subject: \\x1b]0;x\\x07"')
    assert "\x1b" not in text


def check_damage(inputs):
    source = random.Random(232)
    count = 0
    for title, octets in inputs.items():
        damaged = []
        for _ in range(60):
            spoiled = bytearray(octets)
            for _ in range(source.choice((1, 1, 2, 8))):
                spoiled[source.randrange(len(spoiled))] = source.randrange(256)
            damaged.append(bytes(spoiled[:source.choice((len(spoiled), source.randrange(len(spoiled) + 1)))]))
        kind = "x2" if octets[0] == 0 else "ps-pdu"
        for spoiled, (_, text) in zip(damaged, batch(damaged, "--dump", "--kind", kind)):
            assert not leaks(text, SECRETS), (title, spoiled.hex())
            count += 1
    return count


def main():
    tri, records, x2 = vectors("hi2/tri.txt"), made(), vectors("x2/pdus.txt")
    with tempfile.TemporaryDirectory() as name:
        inspected.FOLDER = pathlib.Path(name)
        lines = check_expected("tri", tri) + check_expected("made", records) + check_expected("x2", x2)
        check_ber(records | tri)
        check_broken(records)
        check_unknown()
        check_records()
        check_x2(x2, records)
        check_lines()
        ber = {title: to_ber(octets, "indefinite", SECRETS) for title, octets in records.items()}
        damaged = check_damage(records | x2) + check_damage(ber)
    print(f"{len(tri) + len(records) + len(x2)} inputs, {lines} lines as expected, {damaged} damaged")


main()
