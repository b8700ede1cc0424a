# SPDX-License-Identifier: BSD-2-Clause
"""lib/wireshark/xk_hi2.lua under tshark: PS-PDUs that we wrote against what was put into them, TRI that others made and
read, in segments cut anywhere, in BER as in DER; no key in any form of output; what is broken is told, what is not known
is stepped over."""
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import samples
from ber import to_ber

MAKE_HI2, TESTS = sys.argv[1:3]
WIRESHARK = pathlib.Path(TESTS).parent / "lib/wireshark"
PORT = "4001"
XK = ("-d", f"tcp.port=={PORT},xk")
FOLDER = None

if shutil.which("tshark") is None or shutil.which("text2pcap") is None:
    print("tshark is not installed: skipped")
    sys.exit(77)


def capture(segments):
    text = FOLDER / "segments.txt"
    with open(text, "w", encoding="ascii") as file:
        for octets in segments:
            file.write("O\n")
            for at in range(0, len(octets), 16):
                file.write(f"{at:06x} {octets[at:at + 16].hex(' ')}\n")
    subprocess.run(["text2pcap", "-q", "-D", "-T", f"{PORT},5000", str(text), str(FOLDER / "capture.pcap")],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=60)


def tshark(*arguments, script="xk_hi2", decode=("-d", f"tcp.port=={PORT},xkhi2")):
    return subprocess.run(["tshark", "-X", f"lua_script:{WIRESHARK}/{script}.lua", "-r", str(FOLDER / "capture.pcap"),
                           *decode, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                          text=True, encoding="utf-8", env=os.environ | {"LC_ALL": "C.UTF-8"}, timeout=120).stdout


def read(*fields, **more):
    """For each packet the values of each field, commas between them."""
    selected = [part for field in fields for part in ("-e", field)]
    lines = tshark("-T", "fields", "-E", "separator=/t", *selected, **more).split("\n")[:-1]
    return [line.split("\t") for line in lines]


def made():
    lines = subprocess.run([MAKE_HI2], stdout=subprocess.PIPE, check=True, text=True, timeout=30).stdout.splitlines()
    rows = [line.split(" ") for line in lines]
    return [(bytes.fromhex(row[0]), dict(field.split("=", 1) for field in row[1:])) for row in rows]


def vectors():
    text = pathlib.Path(TESTS, "vectors/hi2/tri.txt").read_text(encoding="utf-8")
    return {name: bytes.fromhex(octets) for name, octets in re.findall(r"^(\w+) = ([0-9a-f]+)$", text, re.M)}


def check_fields(pdus):
    names = sorted({name for _, wanted in pdus for name in wanted})
    segments = [[octets for octets, _ in pdus]]
    segments += [[to_ber(octets, form) for octets, _ in pdus] for form in ("long", "indefinite")]
    for octets in segments:
        capture(octets)
        rows = read("_ws.expert.message", *names)
        assert len(rows) == len(pdus)
        for row, data, (_, wanted) in zip(rows, octets, pdus):
            assert row[0] == "", row
            for name, value in zip(names, row[1:]):
                value = value.replace("Jan  2, 2026 03:04:05.123456000 UTC", "1767323045.123456000")
                expected = str(len(data)) if name == "xkhi2.length" else wanted.get(name)
                assert expected is None or value == expected, f"{name}: tshark says {value}, we say {expected}"
    return sum(len(wanted) for _, wanted in pdus)


def check_segments(pdus):
    """Everything in one stream, cut at random: each PS-PDU is there once, in order."""
    source = random.Random(102232)
    for form in (None, "indefinite"):
        stream = b"".join(to_ber(octets, form) if form else octets for octets, _ in pdus * 3)
        cut = []
        while stream:
            size = source.choice((1, 2, 7, 100, 1400))
            cut.append(stream[:size])
            stream = stream[size:]
        capture(cut)
        rows = read("xkhi2.tri", "xkhi2.record.event", "_ws.expert.message")
        for column, name in enumerate(("xkhi2.tri", "xkhi2.record.event")):
            values = [value for row in rows for value in row[column].split(",") if value]
            assert values == [wanted[name] for _, wanted in pdus * 3 if name in wanted], (form, name, values)
        assert not any(row[2] for row in rows)


def check_vectors():
    """TRI as two independent decoders read them; their names are those of the types."""
    octets = vectors()
    capture(octets.values())
    rows = dict(zip(octets, read("_ws.col.Info", "xkhi2.liid", "xkhi2.operator", "xkhi2.network_element",
                                 "xkhi2.delivery_country", "_ws.expert.message")))
    assert len(rows) == 21 and not any(row[5] for row in rows.values())
    said = {name: row[0].strip() for name, row in rows.items()}
    expected = {
        "ack_request": "pDUAcknowledgementRequest #0", "ack_response": "pDUAcknowledgementResponse #0",
        "cin_reset_all": "cINReset #0 of CIN 0", "cin_reset_liid": "cINReset #0",
        "first_segment": "firstSegmentFlag #4 of CIN 7", "integrity_hash": "integrityCheck #1 of CIN 7",
        "keep_alive": "keep-alive #0", "keep_alive_gt": "keep-alive #0", "keep_alive_response": "keep-aliveResponse #0",
        "keep_alive_response_gt": "keep-aliveResponse #0 of CIN 0", "last_segment": "lastSegmentFlag #6 of CIN 7",
        "operator_lea_message": "operatorLeaMessage #0 of CIN 7", "option_complete": "optionComplete #1",
        "option_request": "optionRequest #0", "option_response": "optionResponse #0", "padding": "paddingPDU #0",
        "test_pdu": "testPDU #0 of CIN 7",
    }
    assert expected.items() <= said.items(), said
    for name in set(said) - set(expected):
        assert re.match(r"IRI uMTSIRI REPORT, decryptionKeysAvailable, 1 key\(s\) #[01] of CIN 7$", said[name]), said
    assert rows["keep_alive"][1:5] == ["-", "12345", "df2-1", "XK"], rows["keep_alive"]


FORMS = (("-V", "-O"), ("-T", "pdml", "-J"), ("-T", "json", "-J"), ("-T", "ek", "-J"))


def forms(protocol, *more, **how):
    for form in FORMS:
        yield form, tshark(*form, protocol, *more, **how)


def holds(text, secret):
    return secret.hex() in re.sub(r"(?<=[0-9a-f]{2}):(?=[0-9a-f]{2})", "", text.lower()) or secret.decode(
        "latin-1") in text


def check_masks(pdus):
    """No form of output has a key or a salt, nor what protects SRTP in SDP; with show_keys they are there."""
    capture([octets for octets, _ in pdus])
    secrets = (samples.KEY, samples.SALT)
    for form, text in forms("xkhi2"):
        assert "xkhi2" in text or form[0] == "-V" and "CCKeyInfo" in text, form
        assert not any(holds(text, secret) for secret in (*secrets, b"c2VjcmV0c2VjcmV0")), form
    for form, text in forms("xkhi2", "-o", "xkhi2.show_keys:TRUE"):
        assert all(holds(text, secret) for secret in secrets), form
    broken = pdus[1][0].replace(b"\r\n\r\nv=0\r\n", b"\r\nX: 12\r\n", 1) # SDP where headers should be
    assert broken != pdus[1][0]
    capture([broken])
    assert read("xkhi2.sip.masked") == [["20,58,65,33,16,10"]] and "c2VjcmV0" not in tshark("-V", "-O", "xkhi2")
    capture([samples.framed_octets(samples.get_keys(b"\1", None, k8="sip:\x1b[2J"))])
    assert tshark("-T", "fields", "-e", "xk.initiator", script="xk", decode=XK) == "sip:\\x1b[2J\n"
    key = samples.answer([{0: 1, 1: samples.KEY, 2: samples.SALT, 200: [samples.KEY]}])
    capture([samples.framed_octets(key)])
    xk = {"script": "xk", "decode": XK}
    for form, text in forms("xk", **xk):
        assert not any(holds(text, secret) for secret in secrets), form
    for form, text in forms("xk", "-o", "xk.show_keys:TRUE", **xk):
        assert all(holds(text, secret) for secret in secrets), form


def header(number):
    return samples.tlv(0xA1, samples.tlv(0x80, bytes([4, 0, 2, 2, 5, 1, 43])), samples.tlv(0x81, b"LI-1\x1b[2J"),
                       samples.tlv(0xA3, samples.tlv(0xA0, samples.tlv(0x80, b"op")), samples.tlv(0xA3, b"\x80\1\7")),
                       samples.tlv(0x84, bytes([number])), b"\x9f\x1f\0")


def check_unknown():
    """Other payloads, other contents, other TRI, members that came later: told and stepped over."""
    def pdu(number, *payload):
        return samples.tlv(0x30, header(number), samples.tlv(0xA2, *payload), samples.tlv(0xA3, b"\x80\0"))
    iri = samples.tlv(0x30, samples.tlv(0x80, b"\1"), samples.tlv(0xA2, samples.tlv(0xA1, samples.tlv(0x80, b"xyz"))))
    key = samples.tlv(0xA2, samples.tlv(0x04, samples.KEY[:7]), samples.tlv(0x04, samples.KEY[7:]))
    eps = samples.tlv(0xA0, samples.tlv(0x80, bytes([4, 0, 2, 2, 4, 8, 15, 5])),
                      bytes.fromhex("bf2a") + samples.tlv(0x30, samples.tlv(0x30, samples.tlv(0x81, b"\1"), key))[1:])
    keys = samples.tlv(0x30, samples.tlv(0x80, b"\4"), samples.tlv(0xA2, samples.tlv(0xAF, eps)))
    capture([pdu(number, samples.tlv(0xA0 + number, b"\x80\3abc")) for number in (1, 3, 4, 9)] +
            [pdu(2, samples.tlv(0xA2, b"\x9f\x55\0")), pdu(0, samples.tlv(0xA0, iri)), pdu(0, samples.tlv(0xA0, keys))])
    rows = read("xkhi2.payload", "xkhi2.closed", "xkhi2.tri", "xkhi2.contents", "xkhi2.unknown", "xkhi2.liid",
                "xkhi2.key.length", "_ws.expert.message")
    assert [row[:4] for row in rows] == [["1", "5", "", ""], ["3", "5", "", ""], ["4", "5", "", ""], ["9", "5", "", ""],
                                         ["2", "", "85", ""], ["0", "3", "", "1"], ["0", "", "", "15"]], rows
    assert all(row[4].startswith("31,3") or row[4] == "3" for row in rows), rows
    assert all("\x1b" not in row[5] and row[5] == "LI-1\\x1b[2J" for row in rows), rows
    assert rows[6][6] == "16" and not any(row[7] for row in rows), rows
    assert not holds(tshark("-T", "pdml", "-J", "xkhi2"), samples.KEY[:7])


def check_broken(pdus):
    """Broken octets are told with their place, and the next PS-PDU is read; noise is given up."""
    source, whole = random.Random(690), [octets for octets, _ in pdus]
    spoiled = []
    for octets in whole * 20:
        data = bytearray(octets)
        data[source.randrange(2, len(data))] = source.randrange(256)
        spoiled += [bytes(data), whole[-1]]
    capture(spoiled)
    text = tshark("-V", "-O", "xkhi2")
    assert "Lua Error" not in text and "Dissector bug" not in text
    capture([samples.tlv(0x30, header(1), b"\xa2\x05\xa0"), whole[-1], b"HTTP/1.1 200 OK\r\n",
             bytes.fromhex("3084000400013000"), b"\x30\x80" * 40])
    rows = read("xkhi2.broken", "xkhi2.tri", "_ws.expert.message")
    assert rows[0][:2] == [str(len(header(1)) + 2), ""] and "longer than what is around it" in rows[0][2], rows
    assert rows[1][1] == "13", rows
    assert ["No PS-PDU begins here" in row[2] for row in rows] == [False, False, True, True, True], rows


def check_preference(pdus):
    capture([pdus[0][0]])
    assert read("xkhi2.record.event", decode=("-o", f"xkhi2.port:{PORT}")) == [["3"]]
    assert read("xkhi2.record.event", decode=()) == [[""]]


def check_plugins():
    """All parts in Wireshark's own folder, which it loads one by one: none complains."""
    plugins = FOLDER / "home/.local/lib/wireshark/plugins/xk"
    plugins.mkdir(parents=True)
    for part in WIRESHARK.glob("*.lua"):
        shutil.copy(part, plugins)
    done = subprocess.run(["tshark", "-r", str(FOLDER / "capture.pcap"), "-d", f"tcp.port=={PORT},xkhi2", "-T", "fields",
                           "-e", "xkhi2.record.event", "-e", "xk.type"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=True, text=True, env=os.environ | {"HOME": str(FOLDER / "home")}, timeout=60)
    assert done.stdout.strip() == "3" and "Lua" not in done.stderr, (done.stdout, done.stderr)


def main():
    global FOLDER
    with tempfile.TemporaryDirectory() as name:
        FOLDER = pathlib.Path(name)
        pdus = made()
        fields = check_fields(pdus)
        check_segments(pdus)
        check_vectors()
        check_masks(pdus)
        check_unknown()
        check_broken(pdus)
        check_preference(pdus)
        check_plugins()
    print(f"{fields} fields of {len(pdus)} PS-PDUs agree, in DER and twice in BER; no key in {len(FORMS)} forms of output")


main()
