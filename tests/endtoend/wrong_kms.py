# SPDX-License-Identifier: BSD-2-Clause
"""A KMS that answers get_keys wrongly, for one connection: in turn a malformed answer, a refusal twice, and a refusal of
a transaction that nobody began.

    wrong_kms.py TLS-FOLDER NAME"""
import socket
import ssl
import sys

ID_OFFSET = 7  # map, version, type, key and head of the id
POLICY = 18

folder, name = sys.argv[1:]


def read(stream, size):
    data = b""
    while len(data) < size:
        part = stream.recv(size - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


def refusal(transaction_id):
    return b"\xa4\x00\x01\x01\x02\x02\x50" + transaction_id + bytes([4, POLICY])


def frame(message):
    return len(message).to_bytes(4, "big") + message


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/{name}.crt", f"{folder}/{name}.key")
context.load_verify_locations(f"{folder}/ca.crt")
context.verify_mode = ssl.CERT_REQUIRED
with socket.create_server(("127.0.0.1", 0)) as server:
    server.settimeout(30)
    print("PORT", server.getsockname()[1], flush=True)
    connection, _ = server.accept()
    connection.settimeout(30)
    with context.wrap_socket(connection, server_side=True) as stream:
        turn = 0
        while True:
            message = read(stream, int.from_bytes(read(stream, 4), "big"))
            answer = refusal(message[ID_OFFSET : ID_OFFSET + 16])
            if turn % 3 == 0:
                stream.sendall(frame(answer + b"\x00"))
            elif turn % 3 == 1:
                stream.sendall(frame(answer) + frame(answer))
            else:
                stream.sendall(frame(refusal(bytes(16))))
            turn += 1
