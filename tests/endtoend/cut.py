# SPDX-License-Identifier: BSD-2-Clause
"""A TCP relay for one connection, which resets it in both directions after so many octets of the client's.

    cut.py PORT TARGET-PORT OCTETS"""
import select
import socket
import struct
import sys

PATIENCE_S = 20
port, target, left = (int(argument) for argument in sys.argv[1:])
with socket.create_server(("127.0.0.1", port)) as server:
    server.settimeout(PATIENCE_S)
    client, _ = server.accept()
far = socket.create_connection(("127.0.0.1", target))
while left > 0:
    ready, _, _ = select.select([client, far], [], [], PATIENCE_S)
    if not ready:
        sys.exit("nothing came any more")
    for end in ready:
        octets = end.recv(left if end is client else 65536)
        if not octets:
            sys.exit("one end closed the connection")
        (far if end is client else client).sendall(octets)
        left -= len(octets) if end is client else 0
for end in (client, far):
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()
