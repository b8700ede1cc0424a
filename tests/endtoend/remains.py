# SPDX-License-Identifier: BSD-2-Clause
"""Looks for planted keys in all memory and all registers of a process, as whoever gets its core would, or in files.

remains.py PID LABEL KEYS       a line of KEYS: "locked HEX" (only in locked memory) or "nowhere HEX"
remains.py files KEYS FILE...   names the files in which one of them is

A key is looked for as octets, in hexadecimal and in base64. Exit status 77 where the system lets nobody look into
another process, not even root: then there is nothing to find either."""
import base64
import ctypes
import os
import pathlib
import re
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
PTRACE_GETREGSET, PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4204, 17, 0x4206, 0x4207
SETS = {1: "general registers", 2: "floating-point registers", 0x202: "vector registers"}  # 0x202: x86 only
__WALL = 0x40000000


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def ptrace(request, pid, address, data):
    LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    return LIBC.ptrace(request, pid, address, data)


def registers(thread):
    """Those of a thread that has been stopped."""
    for kind, name in SETS.items():
        room = ctypes.create_string_buffer(65536)
        vector = Vector(ctypes.cast(room, ctypes.c_void_p), len(room))
        if ptrace(PTRACE_GETREGSET, thread, kind, ctypes.addressof(vector)) == 0:
            yield name, room.raw[: vector.size]


def regions(pid):
    """Of the memory that can be read: its name, whether it is locked, its octets."""
    text = pathlib.Path(f"/proc/{pid}/smaps").read_text(encoding="ascii", errors="replace")
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for part in re.split(r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", text)[1:]:
            head = part.split("\n", 1)[0].split(None, 5)
            start, end = (int(number, 16) for number in head[0].split("-"))
            name = head[5] if len(head) > 5 else "memory without a name"
            if "r" not in head[1] or name in ("[vvar]", "[vsyscall]"):
                continue
            flags = re.search(r"(?m)^VmFlags:(.*)$", part).group(1).split()
            octets = b""
            try:
                memory.seek(start)
                while len(octets) < end - start:
                    got = memory.read(min(1 << 24, end - start - len(octets)))
                    if not got:
                        break
                    octets += got
            except OSError:
                pass
            yield name, "lo" in flags, octets


def forms(key):
    yield "as octets", key
    yield "in hexadecimal", key.hex().encode()
    yield "in hexadecimal", key.hex().upper().encode()
    yield "in base64", base64.b64encode(key).rstrip(b"=")[:-1]


def read_planted(path):
    planted = [line.split() for line in pathlib.Path(path).read_text(encoding="ascii").splitlines()]
    assert planted and all(where in ("locked", "nowhere") and len(text) >= 28 for where, text in planted)
    return planted


def search_files(planted, paths):
    for path in paths:
        octets = pathlib.Path(path).read_bytes()
        if any(form in octets for _, text in planted for _, form in forms(bytes.fromhex(text))):
            print(path)


def main():
    if sys.argv[1] == "files":
        search_files(read_planted(sys.argv[2]), sys.argv[3:])
        return
    pid, label = int(sys.argv[1]), sys.argv[2]
    planted = read_planted(sys.argv[3])
    threads = [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    if any(ptrace(PTRACE_SEIZE, thread, None, None) != 0 for thread in threads):
        print("nobody may look into another process here")
        sys.exit(77)
    places = []
    for thread in threads:
        ptrace(PTRACE_INTERRUPT, thread, None, None)
        os.waitpid(thread, __WALL)
        places += [(name, False, octets) for name, octets in registers(thread)]
    assert len(places) >= 1
    places += list(regions(pid))
    for thread in threads:
        ptrace(PTRACE_DETACH, thread, None, None)
    seen = sum(len(octets) for _, _, octets in places)
    assert seen > 1 << 20, f"only {seen} octets were seen"
    bad = 0
    needed = {text for where, text in planted if where == "locked"}
    for where, text in planted:
        for form, octets in forms(bytes.fromhex(text)):
            for name, locked, room in places:
                at = room.find(octets)
                while at >= 0:
                    if where == "locked" and locked and form == "as octets":
                        needed.discard(text)
                    else:
                        print(f"{label}: a key that belongs {where} is {form} in {name} at {at:#x}")
                        bad += 1
                    at = room.find(octets, at + 1)
    for _ in needed:
        print(f"{label}: the key that it works with was not found, so that this search shows nothing")
        bad += 1
    print(f"{label}: {seen >> 10} KiB of memory and registers, {len(planted)} keys, {bad} found where they must not be")
    sys.exit(1 if bad else 0)


main()
