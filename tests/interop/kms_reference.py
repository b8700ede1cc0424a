# SPDX-License-Identifier: BSD-2-Clause
"""A second computation of RFC 6043's key derivation, from the RFC's text and with Python's hmac only: it shares no code
with the library. Checks the program given as argument on random cases: both PRFs, forking on and off, several Crypto
Sessions, key lengths around the 256-bit block edge."""
import hashlib
import hmac
import random
import struct
import subprocess
import sys

FF = b"\xff\xff\xff\xff"


def prf(function, key, label, size):
    digest = hashlib.sha1 if function == 0 else hashlib.sha256
    step = digest().digest_size
    out = bytes(size)
    for at in range(0, len(key), 32):
        block = key[at:at + 32]
        stream, a = b"", label
        while len(stream) < size:
            a = hmac.new(block, a, digest).digest()
            stream += hmac.new(block, a + label, digest).digest()
        assert len(stream) < size + step
        out = bytes(x ^ y for x, y in zip(out, stream))
    return out


def label(constant, cs, csb, kind, *rands):
    return struct.pack("!IB", constant, cs) + csb + bytes([kind]) + b"".join(bytes([len(r)]) + r for r in rands)


def fork(function, constant, key, identity, rand):
    text = struct.pack("!IB", constant, 0xFF) + FF + b"\0" + struct.pack("!H", len(identity)) + identity
    return prf(function, key, text + bytes([len(rand)]) + rand, len(key))


def keys(case):
    """MPKi, MPKr, and TEK and salt of each Crypto Session."""
    split = {c: prf(case["tp_prf"], case["mpk"], label(c, 0xFF, FF, 6, case["rand"]), len(case["mpk"]))
             for c in (0x220E99A2, 0x1F4D675B)}
    tgk = case["tgk"]
    if case["forking"]:
        tgk = fork(case["tp_prf"], 0x1512B54A, tgk, case["responder"].encode(), case["rand_kms"])
    out = [split[0x220E99A2], split[0x1F4D675B]]
    for cs in case["sessions"]:
        rands = (case["rand_i"] if case["h"] else b"", case["rand_r"] if case["g"] else b"")
        out.append(prf(case["hdr_prf"], tgk, label(0x2AD01C64, cs, FF, 3, *rands), 16))
        out.append(prf(case["hdr_prf"], tgk, label(0x39A2C14B, cs, FF, 3, *rands), 14))
    return out


def octets(source, size):
    return bytes(source.randrange(256) for _ in range(size))


def main():
    source = random.Random(6043)
    cases = []
    for number in range(200):
        g = source.randrange(2) == 1
        forking = source.randrange(2) == 1
        cases.append({
            "tp_prf": source.randrange(2), "hdr_prf": source.randrange(2), "forking": forking,
            "g": g, "h": not g or source.randrange(2) == 1,
            "mpk": octets(source, source.choice((16, 31, 32, 33, 48, 63, 64))),
            "tgk": octets(source, source.choice((16, 31, 32, 33, 48, 63, 64))),
            "rand": octets(source, 16), "rand_i": octets(source, 16 + source.randrange(17)),
            "rand_r": octets(source, 16), "rand_kms": octets(source, 64),
            "responder": f"sip:user{number}@example.com",
            "sessions": sorted(source.sample(range(256), 1 + source.randrange(5))),
        })
    text = "".join(" ".join([
        str(c["tp_prf"]), str(c["hdr_prf"]), str(int(c["forking"])), str(int(c["g"])), str(int(c["h"])),
        c["mpk"].hex(), c["tgk"].hex(), c["rand"].hex(), c["rand_i"].hex(), c["rand_r"].hex(), c["rand_kms"].hex(),
        c["responder"], ",".join(map(str, c["sessions"]))]) + "\n" for c in cases)
    answers = subprocess.run([sys.argv[1]], input=text, stdout=subprocess.PIPE, text=True, check=True,
                             timeout=60).stdout.splitlines()
    assert len(answers) == len(cases), (len(answers), len(cases))
    for case, answer in zip(cases, answers):
        wanted = " ".join(key.hex() for key in keys(case))
        assert answer == wanted, f"{case}\nlibrary {answer}\nhere    {wanted}"
    print(f"{len(cases)} cases: tickets opened, MACs right, keys as computed here")


main()
