# SPDX-License-Identifier: BSD-2-Clause
"""What a delivery session sends, in tshark's BER view: it reads each PS-PDU to its end without an error, as the same tags
with the same lengths as a walk by lengths finds, TRI and both modules among them.
  hi2_tshark.py SENDER [SEED]"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

if shutil.which("tshark") is None:
    print("tshark is not installed: skipped")
    sys.exit(77)

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import capture as captures
import hi2_receiver

PORT = 50001
COUNT = 200


def walk(octets):
    """[(class, tag, length)] of all elements, outer before inner."""
    found, place = [], 0
    while place < len(octets):
        number, content, end = hi2_receiver.first_tlv(octets, place)
        found.append((octets[place] >> 6, number, len(content)))
        if octets[place] & 32:
            found += walk(content)
        place = end
    return found


def view(capture):
    """The same, of each packet, as tshark has it; the universal tags stand in a column of their own."""
    command = ["tshark", "-r", str(capture), "-d", f"udp.port=={PORT},ber", "-o", "ber.show_internals:TRUE", "-T", "fields",
               "-E", "separator=|"]
    for field in ("ber.id.class", "ber.id.tag", "ber.id.uni_tag", "ber.length", "_ws.malformed", "_ws.expert.severity"):
        command += ["-e", field]
    told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True, timeout=100)
    for line in told.stdout.splitlines():
        classes, tags, universal, lengths, *errors = line.split("|")
        assert not any(errors), errors
        tags, universal = iter(tags.split(",")), iter(universal.split(","))
        yield [(int(c), int(next(universal if c == "0" else tags)), int(length))
               for c, length in zip(classes.split(","), lengths.split(","), strict=True)]


def main():
    sender, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    _, _, pdus = hi2_receiver.run(sender, COUNT, seed)
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder) / "hi2.pcap"
        captures.write(capture, pdus, PORT)
        seen = list(view(capture))
    assert len(seen) == len(pdus) > COUNT
    for pdu, theirs in zip(pdus, seen):
        assert theirs == walk(pdu), pdu.hex()
    print(f"{len(pdus)} PS-PDUs, {sum(map(len, seen))} elements agree")


main()
