# SPDX-License-Identifier: BSD-2-Clause
"""Writes a C program that calls each public function of the headers with NULL for each pointer, with views of octets that
lie nowhere, and with structures of a wrong size.
  generate.py OUT HEADER..."""
import pathlib
import re
import sys

# What the library fills and the host only hands back: no host makes views in them, as none makes their other members.
FILLED = {"xk_exchange", "xk_mikey_message", "xk_mikey_payload", "xk_mikey_ticket", "xk_mikey_policy", "xk_hi2_record",
          "xk_ps_pdu", "xk_sip_message", "xk_sip_sdp", "xk_sdp_choice", "xk_test_vectors"}
FIRST_MEMBER = re.compile(r"\s*size_t size;")


def strip(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def read_structures(texts):
    """{name: body} of each structure that a header defines."""
    found = {}
    for text in texts:
        for match in re.finditer(r"^struct (xk_\w+) \{(.*?)^\};", strip(text), re.M | re.S):
            found[match.group(1)] = match.group(2)
    return found


def views_of(name, structures, depth=0):
    """Paths of the members of a structure that are views: liid, warrant.liid."""
    for member_type, member in re.findall(r"struct (xk_\w+) (\w+);", structures.get(name, "")):
        if member_type == "xk_bytes":
            yield member
        elif depth < 2:
            yield from (f"{member}.{inner}" for inner in views_of(member_type, structures, depth + 1))


class Parameter:
    def __init__(self, text, comment):
        match = re.match(r"(.*?)(\w+)(\[.*\])?$", text.strip(), re.S)
        self.type, self.name = match.group(1).strip(), match.group(2)
        if match.group(3):
            self.type += " *"
        said = re.search(rf"@param(?:\[[a-z,]+\])? {self.name} (.*?)(?=@param|@retval|\n \*\n|\Z)", comment, re.S)
        said = said.group(1) if said else ""
        self.may_be_null = bool(re.search(r"NULL", said)) and not re.search(r"not NULL|never NULL", said)
        self.may_be_null |= self.name in ("diag", "user")
        match = re.match(r"(const )?struct (xk_\w+) \*$", self.type)
        self.structure = match.group(2) if match else None
        self.constant = self.type.startswith("const ")
        self.is_pointer = self.type.endswith("*")


def value(parameter, index, opaque, sized):
    """The C expression for an argument that is as it should be."""
    kind = parameter.type
    if kind.startswith("enum"):
        return f"({kind})1"
    if kind == "struct xk_bytes":
        return "calls_view()"
    if kind.startswith("struct") and not parameter.is_pointer:
        return f"({kind}){{0}}"
    if parameter.name == "diag":
        return "calls_diag()"
    if parameter.structure in opaque:
        return f"calls_object(\"{parameter.structure}\")"
    if parameter.structure:
        size = f"sizeof(struct {parameter.structure})" if parameter.structure in sized else "0"
        return f"calls_structure({index}, \"{parameter.structure}\", {size})"
    if kind == "const char *":
        return "\"text\""
    if parameter.is_pointer:
        return f"calls_block({index})"
    if parameter.name == "capacity":
        return "CALLS_CAPACITY"
    return {"bool": "false"}.get(kind, f"({kind})16")


class Call:
    def __init__(self, header, result, name, parameters, comment):
        self.header, self.result, self.name = header, " ".join(result.split()), name
        texts = [] if parameters.strip() == "void" else re.split(r",(?![^(]*\))", " ".join(parameters.split()))
        self.parameters = [Parameter(text, comment) for text in texts]

    def case(self, replaced, known, before=""):
        arguments = [replaced.get(p.name, f"a{i}") for i, p in enumerate(self.parameters)]
        lines = [f"{p.type}{'' if p.is_pointer else ' '}a{i} = {value(p, i, *known)};" for i, p in enumerate(self.parameters)
                 if p.name not in replaced]
        lines.append(before)
        call = f"{self.name}({', '.join(arguments)})"
        if self.result == "enum xk_status":
            lines.append(f"return (int){call};")
        elif self.result == "void":
            lines += [f"{call};", "return CALLS_NO_STATUS;"]
        else:
            space = "" if self.result.endswith("*") else " "
            lines += [f"{self.result}{space}result = {call};", "(void)result;", "return CALLS_NO_STATUS;"]
        return "\n    ".join(line for line in lines if line)


def read_calls(path, text):
    for match in re.finditer(r"/\*\*((?:(?!\*/).)*)\*/\s*XK_API\s+(?:XK_NODISCARD\s+)?([^;(]*?)\b(xk_\w+)\((.*?)\);", text, re.S):
        comment, result, name, parameters = match.groups()
        yield Call(path, result, name, strip(parameters), comment)


def main():
    out, paths = pathlib.Path(sys.argv[1]), [pathlib.Path(p) for p in sys.argv[2:]]
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    structures = read_structures(texts.values())
    calls = [call for path, text in texts.items() for call in read_calls(path, text)]
    opaque = {p.structure for call in calls for p in call.parameters if p.structure and p.structure not in structures}
    sized = {name for name, body in structures.items() if name != "xk_bytes" and FIRST_MEMBER.match(body)}
    known = (opaque, sized)
    functions, rows = [], []

    def add(call, what, wanted, body, told=True):
        number = len(rows)
        functions.append(f"static int call_{number}(void)\n{{\n    {body}\n}}\n")
        tells = "true" if told and any(p.name == "diag" for p in call.parameters) else "false"
        rows.append(f'    {{"{call.name}", "{what}", {wanted}, {tells}, call_{number}}},')

    for call in calls:
        add(call, "as it should be", "CALLS_ANY", call.case({}, known))
        for i, p in enumerate(call.parameters):
            if p.is_pointer:
                room = any(q.name == "capacity" for q in call.parameters) and p.name in ("out", "scratch")
                wanted = "CALLS_ANY" if p.may_be_null and not room else "CALLS_ARGUMENT"
                replaced = {p.name: "NULL"}
                if i + 1 < len(call.parameters) and call.parameters[i + 1].type == "size_t":
                    replaced[call.parameters[i + 1].name] = "1" # the least that cannot lie there
                add(call, f"{p.name}: NULL", wanted, call.case(replaced, known), p.name != "diag")
            if p.type == "struct xk_bytes":
                add(call, f"{p.name}: nowhere", "CALLS_ARGUMENT", call.case({p.name: "calls_nowhere()"}, known))
            if p.structure in structures and p.constant:
                target = f"((struct {p.structure} *)(uintptr_t)a{i})"
                handed_back = p.structure in FILLED or "_next_" in call.name
                for view in () if handed_back else views_of(p.structure, structures):
                    add(call, f"{p.name}->{view}: nowhere", "CALLS_NOWHERE",
                        call.case({}, known, f"{target}->{view} = calls_nowhere();"))
                if p.structure in sized and not handed_back:
                    for size in ("0", f"sizeof(struct {p.structure}) + 1", "SIZE_MAX"):
                        add(call, f"{p.name}->size: {size}", "CALLS_ARGUMENT", call.case({}, known, f"{target}->size = {size};"))
    includes = "".join(f"#include <{path.parent.name}/{path.name}>\n" for path in paths)
    out.write_text(
        "/* Written by tests/api/generate.py. */\n" + includes + '#include "api/calls.h"\n\n' + "\n".join(functions)
        + "\nconst struct calls_row calls_rows[] = {\n" + "\n".join(rows) + "\n};\n"
        + "const size_t calls_count = sizeof calls_rows / sizeof calls_rows[0];\n", encoding="utf-8")


main()
