# SPDX-License-Identifier: BSD-2-Clause
"""Runs the mutants of sample/, of which it is known which ones its test kills: all but those on the lines that say
"nobody asks". Then the same with one of these listed as equivalent, and with fewer survivors allowed than there are."""
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SAMPLE = HERE / "sample"
OPERATORS = {"rel", "andor", "const", "arith", "neg", "status", "stmt", "wipe", "counter"}


def run(folder, *options):
    command = [sys.executable, str(HERE / "run.py"), "--tree", str(SAMPLE), "--folder", f"{folder}/built", "--count", "0",
               "--verbose", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = [re.match(r"(\w+) +(\w+) +(\S+):(\d+): (.*?)(?:   by .*)?$", line) for line in done.stdout.split("\n")]
    results = [m.groups() for m in lines if m]
    return done, results


def check(what, good, done):
    if not good:
        sys.exit(f"self_test: {what}\n{done.stdout}{done.stderr}")


def main():
    source = (SAMPLE / "lib/sample/sample.c").read_text(encoding="utf-8").split("\n")
    unasked = {number for number, line in enumerate(source, 1) if "nobody asks" in line}
    with tempfile.TemporaryDirectory() as folder:
        nothing = pathlib.Path(folder) / "none"
        done, results = run(folder, "--equivalents", str(nothing))
        survived = [r for r in results if r[0] == "survived"]
        lines = {int(number) for _, _, _, number, _ in survived}
        check("other lines survive than those that nobody asks for", lines == unasked, done)
        killed = [r for r in results if r[0] == "killed"]
        beside = [line for line in done.stdout.split("\n") if line.startswith("killed") and "(sanitizers)" in line]
        check("the sanitizers see nothing", beside and all("at «<» size" in line for line in beside), done)
        check("an operator has killed nothing", {operator for _, operator, *_ in killed} == OPERATORS, done)
        check("the header's mutants are not tried", any(path.endswith(".h") for _, _, path, *_ in killed), done)
        names = {(path, shown) for _, _, path, _, shown in results}
        check("two mutants have one name", len(names) == len(results), done)
        valid = len(killed) + len(survived)
        total = f"total: {100 * len(killed) / valid:.1f}% of {valid} killed"
        check("the total is not what was printed", done.stdout.rstrip().endswith(total) and done.returncode == 0, done)

        listed = pathlib.Path(folder) / "listed"
        _, _, path, _, shown = survived[0]
        listed.write_text(f"# comment\n{path}: {shown}\n    Nobody asks.\n", encoding="utf-8")
        done, results = run(folder, "--equivalents", str(listed), "--max-survivors", str(len(survived) - 1))
        check("one that is listed counts", sum(r[0] == "survived" for r in results) == len(survived) - 1, done)
        check("as many survivors as allowed are too many", done.returncode == 0, done)
        done, results = run(folder, "--equivalents", str(listed), "--max-survivors", str(len(survived) - 2))
        check("more survivors than allowed are well", done.returncode == 1, done)
        listed.write_text(f"{path}: {shown}\n", encoding="utf-8")
        done, results = run(folder, "--equivalents", str(listed))
        check("one is equivalent without an argument", done.returncode != 0 and not results, done)
    print(f"self_test: {valid} mutants, {len(survived)} of them unasked for, as planted")


main()
