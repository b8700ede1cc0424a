# SPDX-License-Identifier: BSD-2-Clause
"""Every single mutation of a C file that the operators below can make, found in its tokens.

Operators: rel (relational operators), andor (&& and ||), const (constants by one), arith (+ and -, shifts, bits), neg
(negated conditions), status (a status or another constant of an enumeration in place of one), stmt (a removed
statement), wipe (a removed wipe) and counter (a removed count)."""
import re

OPERATORS = ("rel", "andor", "const", "arith", "neg", "status", "stmt", "wipe", "counter")

TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|/\*.*?\*/|(?m:^)[ \t]*\#(?:[^\n\\]|\\.|\\\n)*)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\")|(?P<char>'(?:[^'\\]|\\.)+')"
    r"|(?P<number>\.?[0-9](?:[eEpP][+-]|[0-9a-zA-Z_.])*)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<op>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)",
    re.S,
)
RELATIONAL = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",), "!=": ("==",)}
ARITHMETIC = {"+": "-", "-": "+", "+=": "-=", "-=": "+=", "<<": ">>", ">>": "<<", "|": "&", "&": "|", "|=": "&=", "&=": "|="}
CLOSING = {"(": ")", "[": "]", "{": "}"}
# What a binary operator can follow.
OPERAND_END = {")", "]"}
EXPRESSION_START = {"(", "=", ".", "->", "[", "++", "--", "+=", "-=", "|=", "&=", "^=", "<<=", ">>=", "*=", "/=", "%="}
KEYWORDS = {"return", "if", "else", "for", "while", "do", "switch", "case", "default", "goto", "sizeof", "break", "continue"}
# One of these names in place of another of the same family.
FAMILY = re.compile(r"(XK_E|XK_FAILURE|XK_EVENT|XK_CAUSE|XK_JOURNAL|XK_OUTCOME|XK_REPLY)_[A-Z0-9_]+")


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)


class Mutation:
    def __init__(self, path, source, operator, start, end, text):
        self.path, self.operator, self.start, self.end, self.text = path, operator, start, end, text
        self.line = source.count("\n", 0, start) + 1
        first = source.rfind("\n", 0, start) + 1
        last = source.find("\n", end)
        marked = source[first:start] + "«" + source[start:end] + "»" + source[end : last if last >= 0 else None]
        self.shown = " ".join(marked.split()) + " -> " + " ".join(text.split())

    def apply(self, source):
        return source[: self.start] + self.text + source[self.end :]

    def key(self):
        return f"{self.path}: {self.shown}"


def tokenize(source):
    tokens = []
    for match in TOKEN.finditer(source):
        if match.lastgroup != "skip":
            tokens.append(Token(match.lastgroup, match.group(), match.start()))
    return tokens


def partners(tokens):
    """Index of the closing bracket for each opening one, and the other way round."""
    partner, stack = {}, []
    for i, token in enumerate(tokens):
        if token.text in CLOSING and token.kind == "op":
            stack.append(i)
        elif token.kind == "op" and stack and token.text == CLOSING[tokens[stack[-1]].text]:
            partner[i] = stack.pop()
            partner[partner[i]] = i
    return partner


def contexts(tokens, partner):
    """For each token: 'code' in a function's body, 'data' in an initialiser of a file, '' elsewhere (types, heads)."""
    marks = [""] * len(tokens)
    i = 0
    while i < len(tokens):
        if tokens[i].text == "{" and tokens[i].kind == "op" and i in partner:
            before = tokens[i - 1].text if i else ""
            mark = "code" if before == ")" else "data" if before == "=" else ""
            # extern "C" and the like are looked into.
            if tokens[i - 1].kind != "string":
                marks[i : partner[i] + 1] = [mark] * (partner[i] + 1 - i)
                i = partner[i]
        i += 1
    return marks


def number_variants(text):
    if "." in text:
        return []
    match = re.fullmatch(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)", text)
    if not match:
        return []
    value = int(match.group(1), 0) if match.group(1).lower().startswith("0x") else int(match.group(1))
    form = "0x{:x}" if match.group(1).lower().startswith("0x") else "{}"
    return [form.format(v) + match.group(2) for v in ((value + 1, value - 1) if value > 0 else (value + 1,))]


def statement_end(tokens, partner, start):
    i = start
    while i < len(tokens) and tokens[i].text != ";":
        if tokens[i].text == "}":
            return None
        i = partner[i] + 1 if tokens[i].text in CLOSING and i in partner else i + 1
    return i if i < len(tokens) else None


def is_expression(tokens, start):
    first = tokens[start]
    if first.kind == "name":
        return first.text not in KEYWORDS and tokens[start + 1].text in EXPRESSION_START
    return first.text in ("*", "++", "--") or [t.text for t in tokens[start : start + 3]] == ["(", "void", ")"]


