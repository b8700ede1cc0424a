# SPDX-License-Identifier: BSD-2-Clause
"""Writes the manual from the comments of the headers, so that the two cannot differ: a page of section 3 for each public
function, structure, enumeration and table of callbacks, and the overviews of section 7 with the files' own prose.

    make_man.py INCLUDE-FOLDER OUTPUT-FOLDER VERSION LIBRARY HEADER-FOLDER

LIBRARY is the name that the linker takes, HEADER-FOLDER the folder under INCLUDE-FOLDER, `xk`, `xk_kms` or `xk_test`."""
import pathlib
import re
import sys

from comments import Header, escape, first_sentence, lines_of, members, plain, prose, split_comment

# Page of section 7: what it is about, and the headers whose prose it has. A header that is named nowhere is libxk's.
OVERVIEWS = {
    "xk": {
        "libxk": ("interception of media keys over Xk, from SIP to HI2", ["xk.h"]),
        "xk_message": ("the messages of Xk", ["message.h"]),
        "xk_sip": ("from an intercepted SIP message to its MIKEY octets", ["sip.h", "sdp.h", "uri.h", "deviation.h"]),
        "xk_x2": ("what a CSCF sends to a DF2/MF", ["x2.h", "x2_stream.h"]),
        "xk_mikey": ("MIKEY and MIKEY-TICKET, read, built and judged",
                     ["mikey.h", "mikey_ticket.h", "mikey_build.h", "exchange.h", "relation.h"]),
        "xk_collector": ("from the SIP of all calls to the exchange of each", ["collector.h"]),
        "xk_requester": ("the DF2/MF side of Xk", ["requester.h", "requester_callbacks.h", "requester_config.h",
                                                   "requester_watch.h", "outcome.h"]),
        "xk_journal": ("how requests survive the process", ["journal.h", "journal_read.h"]),
        "xk_responder": ("the KMS side of Xk", ["responder.h"]),
        "xk_hi2": ("records for HI2, written and read", ["warrant.h", "iri.h", "hi2.h", "hi2_read.h", "ps_pdu.h", "tri.h"]),
        "xk_delivery": ("the delivery of records to a LEMF", ["delivery.h", "delivery_config.h", "delivery_lemf.h",
                                                              "counters.h", "counters_read.h"]),
    },
    "xk_kms": {"xk_kms": ("a reference KMS for MIKEY-TICKET", ["kms.h", "issue.h"])},
    "xk_test": {"xk_test": ("what a test of mediation code needs", [
        "xk_test.h", "random.h", "clock.h", "answer.h", "kms.h", "run.h", "host.h", "vectors.h", "exchange.h"])},
}
ALSO = {"libxk": ["xk_kms", "xk_test", "xk-tools"], "xk_kms": ["libxk", "xk_responder", "xk-tools"],
        "xk_test": ["libxk", "xk_requester", "xk-tools"]}


def overview_of(folder, header):
    """The page of section 7 that a header belongs to."""
    named = [page for page, (_, headers) in OVERVIEWS[folder].items() if header in headers]
    return named[0] if named else next(iter(OVERVIEWS[folder]))


def listed(entries):
    """A troff list of "name  meaning" entries; a name may be quoted when it holds a space."""
    out = []
    for entry in entries:
        name, meaning = re.match(r'("[^"]*"|\S+)\s*(.*)', entry).groups()
        out += [".TP", ".B " + escape(name.strip('"')), plain(meaning) or "\\&"]
    return out


def member_name(declaration):
    """Of a member, a function's pointer among them."""
    return (re.search(r"\(\*(\w+)\)", declaration) or re.search(r"(\w+)(?:\[[^\]]*\])*$", declaration)).group(1)


def see_also(pages):
    return [".SH SEE ALSO"] + [f".BR {escape(name)} ({section}){',' if i < len(pages) - 1 else ''}"
                               for i, (name, section) in enumerate(pages)]


def begin(name, section, what, version):
    return [f'.TH {escape(name.upper())} {section} "" "libxk {version}" "libxk"', ".SH NAME",
            f"{escape(name)} \\- {plain(what, own=None)}"]


def synopsis(header, declarations, library):
    out = [".SH LIBRARY", f".B \\-l{library}", ".SH SYNOPSIS", f".B #include <{header}>"]
    for declaration in declarations:
        out += [".PP", ".ad l", ".B " + escape(declaration), ".ad b"]
    return out


