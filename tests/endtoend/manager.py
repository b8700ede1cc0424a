# SPDX-License-Identifier: BSD-2-Clause
"""The socket of a service manager (sd_notify(3)): writes each datagram as one line, its lines joined by a blank.

manager.py SOCKET"""
import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
    listener.bind(sys.argv[1])
    print("listens", flush=True)
    while True:
        print(listener.recv(4096).decode("ascii").replace("\n", " "), flush=True)
