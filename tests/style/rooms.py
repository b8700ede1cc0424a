# SPDX-License-Identifier: BSD-2-Clause
"""Which room of lib/ may include from and call into which: the table of lib/stations.cmake, held against the includes of
the sources and the symbols of the objects. No circle of files, by includes or by calls, and no name twice.
  rooms.py LIB TABLE OBJECT..."""
import collections
import os
import pathlib
import re
import subprocess
import sys

LIB = pathlib.Path(sys.argv[1])
breaches = []


def read_table(path):
    uses, stars = {}, collections.defaultdict(lambda: {"ground": set(), "rooms": set()})
    for line in path.read_text(encoding="utf-8").split("\n"):
        name, _, rest = line.partition(":")
        if "." in name:
            stars[name.split(".")[0]][name.split(".")[1]] = set(rest.split())
        elif name:
            uses[name] = set(rest.split())
    return uses, stars


USES, STARS = read_table(pathlib.Path(sys.argv[2]))


def stem(name):
    return name.split("/")[1].split(".")[0]


def judge(source, target, what):
    """Whether `source` (room/file) may use `target`."""
    room, other = source.split("/")[0], target.split("/")[0]
    if room != other:
        if other not in USES.get(room, ()):
            breaches.append(f"lib/{source}: {room} {what} {other}: {target}")
        return
    star = STARS.get(room)
    if star is None or stem(source) == stem(target):
        return
    if stem(source) in star["ground"] and stem(target) not in star["ground"]:
        breaches.append(f"lib/{source}: the ground of {room} {what} {target}")
    if stem(source) in star["rooms"] and stem(target) not in star["ground"]:
        breaches.append(f"lib/{source}: a room of {room} {what} {target}")


def circles(edges, what):
    """Tarjan's strongly connected components with more than one member."""
    order, low, stack = {}, {}, []

    def visit(node):
        order[node] = low[node] = len(order)
        stack.append(node)
        for target in sorted(edges[node]):
            if target not in order:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], order[target])
        if low[node] == order[node]:
            members = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(members) > 1 or node in edges[node]:
                breaches.append(f"a circle of {what}: {' '.join(sorted(members))}")

    for node in sorted(edges):
        if node not in order:
            visit(node)


def check_includes():
    edges = {}
    for path in sorted(LIB.rglob("*.[ch]")):
        source = str(path.relative_to(LIB))
        edges[source] = set()
        for name in re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), re.M):
            if not (LIB / name).is_file():
                breaches.append(f"lib/{source}: {name} is no file of lib/")
                continue
            edges[source].add(name)
            judge(source, name, "includes")
    circles(edges, "includes")
    return sum(map(len, edges.values()))


def source_of(path):
    """.../lib/CMakeFiles/xk_objects.dir/sip/body.c.o and .../lib/kms/CMakeFiles/xk_kms_objects.dir/kms.c.o"""
    folder, _, rest = path.partition("CMakeFiles/")
    name = os.path.normpath(rest.split("/", 1)[1].removesuffix(".o"))
    return name if "/" in name else f"{pathlib.Path(folder).name}/{name}"


def read_symbols(objects):
    """What each object defines and what it needs of others."""
    listed = subprocess.run(["nm", "--extern-only", "--print-file-name", *objects], capture_output=True, text=True, check=True)
    defined, needed = {source_of(path): set() for path in objects}, {source_of(path): set() for path in objects}
    for line in listed.stdout.split("\n"):
        path, _, rest = line.rpartition(":")
        words = rest.split()
        if len(words) == 2:
            needed[source_of(path)].add(words[1])
        elif len(words) == 3:
            defined[source_of(path)].add(words[2])
    return defined, needed


def check_calls(objects):
    defined, needs = read_symbols(objects)
    owner = {}
    for source, names in defined.items():
        for name in sorted(names):
            if name in owner:
                breaches.append(f"{name} is in lib/{owner[name]} and in lib/{source}")
            owner[name] = source
    edges = {source: {owner[name] for name in names if name in owner} - {source} for source, names in needs.items()}
    for source in sorted(edges):
        for target in sorted(edges[source]):
            judge(source, target, "calls")
    circles(edges, "calls")
    return sum(map(len, edges.values()))


for folder in sorted(path.name for path in LIB.iterdir() if (path / "CMakeLists.txt").is_file()):
    if folder not in USES:
        breaches.append(f"lib/{folder} is not in lib/stations.cmake")
includes = check_includes()
calls = check_calls(sys.argv[3:])
if not calls:
    breaches.append("no object calls another: these are not the library's")
print("\n".join(breaches) or f"{len(USES)} rooms; {includes} includes, {calls} files that call another, no breach")
sys.exit(1 if breaches else 0)