class Manual:
    """The pages of one library."""

    def __init__(self, folder, headers, version, library):
        self.folder, self.headers, self.version, self.library = folder, headers, version, library
        self.types = {name: (header, kind, comment, body) for header in headers
                      for name, kind, comment, body in header.types}
        self.functions = {name for header in headers for name in header.names()}

    def page_of(self, type_name):
        """What a type's page is called: a function of the same name goes first."""
        return type_name if type_name not in self.functions else f"{type_name}.{self.types[type_name][1]}"

    def types_in(self, text):
        return [self.page_of(name) for name in dict.fromkeys(re.findall(r"\b(?:struct|enum) (xk_\w+)", text))
                if name in self.types]

    def around(self, header, name, text):
        """See-also of a page: the types in it, then its siblings, then the overview."""
        pages = [page for page in self.types_in(text) if page != name]
        pages += [other for other in header.names() if other != name and other not in pages]
        return see_also([(page, 3) for page in pages] + [(overview_of(self.folder, header.name), 7)])

    def defaults(self, text):
        """Of a configuration that a call fills, what its members say of their defaults."""
        out = []
        for name in dict.fromkeys(re.findall(r"struct (xk_\w+)", text)):
            for declaration, comment in members(self.types[name][3]) if name in self.types else []:
                said = " ".join(" ".join(comment).split())
                if re.search(r"\bdefault", said, re.I):
                    out += [".TP", ".B " + escape(member_name(declaration)), plain(said)]
        return [".SH DEFAULTS"] + out if out else []

    def function(self, header, name, comment, declaration):
        text, tags = split_comment(comment)
        out = begin(name, 3, first_sentence(text), self.version)
        out += synopsis(f"{self.folder}/{header.name}", [declaration + ";"], self.library)
        out += [".SH DESCRIPTION"] + prose(text)
        if tags["param"]:
            out += [".SH PARAMETERS"] + listed(tags["param"])
        if tags["retval"] or tags["return"]:
            out.append(".SH RETURN VALUE")
            for entry in tags["return"]:
                out += [".PP", plain(entry)]
            out += listed(tags["retval"])
        if re.search(r"_(init|defaults)$", name):
            out += self.defaults(declaration)
        return out + self.around(header, name, declaration)

    def type(self, header, name, kind, comment, body):
        text, _ = split_comment(comment)
        page = self.page_of(name)
        out = begin(page, 3, first_sentence(text), self.version)
        out += synopsis(f"{self.folder}/{header.name}", [f"{kind} {name};"], self.library)
        out += [".SH DESCRIPTION"] + prose(text) + [".SH " + ("MEMBERS" if kind == "struct" else "VALUES")]
        for declaration, meaning in members(body):
            out += [".TP", ".B " + escape(declaration + (";" if kind == "struct" else ""))]
            said, tags = split_comment("\n".join(meaning))
            out.append(plain(" ".join(said)) or "\\&")
            for entry in tags["retval"] + tags["return"]:
                out += [".br", plain(entry)]
        return out + self.around(header, page, body)

    def overview(self, name):
        what, names = OVERVIEWS[self.folder][name]
        mine = [header for header in self.headers if overview_of(self.folder, header.name) == name]
        mine.sort(key=lambda header: names.index(header.name) if header.name in names else len(names))
        out = begin(name, 7, what, self.version)
        out += [".SH LIBRARY", f".B \\-l{self.library}", ".SH SYNOPSIS"]
        for header in mine:
            out += [f".B #include <{self.folder}/{header.name}>", ".br"]
        for header in mine:
            if any(line.strip() for line in header.prose):
                out += [".SH " + ("DESCRIPTION" if header is mine[0] else escape(header.name.upper()))] + prose(header.prose)
        for title, pages in (("FUNCTIONS", [page for header in mine for page in header.names()]),
                             ("TYPES", [self.page_of(page) for header in mine for page, *_ in header.types])):
            if pages:
                out += [f".SH {title}", ".nh", ".ad l"]
                out += [f".BR {escape(page)} (3){',' if i < len(pages) - 1 else ''}" for i, page in enumerate(pages)]
                out += [".ad b", ".hy"]
        others = [page for page in OVERVIEWS[self.folder] if page != name] if name == "libxk" else ["libxk"]
        others += [page for page in ALSO.get(name, []) if page not in others]
        return out + see_also([(page, 7) for page in others])

    def pages(self):
        for header in self.headers:
            for name, comment, declaration in header.functions + header.inits:
                yield f"{name}.3", self.function(header, name, comment, declaration)
            for name, kind, comment, body in header.types:
                yield f"{self.page_of(name)}.3", self.type(header, name, kind, comment, body)
        for name in OVERVIEWS[self.folder]:
            yield f"{name}.7", self.overview(name)


def main():
    include, output, version, library, folder = sys.argv[1:]
    paths = sorted((pathlib.Path(include) / folder).glob("*.h"))
    headers = [Header(path.name, path.read_text(encoding="utf-8")) for path in paths]
    for name, lines in Manual(folder, headers, version, library).pages():
        place = pathlib.Path(output) / f"man{name[-1]}"
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
