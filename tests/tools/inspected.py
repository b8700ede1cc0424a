# SPDX-License-Identifier: BSD-2-Clause
"""Running xk-inspect, the first argument of each test that uses this, and looking for secrets in what it says."""
import functools
import pathlib
import re
import subprocess
import sys

PROGRAM = sys.argv[1]
FOLDER = None # for batch()


def run(arguments, stdin=b""):
    """Exit status, stdout and stderr; any other status than 0, 1 or 2 is a crash."""
    done = subprocess.run([PROGRAM, *arguments], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=120)
    text, errors = done.stdout.decode("ascii"), done.stderr.decode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text), "a terminal would obey this"
    assert done.returncode in (0, 1, 2), (arguments[:4], done.returncode, errors)
    return done.returncode, text, errors


def batch(inputs, *options):
    """Many inputs in few calls: for each one its verdict and text."""
    results = []
    for start in range(0, len(inputs), 400):
        part = inputs[start:start + 400]
        names = [str(FOLDER / f"input-{i}") for i in range(len(part))]
        for name, octets in zip(names, part):
            pathlib.Path(name).write_bytes(octets)
        status, text, _ = run([*options, *names])
        found = re.split(r"(?:^|\n)\S*/input-\d+: [^\n]*, \d+ octets\n", "\n" + text)[1:]
        assert len(found) == len(part), (len(found), len(part))
        verdicts = [re.search(r"/input-\d+: (valid|INVALID)\s*$", one).group(1) for one in found]
        assert status == (1 if "INVALID" in verdicts else 0)
        results += zip(verdicts, found)
    return results


def shows(octets, *wanted, options=(), status=0):
    got, text, _ = run([*options, "-"], octets)
    assert got == status, (got, text)
    for line in wanted:
        assert line in text, f"no line '{line}' in\n{text}"
    return text


@functools.cache
def windows(secrets):
    """Any four octets in a row of any secret, in hexadecimal."""
    return re.compile("|".join({s[i:i + 4].hex() for s in secrets for i in range(len(s) - 3)}))


def leaks(text, secrets):
    """Four octets of a secret in a row, in a tree or in a dump, in hexadecimal or as text."""
    if not secrets:
        return False
    rows = "".join(re.findall(r"^ *\d+  ((?:[0-9a-f*]{2} )+)", text, re.M)).replace(" ", "")
    flat = "".join(text.lower().split())
    return bool(windows(tuple(secrets)).search(rows + "\n" + flat + "\n" + text.encode().hex()))
