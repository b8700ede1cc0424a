# SPDX-License-Identifier: BSD-2-Clause
"""Mirrors SIP messages to a DF2/MF, one from each file.

    mirror.py hep-udp PORT SOURCE FILE...       HEP3, seen to come from this IPv4 address
    mirror.py hep-tcp PORT SOURCE FILE...       the same in one connection, cut at odd places
    mirror.py x2 PORT TLS NAME DIRECTION XID FILE...
                                                X2 over mutual TLS with NAME's certificate; DIRECTION 2 is to the
                                                target, 3 from it; XID in hexadecimal. Ends when a keep-alive behind
                                                the messages is answered.
    mirror.py x2-event PORT TLS NAME DIRECTION XID FILE...
                                                the same with records of TS 33.108, taken out of PS-PDUs: each as if
                                                it were about another call"""
import os
import socket
import ssl
import sys
import time

PIECE = 700  # octets of one write over TCP


def chunk(kind, value):
    return bytes(2) + kind.to_bytes(2, "big") + (6 + len(value)).to_bytes(2, "big") + value


def hep(source, message):
    now = time.time()
    body = b"".join(
        [
            chunk(1, b"\x02"),
            chunk(2, b"\x11"),
            chunk(3, socket.inet_aton(source)),
            chunk(4, socket.inet_aton("192.0.2.99")),
            chunk(7, (5060).to_bytes(2, "big")),
            chunk(8, (5060).to_bytes(2, "big")),
            chunk(9, int(now).to_bytes(4, "big")),
            chunk(10, int(now % 1 * 1e6).to_bytes(4, "big")),
            chunk(11, b"\x01"),
            chunk(12, (7001).to_bytes(4, "big")),
            chunk(15, message),
        ]
    )
    return b"HEP3" + (6 + len(body)).to_bytes(2, "big") + body


def x2(kind, payload_format, direction, xid, correlation, sequence, payload):
    attribute = b"\x00\x08\x00\x04" + sequence.to_bytes(4, "big")
    head = (5).to_bytes(2, "big") + kind.to_bytes(2, "big") + (40 + len(attribute)).to_bytes(4, "big")
    head += len(payload).to_bytes(4, "big") + payload_format.to_bytes(2, "big") + direction.to_bytes(2, "big")
    return head + xid + correlation + attribute + payload


def send_pieces(stream, octets):
    for at in range(0, len(octets), PIECE):
        stream.sendall(octets[at : at + PIECE])


def head(octets, at):
    """Tag, start and end of the content of the element there, in DER."""
    start = at + 1
    if octets[at] & 31 == 31:
        while octets[start] & 128:
            start += 1
        start += 1
    tag, length = octets[at:start], octets[start]
    start += 1
    if length & 128:
        count = length & 127
        length = int.from_bytes(octets[start : start + count], "big")
        start += count
    return tag, start, start + length


def record_of(pdu):
    """The bare parameters of ePSIRI as an iRI-Report-record, with other Call-IDs."""
    at, end = 0, len(pdu)
    while at < end:
        tag, start, stop = head(pdu, at)
        if tag == b"\xaf":
            _, start, stop = head(pdu, start)
            content = pdu[start:stop].replace(b"Call-ID: ", b"Call-ID:x")
            return b"\xa4\x84" + len(content).to_bytes(4, "big") + content
        at = start if tag[0] & 32 else stop
    sys.exit("no ePSIRI in this PS-PDU")


def mirror_x2(port, folder, name, direction, xid, messages, payload_format=9):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_cert_chain(f"{folder}/{name}.crt", f"{folder}/{name}.key")
    context.load_verify_locations(f"{folder}/ca.crt")
    correlation = os.urandom(8)
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(
        plain, server_hostname="df2"
    ) as stream:
        stream.settimeout(20)
        for number, message in enumerate(messages):
            send_pieces(stream, x2(1, payload_format, direction, bytes.fromhex(xid), correlation, number, message))
        stream.sendall(x2(3, 0, 0, bytes(16), bytes(8), 7, b""))
        answer = b""
        while len(answer) < 48:
            part = stream.recv(48 - len(answer))
            if not part:
                sys.exit("the DF2/MF closed the connection")
            answer += part
        if answer != x2(4, 0, 0, bytes(16), bytes(8), 7, b""):
            sys.exit("the keep-alive was answered otherwise: " + answer.hex())


def main():
    way, port = sys.argv[1], int(sys.argv[2])
    files = sys.argv[7:] if way.startswith("x2") else sys.argv[4:]
    messages = []
    for path in files:
        with open(path, "rb") as file:
            messages.append(file.read())
    if way == "hep-udp":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for message in messages:
                sender.sendto(hep(sys.argv[3], message), ("127.0.0.1", port))
    elif way == "hep-tcp":
        with socket.create_connection(("127.0.0.1", port)) as stream:
            send_pieces(stream, b"".join(hep(sys.argv[3], message) for message in messages))
    elif way == "x2":
        mirror_x2(port, sys.argv[3], sys.argv[4], int(sys.argv[5]), sys.argv[6], messages)
    else:
        records = [record_of(message) for message in messages]
        mirror_x2(port, sys.argv[3], sys.argv[4], int(sys.argv[5]), sys.argv[6], records, 14)


main()
