# SPDX-License-Identifier: BSD-2-Clause
"""Mirrors SIP messages to a DF2/MF, one from each file.

    mirror.py hep-udp PORT SOURCE FILE...       HEP3, seen to come from this IPv4 address
    mirror.py hep-tcp PORT SOURCE FILE...       the same in one connection, cut at odd places
    mirror.py x2 PORT TLS NAME DIRECTION XID FILE...
                                                X2 over mutual TLS with NAME's certificate; DIRECTION 2 is to the
                                                target, 3 from it; XID in hexadecimal. Ends when a keep-alive behind
                                                the messages is answered."""
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


def mirror_x2(port, folder, name, direction, xid, messages):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_cert_chain(f"{folder}/{name}.crt", f"{folder}/{name}.key")
    context.load_verify_locations(f"{folder}/ca.crt")
    correlation = os.urandom(8)
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(
        plain, server_hostname="df2"
    ) as stream:
        stream.settimeout(20)
        for number, message in enumerate(messages):
            send_pieces(stream, x2(1, 9, direction, bytes.fromhex(xid), correlation, number, message))
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
    files = sys.argv[7:] if way == "x2" else sys.argv[4:]
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
    else:
        mirror_x2(port, sys.argv[3], sys.argv[4], int(sys.argv[5]), sys.argv[6], messages)


main()
