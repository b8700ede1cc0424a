# SPDX-License-Identifier: BSD-2-Clause
"""Nobody carries what he does not use: a static host that asks for every call of the messages and the requester, and
what the linker's map says it got of libxk, room by room. Prints the sizes that the README tells.

  lean.py BUILD-FOLDER SOURCE-FOLDER C-COMPILER"""
import pathlib
import re
import subprocess
import sys
import tempfile

BUILD, SOURCE, COMPILER = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
HEADERS = ("message.h", "requester.h", "requester_config.h", "requester_watch.h", "outcome.h", "journal.h")
UNUSED = {"x2", "sip", "collector", "delivery", "responder", "hi2", "iri"}


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=120).stdout


def rooms_of_symbols():
    """Which room each global symbol of libxk is of."""
    rooms = {}
    objects = BUILD / "lib/CMakeFiles/xk_objects.dir"
    for path in objects.glob("*/*.o"):
        for symbol in re.findall(r"^[0-9a-f]+ [A-Z] (\S+)$", run("nm", "--defined-only", "-g", str(path)), re.M):
            rooms[symbol] = path.parent.name
    return rooms


def public_calls():
    for header in HEADERS:
        text = (SOURCE / "include/xk" / header).read_text("utf-8")
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        yield from re.findall(r"XK_API[^;{]*?\b(xk_\w+)\(", text)


def carried(linker_map):
    """The symbol for whose sake each object of libxk was taken in."""
    taken = linker_map.split("\n\n")[1] if linker_map.startswith("Archive member") else ""
    return re.findall(r"libxk\.a\(\S+\)\s+[^(\n]*\S[^\n]*\((\S+)\)", taken) + re.findall(
        r"libxk\.a\(\S+\)\s+\((\S+)\)", taken)


def octets(path):
    """Code and data, as they stand in memory."""
    return sum(int(number) for number in run("size", str(path)).splitlines()[1].split()[:3])


def main():
    rooms, calls = rooms_of_symbols(), sorted(set(public_calls()))
    assert len(calls) > 25 and {"xk_requester_submit", "xk_get_keys_encode"} < set(calls), calls
    assert UNUSED < set(rooms.values()), sorted(set(rooms.values()))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "host.c").write_text("int main(void) { return 0; }\n")
        wanted = [f"-Wl,-u,{call}" for call in calls]
        cbor = run("pkg-config", "--libs", "libcbor").split()
        run(COMPILER, str(folder / "host.c"), "-o", str(folder / "host"), *wanted, f"-Wl,-Map,{folder}/map",
            str(BUILD / "lib/libxk.a"), *cbor)
        reasons = carried((folder / "map").read_text("utf-8"))
        held = {rooms[symbol] for symbol in reasons if symbol in rooms}
        symbols = set(re.findall(r" [A-Za-z] (xki?_\w+)$", run("nm", str(folder / "host")), re.M))
        assert {"messages", "requester"} <= held and set(calls) <= symbols, (held, set(calls) - symbols)
        beside = sorted({f"{rooms[symbol]}: {symbol}" for symbol in symbols | set(reasons)
                         if rooms.get(symbol) in UNUSED})
        assert not beside, beside
        size, shared = octets(folder / "host"), octets(BUILD / "lib/libxk.so")
    print(f"{len(calls)} calls; rooms {', '.join(sorted(held))}; nothing of {', '.join(sorted(UNUSED))}")
    print(f"the host {size} octets, the shared library {shared} octets of code and data")


main()
