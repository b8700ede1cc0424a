# SPDX-License-Identifier: BSD-2-Clause
"""xk-inspect on what engines have saved, the states of tests/fuzz/corpus: every record is told, LIIDs and identities are
masked unless they are asked for, and what comes behind a damaged record is read."""
import pathlib
import re
import sys

from inspected import run, shows

CORPUS = pathlib.Path(sys.argv[2], "fuzz/corpus")
NAMES = (b"LI-1", b"LI-2", b"target@example.org", b"corr0001")
KINDS = r"^ *(\d+)  (submitted|decided|ended|snapshot-begin|snapshot-end|begin|context|record|lemf|end|reserved|delivered)"


def requester(name):
    return (CORPUS / "snapshot" / name).read_bytes()[1:]  # behind an octet of the corpus's own


def counters(name):
    return (CORPUS / "counters" / name).read_bytes()


def records(text):
    return [(int(place), kind) for place, kind in re.findall(KINDS, text, re.M)]


def holds_name(text):
    """A name as text, or in the hexadecimal of a dump."""
    rows = "".join(re.findall(r"^ *\d+  ((?:[0-9a-f*]{2} )+)", text, re.M)).replace(" ", "")
    return any(name.decode() in text or name.hex() in rows for name in NAMES)


def check_masks(inputs):
    for name, octets in inputs.items():
        for options in ([], ["--dump"], ["--dump", "--show-keys"]):
            text = shows(octets, "LIID: 4 octets, masked", options=options)
            assert not holds_name(text), (name, options)
        text = shows(octets, 'LIID: "LI-1"', options=["--show-identities", "--dump", "--show-keys"])
        assert holds_name(text) and "masked" not in text, name
        dump = re.findall(r"^ *\d+  ((?:[0-9a-f]{2} )+)", text, re.M)
        assert octets.hex() in "".join(dump).replace(" ", ""), name


def check_journal():
    journal, snapshot = requester("journal-decided"), requester("snapshot-decided")
    text = shows(snapshot, "    requests: 2", "    decisions: 2", '    KMS: "kms1", asked', '    KMS: "kms2"\n',
                 "    Crypto Sessions: 1 2", "    outcome: failure", "    cause: timer-expired", "    time left: 0 ms",
                 "    warrant: keys go to LEMF 0", '      operator identifier: "12345"', "      identities: 1, masked",
                 "epoch 1000, time 3600000 ms  [xk/journal_read.h]")
    assert [kind for _, kind in records(text)] == ["snapshot-begin", "submitted", "submitted", "decided", "decided",
                                                   "snapshot-end"], text
    ids = [set(re.findall(f"{name} id: ([0-9a-f]{{32}})", text)) for name in ("transaction", "outcome")]
    assert [len(one) for one in ids] == [2, 2] and text.count(" id: ") == 8
    text = shows(snapshot, '        sip-uri: "sip:target@example.org"', 'correlation number: "corr0001"',
                 'Public KMS Identity of the target: "sip:target@example.org"', options=["--show-identities"])
    assert text.count("get_keys: 6 fields") == 2
    text = shows(journal)
    assert [kind for _, kind in records(text)] == ["submitted", "submitted", "decided", "decided"], text
    both = shows(snapshot + journal)
    assert records(both) == records(shows(snapshot)) + [(at + len(snapshot), kind) for at, kind in records(text)]
    for name in ("journal-shared", "snapshot-shared", "journal-decided-shared", "snapshot-decided-shared", "snapshot"):
        assert "submitted" in shows(requester(name)), name
    text = shows(snapshot, options=["--dump"])
    decided = [at for at, kind in records(text) if kind == "decided"][0]
    row = [line for line in text.split("\n") if line.startswith(f"{decided // 16 * 16 + 16:6}  ")][0]
    assert row.endswith("  " + "*" * 16), row  # of a decision nothing, so that nobody tries keys against it


def check_counters():
    text = shows(counters("snapshot"), "earlier numbers: not known", "next number: 2", "counts: IRI", "number: 1",
                 "state: RESERVED", "time: 2027-01-15 08:00:00.000005 UTC", "cookie: 05000000000000000000000000000000",
                 "LEMF: 0, is owed a cINReset", "contexts: 4, records: 5, LEMFs: 1", "communicationIdentifier: 9 octets")
    kinds = [kind for _, kind in records(text)]
    assert kinds == ["begin"] + ["context"] * 4 + ["record"] * 5 + ["lemf", "end"], kinds
    shows(counters("snapshot"), "communicationIdentifier: a00780053132333435", options=["--show-identities"])
    kinds = [kind for _, kind in records(shows(counters("journal")))]
    assert kinds == ["begin", "end", "lemf"] + ["reserved"] * 5, kinds


def check_damage(inputs):
    """Each record in turn: told at its place, the others read all the same."""
    for name, octets in inputs.items():
        whole = records(shows(octets))
        for i, (start, _) in enumerate(whole):
            end = whole[i + 1][0] if i + 1 < len(whole) else len(octets)
            spoiled = bytearray(octets)
            spoiled[(start + end) // 2] ^= 1
            got, text, _ = run(["--dump", "-"], bytes(spoiled))
            assert got == 1 and f"INVALID at octet {start}, record: XK_E_SNAPSHOT, " in text, (name, start, text)
            assert records(text) == whole[:i] + whole[i + 1:], (name, start)
            assert (f"{end - start} octets stepped over" in text) == (end < len(octets)), (name, start)
            assert not holds_name(text) and "no dump" in text, (name, start)
            spoiled[start + 3] += 1
            got, text, _ = run(["-"], bytes(spoiled))
            assert got == 1 and f"INVALID at octet {start}, record: XK_E_SNAPSHOT_VERSION" in text
        starts = [start for start, _ in whole]
        for size in range(1, len(octets), 5):
            got, text, _ = run(["-"], octets[:size]) if size > 2 else (1, "INVALID", "")
            assert got == (0 if size in starts else 1), (name, size)
            assert not holds_name(text)
    for kind in ("journal", "counters"):
        shows(b"", "INVALID at octet 0", options=["--kind", kind], status=1)


def main():
    inputs = {"journal": requester("journal-decided"), "snapshot": requester("snapshot-decided"),
              "counters": counters("snapshot"), "counters' journal": counters("journal")}
    check_masks(inputs)
    check_journal()
    check_counters()
    check_damage(inputs)
    print(f"{len(inputs)} saved states: records told, names masked, damage stepped over")


main()
