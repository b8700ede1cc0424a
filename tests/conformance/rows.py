# SPDX-License-Identifier: BSD-2-Clause
"""The rows of tests/conformance/*.md, the functions of lib/ and the tests that they name."""
import pathlib
import re

NOT_OURS = "not ours, because it is the "
HEADER = re.compile(r"^\| clause \| demand \| function \| test \|$")
DEFINITION = re.compile(r"^((?:static |const |XKI_INLINE )*(?:enum |struct |unsigned )?\w+(?: \*| ))(\w+)\(([^;{}]*?)\)\n\{\n", re.M)
# Tests that are no cmocka function, by the word that their command has.
SCRIPTS = re.compile(r"^[\w.]+\.(?:py|sh)$|^(?:unit|sim|interop|endtoend|transport|style)\.\w+$")


class Row:
    def __init__(self, place, cells):
        self.place = place
        self.clause, self.demand, self.function, self.test = cells
        self.is_ours = not self.test.startswith("not ours")

    def __str__(self):
        return f"{self.place}: {self.clause}, {self.demand}"


def read(folder):
    """(rows, what is wrong with the tables)."""
    rows, wrong = [], []
    for path in sorted(pathlib.Path(folder).glob("*.md")):
        inside = False
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            place = f"{path.name}:{number}"
            if HEADER.match(line):
                inside = True
            elif not line.startswith("|"):
                inside = False
            elif inside and not re.match(r"^\|[-|]+\|$", line):
                cells = [cell.strip() for cell in line.strip("|").split("|")]
                if len(cells) != 4 or not all(cells):
                    wrong.append(f"{place}: not four cells")
                else:
                    rows.append(Row(place, cells))
    return rows, wrong


class Functions:
    """Where each function of lib/ is defined."""

    def __init__(self, source):
        self.places = {}
        for path in sorted(pathlib.Path(source, "lib").rglob("*.[ch]")):
            for match in DEFINITION.finditer(path.read_text(encoding="utf-8")):
                self.places.setdefault(match.group(2), []).append((path, match.group(1).strip(), match.end()))

    def find(self, name):
        return self.places.get(name, [])


class Tests:
    """Which program has which cmocka test: {test: [source files]}."""

    def __init__(self, source):
        self.programs = {}
        for path in sorted(pathlib.Path(source, "tests").rglob("test_*.c")):
            text = path.read_text(encoding="utf-8")
            for name in set(re.findall(r"\b(?:cmocka_unit_test(?:_\w+)?|TEST)\(\s*(\w+)", text)):
                self.programs.setdefault(name, []).append(path)

    def find(self, name):
        return self.programs.get(name, [])
