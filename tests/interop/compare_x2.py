# SPDX-License-Identifier: BSD-2-Clause
"""The PDUs of X2 that we write, in Wireshark's eyes: one PDU a segment, since its dissector does not reassemble."""
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

if shutil.which("tshark") is None:
    print("tshark is not installed: skipped")
    sys.exit(77)
PORT = 19999


def write_pcap(path, segments):
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    sequence = 1
    for data in segments:
        tcp = struct.pack("!HHIIBBHHH", 40000, PORT, sequence, 1, 5 << 4, 0x18, 65535, 0, 0) + data
        packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, bytes([192, 0, 2, 1]),
                             bytes([192, 0, 2, 2])) + tcp
        out += struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet
        sequence += len(data)
    path.write_bytes(out)


def main():
    lines = subprocess.run([sys.argv[1]], stdout=subprocess.PIPE, check=True, text=True, timeout=30).stdout.splitlines()
    rows = [line.split(" ") for line in lines]
    wanted = [dict(field.split("=", 1) for field in row[1:]) for row in rows]
    names = sorted({name for row in wanted for name in row})
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder) / "x2.pcap"
        write_pcap(capture, [bytes.fromhex(row[0]) for row in rows])
        command = ["tshark", "-r", str(capture), "-d", f"tcp.port=={PORT},5gli", "--disable-protocol", "mikey", "-T",
                   "fields", "-E", "separator=|", "-e", "_ws.malformed"]
        for name in names:
            command += ["-e", name]
        read = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True,
                              timeout=60).stdout.splitlines()
    assert len(read) == len(rows) == 5, read
    count = 0
    for line, row in zip(read, wanted):
        malformed, *values = line.split("|")
        assert malformed == "", line
        for name, value in zip(names, values):
            if name in row:
                # its dissector shows some fields twice
                assert set(value.split(",")) == {row[name]}, f"{name}: tshark says {value}, we say {row[name]}"
                count += 1
    assert count == 39, count
    print(f"{count} fields of {len(rows)} PDUs agree")


main()
