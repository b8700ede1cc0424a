# SPDX-License-Identifier: BSD-2-Clause
"""Sends calls over X2 and mutual TLS, as fast as they are taken; ends when a keep-alive behind them is answered.

    way_send.py PORT TLS CALL FIRST COUNT       from CALL.invite and CALL.ok, under Call-IDs that count from FIRST"""
import os
import socket
import ssl
import struct
import sys

TO_TARGET, FROM_TARGET, SIP = 2, 3, 9


def pdu(kind, payload_format, direction, correlation, sequence, payload):
    return (
        struct.pack(">HHIIHH", 5, kind, 48, len(payload), payload_format, direction)
        + bytes(16)
        + correlation
        + struct.pack(">HHI", 8, 4, sequence)
        + payload
    )


def main():
    port, folder, call, first, count = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    halves = []
    for kind, direction in ((".invite", FROM_TARGET), (".ok", TO_TARGET)):
        with open(call + kind, "rb") as file:
            before, after = file.read().split(b"Call-ID: ", 1)
            halves.append((before + b"Call-ID: ", after, direction))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_cert_chain(f"{folder}/cscf.crt", f"{folder}/cscf.key")
    context.load_verify_locations(f"{folder}/ca.crt")
    begun = os.urandom(4)
    alive = 0xFFFFFFF0
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(
        plain, server_hostname="df2"
    ) as stream:
        stream.settimeout(600)
        number, waiting = 0, []
        for i in range(first, first + count):
            for before, after, direction in halves:
                waiting.append(pdu(1, SIP, direction, begun + struct.pack(">I", i), number, before + b"%d-" % i + after))
                number += 1
            if len(waiting) >= 16:
                stream.sendall(b"".join(waiting))
                waiting = []
        stream.sendall(b"".join(waiting) + pdu(3, 0, 0, bytes(8), alive, b""))
        answer = b""
        while len(answer) < 48:
            part = stream.recv(48 - len(answer))
            if not part:
                sys.exit("the DF2/MF closed the connection")
            answer += part
        if answer != pdu(4, 0, 0, bytes(8), alive, b""):
            sys.exit("the keep-alive was answered otherwise: " + answer.hex())


main()
