# SPDX-License-Identifier: BSD-2-Clause
"""How much stack each public function takes at most, with all that it calls inside the library, from the call graph that
gcc writes with -fcallgraph-info=su. Calls of the host, of libc and of other libraries are not counted: their frames are
not ours. A function whose comment says "less than N KiB of stack" is held to that, any other to BUDGET; none recurses.

    stack.py BUILD-FOLDER HEADER-FOLDER..."""
import pathlib
import re
import sys

BUDGET = 4096
NODE = re.compile(r'node: \{ title: "([^"]*)" label: "[^"]*?\\n(\d+) bytes \(([^)]*)\)')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"')
COMMENTED = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*XK_API[^;(]*?(xk_\w+)\(", re.S)


def read_graph(folder):
    frames, calls = {}, {}
    for path in sorted(pathlib.Path(folder).rglob("*.c.ci")):
        text = path.read_text(encoding="utf-8")
        local = {}
        for name, size, kind in NODE.findall(text):
            if "bounded" not in kind and kind != "static":
                sys.exit(f"{name} has a frame without bound")
            # Static functions of two files may share a name.
            local[name] = name if name.startswith("xk") and ":" not in name else f"{path}:{name}"
            frames[local[name]] = int(size)
        for source, target in EDGE.findall(text):
            calls.setdefault(local.get(source, source), set()).add(local.get(target, target))
    return frames, calls


def depth(name, frames, calls, known, above):
    """Stack under and with a function, and the path that takes it."""
    if name in above:
        sys.exit("recursion: " + " -> ".join([*above, name]))
    if name not in frames:
        return 0, []
    if name not in known:
        deepest = max((depth(other, frames, calls, known, [*above, name]) for other in calls.get(name, ())),
                      default=(0, []))
        known[name] = frames[name] + deepest[0], [name, *deepest[1]]
    return known[name]


def claims(folders):
    """The budget of each public function, in octets, and whether its comment gives it."""
    found = {}
    for path in sorted(path for folder in folders for path in pathlib.Path(folder).glob("*.h")):
        for comment, name in COMMENTED.findall(path.read_text(encoding="utf-8")):
            said = re.search(r"less than (\d+) KiB of stack", re.sub(r"\s*\n \* ?", " ", comment))
            found[name] = (int(said.group(1)) * 1024, True) if said else (BUDGET, False)
    return found


def main():
    frames, calls = read_graph(sys.argv[1])
    known, failed, rows = {}, False, []
    budgets = claims(sys.argv[2:])
    for name, (budget, claimed) in budgets.items():
        if name not in frames:
            continue
        size, path = depth(name, frames, calls, known, [])
        rows.append((size, name))
        if size >= budget:
            failed = True
            source = "its comment" if claimed else "the budget"
            print(f"{name} takes {size} octets of stack, {source} says less than {budget}: {' -> '.join(path)}")
    if len(rows) < 0.9 * len(budgets):
        sys.exit(f"only {len(rows)} of {len(budgets)} public functions are in the call graph")
    for size, name in sorted(rows, reverse=True)[:10]:
        print(f"{size:7} {name}")
    print(f"{len(rows)} public functions, {sum(claimed for _, claimed in budgets.values())} of them with a figure of their own")
    sys.exit(failed)


main()
