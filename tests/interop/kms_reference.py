# SPDX-License-Identifier: BSD-2-Clause
"""Random exchanges of MIKEY-TICKET, made by mikey_ticket.py, asked of the library by the program given as argument: for
the Initiator, for whom answered, for a stranger, and with one octet of a message changed, which must never give a key.

    kms_reference.py PROGRAM [--count N] [--seed N] [--srtp PROGRAM]

With --srtp, each SRTP key of an answer also decrypts what the phones' libsrtp encrypted (srtp_packets.c)."""
import argparse
import random
import subprocess
import sys

import mikey_ticket as mt
from mikey_ticket import GTGK, GTGK_SALT, IDR_I, IDR_R, MPK, TEK, TEK_SALT, TGK, TGK_SALT

ALICE, BOB, IT, CAROL = (f"sip:{n}@example.com".encode() for n in ("alice", "bob", "it", "carol"))
SALTED = (TGK_SALT, TEK_SALT, GTGK_SALT)
# Parameters of an SRTP policy, and what they mean: length of key and salt, cipher.
POLICIES = ((b"", 16, 14, 1), (b"\1\1\x20", 32, 14, 1), (b"\1\1\x18", 24, 14, 1),
            (b"\0\1\1\1\1\x10\4\1\x0e", 16, 14, 1), (b"\0\1\0", 16, 14, 0), (b"\0\1\2", 16, 14, 2),
            (b"\0\1\6", 16, 12, 6), (b"\0\1\6\1\1\x20", 32, 12, 6), (b"\2\1\1\4\1\x0c\x0b\1\x0a", 16, 12, 1),
            (b"\0\1\7\1\1\x20\4\1\x0e", 32, 14, -1))
# How often: a Crypto Session is left, an update is answered, names Crypto Sessions, repeats a RAND.
LEFT, ANSWERED, LISTED, REPEATED = 0.9, 0.8, 0.8, 0.2


def some(r, probability):
    return r.random() < probability


