# SPDX-License-Identifier: BSD-2-Clause
"""A pcap file with each payload as a UDP packet, for tshark."""
import struct


def write(path, payloads, port):
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    for payload in payloads:
        udp = struct.pack("!HHHH", port, port, 8 + len(payload), 0) + payload
        packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([192, 0, 2, 1]),
                             bytes([192, 0, 2, 2])) + udp
        out += struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet
    path.write_bytes(out)
