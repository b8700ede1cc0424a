#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The first example: that the README quotes it, that it runs as the README says, and that its PS-PDU holds a key."""
import os
import re
import subprocess
import sys
import tempfile

programs, source = sys.argv[1:3]
readme = open(os.path.join(source, "README.md"), encoding="utf-8").read()
code = open(os.path.join(source, "examples/first/main.c"), encoding="utf-8").read()
quoted = re.findall(r"^```c\n(.*?)^```$", readme, re.M | re.S)
assert len(quoted) >= 2, "the README quotes no code"
for block in quoted:
    assert block in code, "the README quotes what the example has not:\n" + block
assert code.count("\n") <= 150, "a first example fits on a page or two"

with tempfile.TemporaryDirectory() as work:
    def path(name):
        return os.path.join(work, name)

    os.umask(0o077)  # a key that others may read is refused
    with open(path("key"), "w", encoding="ascii") as key:
        key.write(os.urandom(16).hex())
    subprocess.run([os.path.join(programs, "xk-ue"), "--out", path("call"), "--ticket-key", path("key"), "--from",
                    "sip:alice@example.com", "--to", "sip:bob@example.com"], check=True, stdout=subprocess.DEVNULL)
    first = [os.path.join(programs, "xk-first"), path("call.invite"), path("call.ok"), path("pdu")]
    printed = subprocess.run(first, check=True, capture_output=True, text=True).stdout
    for line in printed.splitlines():
        shape = re.sub(r"[0-9]+", "[0-9]+", line)
        assert re.search("^    " + shape + "$", readme, re.M), "the README does not say: " + line
    assert len(printed.splitlines()) == 2, printed
    pdu = open(path("pdu"), "rb").read()
    assert pdu[0] == 0x30 and b"LI-2026-0001" in pdu, "no PS-PDU"
    told = subprocess.run([os.path.join(programs, "xk-inspect"), path("pdu")], check=True,
                          capture_output=True, text=True).stdout
    assert "cCDecKey" in told and "masked" in told, told
    swapped = subprocess.run([first[0], first[2], first[1], path("none")], capture_output=True, text=True, check=False)
    assert swapped.returncode == 1 and "submit:" in swapped.stderr, "messages in the wrong order were taken"
