# SPDX-License-Identifier: BSD-2-Clause
"""A validator for the part of CDDL (RFC 8610) that xk.cddl uses: it reads the schema itself, so that what is
published is what is checked. Whatever it does not know it refuses to read."""
import re

TOKEN = re.compile(r"\s*(?:;[^\n]*\n)?\s*(=>|\.\.|\.size|\d+\*\d+|\d+|[A-Za-z][\w-]*|[={}\[\]():,/?*])")


def tokens(text):
    text = re.sub(r";[^\n]*", "", text)
    at, found = 0, []
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise SyntaxError("CDDL: " + text[at:at + 40])
        found.append(match.group(1))
        at = match.end()
    return found


class Schema:
    def __init__(self, text):
        self.items = tokens(text)
        self.at = 0
        self.rules = {}
        while self.at < len(self.items):
            name = self.take()
            self.take("=")
            self.rules[name] = self.choice()

    def take(self, wanted=None):
        token = self.items[self.at]
        if wanted is not None and token != wanted:
            raise SyntaxError(f"CDDL: {token} where {wanted} was expected")
        self.at += 1
        return token

    def peek(self, ahead=0):
        at = self.at + ahead
        return self.items[at] if at < len(self.items) else ""

    def choice(self):
        options = [self.single()]
        while self.peek() == "/":
            self.take()
            options.append(self.single())
        return options[0] if len(options) == 1 else ("choice", options)

    def single(self):
        token = self.take()
        if token == "{":
            return self.map()
        if token == "[":
            low, high = self.take().split("*")
            element = self.choice()
            self.take("]")
            return ("array", int(low), int(high), element)
        if token.isdigit():
            if self.peek() == "..":
                self.take()
                return ("range", int(token), int(self.take()))
            return ("range", int(token), int(token))
        if self.peek() == ".size":
            self.take()
            self.take("(")
            low = int(self.take())
            self.take("..")
            high = int(self.take())
            self.take(")")
            return ("sized", token, low, high)
        return ("name", token)

    def map(self):
        members, wildcard = {}, None
        while self.peek() != "}":
            optional = self.peek() == "?"
            if self.peek() == "*":
                self.take()
                key = self.single()
                self.take("=>")
                wildcard = (key, self.choice())
            else:
                if optional:
                    self.take()
                key = int(self.take())
                self.take(":")
                members[key] = (optional, self.choice())
            if self.peek() == ",":
                self.take()
        self.take("}")
        return ("map", members, wildcard)

    def matches(self, rule, value):
        kind = rule[0]
        if kind == "choice":
            return any(self.matches(option, value) for option in rule[1])
        if kind == "range":
            return type(value) is int and rule[1] <= value <= rule[2]
        if kind == "sized":
            if rule[1] == "bstr":
                return type(value) is bytes and rule[2] <= len(value) <= rule[3]
            return type(value) is str and rule[2] <= len(value.encode()) <= rule[3]
        if kind == "array":
            return (type(value) is list and rule[1] <= len(value) <= rule[2]
                    and all(self.matches(rule[3], item) for item in value))
        if kind == "map":
            return self.matches_map(rule, value)
        if rule[1] == "any":
            return True
        if rule[1] == "null":
            return value is None
        return self.matches(self.rules[rule[1]], value)

    def matches_map(self, rule, value):
        if type(value) is not dict:
            return False
        _, members, wildcard = rule
        if any(not optional and key not in value for key, (optional, _) in members.items()):
            return False
        for key, item in value.items():
            if key in members:
                if not self.matches(members[key][1], item):
                    return False
            elif wildcard is None or not self.matches(wildcard[0], key) or not self.matches(wildcard[1], item):
                return False
        return True
