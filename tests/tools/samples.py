# SPDX-License-Identifier: BSD-2-Clause
"""Messages for the tests of this folder: those of tests/vectors and tests/fuzz/corpus, and what is built around them
here, with another CBOR implementation and DER by hand."""
import pathlib
import subprocess

import cbor2

TRANSACTION = bytes(range(0x40, 0x50))
KEY = bytes.fromhex("c3d9e1f05a6b7c8d9eafb0c1d2e3f405")
SALT = bytes.fromhex("17283942536475869708192a3b4c")


def framed(program):
    """The messages of xk_make_messages: each stands behind four octets of length."""
    data = subprocess.run([program], stdout=subprocess.PIPE, check=True, timeout=60).stdout
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        yield data[at + 4:at + 4 + size]
        at += 4 + size


def framed_octets(message):
    return len(message).to_bytes(4, "big") + message


def vector(tests, name):
    text = pathlib.Path(tests, "vectors/mikey/set1.txt").read_text(encoding="utf-8")
    return bytes.fromhex(next(line for line in text.split("\n") if line.startswith(name + " = ")).split(" = ")[1])


def get_keys(init, resp, **more):
    fields = {0: 1, 1: 1, 2: TRANSACTION, 3: "sip:alice@example.com", 4: init, 5: resp}
    return cbor2.dumps(fields | {int(key[1:]): value for key, value in more.items()}, canonical=True)


def answer(sessions):
    return cbor2.dumps({0: 1, 1: 2, 2: TRANSACTION, 3: sessions}, canonical=True)


def tlv(tag, *content):
    value = b"".join(content)
    if len(value) < 128:
        return bytes([tag, len(value)]) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + value


def ps_pdu(record, module, bare, sequence):
    """A PS-PDU of TS 102 232-1 around a record, as a whole or without its tag."""
    body = record[2:] if record[1] < 128 else record[2 + (record[1] & 0x7F):]
    inner = tlv(0xA0, body) if bare else tlv(0xA1, record)
    header = tlv(0xA1, tlv(0x80, bytes([4, 0, 2, 2, 5, 1, 17])), tlv(0x81, b"LI-2026-0001"), tlv(0x82, b"DE"),
                 tlv(0xA3, tlv(0xA0, tlv(0x80, b"12345"), tlv(0x81, b"df2")), tlv(0x81, b"\x07"), tlv(0x82, b"DE")),
                 tlv(0x84, bytes([sequence])), tlv(0xA7, tlv(0x80, b"\x69\x00\x00\x00"), tlv(0x81, b"\x00\xff")),
                 tlv(0x88, b"\x02"))
    payload = tlv(0x30, tlv(0x80, b"\x04"), tlv(0xA2, tlv(0xA4 if module == "umts" else 0xAF, inner)))
    return tlv(0x30, header, tlv(0xA2, tlv(0xA0, payload)))


def record_with_sip(record, sip):
    """The record with a sIPMessage, parameter [30] of context class, behind its iMSevent."""
    event = bytes.fromhex("9d0103")
    body = record[2 + (record[1] & 0x7F):]
    at = body.index(event) + len(event)
    return tlv(record[0], body[:at], tlv(0x9E, sip), body[at:])


def mikey_with_open_key():
    """A MIKEY message whose KEMAC has NULL encryption: the key in it is for everybody to read."""
    key_data = bytes([0, 0x30]) + len(KEY).to_bytes(2, "big") + KEY + len(SALT).to_bytes(2, "big") + SALT
    kemac = bytes([0, 0]) + len(key_data).to_bytes(2, "big") + key_data + bytes([0])
    return bytes.fromhex("01000500" "0a0b0c0d" "01" "00" "0011223344" "00000000"
                         "0b00eb00000000000000" "0110000102030405060708090a0b0c0d0e0f") + kemac
