# SPDX-License-Identifier: BSD-2-Clause
"""The failure reasons stand in four places: message.h, the table in lib/messages, the schema and the dissector. Each has
all of them, with the same numbers and names."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def lower(name):
    return name.lower().replace("_", "-")


header = read("include/xk/message.h")
enum = re.search(r"enum xk_failure \{(.*?)\n\};", header, re.S).group(1)
values = {name: int(value) for name, value in re.findall(r"XK_FAILURE_(\w+) = (\d+)", enum)}
last = int(re.search(r"#define XK_FAILURE_WIRE_LAST (\d+)", header).group(1))
table = re.findall(r"^    ROW\((\w+), \"([^\"]*)\",.*?\b(NOWHERE|WIRE|LOCAL)\b", read("lib/messages/failure.c"), re.M | re.S)
wire = {lower(name): values.get(name) for name, _, where in table if where == "WIRE"}
dissector = re.search(r"local failures = \{(.*?)\n\}", read("lib/wireshark/xk.lua"), re.S).group(1)
shown = {name: int(value) for value, name in re.findall(r"\[(\d+)\] = \"([^\"]+)\"", dissector)}
schema = re.search(r"^failure = (\d+)\.\.(\d+)$", read("include/xk/xk.cddl"), re.M).groups()

breaches = []
if [name for name, _, _ in table] != list(values):
    breaches.append("the table in lib/messages/failure.c has not the reasons of message.h, in their order")
breaches += [f"{name} is called {said}" for name, said, _ in table if said != lower(name)]
if sorted(wire.values()) != list(range(1, last + 1)):
    breaches.append(f"the reasons of the wire are not 1 to XK_FAILURE_WIRE_LAST, {last}")
if shown != wire:
    breaches.append(f"the dissector's list differs: {sorted(set(shown.items()) ^ set(wire.items()))}")
if schema != ("1", str(last)):
    breaches.append(f"the schema has failure = {'..'.join(schema)}")
print("\n".join(breaches) or f"{len(values)} reasons, {last} of the wire, the same in four places")
sys.exit(1 if breaches else 0)
