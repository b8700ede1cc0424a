# SPDX-License-Identifier: BSD-2-Clause
"""The comments of public headers, as data: what is said of a file, of its functions, structures, enumerations and
callbacks; and Doxygen's marks as troff."""
import re

FUNCTION = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*XK_API([^;]*);", re.S)
INLINE = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*static inline ([\w *]*?\b(xk_\w+)\([^)]*\))", re.S)
BLOCK = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*(struct|enum) (xk_\w+) \{\n(.*?)\n\};", re.S)
ONE_LINE = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*(struct|enum) (xk_\w+) \{ ([^\n}]*) \};", re.S)
FILE = re.compile(r"/\*\*\s*\* @file(.*?)\*/", re.S)


def lines_of(comment):
    """Its lines without the asterisks in front."""
    return [re.sub(r"^\s*\*? ?", "", line, count=1) for line in comment.strip("\n").split("\n")]


BOXES = str.maketrans("─│└├┌┐┘┤┬┴┼", "-|`|..'|..+") # not every device of groff has these


def escape(text):
    """Text as troff takes it literally."""
    text = text.translate(BOXES)
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    return re.sub(r"^([.'])", r"\\&\1", text)


def plain(text, own=()):
    """A comment's words without Doxygen's marks; calls of ours in bold, with their section."""
    text = re.sub(r"[#`]+(?=\w)|(?<=\w)`|`", "", " ".join(text.split()))
    text = re.sub(r"\*\*?(\w[^*]*)\*\*?", r"\1", text) if "*" in text and "`" not in text else text
    return re.sub(r"\bxk_\w+\(\)", lambda m: "\\fB" + m.group(0)[:-2] + "\\fR(3)", escape(text)) if own == () else \
        escape(text)


def preformatted(lines):
    return [".PP", ".in +4n", ".EX"] + [escape(line) if line.strip() else "\\&" for line in lines] + [".EE", ".in"]


def is_fixed(line):
    return line.startswith("    ")


def prose(lines, heading=".SS"):
    """Doxygen's text as troff: paragraphs, headings underlined with dashes, lists, tables and code as they stand."""
    out, i = [], 0
    lines = [line.rstrip() for line in lines]
    while i < len(lines):
        line = lines[i]
        if not line.strip() or re.match(r"@(name|\{|\})|@[{}]", line):
            i += 1
        elif line.startswith("@code"):
            end = next(k for k in range(i, len(lines)) if lines[k].startswith("@endcode"))
            out += preformatted(lines[i + 1:end])
            i = end + 1
        elif i + 1 < len(lines) and re.fullmatch(r"-{4,}|={4,}", lines[i + 1]):
            out += [f"{heading} {escape(line)}"]
            i += 2
        elif is_fixed(line):
            end = i
            while end < len(lines) and (is_fixed(lines[end]) or not lines[end].strip()):
                end += 1
            out += preformatted("\n".join(lines[i:end]).rstrip().split("\n"))
            i = end
        elif line.startswith("- "):
            end = i + 1
            while end < len(lines) and lines[end].startswith("  ") and not lines[end].startswith("- "):
                end += 1
            out += [".IP \\(bu 2", plain(" ".join([line[2:]] + lines[i + 1:end]))]
            i = end
        else:
            end = i
            while end < len(lines) and lines[end].strip() and not lines[end].startswith(("- ", "@code")) and \
                    not is_fixed(lines[end]):
                end += 1
            out += [".PP", plain(" ".join(lines[i:end]))]
            i = end
    return out


def split_comment(comment):
    """Lines before and after the tagged ones, parameters, and results."""
    text, tags, current = [], {"param": [], "retval": [], "return": []}, None
    for line in lines_of(comment):
        tag = re.match(r"@(param(?:\[[a-z,]+\])?|retval|return)\s+(.*)", line)
        if tag:
            current = tags[re.match(r"[a-z]+", tag.group(1)).group(0)]
            current.append(tag.group(2))
        elif not line.strip():
            current = None
            text.append("")
        elif current is not None:
            current[-1] += " " + line.strip()
        else:
            text.append(line)
    return text, tags


def first_sentence(lines):
    paragraph = []
    for line in lines:
        if not line.strip() and paragraph:
            break
        if line.strip():
            paragraph.append(line.strip())
    return re.split(r"(?<=[.:;]) ", " ".join(paragraph))[0].rstrip(".:;")


def members(body):
    """[declaration, comment lines] of each member of a structure or value of an enumeration, as they stand."""
    found, before, pending, depth = [], [], "", 0
    for token in re.findall(r"/\*(?:(?!\*/).)*\*/|[;,(){}\[\]]|[^;,(){}\[\]/]+|/", body, re.S):
        if token.startswith("/**<"):
            if pending.strip():
                found.append([" ".join(pending.split()), before])
                before, pending = [], ""
            found[-1][1].extend(lines_of(token[4:-2]))
        elif token.startswith("/**"):
            before = lines_of(token[3:-2])
        elif token.startswith("/*"):
            continue
        elif token in ";," and depth == 0:
            if pending.strip():
                found.append([" ".join(pending.split()), before])
            before, pending = [], ""
        else:
            depth += (token in "({[") - (token in ")}]")
            pending += token
    if pending.strip():
        found.append([" ".join(pending.split()), before])
    return found


class Header:
    """What one header says."""

    def __init__(self, name, text):
        self.name = name
        said = FILE.search(text)
        self.prose = lines_of(said.group(1)) if said else []
        self.functions = [(re.search(r"(xk_\w+)\(", m[1]).group(1), m[0], " ".join(
            m[1].replace("XK_NODISCARD", "").split())) for m in FUNCTION.findall(text)]
        self.inits = [(m[2], m[0], m[1]) for m in INLINE.findall(text)]
        self.types = [(m[2], m[1], m[0], m[3]) for m in BLOCK.findall(text) + ONE_LINE.findall(text)]

    def names(self):
        return [name for name, *_ in self.functions + self.inits]
