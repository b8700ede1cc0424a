# SPDX-License-Identifier: BSD-2-Clause
"""House rules that a reader relies on: files and functions of a readable size, and for each public function the facts
that its comment owes. Prints every breach; exit status 1 if there is one. Argument: the root of the project."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
breaches = []


def breach(path, line, text):
    breaches.append(f"{path.relative_to(ROOT)}:{line}: {text}")


def check_sizes(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    if len(lines) > 600:
        breach(path, 1, f"{len(lines)} lines")
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            if number - start > 100:
                breach(path, start, f"function of {number - start} lines")
            start = None
        if len(line) > 120 and path.suffix in (".c", ".h") and "examples/host" not in str(path):
            breach(path, number, "line over 120 columns")


def check_header(path):
    text = path.read_text(encoding="utf-8")
    for match in re.finditer(r"/\*\*((?:(?!\*/).)*)\*/\s*XK_API([^;]*);", text, re.S):
        comment, declaration = match.groups()
        line = text[: match.start()].count("\n") + 1
        name = re.search(r"(xk_\w+)\(", declaration).group(1)
        if not re.match(r"(XK_NODISCARD )?\s*void ", declaration.strip()) and "@retval" not in comment:
            breach(path, line, f"{name} has no @retval")
        for fact, pattern in {
            "what changes on failure": r"[Oo]n failure|[Cc]annot fail|refused message settles nothing|nothing was sent|"
            r"Errors come from|does not change|Changes nothing|Never fires early|No outcome|May call: on_outcome|"
            r"Whatever is wrong|May call: send",
            "callbacks": r"callback|May call",
            "threads": r"[Tt]hread|[Rr]e-entrant|[Ii]nside|callback",
            "cost": r"Cost:",
        }.items():
            if not re.search(pattern, re.sub(r"\s*\n \* ?", " ", comment)):
                breach(path, line, f"{name} does not tell {fact}")
        reads = re.search(r"const struct xk_(?!requester\b)\w+ \*|struct xk_bytes ", declaration)
        if reads and re.search(r"(?<!const )uint8_t \*(out|scratch)\b", declaration) and "overlap" not in text:
            breach(path, line, f"{name} does not tell whether its buffers may overlap")
    declared = len(re.findall(r"^XK_API", text, re.M))
    documented = len(re.findall(r"\*/\s*\nXK_API", text))
    if declared != documented:
        breach(path, 1, f"{declared - documented} functions without a comment")


for folder in ("lib", "include", "tests", "examples"):
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix in (".c", ".h", ".py", ".sh"):
            check_sizes(path)
for path in sorted((ROOT / "include").rglob("*.h")):
    check_header(path)
print("\n".join(breaches) or "no breach")
sys.exit(1 if breaches else 0)