def find(path, source, families):
    """All mutations of `source`. `families` is a list of the names that one constant may be exchanged for."""
    tokens = tokenize(source)
    partner = partners(tokens)
    marks = contexts(tokens, partner)
    found = []

    def add(operator, start, end, text):
        found.append(Mutation(path, source, operator, start, end, text))

    def negate(start, end):
        add("neg", tokens[start].start, tokens[end].end, f"!({source[tokens[start].start : tokens[end].end]})")

    head_of_declaration = False  # between a statement's start and its first "=": the sizes of arrays
    for i, token in enumerate(tokens):
        if not marks[i]:
            continue
        before = tokens[i - 1]
        if marks[i] == "code" and before.text in ("{", "}", ";", ":", ")", "else") and token.text not in "{};":
            starts = before.text != ")" or (partner.get(i - 1, 0) > 0 and tokens[partner[i - 1] - 1].text in ("if", "for", "while"))
            if starts:
                statement(tokens, partner, i, add)
                head_of_declaration = token.kind == "name" and token.text not in KEYWORDS and not is_expression(tokens, i)
        if token.text in ("=", ";", "{", "("):
            head_of_declaration = False
        if token.kind == "op":
            binary = before.kind in ("name", "number", "char", "string") and before.text not in KEYWORDS or before.text in OPERAND_END
            if token.text in RELATIONAL:
                for text in RELATIONAL[token.text]:
                    add("rel", token.start, token.end, text)
            elif token.text in ("&&", "||"):
                add("andor", token.start, token.end, "||" if token.text == "&&" else "&&")
            elif token.text in ARITHMETIC and binary and not is_cast(tokens, partner, i - 1):
                add("arith", token.start, token.end, ARITHMETIC[token.text])
            elif token.text == "?" and marks[i] == "code":
                negate(condition_start(tokens, partner, i), i - 1)
        elif token.kind == "number" and not head_of_declaration:
            for text in number_variants(token.text):
                add("const", token.start, token.end, text)
        elif token.kind == "char":
            add("const", token.start, token.end, f"({token.text} + 1)")
        elif token.kind == "name" and token.text in ("if", "while") and tokens[i + 1].text == "(":
            negate(i + 2, partner[i + 1] - 1)
        elif token.kind == "name" and token.text == "for" and tokens[i + 1].text == "(":
            semicolons = [j for j in range(i + 2, partner[i + 1]) if tokens[j].text == ";"]
            if len(semicolons) == 2 and semicolons[1] > semicolons[0] + 1:
                negate(semicolons[0] + 1, semicolons[1] - 1)
        elif FAMILY.fullmatch(token.text) and before.text != "case" or token.text == "XK_OK":
            for text in exchanges(token.text, families):
                add("status", token.start, token.end, text)
    number_repeated(found)
    return found


def number_repeated(found):
    """Lines that read alike are told apart, so that what is said of one is not said of the others."""
    times = {}
    for mutation in sorted(found, key=lambda m: m.start):
        times[mutation.shown] = times.get(mutation.shown, 0) + 1
        if times[mutation.shown] > 1:
            mutation.shown += f" [{times[mutation.shown]}]"


def is_cast(tokens, partner, i):
    """Whether the bracket that closes at `i` is a cast, so that what follows is no binary operator."""
    if tokens[i].text != ")" or i not in partner:
        return False
    inside = [t.text for t in tokens[partner[i] + 1 : i]]
    return bool(inside) and all(re.fullmatch(r"\w+|\*", t) for t in inside) and (
        inside[0] in ("const", "unsigned", "int", "char", "struct", "enum", "void", "size_t", "bool", "double") or inside[0].endswith("_t")
    )


def statement(tokens, partner, i, add):
    end = statement_end(tokens, partner, i)
    if end is None:
        return
    texts = [t.text for t in tokens[i:end]]
    if texts in (["break"], ["continue"]):
        add("stmt", tokens[i].start, tokens[end].end, ";")
    elif is_expression(tokens, i):
        operator = "stmt"
        if "wipe" in texts[0]:
            operator = "wipe"
        elif texts[-1] in ("++", "--") or texts[0] in ("++", "--") or ("+=" in texts and any("count" in t for t in texts)):
            operator = "counter"
        add(operator, tokens[i].start, tokens[end].end, ";")


def condition_start(tokens, partner, question):
    """The first token of what stands before a `?`."""
    i = question - 1
    while True:
        if tokens[i].text in (")", "]") and i in partner:
            i = partner[i]
        elif tokens[i].text in ("(", "[", "{", ",", ";", "=", "return", "?", ":", "+=", "-=", "|=", "}"):
            return i + 1
        i -= 1


def exchanges(name, families):
    """The next name of the family, and one from its other half."""
    if name == "XK_OK":
        return ["XK_E_ARGUMENT"]
    family = [f for f in families if f.startswith(FAMILY.fullmatch(name).group(1) + "_")]
    if name not in family or len(family) < 2:
        return []
    at = family.index(name)
    other = {(at + 1) % len(family), (at + len(family) // 2) % len(family)} - {at}
    return [family[i] for i in sorted(other)]


def read_families(headers):
    """Names of the public enumerations, in their order."""
    names = []
    for text in headers:
        for match in re.finditer(r"^ +((?:XK_E|XK_FAILURE|XK_EVENT|XK_CAUSE|XK_JOURNAL|XK_OUTCOME|XK_REPLY)_[A-Z0-9_]+)(?: = -?\d+)?,?(?: |$)", text, re.M):
            if match.group(1) not in names:
                names.append(match.group(1))
    return names
