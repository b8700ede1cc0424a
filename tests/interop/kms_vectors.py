# SPDX-License-Identifier: BSD-2-Clause
"""Exchanges with their right answers, as they stand in a file: kms_vectors.py PROGRAM FILE"""
import subprocess
import sys

lines = [line for line in open(sys.argv[2], encoding="ascii") if line.strip() and not line.startswith("#")]
answers = subprocess.run([sys.argv[1]], input="".join(lines), stdout=subprocess.PIPE, text=True, check=True,
                         timeout=60).stdout.splitlines()
assert len(answers) == len(lines) > 0, (len(answers), len(lines))
wrong = 0
for line, answer in zip(lines, answers):
    wanted = [word[5:].replace("_", " ") for word in line.split() if word.startswith("want=")]
    got = " ".join(word for word in answer.split(" # ")[0].split()[1:] if not word.startswith("+"))
    if [got] != wanted:
        wrong += 1
        print(f"{line.split()[0]}: wanted {wanted}, library: {answer}")
print(f"{len(lines)} exchanges, {wrong} wrong")
sys.exit(1 if wrong else 0)
