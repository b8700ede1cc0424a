# SPDX-License-Identifier: BSD-2-Clause
"""Doxygen's filter: a header as it stands, with all that it declares in the group of its station. No line moves.

    group.py HEADER         writes it
    group.py --check HEADER...  has each a group?"""
import pathlib
import re
import sys

GROUPS = {
    "support": "alloc bytes export secret status version xk",
    "messages": "message",
    "sip": "sip sdp uri deviation",
    "x2": "x2 x2_stream",
    "mikey": "mikey mikey_build mikey_ticket",
    "exchange": "exchange relation",
    "warrant": "warrant iri",
    "collector": "collector",
    "requester": "requester requester_callbacks requester_config requester_watch outcome journal journal_read",
    "responder": "responder",
    "hi2": "hi2 hi2_read ps_pdu tri",
    "delivery": "counters counters_read delivery delivery_config delivery_lemf",
}


def group_of(path):
    """Of xk its station; of the other libraries the library itself."""
    if path.parent.name != "xk":
        return path.parent.name
    found = [group for group, names in GROUPS.items() if path.stem in names.split()]
    if len(found) != 1:
        sys.exit(f"{path}: lib/doc/group.py has no one group for it")
    return found[0]


def main():
    if sys.argv[1] == "--check":
        for name in sys.argv[2:]:
            group_of(pathlib.Path(name))
        return
    path = pathlib.Path(sys.argv[1])
    text = path.read_text(encoding="utf-8")
    guard = re.search(r"^#define XK_\w+_H\n(?=\n)", text, re.M)
    if guard:
        start = guard.end()
        text = f"{text[:start]}/** @addtogroup {group_of(path)} */ /** @{{ */{text[start:]}"
        text += "/** @} */\n"
    sys.stdout.write(text)


main()