class Exchange:
    """One exchange with its choices; `words` are those of the program's line, `wanted` is what it prints."""

    def __init__(self, r):
        self.r = r
        self.words = {}
        self.spis = set()
        self.garbage = None  # the KEMAC that cannot be read
        self.large = some(r, 0.5)
        self.prf = self.tp_prf = 1 if self.large else 0
        if some(r, 0.1):
            self.prf = 1 - self.prf
            self.words["mixed"] = "1"
        self.mac = 2 if self.large else 1
        self.flags = self.draw_flags()
        self.readings = {w: r.randrange(2) for w in ("vrprf", "resptime", "msgprf", "again", "updid")}
        self.words.update({w: str(v) for w, v in self.readings.items()})
        self.csb = self.octets(4)
        self.rand_i, self.rand_r, self.rand_kms = (self.octets(16 + r.randrange(50)) for _ in range(3))
        self.dialled = r.choice((BOB, BOB, IT))
        self.build_ticket()
        self.build_init()
        self.resp = None
        if "F" in self.flags:
            self.build_resp()
        self.update = some(r, 0.35) and self.garbage is None
        if self.update:
            self.build_update()
        self.sessions = self.answer()

    def octets(self, size):
        return bytes(self.r.randrange(256) for _ in range(size))

    def draw_flags(self):
        r = self.r
        flags = {f for f, p in (("D", 0.8), ("E", 0.5), ("F", 0.8), ("I", 0.5), ("J", 0.3), ("L", 0.4), ("N", 0.8),
                                ("O", 0.8)) if some(r, p)}
        if "I" in flags:
            flags.add("E")
        if "F" in flags:
            flags |= {f for f in "GM" if some(r, 0.4)}
        if "G" not in flags or some(r, 0.5):
            flags.add("H")
        if "D" not in flags:
            flags.add("L")
        elif some(r, 0.3):
            flags.add("K")
        return flags

    def time(self, second):
        kind = self.r.randrange(4)
        whole = self.octets(4)
        base = bytes([0xD1, 0, second, 0])
        return (kind, base + whole) if kind < 2 else (kind, base if kind == 3 else bytes([0, 0, second]) + whole[:1])

    def key(self, source, kinds):
        r = self.r
        kind = r.choice(kinds)
        spi = self.octets(r.randrange(1, 5))
        while spi in self.spis:
            spi = self.octets(4)
        self.spis.add(spi)
        size = r.choice((16, 24, 32)) if kind in (TEK, TEK_SALT) else r.choice((16, 17, 31, 32, 33, 48, 63, 64))
        return {"type": kind, "key": self.octets(size), "salt": self.octets(r.choice((8, 12, 14))) if kind in SALTED
                else None, "spi": spi, "source": source}

    def keys(self, source, least, most):
        return [self.key(source, (TGK, TGK_SALT, TEK, TEK_SALT, GTGK, GTGK_SALT))
                for _ in range(self.r.randrange(least, most + 1))]

    def encryption(self, keys):
        if some(self.r, 0.05):
            return 0
        if self.large:
            return 3
        return 2 if mt.wrappable(keys) and some(self.r, 0.7) else 1

    def kemac(self, protection, time, keys):
        """Now and then one that cannot be read, under a MAC that is right."""
        if keys and keys[0]["source"] > 0 and self.garbage is None and some(self.r, 0.04):
            self.garbage = keys[0]["source"]
            bad = [dict(keys[0], type=9), b"\0", mt.key_data(keys) + b"\0", mt.key_data(keys)[:-1],
                   mt.key_data([dict(keys[0], type=MPK, salt=None)]), self.octets(20)]
            bad = self.r.choice(bad)
            return mt.kemac(protection, 3 if self.large else 1, time, [bad] if isinstance(bad, dict) else bad)
        return mt.kemac(protection, self.encryption(keys), time, keys)

    def build_ticket(self):
        r = self.r
        mpk = self.key(0, (MPK,))
        self.ticket_keys = self.keys(0, 0, 3)
        if some(r, 0.3):
            while not mt.wrappable([mpk] + self.ticket_keys):
                mpk["spi"] += b"\0" if len(mpk["spi"]) < 12 else b""
                mpk["key"] += b"\0" if len(mpk["spi"]) >= 12 else b""
        self.known_i = some(r, 0.8)
        responders = [self.dialled, BOB, CAROL][:3]
        r.shuffle(responders)
        self.has_kms = some(r, 0.5)
        policy = [mt.idr(mt.IDR_KMS, b"sip:kms@example.com")] if self.has_kms else []
        policy += [mt.idr(IDR_I, ALICE)] if self.known_i else []
        policy += [(mt.TR, b"\2\3\xd0\0\0\0"), (mt.TR, b"\3\3\xd2\0\0\0")] if some(r, 0.5) else []
        policy += [mt.idr(mt.IDR_APP, b"urn:app")] if some(r, 0.2) else []
        policy += [mt.idr(IDR_R, identity) for identity in dict.fromkeys(responders)]
        self.ticket = {"prf": self.tp_prf, "flags": self.flags, "policy": policy, "keys": [mpk] + self.ticket_keys,
                       "tpk": self.octets(16 + r.randrange(49)), "rand": self.octets(16 + r.randrange(50)),
                       "time": self.time(0), "header": self.octets(r.randrange(9)), "mac": self.mac,
                       "psk": self.octets(5) if some(r, 0.5) else None}
        self.ticket["encryption"] = self.encryption(self.ticket["keys"])
        self.mpki, self.mpkr = mt.split(self.ticket)
        self.words["tpk"] = self.ticket["tpk"].hex()
        self.init_keys = self.keys(1, 0, 2) if "L" in self.flags else []
        self.resp_keys = self.keys(2, 0, 2) if "M" in self.flags else []

    def draw_sessions(self):
        """Crypto Sessions of the initial exchange, each with the policy that counts and the key that is meant."""
        r = self.r
        keys = self.ticket_keys + self.init_keys + self.resp_keys
        self.policies = {}
        self.crypto = []
        for cs in sorted(r.sample(range(256), r.randrange(1, 5))):
            protocol = 9 if some(r, 0.1) else 0
            number = len(self.policies)
            meaning = r.choice(POLICIES) if protocol == 0 else (b"\0\1\6\1\1\3\4\1\2", 16, 0, -1)
            sp = some(r, 0.9)  # else SRTP's defaults are assumed
            self.policies[number] = (protocol, meaning if sp or protocol else (None, 16, 14, -1), sp)
            where = r.choice(("init", "resp", "both", "none"))
            where = "init" if where in ("resp", "both") and "F" not in self.flags else where
            key = r.choice(keys) if keys else None
            offered = [number] + ([100 + number] if "F" in self.flags and some(r, 0.3) else [])
            offered = [100 + number] if "F" in self.flags and some(r, 0.15) else r.sample(offered, len(offered))
            self.crypto.append({"id": cs, "protocol": protocol, "number": number, "where": where, "key": key,
                                "offered": offered})

    def entry(self, c, message):
        spi = b"\xee\xee" if c["key"] is None and c["where"] != "none" else c["key"]["spi"] if c["key"] else b""
        named = c["where"] == message or c["where"] == "both"
        if message == "init" and c["where"] == "both":
            spi = b"\xdd\xdd\xdd\xdd\xdd"  # the RESP's takes its place
        policies = c["offered"] if message == "init" else [c["number"]]  # the RESP may choose what was not offered
        return {"id": c["id"], "protocol": c["protocol"], "policies": policies, "spi": spi if named else b""}

    def protection(self, kind, own=None):
        function = self.tp_prf if self.readings["msgprf"] else self.prf
        if kind == 1 and own is None:
            return mt.Protection(function, self.mpki, self.csb, 1, self.rand_i, b"")
        key = self.mpkr_forked if "I" in self.flags else self.mpki
        return mt.Protection(function, key, self.csb, own or 2, self.rand_i, self.rand_r if "G" in self.flags else b"")

    def build_init(self):
        r = self.r
        self.draw_sessions()
        named_i, named_r = some(r, 0.7), some(r, 0.7)
        payloads = [mt.timestamp(*self.init_time())] + [mt.randr(1, self.rand_i)]
        payloads += [mt.idr(IDR_I, ALICE)] if named_i else []
        payloads += [mt.idr(IDR_R, self.dialled)] if named_r else []
        if not named_i and not self.known_i:
            self.words["ih"] = ALICE.decode()
        if not named_r and some(r, 0.5):
            self.words["rh"] = r.choice((self.dialled, CAROL)).decode()
        in_init = [n for n, (_, _, sp) in self.policies.items() if sp and (some(r, 0.7) or "F" not in self.flags)]
        self.late = [n for n, (_, _, sp) in self.policies.items() if sp and n not in in_init]
        payloads += [mt.sp(n, self.policies[n][0], self.policies[n][1][0]) for n in in_init]
        payloads.append((mt.TICKET, mt.ticket(self.ticket)))
        protection = self.protection(1)
        if self.init_keys:
            payloads.append(self.kemac(protection, mt.time64(*self.t), self.init_keys))
        vr = mt.Protection(self.prf if self.readings["vrprf"] else self.tp_prf, self.mpkr, mt.FF, 4)
        forked = mt.initiator_data(self.mac, vr) if "I" in self.flags else None
        self.init = mt.message(14, "F" in self.flags, self.prf, self.csb, [self.entry(c, "init") for c in self.crypto],
                               payloads, self.mac, protection, ALICE + self.dialled, forked)

    def init_time(self):
        self.t = self.time(1)
        return self.t

    def build_resp(self):
        r = self.r
        self.mpkr_forked = mt.fork(self.tp_prf, 0x2B288856, self.mpkr, BOB, self.rand_kms)
        self.answered = "I" in self.flags or some(r, 0.6)
        own = self.time(2)
        payloads = [mt.timestamp(*own)] + ([mt.randr(2, self.rand_r)] if "G" in self.flags else [])
        payloads += [mt.idr(IDR_R, BOB)] if self.answered else []
        payloads += [mt.randr(3, self.rand_kms)] if "I" in self.flags else []
        payloads += [mt.sp(n, self.policies[n][0], self.policies[n][1][0]) for n in self.late]
        if self.resp_keys:
            time = own if self.readings["resptime"] else self.t
            payloads.append(self.kemac(self.protection(2), mt.time64(*time), self.resp_keys))
        self.chosen = [c for c in self.crypto if some(r, LEFT)] or self.crypto
        self.resp = mt.message(15, False, self.prf, self.csb, [self.entry(c, "resp") for c in self.chosen], payloads,
                               self.mac, self.protection(2), self.init)

    def build_update(self):
        """Begun by either; its keys by whose flag is set; the Crypto Sessions again, or none but a new key."""
        r = self.r
        by_initiator = some(r, 0.5)
        first, second = ("L", "M") if by_initiator else ("M", "L")
        self.update_keys = [self.keys(3, 0, 2) if first in self.flags else [],
                            self.keys(4, 0, 2) if second in self.flags else []]
        answered = some(r, ANSWERED)
        if not answered:
            self.update_keys[1] = []
        listed = self.crypto if self.resp is None else self.chosen
        self.listed = [c for c in listed if some(r, LEFT)] if some(r, LISTED) else []
        names = some(r, 0.5)
        who = BOB if self.resp and self.answered and not self.readings["updid"] else self.dialled
        who = (BOB if self.resp and self.answered else who) if names else who
        fresh = self.update_keys[0] + self.update_keys[1]
        self.update_spi = {c["id"]: r.choice(("first", "second", "none")) for c in self.listed}
        self.update_key = {c["id"]: r.choice(fresh) if fresh and some(r, 0.8) else c["key"] for c in self.listed}
        own = self.time(3)
        payloads = [mt.timestamp(*own)]
        if some(r, REPEATED):
            payloads.append(mt.randr(1, self.rand_i))  # they may be repeated, the same
        if names:
            payloads += [mt.idr(IDR_I, ALICE), mt.idr(IDR_R, who)]
        labels = (None, None) if self.resp is None else (1, 2) if self.readings["again"] else (2, 2)
        protections = [self.protection(1) if label is None else self.protection(2, label) for label in labels]
        if self.update_keys[0]:
            payloads.append(self.kemac(protections[0], mt.time64(*own), self.update_keys[0]))
        self.uinit = mt.message(14, answered, self.prf, self.csb, self.update_entries("first"), payloads, self.mac,
                                protections[0], ALICE + who)
        self.uresp = None
        if answered:
            later = self.time(4)
            payloads = [mt.timestamp(*later)]
            payloads += [mt.idr(IDR_R, BOB) if by_initiator else mt.idr(IDR_I, ALICE)] if some(r, 0.8) else []
            if self.update_keys[1]:
                time = later if self.readings["resptime"] else own
                payloads.append(self.kemac(protections[1], mt.time64(*time), self.update_keys[1]))
            self.uresp = mt.message(15, False, self.prf, self.csb, self.update_entries("second"), payloads, self.mac,
                                    protections[1], self.uinit)

    def update_entries(self, message):
        entries = []
        for c in self.listed:
            key = self.update_key[c["id"]]
            spi = key["spi"] if key and self.update_spi[c["id"]] == message else b""
            entries.append({"id": c["id"], "protocol": c["protocol"], "policies": [c["number"]], "spi": spi})
        return entries

    def find_key(self, c, in_update):
        """Key by the last SPI; without any, the only key."""
        first = self.ticket_keys + self.init_keys + self.resp_keys
        initial = c["key"] if c["where"] != "none" else first[0] if len(first) == 1 else None
        if not self.update:
            return initial
        fresh = self.update_keys[0] + self.update_keys[1]
        said = self.update_spi.get(c["id"]) if in_update else None
        if said == "first" or (said == "second" and self.uresp):
            if self.update_key[c["id"]]:
                return self.update_key[c["id"]]
        if fresh:
            return fresh[0] if len(fresh) == 1 else None
        return initial

    def derive(self, c, key):
        """Key, salt and cipher of a Crypto Session as the phones have them; None where there can be none."""
        protocol, (_, size, salt_size, cipher), _ = self.policies[c["number"]]
        if key is None:
            return "session-unknown"
        if key["type"] in (TEK, TEK_SALT):
            return f"{key['key'].hex()}/{(key['salt'] or b'').hex()}/{cipher}"
        inkey = key["key"]
        if key["source"] == 0 and key["type"] in (TGK, TGK_SALT) and "I" in self.flags:
            if self.resp is None:
                return "policy"
            inkey = self.fork_tgk(inkey)
        rands = (self.rand_i if "H" in self.flags else b"", self.rand_r if "G" in self.flags else b"")
        tek = mt.prf(self.prf, inkey, mt.label(0x2AD01C64, c["id"], mt.FF, 3, *rands), size)
        salt = key["salt"] if key["salt"] is not None else mt.prf(
            self.prf, inkey, mt.label(0x39A2C14B, c["id"], mt.FF, 3, *rands), salt_size) if salt_size else b""
        return f"{tek.hex()}/{salt.hex()}/{cipher}"

    def answer(self):
        if self.garbage is not None:
            return None
        initial = self.crypto if self.resp is None else self.chosen
        wanted = self.listed if self.update and self.listed else initial
        out = []
        for c in wanted:
            out.append(f"{c['id']}:{self.derive(c, self.find_key(c, self.update and bool(self.listed)))}")
        return " ".join(out)

    def fork_tgk(self, tgk):
        return mt.fork(self.tp_prf, 0x1512B54A, tgk, BOB, self.rand_kms)

    def resolution(self):
        """KEMAC content of the RESOLVE_RESP that the Responder had (RFC 6043 4.2.3.5)."""
        mpk = self.ticket["keys"][0]
        keys = [dict(mpk, key=self.mpki)]
        if "I" in self.flags:
            keys.append(dict(mpk, key=self.mpkr_forked if self.resp else self.octets(len(self.mpkr))))
        for key in self.ticket_keys:
            forked = "I" in self.flags and key["type"] in (TGK, TGK_SALT)
            keys.append(dict(key, key=self.fork_tgk(key["key"])) if forked else key)
        return mt.key_data(keys)

    def messages(self):
        m = {"init": self.init}
        if self.resp:
            m["resp"] = self.resp
        if self.update:
            m["uinit"] = self.uinit
            if self.uresp:
                m["uresp"] = self.uresp
        return m

    def line(self, name, target, messages, more=None):
        words = dict(self.words, target=target.decode(), **{k: v.hex() for k, v in messages.items()})
        words.update(more or {})
        return name + " " + " ".join(f"{k}={v}" for k, v in words.items()) + "\n"

    def questions(self):
        """Lines, and what each must print: a text, or None for anything without a key."""
        r = self.r
        messages = self.messages()
        yield self.line("alice", ALICE, messages), self.sessions or "fail kemac"
        known = self.resp is not None and self.answered
        yield self.line("bob", BOB, messages), (self.sessions or "fail kemac") if known else None
        yield self.line("carol", CAROL, messages), None
        if "mixed" in self.words:
            yield self.line("alone", ALICE, messages, {"mixed": "0"}), "fail algorithm"
        if self.has_kms:
            foreign = {"own": "sip:kms@example.net", "resolved": self.resolution().hex()}
            yield self.line("resolved", ALICE, messages, foreign), self.sessions or "fail kemac"
            yield self.line("referred", ALICE, messages, {"own": "sip:kms@example.net"}), "fail other-kms"
        for target in (ALICE, BOB):
            name = r.choice(list(messages))
            octets = bytearray(messages[name])
            octets[r.randrange(len(octets))] ^= r.randrange(1, 256)
            yield self.line("changed", target, dict(messages, **{name: bytes(octets)})), None


