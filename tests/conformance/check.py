# SPDX-License-Identifier: BSD-2-Clause
"""Holds the rows of tests/conformance/*.md against the tree: each function is defined in lib/, each test is there and ctest
runs it, and at most a third of the rows are "not ours", each with whose it is.
  check.py SOURCE BUILD CTEST"""
import json
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import rows as tables


def run_by_ctest(build, ctest):
    """{name: command} of every test that is registered."""
    told = subprocess.run([ctest, "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True)
    return {test["name"]: " ".join(test.get("command", [])) for test in json.loads(told.stdout)["tests"]}


def judge(row, functions, tests, commands):
    """What is wrong with a row, or ''."""
    if not row.is_ours:
        if row.function != "–":
            return f"names {row.function}, and is not ours"
        said = row.test.removeprefix(tables.NOT_OURS)
        return "" if said != row.test and re.match(r"[\w' -]+'s?: \w", said) else "does not say whose it is"
    found = functions.find(row.function)
    if len(found) != 1:
        return f"{row.function} is defined {len(found)} times in lib/"
    if tables.SCRIPTS.match(row.test):
        known = row.test in commands or any(f"/{row.test} " in command + " " for command in commands.values())
        return "" if known else f"ctest runs no {row.test}"
    programs = tests.find(row.test)
    if len(programs) != 1:
        return f"{row.test} is in {len(programs)} programs"
    program = programs[0].stem
    known = any(f"/{program}" == command.split(" ")[0][-len(program) - 1 :] for command in commands.values())
    return "" if known else f"ctest does not run {program}"


def main():
    source, build, ctest = sys.argv[1:]
    rows, wrong = tables.read(pathlib.Path(__file__).parent)
    functions, tests, commands = tables.Functions(source), tables.Tests(source), run_by_ctest(build, ctest)
    wrong += [f"{row}: {said}" for row in rows if (said := judge(row, functions, tests, commands))]
    foreign = sum(not row.is_ours for row in rows)
    if foreign * 3 > len(rows):
        wrong.append(f"{foreign} of {len(rows)} rows are not ours: more than a third")
    if not rows:
        wrong.append("there are no rows")
    print("\n".join(wrong) or f"{len(rows)} rows, {foreign} of them not ours")
    return 1 if wrong else 0


sys.exit(main())
