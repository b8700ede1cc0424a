# SPDX-License-Identifier: BSD-2-Clause
"""lib/wireshark/xk.lua under tshark, on plain TCP: what it reads against another CBOR decoder, what it refuses against
xk-inspect, in segments cut anywhere."""
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import cbor2

import samples

INSPECT, MAKE_MESSAGES, TESTS = sys.argv[1:4]
DISSECTOR = pathlib.Path(TESTS).parent / "lib/wireshark/xk.lua"
PORT = "4000"
FOLDER = None

if shutil.which("tshark") is None or shutil.which("text2pcap") is None:
    print("tshark is not installed: skipped")
    sys.exit(77)


def capture(segments):
    """A capture of one TCP connection: pairs of direction ("O" to the KMS, "I" from it) and octets."""
    text = FOLDER / "segments.txt"
    with open(text, "w", encoding="ascii") as file:
        for direction, octets in segments:
            file.write(direction + "\n")
            for at in range(0, len(octets), 16):
                file.write(f"{at:06x} {octets[at:at + 16].hex(' ')}\n")
    subprocess.run(["text2pcap", "-q", "-D", "-T", f"{PORT},5000", str(text), str(FOLDER / "capture.pcap")],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=60)


def tshark(*arguments, decode=("-d", f"tcp.port=={PORT},xk")):
    return subprocess.run(["tshark", "-X", f"lua_script:{DISSECTOR}", "-r", str(FOLDER / "capture.pcap"), *decode,
                           *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True,
                          encoding="utf-8", env=os.environ | {"LC_ALL": "C.UTF-8"}, timeout=120).stdout


def read(*fields, **more):
    """For each packet the list of values of each field; in two passes, so that a question knows its answer."""
    selected = [part for field in fields for part in ("-e", field)]
    lines = tshark("-2", "-T", "fields", "-E", "separator=/t", "-E", "aggregator=;", *selected, **more).split("\n")[:-1]
    return [[value.split(";") if value else [] for value in line.split("\t")] for line in lines]


def flat(packets, column):
    return [value for packet in packets for value in packet[column]]


def check_made_messages():
    made = list(samples.framed(MAKE_MESSAGES))
    stream, source = b"".join(map(samples.framed_octets, made)), random.Random(4567)
    segments = []
    while stream:
        size = source.choice((1, 3, 4, 5, 100, 1400))
        segments.append(("O", stream[:size]))
        stream = stream[size:]
    capture(segments)
    packets = read("xk.type", "xk.transaction_id", "xk.identity", "xk.transfer_init", "xk.transfer_resp", "xk.cs_id",
                   "xk.key_length", "xk.salt_length", "xk.failure", "xk.session_failure", "xk.expiry", "xk.referral",
                   "xk.status", "xk.initiator", "xk.update_resp")
    messages = [cbor2.loads(octets) for octets in made]
    sessions = [session for m in messages if m[1] == 2 for session in m.get(3, [])]
    expected = [[m[1] for m in messages], [m[2].hex() for m in messages], [m[3] for m in messages if m[1] == 1],
                [m[4].hex() for m in messages if m[1] == 1], [m[5].hex() for m in messages if m[1] == 1 and m[5]],
                [s[0] for s in sessions], [len(s[1]) for s in sessions if 1 in s],
                [len(s[2]) for s in sessions if 2 in s], [m[4] for m in messages if m[1] == 2 and 4 in m],
                [s[3] for s in sessions if 3 in s], [s[6] for s in sessions if 6 in s],
                [m[5] for m in messages if m[1] == 2 and 5 in m], [], [m[8] for m in messages if 8 in m],
                [m[7].hex() for m in messages if 7 in m]]
    for column, values in enumerate(expected):
        assert flat(packets, column) == [str(value) for value in values], column
    assert len(messages) == 1000 and len(sessions) > 1000
    return len(made)


def check_segments():
    """One message over two segments, then two in one; the answer knows its question."""
    init, resp = (samples.vector(TESTS, name) for name in ("TRANSFER_INIT", "TRANSFER_RESP"))
    ask = samples.framed_octets(samples.get_keys(init, resp))
    keys = samples.framed_octets(samples.answer([{0: 1, 1: samples.KEY, 2: samples.SALT, 4: 1}, {0: 2, 3: 13}]))
    capture([("O", ask[:99]), ("O", ask[99:]), ("I", keys + keys)])
    packets = read("xk.type", "xk.response_in", "xk.request_in", "xk.mikey.data_type", "xk.mikey.identity",
                   "xk.key_length", "xk.key", "xk.session_failure")
    assert packets[0] == [[]] * 8
    assert packets[1][:5] == [["1"], ["3"], [], ["14", "15"], ["sip:alice@example.com"] + 2 * ["sip:bob@example.com"]]
    assert packets[2] == [["2"] * 2, [], ["2"] * 2, [], [], ["16"] * 2, [], ["13"] * 2], packets[2]
    for secret in (samples.KEY.hex(), samples.SALT.hex()):
        assert secret not in tshark("-V", "-O", "xk")
        assert secret in tshark("-V", "-O", "xk", "-o", "xk.show_keys:TRUE")
    assert flat(read("xk.key", decode=("-o", f"xk.port:{PORT}", "-o", "xk.show_keys:TRUE")), 0) == 2 * [
        samples.KEY.hex()]
    assert flat(read("xk.type", decode=()), 0) == []


def damaged():
    """Messages that break a rule, and some that do not."""
    source = random.Random(8949)
    good = [samples.get_keys(b"\1\2\3", None, k6=b"\1", k7=b"\2", k8="sip:\u00f6", k200=[1, {2: "x"}]),
            samples.answer([{0: 1, 1: samples.KEY[:3], 2: b"\1", 4: 1, 5: 0, 6: 2**40, 150: [[]]}, {0: 2, 3: 13}]),
            cbor2.dumps({0: 1, 1: 2, 2: samples.TRANSACTION, 4: 15, 5: "sip:k"}, canonical=True)]
    yield samples.get_keys(b"\1", None, k6=b"\2")
    yield samples.get_keys(b"\1", None, k7=b"\2")
    for octets in good:
        yield octets
        yield octets + b"\0"
        yield from (octets[:size] for size in range(1, len(octets)))
        for _ in range(400):
            spoiled = bytearray(octets)
            place = source.randrange(len(spoiled))
            spoiled[place] = source.choice((source.randrange(256), spoiled[place] ^ 1 << source.randrange(8)))
            yield bytes(spoiled)
    head = good[1][:23]
    for tail in ("9f", "80", "98ff", "9900ff", "81a0", "81a100", "81a200010141ff", "a10300", "d90001", "f97e00",
                 "1818", "f7", "82a200010301a200010301", "82a200020301a200010301", "81a200010300", "81a200010313",
                 "81a2000103186f", "81a3000103010401", "81a200010401", "5bffffffffffffffff", "bb8000000000000001",
                 "81a2000103190100", "81a20001186400", "81a30001030118c881818100", "81a30001030118c8818100"):
        yield head + b"\3" + bytes.fromhex(tail)
    for tail in ("0560", "0561ff", "05626100", "0563eda080", "0563efbfbf", "0564f4908080", "0601"):
        yield good[2][:-7] + bytes.fromhex(tail)


def refusals(messages):
    """What xk-inspect says of each message as an Xk message; MIKEY messages inside do not count here."""
    names = []
    for number, octets in enumerate(messages):
        names.append(str(FOLDER / f"message-{number}"))
        pathlib.Path(names[-1]).write_bytes(octets)
    text = subprocess.run([INSPECT, "--kind", "xk", *names], stdout=subprocess.PIPE, check=False, text=True,
                          timeout=120).stdout
    parts = re.split(r"(?:^|\n)\S*/message-\d+: Xk message, \d+ octets\n", "\n" + text)[1:]
    for part in parts:
        found = re.search(r"^ *\d+  INVALID at octet (\d+), (.+): (XK_E_\w+), ", part, re.M)
        yield [[found.group(3)], [found.group(1)], [found.group(2)]] if found else [[], [], []]


def check_refusals():
    messages = list(damaged())
    capture([("O", samples.framed_octets(octets)) for octets in messages])
    packets = read("xk.status", "xk.status_offset", "xk.status_field", "_ws.expert.message")
    expected = list(refusals(messages))
    assert len(packets) == len(expected) == len(messages)
    for octets, packet, wanted in zip(messages, packets, expected):
        assert packet[:3] == wanted, (octets.hex(), packet, wanted)
        if wanted[0]:
            said = f"{wanted[0][0]} at octet {wanted[1][0]}, {wanted[2][0]}"
            assert said in packet[3], (octets.hex(), packet)
    kinds = {wanted[0][0] for wanted in expected if wanted[0]}
    assert len(kinds) >= 16 and [[], [], []] in expected, sorted(kinds)
    return len(messages), len(kinds)


def check_framing():
    capture([("O", samples.framed_octets(b"")), ("O", (98305).to_bytes(4, "big") + b"\xa4\0\1"), ("O", b"\0\0")])
    packets = read("xk.status", "_ws.expert.message")
    assert packets[0][0] == ["XK_E_TRUNCATED"] and "over the limit" in packets[1][1][0] and packets[2][0] == [], packets


def main():
    global FOLDER
    with tempfile.TemporaryDirectory() as name:
        FOLDER = pathlib.Path(name)
        made = check_made_messages()
        check_segments()
        check_framing()
        count, kinds = check_refusals()
    print(f"{made} messages as cbor2 reads them; {count} damaged ones as xk-inspect judges them, with {kinds} statuses")


main()
