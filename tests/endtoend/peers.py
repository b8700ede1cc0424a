# SPDX-License-Identifier: BSD-2-Clause
"""xk-kms knows who asks by the authenticated name: whoever comes back on a new connection has his answer at once, and
several connections of one name get what each of them asked; another name gets nothing of it.

    peers.py PROGRAMS"""
import os
import sys

import kms_client as kc

CONFLICT = 17


def hear(stream):
    answer, _ = kc.decode(kc.hear(stream))
    return answer[2], kc.keys(answer)


def main():
    calls = [kc.exchange(n, forked=n == 1, fits=lambda e: e.ticket["tpk"] and not e.update) for n in range(2)]
    e = calls[0]
    with kc.Kms(sys.argv[1], lambda folder: [], e.ticket["tpk"], peers=("df2", "df2-b")) as kms:
        # After a reconnect: the stored answer, to the octet.
        first = kms.connect()
        ident = os.urandom(16)
        kc.say(first, kc.get_keys(e, ident))
        answer = kc.hear(first)
        assert kc.keys(kc.decode(answer)[0]) == kc.wanted(e), answer
        first.close()
        again = kms.connect()
        kc.say(again, kc.get_keys(e, ident))
        assert kc.hear(again) == answer, "after a reconnect it is another answer"

        # While the first connection is open still, as the KMS sees it; and asked on both, answered on both.
        second = kms.connect()
        kc.say(second, kc.get_keys(e, ident))
        assert kc.hear(second) == answer

        # Two engines under one name, their questions mixed: each has its own answers, in the order of its questions.
        idents = [[os.urandom(16) for _ in range(40)] for _ in range(2)]
        for pair in zip(*idents):
            for stream, one in zip((again, second), pair):
                kc.say(stream, kc.get_keys(e, one))
        for stream, own in zip((again, second), idents):
            got = [hear(stream) for _ in own]
            assert [ident for ident, _ in got] == own, "another connection's answer"
            assert all(keys == kc.wanted(e) for _, keys in got)

        # Another name is another peer, whatever it knows.
        other = kms.connect("df2-b")
        assert kc.ask(other, e, ident) == CONFLICT
        assert kc.ask(other, e) == kc.wanted(e)
        log = (kms.folder / "errors").read_text()
        assert log.count("(peer)") == 1, log


main()
