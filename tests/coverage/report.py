#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reads llvm-cov's JSON: what of lib/ was reached, a line a file, and what was not in the files that the arguments name.

What is in exclusions.txt counts for reached, and must be missing: an exclusion of what tests do reach is an error."""
import json
import os
import sys

BOUNDS = {"lines": 100.0, "branches": 95.0}
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class File:
    """Counts of one file; an inline function of a header is there once for each of its users, and they are joined.
    Lines of a brace alone are not counted, nor the way past all cases of a switch: the compilers see to it that every
    value of an enum has its case."""

    def __init__(self, entry):
        with open(entry["filename"], encoding="utf-8") as source:
            text = source.read().splitlines()
        braces = {i for i, line in enumerate(text, 1) if line.strip() in ("{", "}")}
        self.lines = {line: hit for line, hit in covered_lines(entry["segments"]).items() if line not in braces}
        self.branches = {}
        for line, column, _, _, taken, refused, *_ in entry["branches"]:
            if text[line - 1][:column - 1].strip() == "switch (":
                continue
            for way, count in (("true", taken), ("false", refused)):
                key = (line, column, way)
                self.branches[key] = self.branches.get(key, False) or count > 0
        self.conditions = {}
        for line, column, _, _, *rest in entry["mcdc_records"]:
            for index, shown in enumerate(rest[-1]):
                key = (line, column, index + 1)
                self.conditions[key] = self.conditions.get(key, False) or shown

    def kinds(self):
        return {"lines": self.lines, "branches": self.branches, "MC/DC": self.conditions}

    def exclude(self, line):
        """Takes a line for reached; says whether something was missing there."""
        missing = False
        for counts in self.kinds().values():
            for key, reached in counts.items():
                at = key if isinstance(key, int) else key[0]
                if at == line and not reached:
                    counts[key] = True
                    missing = True
        return missing


def covered_lines(segments):
    """llvm-cov's own rule: a line has the highest count of the regions that it enters, else the one around it."""
    lines = {}
    around = None
    by_line = {}
    for segment in segments:
        by_line.setdefault(segment[0], []).append(segment)
    if not by_line:
        return lines
    for line in range(min(by_line), max(by_line) + 1):
        here = by_line.get(line, [])
        entries = [s for s in here if s[3] and s[4] and not s[5]]
        around_counts = around is not None and around[3]
        starts_skipped = bool(here) and not here[0][3] and here[0][4]
        if not starts_skipped and (around_counts or entries):
            counts = [around[2]] if around_counts else []
            counts += [s[2] for s in entries]
            lines[line] = max(counts) > 0
        if here:
            around = here[-1]
    return lines


def read_exclusions():
    """Lines of `file | text of the source line | reason`."""
    with open(os.path.join(ROOT, "tests/coverage/exclusions.txt"), encoding="utf-8") as source:
        for line in source:
            if line.strip() and not line.startswith("#"):
                path, text, reason = (part.strip() for part in line.split(" | "))
                assert reason, path
                yield path, text


def apply_exclusions(files):
    errors = []
    for path, text in read_exclusions():
        with open(os.path.join(ROOT, path), encoding="utf-8") as source:
            numbers = [i for i, line in enumerate(source, 1) if line.strip() == text]
        hits = [files[path].exclude(number) for number in numbers] if path in files else []
        if not any(hits):
            errors.append("exclusion of what is not missing: %s | %s" % (path, text))
    return errors


def percent(counts):
    return 100.0 * sum(counts.values()) / len(counts) if counts else 100.0


def list_missing(path, entry):
    with open(os.path.join(ROOT, path), encoding="utf-8") as source:
        text = [""] + source.read().splitlines()
    for kind, counts in entry.kinds().items():
        for key in sorted(k for k, reached in counts.items() if not reached):
            line, rest = (key, "") if isinstance(key, int) else (key[0], ":%s %s" % (key[1], key[2]))
            print("  %s:%d%s %s: %s" % (path, line, rest, kind, text[line].strip()))


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        data = json.load(source)["data"][0]
    files = {}
    for entry in data["files"]:
        path = os.path.relpath(entry["filename"], ROOT)
        if path.startswith("lib/"):
            files[path] = File(entry)
    errors = apply_exclusions(files)
    totals = {}
    for path, entry in sorted(files.items()):
        figures = []
        for kind, counts in entry.kinds().items():
            totals.setdefault(kind, {}).update({(path, key): reached for key, reached in counts.items()})
            figures.append("%s %5.1f%%" % (kind, percent(counts)))
        print("%-36s %s" % (path, "  ".join(figures)))
        if any(path == wanted or path.startswith(wanted.rstrip("/") + "/") for wanted in sys.argv[2:]):
            list_missing(path, entry)
    for kind, bound in BOUNDS.items():
        if percent(totals[kind]) < bound:
            errors.append("%s: %.2f%%, less than %g%%" % (kind, percent(totals[kind]), bound))
    print("\n".join(errors + ["MC/DC: %.1f%%" % percent(totals["MC/DC"])]))
    print("lines: %.1f%% branches: %.1f%%" % (percent(totals["lines"]), percent(totals["branches"])))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
