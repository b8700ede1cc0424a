# SPDX-License-Identifier: BSD-2-Clause
"""Writes one man page of section 3 for each public function, from the comments of the headers, so that the manual
and the headers cannot differ.

    make_man.py INCLUDE-FOLDER OUTPUT-FOLDER VERSION LIBRARY HEADER-FOLDER

LIBRARY is the name that the linker takes, HEADER-FOLDER the folder under INCLUDE-FOLDER, `xk`, `xk_kms` or `xk_test`."""
import pathlib
import re
import sys

FUNCTION = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*XK_API([^;]*);", re.S)


def escape(text):
    """Text as troff takes it literally."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text)


def plain(text):
    """A comment's words without Doxygen's marks, names in bold."""
    text = re.sub(r"[#`]+", "", " ".join(text.split()))
    return re.sub(r"\bxk_\w+\(\)", lambda m: "\\fB" + m.group(0)[:-2] + "\\fR(3)", escape(text))


def split_comment(comment):
    """Paragraphs before and after the tagged lines, parameters, and results."""
    lines = [re.sub(r"^\s*\* ?", "", line) for line in comment.strip("\n").split("\n")]
    paragraphs, tags, current = [], {"param": [], "retval": [], "return": []}, None
    for line in lines:
        tag = re.match(r"@(param(?:\[[a-z,]+\])?|retval|return)\s+(.*)", line)
        if tag:
            kind = re.match(r"[a-z]+", tag.group(1)).group(0)
            current = tags[kind]
            current.append(tag.group(2))
        elif not line.strip():
            current = None
            paragraphs.append("")
        elif current is not None:
            current[-1] += " " + line.strip()
        else:
            paragraphs[-1:] = [(paragraphs[-1] + " " if paragraphs else "") + line.strip()]
    return [p.strip() for p in paragraphs if p.strip()], tags


def listed(entries):
    """A troff list of "name  meaning" entries; a name may be quoted when it holds a space."""
    out = []
    for entry in entries:
        name, meaning = re.match(r'("[^"]*"|\S+)\s*(.*)', entry).groups()
        out += [".TP", ".B " + escape(name.strip('"')), plain(meaning) or "\\&"]
    return out


def page(name, header, comment, declaration, version, library, siblings):
    paragraphs, tags = split_comment(comment)
    prototype = " ".join(declaration.replace("XK_NODISCARD", "").split())
    out = [f'.TH {name.upper()} 3 "" "libxk {version}" "libxk"', ".SH NAME"]
    out.append(f"{name} \\- {plain(paragraphs[0]).rstrip('.').replace(chr(92) + 'fB', '').replace(chr(92) + 'fR', '')}")
    out += [".SH LIBRARY", f".B \\-l{library}", ".SH SYNOPSIS"]
    out += [f".B #include <{header}>", ".PP", ".ad l", ".B " + escape(prototype) + ";", ".ad b"]
    out.append(".SH DESCRIPTION")
    for paragraph in paragraphs:
        out += [".PP", plain(paragraph)]
    if tags["param"]:
        out += [".SH PARAMETERS"] + listed(tags["param"])
    if tags["retval"] or tags["return"]:
        out.append(".SH RETURN VALUE")
        for entry in tags["return"]:
            out += [".PP", plain(entry)]
        out += listed(tags["retval"])
    out.append(".SH SEE ALSO")
    others = [other for other in siblings if other != name]
    for number, other in enumerate(others):
        out.append(f".BR {other} (3){',' if number < len(others) - 1 else ''}")
    if not others:
        out.append(f".I {header}")
    return "\n".join(out) + "\n"


def main():
    include, output, version, library, folder = sys.argv[1:]
    pathlib.Path(output).mkdir(parents=True, exist_ok=True)
    for path in sorted((pathlib.Path(include) / folder).glob("*.h")):
        found = [(re.search(r"(xk_\w+)\(", m[1]).group(1), m[0], m[1])
                 for m in FUNCTION.findall(path.read_text(encoding="utf-8"))]
        siblings = [name for name, _, _ in found]
        for name, comment, declaration in found:
            text = page(name, f"{folder}/{path.name}", comment, declaration, version, library, siblings)
            (pathlib.Path(output) / f"{name}.3").write_text(text, encoding="utf-8")


main()
