# SPDX-License-Identifier: BSD-2-Clause
"""Random single mutants of lib/, each held against the tests. See run.sh beside this file."""
import argparse
import collections
import fcntl
import pathlib
import queue
import random
import re
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import build as building
import mutations

# What else looks at a room, after all unit and fault tests: a program in the build folder and its arguments.
SIMULATIONS = {room: [("tests/sim/xk-sim", "300", "1")] for room in ("requester", "responder", "exchange", "warrant")}
SIMULATIONS["delivery"] = [("tests/sim_delivery/xk-sim-delivery", "150", "1")]
SIMULATIONS["collector"] = [("tests/sim_collector/xk-sim-collector", "150", "1")]


def read_equivalents(path):
    """A line as the tool prints it, without the line's number but with the "[2]" of one that reads alike; below it,
    indented, why no test can tell the difference."""
    entries, last = {}, None
    for line in path.read_text(encoding="utf-8").split("\n") if path.exists() else []:
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            entries[last] = (entries[last] + " " + line.strip()).strip()
        else:
            last = line.strip()
            entries[last] = ""
    without = [entry for entry, argument in entries.items() if not argument]
    if without:
        raise SystemExit("mutants: no argument for " + "\n".join(without))
    return entries


def read_survivors(path):
    """The keys of what a run printed as having survived."""
    lines = re.findall(r"^survived +\w+ +(\S+?):\d+: (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {f"{name}: {shown}" for name, shown in lines}


class Session:
    def __init__(self, options, built, folder):
        self.options, self.built, self.folder = options, built, folder
        self.again = read_survivors(pathlib.Path(options.again)) if options.again else None
        self.sanitized, self.sanitizing = None, threading.Lock()
        self.equivalents = read_equivalents(pathlib.Path(options.equivalents))
        self.used = set()
        self.lock = threading.Lock()
        self.killers = {}
        self.rows = collections.defaultdict(collections.Counter) # (room, operator) -> what became of its mutants
        self.survivors = []
        self.skipped = collections.Counter()

    def collect(self):
        lib = self.built.source / "lib"
        headers = [p.read_text(encoding="utf-8") for p in sorted((self.built.source / "include").rglob("*.h"))]
        families = mutations.read_families(headers)
        self.sources, found = {}, []
        for path in sorted(lib.rglob("*.[ch]")):
            name = str(path.relative_to(self.built.source))
            room = path.relative_to(lib).parts[0]
            if self.options.rooms and room not in self.options.rooms and name not in self.options.rooms:
                continue
            self.sources[name] = path.read_text(encoding="utf-8")
            for mutation in mutations.find(name, self.sources[name], families):
                mutation.room = room
                wanted = self.again is None or mutation.key() in self.again
                if wanted and (not self.options.operator or mutation.operator in self.options.operator):
                    found.append(mutation)
        known = {m.key() for m in found}
        for entry in sorted(self.equivalents):
            complete = not self.options.operator and self.again is None
            if complete and entry.split(":")[0] in self.sources and entry not in known:
                print(f"equivalent.txt: nothing in lib/ is mutated to: {entry}")
        return found

    def choose(self, found):
        chance = random.Random(self.options.seed)
        order = sorted(found, key=lambda m: (m.path, m.start, m.operator, m.text))
        chance.shuffle(order)
        return order

    def first(self, mutation):
        """Those first that have killed a mutant of the same file, then the room's programs and its simulation."""
        stem = pathlib.Path(mutation.path).stem
        killers = self.killers.get(mutation.path, [])

        def rank(program):
            if program.name in killers:
                return (0, -killers.index(program.name))
            if program.room == mutation.room and program.name != "sim":
                return (1, 0 if stem in program.name else 1, program.seconds)
            return (2 if program.name == "sim" else 3, program.seconds)

        return sorted(self.built.programs + self.built.sims.get(mutation.room, []), key=rank)

    def try_one(self, worker, mutation):
        """'same' code, 'equivalent' by the list, 'broken' (does not compile), the killer's name, or ''."""
        names = self.built.affected(mutation.path)
        source = self.sources[mutation.path]
        if not names:
            return "same"
        if mutation.key() in self.equivalents:
            return "equivalent"
        original = worker.code(mutation.path, source)
        worker.place(mutation.path, mutation.apply(source))
        try:
            made = worker.compile_all(names)
            if made is None:
                return "broken"
            made = {name: file for name, file in made.items() if file.read_bytes() != original[name]}
            if not made:
                return "same"
            symbols = {name: self.built.defined(file, "-g") for name, file in made.items()}
            for program in self.first(mutation):
                if not worker.passes(program, made, symbols):
                    with self.lock:
                        killers = self.killers.setdefault(mutation.path, [])
                        if program.name in killers:
                            killers.remove(program.name)
                        killers.append(program.name)
                    return program.name
            worker.placed.unlink()
            optimised = worker.code(mutation.path, source, "-O2")
            worker.place(mutation.path, mutation.apply(source))
            made = worker.compile_all(names, "-O2")
            if made is not None and all(file.read_bytes() == optimised[name] for name, file in made.items()):
                return "same"
            return self.try_sanitized(mutation)
        finally:
            worker.placed.unlink()

    def try_sanitized(self, mutation):
        """The room's tests under the sanitizers, built when the first mutant comes this far: they see what is read or
        written beside an object, or not given back."""
        with self.sanitizing:
            if self.sanitized is None:
                self.sanitized = building.Worker(building.Build(self.built.source, self.folder / "sanitized", True), 0)
            worker, built = self.sanitized, self.sanitized.build
            built.prepare(time.monotonic, mutation.room)
            source = self.sources[mutation.path]
            worker.place(mutation.path, mutation.apply(source))
            try:
                made = worker.compile_all(built.affected(mutation.path)) or {}
                symbols = {name: built.defined(file, "-g") for name, file in made.items()}
                for program in built.programs:
                    if program.room == mutation.room and not worker.passes(program, made, symbols):
                        return program.name + " (sanitizers)"
                return ""
            finally:
                worker.placed.unlink()

    def run(self):
        found = self.collect()
        order = self.choose(found)
        waiting = queue.SimpleQueue()
        for mutation in order:
            waiting.put(mutation)
        room_left = collections.Counter()
        for mutation in order:
            room_left[mutation.room] = self.options.count if self.options.each else sys.maxsize
        left = [self.options.count or sys.maxsize] if not self.options.each else [sys.maxsize]
        if self.options.each and not self.options.count:
            room_left = collections.Counter({room: sys.maxsize for room in room_left})
        failures = []

        def work(worker):
            try:
                while True:
                    with self.lock:
                        if left[0] == 0 or waiting.empty():
                            return
                        mutation = waiting.get()
                        if room_left[mutation.room] == 0:
                            continue
                        left[0] -= 1
                        room_left[mutation.room] -= 1
                    result = self.try_one(worker, mutation)
                    with self.lock:
                        if result in ("same", "broken"): # no mutant: another one takes its place
                            self.skipped[result] += 1
                            left[0] += 1
                            room_left[mutation.room] += 1
                            continue
                        self.account(mutation, result)
            except BaseException as failure:
                failures.append(failure)
                left[0] = 0

        threads = [threading.Thread(target=work, args=(building.Worker(self.built, i),)) for i in range(self.options.jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def account(self, mutation, result):
        kind = "equivalent" if result == "equivalent" else "killed" if result else "survived"
        self.rows[(mutation.room, mutation.operator)][kind] += 1
        if kind == "survived":
            self.survivors.append(mutation)
        if kind == "survived" or self.options.verbose:
            print(f"{kind:10} {mutation.operator:7} {mutation.path}:{mutation.line}: {mutation.shown}"
                  f"{'   by ' + result if kind == 'killed' else ''}", flush=True)

    def table(self):
        rooms = sorted({room for room, _ in self.rows})
        operators = [o for o in mutations.OPERATORS if any((r, o) in self.rows for r in rooms)]
        total = collections.Counter()

        def cell(counts):
            valid = counts["killed"] + counts["survived"]
            return f"{counts['killed']}/{valid}" if valid else "-"

        print(f"{'killed/valid':14}" + "".join(f"{o:>9}" for o in operators) + f"{'all':>10}{'score':>9}{'equivalent':>12}")
        for room in rooms + ["all"]:
            of_room = [(key, counts) for key, counts in self.rows.items() if room in (key[0], "all")]
            columns = [sum((c for (_, o), c in of_room if o == operator), collections.Counter()) for operator in operators]
            whole = sum((c for _, c in of_room), collections.Counter())
            valid = whole["killed"] + whole["survived"]
            score = f"{100 * whole['killed'] / valid:.1f} %" if valid else "-"
            print(f"{room:14}" + "".join(f"{cell(c):>9}" for c in columns) + f"{cell(whole):>10}{score:>9}{whole['equivalent']:>12}")
            total = whole
        return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300, help="0: all that there are")
    parser.add_argument("--each", action="store_true", help="the count is of each room")
    parser.add_argument("--operator", action="append", choices=mutations.OPERATORS)
    parser.add_argument("--max-survivors", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--tree", default=str(pathlib.Path(__file__).parents[2]))
    parser.add_argument("--equivalents", default=str(pathlib.Path(__file__).parent / "equivalent.txt"))
    parser.add_argument("--folder", help="where the copy is built, and stays for the next run")
    parser.add_argument("--again", help="what an earlier run printed: only its survivors are tried")
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="a folder of lib/, or a file lib/ROOM/FILE")
    options = parser.parse_args()
    start = time.monotonic()
    folder = (pathlib.Path(options.folder) if options.folder else pathlib.Path(options.tree) / "build/mutants").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        source = folder / "tree"
        building.Build.copy(pathlib.Path(options.tree), source)
        session = Session(options, building.Build(source, folder), folder)
        session.built.prepare(time.monotonic, None, SIMULATIONS)
        print(f"seed {options.seed}; {len(session.built.programs)} test programs, built and run in {time.monotonic() - start:.0f} s",
              flush=True)
        session.run()
    total = session.table()
    valid = total["killed"] + total["survived"]
    print(f"left out: {session.skipped['broken']} that do not compile, {session.skipped['same']} that change no code; "
          f"{time.monotonic() - start:.0f} s")
    status = 0
    if total["equivalent"] * 20 > valid + total["equivalent"]:
        print(f"more than 5% equivalent: {total['equivalent']}")
        status = 1
    if options.max_survivors is not None and total["survived"] > options.max_survivors:
        print(f"more than {options.max_survivors} survivors")
        status = 1
    print(f"total: {100 * total['killed'] / valid if valid else 0:.1f}% of {valid} killed")
    return status if valid else 1


sys.exit(main())