# Cipher and lengths of key and salt that libsrtp has.
SRTP = {(0, 16, 14), (1, 16, 14), (1, 24, 14), (1, 32, 14), (6, 16, 12), (6, 32, 12)}


def carry(program, pairs):
    """Packets from a phone to the LEMF, for each cipher and length."""
    lines, seen = [], set()
    for want, got in pairs:
        for ours, theirs in zip(want.split(), got.split()):
            phone, answer = ours.split(":")[1].split("/"), theirs.split(":")[1].split("/")
            if len(phone) == 3:
                kind = (int(phone[2]), len(phone[0]) // 2, len(phone[1]) // 2)
                if kind in SRTP:
                    seen.add(kind)
                    lines.append(f"{phone[2]} {phone[0]} {phone[1]} {answer[0]} {answer[1]}\n")
    assert seen == SRTP, SRTP - seen
    said = subprocess.run([program], input="".join(lines), stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    assert said.stdout == f"{len(lines)} packets\n", said.stdout
    print(f"{len(lines)} packets carried to a LEMF")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--srtp")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    lines, wanted = [], []
    for number in range(arguments.count):
        for line, want in Exchange(random.Random(f"{arguments.seed}/{number}")).questions():
            lines.append(line)
            wanted.append((number, want))
    answers = subprocess.run([arguments.program], input="".join(lines), stdout=subprocess.PIPE, text=True, check=True,
                             timeout=300).stdout.splitlines()
    assert len(answers) == len(lines), (len(answers), len(lines))
    keys = wrong = 0
    pairs = []
    for (number, want), line, answer in zip(wanted, lines, answers):
        got = " ".join(w for w in answer.split(" # ")[0].split()[1:] if not w.startswith("+"))
        has_key = "/" in got
        keys += has_key
        if has_key and want == got:
            pairs.append((want, got))
        if (want is None and has_key) or (want is not None and got != want):
            wrong += 1
            if wrong <= 3:
                print(f"exchange {number}\n{line[:120]}\nwanted  {want}\nlibrary {answer}")
    print(f"{arguments.count} exchanges, {len(lines)} questions, {keys} answers with keys, {wrong} wrong")
    if arguments.srtp:
        carry(arguments.srtp, pairs)
    sys.exit(1 if wrong or keys < len(lines) // 10 else 0)


if __name__ == "__main__":
    main()
