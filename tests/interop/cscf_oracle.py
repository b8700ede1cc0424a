# SPDX-License-Identifier: BSD-2-Clause
"""What must come of the calls of tests/vectors/cscf, worked out a second time, from the SIP messages and the RFCs, for
any one message lost: compared with the table that the collector is tested against. It shares no code with the library.

    cscf_oracle.py FOLDER

Offer and answer: RFC 3261 13.2.1, 3262 5, 3311 5, 6337; MIKEY-TICKET: RFC 6043 5.1, 5.2, 6."""
import base64
import pathlib
import re
import struct
import sys

TARGET = "sip:bob@example.com"
PROXY = 25060  # port of the proxy, whose own messages are trusted
INIT, RESP = 14, 15
COMPACT = {"i": "call-id", "f": "from", "t": "to", "c": "content-type", "m": "contact", "l": "content-length", "v": "via"}


def packets(path):
    """The SIP messages of a file: octets, and whether the proxy sent them."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        if path.suffix == ".hep3":
            size = struct.unpack_from("!I", data, at)[0]
            at += 4
        else:
            size = struct.unpack_from("!H", data, at + 4)[0]
        packet, at, chunk = data[at : at + size], at + size, 6
        assert packet[:4] == b"HEP3"
        port = text = None
        while chunk < len(packet):
            _, kind, length = struct.unpack_from("!HHH", packet, chunk)
            value = packet[chunk + 6 : chunk + length]
            port = struct.unpack("!H", value)[0] if kind == 7 else port
            text = value if kind == 15 else text
            chunk += length
        yield text.decode(), port == PROXY


class Mikey:
    """The parts of a message that decide: its type, bundle, flags and names."""

    def __init__(self, octets):
        self.octets = octets
        self.type, kind, flags = octets[1], octets[2], octets[3]
        self.answer_due = bool(flags & 0x80)
        self.csb = octets[4:8]
        self.names, self.has_ticket = {}, False
        at = 10
        for _ in range(octets[8] if octets[9] == 2 else 0):
            at += 3 + octets[at + 2]
            at += 2 + self.word(octets, at)
            at += 1 + octets[at]
        self.walk(octets, kind, at)

    @staticmethod
    def word(octets, at):
        return int.from_bytes(octets[at : at + 2], "big")

    def walk(self, octets, kind, at):
        """A chain of payloads; names that stand further out come first."""
        while kind:
            following, body = octets[at], at + 1
            if kind == 5:  # T
                size = 1 + (8 if octets[body] < 2 else 4)
            elif kind == 13:  # TR
                size = 2 + (8 if octets[body + 1] < 2 else 4)
            elif kind == 11:  # RAND
                size = 1 + octets[body]
            elif kind == 15:  # RANDR
                size = 2 + octets[body + 1]
            elif kind == 14:  # IDR
                length = self.word(octets, body + 2)
                self.names.setdefault(octets[body], octets[body + 4 : body + 4 + length].decode())
                size = 4 + length
            elif kind == 10:  # SP
                size = 4 + self.word(octets, body + 2)
            elif kind == 1:  # KEMAC
                size = 3 + self.word(octets, body + 1)
                size += 1 + {0: 0, 1: 20, 2: 32}[octets[body + size]]
            elif kind == 9:  # V
                size = 1 + {0: 0, 1: 20, 2: 32}[octets[body]]
            elif kind == 17:  # TICKET
                size = self.take_ticket(octets, at) - 1
            else:
                raise AssertionError(kind)
            kind, at = following, body + size

    def take_ticket(self, octets, at):
        self.has_ticket = True
        self.resp_due = bool(octets[at + 6] & 0x40)  # the F flag
        policy = self.word(octets, at + 8)
        end = at + 10 + policy
        first = octets[at + 10]
        # IDRr in the policy is who may answer, not who did.
        inside = Mikey.__new__(Mikey)
        inside.names = {}
        inside.walk(octets[: end], first, at + 11)
        if 1 in inside.names:
            self.names.setdefault(1, inside.names[1])
        end += 2 + self.word(octets, end)
        end += 2 + self.word(octets, end)
        return end - at


class Message:
    def __init__(self, number, text, trusted):
        self.number, self.trusted = number, trusted
        head, _, body = text.partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        self.headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            name = COMPACT.get(name.strip().lower(), name.strip().lower())
            self.headers.setdefault(name, []).append(value.strip())
        self.status = int(start.split()[1]) if start.startswith("SIP/") else 0
        self.request_uri = "" if self.status else start.split()[1]
        cseq, self.method = self.first("cseq").split()
        self.cseq = int(cseq)
        self.call = self.first("call-id")
        self.from_tag, self.to_tag = (self.tag(n) for n in ("from", "to"))
        self.rseq, self.rack = self.first("rseq"), self.first("rack")
        found = re.search(r"a=key-mgmt:mikey (\S+)", body)
        self.mikey = Mikey(base64.b64decode(found.group(1))) if found else None
        self.has_sdp = "m=" in body
        self.sender, self.peer = (self.to_tag, self.from_tag) if self.status else (self.from_tag, self.to_tag)
        self.identity = (self.call, self.from_tag, self.to_tag, self.cseq, self.method, start.split()[0] if not self.status
                         else self.status, self.rseq, self.rack, self.mikey.octets if self.mikey else None)
        self.label = f"{number}:{self.status or ''}{self.method}{'+' if self.mikey else ''}"

    def first(self, name):
        return self.headers.get(name, [""])[0]

    def tag(self, name):
        found = re.search(r";\s*tag=([^;>\s]+)", self.first(name))
        return found.group(1) if found else ""

    def uris(self, name):
        for value in self.headers.get(name, []):
            for one in value.split(","):
                found = re.search(r"<([^>]*)>|^\s*([a-z]+:[^;>\s]*)", one)
                if found:
                    yield found.group(1) or found.group(2)

    def dialog(self):
        return frozenset((self.from_tag, self.to_tag))


def answers(offer, found):
    """Is this where the answer to that offer stands?"""
    if not offer.status:
        same = found.status and found.method == offer.method
        right = 100 < found.status < 300 if offer.method == "INVITE" else 200 <= found.status < 300
        return same and right and found.from_tag == offer.from_tag and found.cseq == offer.cseq
    if offer.rseq:
        return found.method == "PRACK" and not found.status and found.rack.split()[:2] == [offer.rseq, str(offer.cseq)]
    return (found.method == "ACK" and offer.status >= 200 and found.dialog() == offer.dialog() and
            found.cseq == offer.cseq)


class Call:
    def __init__(self, messages, label_of):
        self.messages, self.label_of = messages, label_of
        self.offers = [m for m in messages if m.mikey and m.mikey.type == INIT]
        self.resps = [m for m in messages if m.mikey and m.mikey.type == RESP]

    def answered(self, dialog):
        """A 2xx was sent: seen, or known from what only comes after one (RFC 3261 13.2.2.4, 14, 15)."""
        own = [m for m in self.messages if m.to_tag and m.dialog() == dialog]
        opener = {m.from_tag for m in self.messages if m.method == "INVITE" and not m.status and not m.to_tag}
        ack = any(m.method == "ACK" and not any(300 <= f.status and f.to_tag == m.to_tag and f.cseq == m.cseq
                                                for f in self.messages) for m in own)
        bye = [m for m in own if m.method == "BYE" and not m.status]
        return (any(m.method == "INVITE" and 200 <= m.status < 300 for m in own) or
                any(m.method == "INVITE" and not m.status for m in own) or
                any(m.method == "ACK" and m.has_sdp for m in own) or (ack and bool(bye)) or
                (bool(opener) and any(m.from_tag not in opener for m in bye)))

    def is_update(self, offer):
        return not offer.mikey.has_ticket or (bool(offer.to_tag) and not offer.status and any(
            o.mikey.csb == offer.mikey.csb and o.mikey.has_ticket and not o.to_tag for o in self.offers))

    def ranked(self, offer, dialog):
        """The RESPs of an offer in a dialog: the one that counts first, each octets once (RFC 6337 3.1.1)."""
        def order(m):
            kind = 0 if m.rseq and m.status < 200 else 1 if not m.status or m.status >= 200 else 2
            return kind, int(m.rseq or 0), m.number
        found = [r for r in self.resps if r.dialog() == dialog and answers(offer, r) and
                 (offer.status or r.sender != offer.sender)]
        out = []
        for r in sorted(found, key=order):
            if r.mikey.octets not in [o.mikey.octets for o in out]:
                out.append(r)
        return out

    def target(self, exchange, dialog):
        """Where bob is, the surest place first; his role; None when the call does not show him."""
        initiator = exchange[0].mikey.names.get(1)
        responder = next((m.mikey.names.get(2) for m in exchange if m.mikey.type == RESP), None)
        if initiator == TARGET:
            return "initiator mikey"
        if responder == TARGET:
            return "responder mikey"
        sender = exchange[0].sender
        side = lambda tag: "initiator" if tag == sender else "responder"
        for m in self.messages:
            if m.trusted and m.dialog() <= dialog | {""} and TARGET in m.uris("p-asserted-identity"):
                return f"{side(m.sender)} asserted"
        if any(m.request_uri == TARGET for m in self.messages if m.method == "INVITE" and not m.status):
            return "none request-uri"
        if any(TARGET in m.uris("to") for m in self.messages):
            return "none to"
        return None

    def text(self, kind, exchange, dialog):
        where = self.target(exchange, dialog)
        labels = " ".join(self.label_of(m.mikey.octets) for m in exchange)
        return [f"{kind} {labels} for {TARGET} {where}"] if where else []

    def of_dialog(self, dialog):
        offers = [o for o in self.offers if not o.to_tag or o.dialog() == dialog]
        bases = [o for o in offers if not self.is_update(o)]
        out, claimed, base_of = [], set(), {}
        for offer in bases:
            resps = self.ranked(offer, dialog)
            claimed.update(r.number for r in self.resps if answers(offer, r))
            if not resps and offer.mikey.resp_due:
                out.append(f"no-answer of {offer.label}")
                continue
            base_of[offer.mikey.csb] = [offer] + resps[:1]
            out += self.text("base", [offer] + resps[:1], dialog)
            for other in resps[1:]:
                out += self.text("contradicting base", [offer, other], dialog)
        for offer in offers:
            if not self.is_update(offer):
                continue
            resps = self.ranked(offer, dialog)
            claimed.update(r.number for r in self.resps if answers(offer, r))
            if offer.mikey.csb not in base_of:
                out.append(f"no-base of {offer.label}")
            elif not resps and offer.mikey.answer_due:
                out.append(f"no-answer of {offer.label}")
            else:
                out += self.text("update", base_of[offer.mikey.csb] + [offer] + resps[:1], dialog)
        return out + self.unclaimed(dialog, claimed)

    def unclaimed(self, dialog, claimed):
        """RESPs whose offer is lost: of each transaction the one that counts."""
        best = {}
        for r in self.resps:
            if r.dialog() == dialog and r.number not in claimed:
                rank = (0 if r.rseq and r.status < 200 else 1 if not r.status or r.status >= 200 else 2, r.number)
                place = (r.from_tag, r.cseq, "INVITE" if r.method == "ACK" else r.method)
                best[place] = min(best.get(place, (rank, r)), (rank, r), key=lambda pair: pair[0])
        return [f"no-offer of {r.label}" for _, r in best.values()]

    def outcomes(self):
        dialogs = {m.dialog() for m in self.messages if m.to_tag}
        answered = [d for d in dialogs if self.answered(d)]
        out = [text for d in answered for text in self.of_dialog(d)]
        if not answered:
            for offer in self.offers:
                if not any(m.status >= 300 and m.method == offer.method and m.cseq == offer.cseq for m in self.messages):
                    due = any(answers(offer, r) for r in self.resps)
                    out.append(f"{'no-final' if due else 'no-answer'} of {offer.label}")
        return out


def outcomes(messages, everything):
    first = {}
    for m in everything:
        if m.mikey:
            first.setdefault(m.mikey.octets, m.label)
    # Copies of one message are one, under the first one's number, with all that any of them shows.
    calls = {}
    for m in messages:
        calls.setdefault(m.call, []).append(m)
    out = []
    for call in calls.values():
        known = {}
        for m in call:
            known.setdefault(m.identity, m)
        judged = Call(call, first.get)
        judged.offers = [m for m in known.values() if m.mikey and m.mikey.type == INIT]
        judged.resps = [m for m in known.values() if m.mikey and m.mikey.type == RESP]
        out += judged.outcomes()
    return "; ".join(sorted(out))


def main():
    folder = pathlib.Path(sys.argv[1])
    table, used = {}, set()
    for line in (folder / "outcomes.txt").read_text().splitlines():
        if line and line[0] != "#":
            key, _, text = line.partition(" |")
            table[key] = text.strip()
    count = wrong = 0
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".hep3", ".stream")):
        everything = [Message(i, *packet) for i, packet in enumerate(packets(path))]
        numbers = {}
        for m in everything:
            m.same = numbers.setdefault(m.identity, m.number)
            m.label = f"{m.same}:" + m.label.split(":", 1)[1]
        cases = [("nothing", everything)]
        for m in everything:
            if m.same == m.number:
                cases.append((m.label, [o for o in everything if o.same != m.number]))
            if sum(o.same == m.same for o in everything) > 1:
                cases.append((f"copy-{m.number}", [o for o in everything if o is not m]))
        for lost, messages in cases:
            key = f"{path.name} {lost}"
            if key not in table and lost.startswith("copy-"):
                key = f"{path.name} nothing"
            used.add(key)
            want, got = table.get(key), outcomes(messages, everything)
            count += 1
            if want != got:
                wrong += 1
                print(f"{path.name} without {lost}\n  oracle  {got}\n  table   {want}")
    for key in sorted(set(table) - used):
        wrong += 1
        print(f"{key}: no such message")
    print(f"{count} cases of {len(table)} rows, {wrong} differences")
    sys.exit(1 if wrong or count < 200 else 0)


main()
