# SPDX-License-Identifier: BSD-2-Clause
"""The elements of BER, and DER written anew in other encodings that a reader of BER has to take."""
from samples import tlv


def elements(octets):
    at = 0
    while at < len(octets):
        start = at
        at += 1
        if octets[start] & 31 == 31:
            while octets[at] & 128:
                at += 1
            at += 1
        tag, length = octets[start:at], octets[at]
        at += 1
        if length & 128:
            size = length & 127
            length = int.from_bytes(octets[at:at + size], "big")
            at += size
        yield tag, octets[at:at + length]
        at += length


def pieces(tag, content):
    """A string in three: the last one in two again."""
    cut = (len(content) + 1) // 3
    last = tlv(4, content[2 * cut:-1]) + tlv(4, content[-1:])
    return bytes([tag[0] | 32]) + tag[1:] + b"\x80" + tlv(4, content[:cut]) + tlv(4, content[cut:2 * cut]) + \
        b"\x24\x80" + last + b"\0\0" + b"\0\0"


def to_ber(octets, form, strings=()):
    """The same in another encoding: lengths of five octets, or indefinite ones where they may be; `strings` in pieces."""
    out = b""
    for tag, content in elements(octets):
        if tag[0] & 32:
            content = to_ber(content, form, strings)
        if not tag[0] & 32 and content in strings and tag != b"\x04":
            out += pieces(tag, content)
        elif tag[0] & 32 and form == "indefinite":
            out += tag + b"\x80" + content + b"\0\0"
        else:
            out += tag + b"\x84" + len(content).to_bytes(4, "big") + content
    return out
