# SPDX-License-Identifier: BSD-2-Clause
"""Breaks the functions of the rows, one after the other, and sees each row's test fail. See tests/conformance.sh."""
import argparse
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import rows as tables

RUN_SECONDS = 120


def early_returns(returned):
    """What a function of this type says without having done anything: of two answers both are tried."""
    kind = re.sub(r"\b(static|const|XKI_INLINE)\b", "", returned).strip()
    if kind == "void":
        return ["return;"]
    if kind == "bool":
        return ["return false;", "return true;"]
    if kind.startswith("struct") and not kind.endswith("*"):
        return [f"return ({kind}){{0}};"]
    return [f"return ({kind})0;"]


class Tree:
    """A copy of the tree that is built as far as a row needs it."""

    def __init__(self, folder):
        self.source, self.build = pathlib.Path(folder) / "tree", pathlib.Path(folder) / "build"

    def prepare(self, tree):
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=tree,
                                capture_output=True, text=True, check=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (tree / name).is_file():
                (self.source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(tree / name, self.source / name)
        subprocess.run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", "-DXK_BUILD_EXAMPLES=OFF",
                        "-DXK_BUILD_SHARED=OFF", "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_C_FLAGS=-O1 -w"],
                       check=True, stdout=subprocess.DEVNULL)
        self.make("all")
        told = subprocess.run(["ctest", "--test-dir", self.build, "--show-only=json-v1"], capture_output=True, text=True,
                              check=True)
        self.commands = {test["name"]: test["command"] for test in json.loads(told.stdout)["tests"]
                         if "command" in test}
        self.tests = tables.Tests(self.source)

    def make(self, target):
        done = subprocess.run(["ninja", "-C", self.build, target], capture_output=True, text=True)
        return done.returncode == 0

    def passes(self, test):
        """Does the test pass? Of a program that ends half-way only what it has said counts."""
        if tables.SCRIPTS.match(test):
            command = self.commands.get(test) or next(c for c in self.commands.values() if f"/{test} " in " ".join(c) + " ")
            if not self.make("all"):
                return None
        else:
            program = self.tests.find(test)[0].stem
            command = next(c for c in self.commands.values() if pathlib.Path(c[0]).name == program)
            if not self.make(program):
                return None
        try:
            done = subprocess.run(command, cwd=self.build, capture_output=True, text=True, errors="replace",
                                  timeout=RUN_SECONDS, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return False
        if tables.SCRIPTS.match(test):
            return done.returncode == 0
        return re.search(rf"^\[       OK \] {test}$", done.stdout + done.stderr, re.M) is not None


def try_function(tree, name, tests):
    """{test: [early returns that it does not notice]}; a function that cannot be broken so is told under ''."""
    path, returned, _ = tables.Functions(tree.source).find(name)[0]
    text = path.read_text(encoding="utf-8")
    unseen = {test: [] for test in tests}
    at = tables.Functions(tree.source).find(name)[0][2]
    for early in early_returns(returned):
        path.write_text(text[:at] + "    " + early + "\n" + text[at:], encoding="utf-8")
        try:
            for test in tests:
                passed = tree.passes(test)
                if passed is None:
                    raise SystemExit(f"{name} does not compile with {early}")
                if passed:
                    unseen[test].append(early)
        finally:
            path.write_text(text, encoding="utf-8")
    return unseen


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=0, help="rows that are tried; 0: all")
    parser.add_argument("--only", default="", help="of one file")
    parser.add_argument("tree", nargs="?", default=str(pathlib.Path(__file__).parents[2]))
    options = parser.parse_args()
    start = time.monotonic()
    rows, _ = tables.read(pathlib.Path(__file__).parent)
    rows = [row for row in rows if row.is_ours and row.place.startswith(options.only)]
    random.Random(options.seed).shuffle(rows)
    rows = rows[: options.count or len(rows)]
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        tree = Tree(folder)
        tree.prepare(pathlib.Path(options.tree))
        for test in sorted({row.test for row in rows}):
            if not tree.passes(test):
                raise SystemExit(f"{test} fails before anything is broken")
        print(f"seed {options.seed}, {len(rows)} rows; built and run in {time.monotonic() - start:.0f} s", flush=True)
        for name in dict.fromkeys(row.function for row in rows):
            mine = [row for row in rows if row.function == name]
            unseen = try_function(tree, name, sorted({row.test for row in mine}))
            for row in mine:
                if unseen[row.test]:
                    survivors += 1
                    print(f"{row}\n  {row.test} does not notice {name} with {' or '.join(unseen[row.test])}", flush=True)
    print(f"{len(rows) - survivors} of {len(rows)} rows need their function; {time.monotonic() - start:.0f} s")
    return 1 if survivors else 0


sys.exit(main())
