# SPDX-License-Identifier: BSD-2-Clause
"""Our MIKEY parser against Wireshark's dissector, field by field, on what that dissector knows."""
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

if shutil.which("tshark") is None:
    print("tshark is not installed: skipped")
    sys.exit(77)


def write_pcap(path, data):
    udp = struct.pack("!HHHH", 2269, 2269, 8 + len(data), 0) + data
    packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([192, 0, 2, 1]),
                         bytes([192, 0, 2, 2])) + udp
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
                     + struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet)


def compare(program, arguments, folder):
    lines = subprocess.run([program, *arguments], stdout=subprocess.PIPE, check=True, text=True, timeout=30).stdout
    ours = dict(line.split("=", 1) for line in lines.splitlines())
    octets = bytes.fromhex(ours.pop("octets"))
    capture = folder / "mikey.pcap"
    write_pcap(capture, octets)
    fields = sorted(ours)
    command = ["tshark", "-r", str(capture), "-T", "fields", "-E", "separator=|"]
    for field in fields:
        command += ["-e", field]
    theirs = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True,
                            timeout=60).stdout.rstrip("\n").split("|")
    for field, value in zip(fields, theirs):
        value = {"True": "1", "False": "0"}.get(value, value)
        assert value == ours[field], f"{field}: tshark says {value}, we say {ours[field]}"
    return len(fields)


def main():
    program, vectors = sys.argv[1:3]
    messages = [line.rstrip("\n").split(" = ")[1] for line in open(vectors, encoding="utf-8")
                if line.startswith(("TRANSFER_INIT = ", "TRANSFER_RESP = "))]
    assert len(messages) == 2
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        count = compare(program, [], folder) + sum(compare(program, [message], folder) for message in messages)
    assert count >= 20, count
    print(f"{count} fields agree")


main()
