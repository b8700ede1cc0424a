# SPDX-License-Identifier: BSD-2-Clause
"""Our MIKEY parser against Wireshark's dissector, field by field, on what that dissector knows."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import capture as captures

if shutil.which("tshark") is None:
    print("tshark is not installed: skipped")
    sys.exit(77)


def compare(program, arguments, folder):
    lines = subprocess.run([program, *arguments], stdout=subprocess.PIPE, check=True, text=True, timeout=30).stdout
    ours = dict(line.split("=", 1) for line in lines.splitlines())
    octets = bytes.fromhex(ours.pop("octets"))
    capture = folder / "mikey.pcap"
    captures.write(capture, [octets], 2269)
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
