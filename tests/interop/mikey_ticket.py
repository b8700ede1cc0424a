# SPDX-License-Identifier: BSD-2-Clause
"""MIKEY-TICKET a second time, from the text of RFC 6043 and RFC 3830 and with Python's hmac and a foreign AES: key
derivation, tickets and messages as a KMS and two phones would make them. It shares no code with the library."""
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FF = b"\xff\xff\xff\xff"
TGK, TGK_SALT, TEK, TEK_SALT, GTGK, GTGK_SALT, MPK = range(7)
KEMAC, T, V, SP, RANDR, IDR, TR, TICKET = 1, 5, 9, 10, 15, 14, 13, 17
IDR_I, IDR_R, IDR_KMS, IDR_PSK, IDR_APP = 1, 2, 3, 4, 5


def prf(function, key, label_octets, size):
    """P(s, label, m) of RFC 3830 4.1.2, over blocks of 256 bits of the key."""
    digest = hashlib.sha1 if function == 0 else hashlib.sha256
    out = bytes(size)
    for at in range(0, len(key), 32):
        block = key[at:at + 32]
        stream, a = b"", label_octets
        while len(stream) < size:
            a = hmac.new(block, a, digest).digest()
            stream += hmac.new(block, a + label_octets, digest).digest()
        out = bytes(x ^ y for x, y in zip(out, stream))
    return out


def label(constant, cs, csb, kind, *rands):
    return struct.pack("!IB", constant, cs) + csb + bytes([kind]) + b"".join(bytes([len(r)]) + r for r in rands)


def fork(function, constant, key, identity, rand):
    text = struct.pack("!IB", constant, 0xFF) + FF + b"\0" + struct.pack("!H", len(identity)) + identity
    return prf(function, key, text + bytes([len(rand)]) + rand, len(key))


def aes_cm(key, iv, data):
    """AES in counter mode: its own inverse."""
    cipher = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return cipher.update(data) + cipher.finalize()


def aes_wrap(key, iv, data):
    """RFC 3394 2.2.1, with an IV of 64 bits of our own."""
    ecb = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    a, blocks = iv, [data[i:i + 8] for i in range(0, len(data), 8)]
    for round_ in range(6):
        for i, block in enumerate(blocks):
            out = ecb.update(a + block)
            count = len(blocks) * round_ + i + 1
            a = bytes(x ^ y for x, y in zip(out[:8], struct.pack("!Q", count)))
            blocks[i] = out[8:]
    return a + b"".join(blocks)


class Protection:
    """What protects a message or a ticket: PRF, key and the rest of the label."""

    def __init__(self, function, key, csb, kind, *rands):
        self.function, self.key, self.csb, self.kind, self.rands = function, key, csb, kind, rands

    def derive(self, constant, size):
        return prf(self.function, self.key, label(constant, 0xFF, self.csb, self.kind, *self.rands), size)

    def encrypt(self, encryption, time, data):
        encr_key = self.derive(0x150533E1, 32 if encryption == 3 else 16)
        if encryption == 0:
            return data
        if encryption == 2:
            return aes_wrap(encr_key, self.derive(0x29B88916, 8), data)
        salt = int.from_bytes(self.derive(0x29B88916, 14), "big")
        counter = int.from_bytes(b"\0\0" + self.csb + time, "big")
        return aes_cm(encr_key, (salt ^ counter).to_bytes(14, "big") + b"\0\0", data)

    def mac(self, algorithm, data):
        digest = hashlib.sha1 if algorithm == 1 else hashlib.sha256
        return hmac.new(self.derive(0x2D22AC75, 20 if algorithm == 1 else 32), data, digest).digest()


def payload(kind, body):
    """Its type, and its octets behind the next-payload octet."""
    return kind, body


def chain(payloads, last=0):
    """Payloads one behind the other: (type of the first, octets)."""
    out = b""
    for i, (_, body) in enumerate(payloads):
        out += bytes([payloads[i + 1][0] if i + 1 < len(payloads) else last]) + body
    return (payloads[0][0] if payloads else last), out


def idr(role, identity, kind=1):
    return payload(IDR, struct.pack("!BBH", role, kind, len(identity)) + identity)


def randr(role, rand):
    return payload(RANDR, bytes([role, len(rand)]) + rand)


def timestamp(kind, value):
    return payload(T, bytes([kind]) + value)


def time64(kind, value):
    return value if kind in (0, 1) else b"\0\0\0\0" + value if kind == 2 else value + b"\0\0\0\0"


def sp(number, protocol, parameters):
    return payload(SP, struct.pack("!BBH", number, protocol, len(parameters)) + parameters)


def key_data(keys):
    """Keys: dictionaries of type, key, salt (or None) and spi (or None)."""
    out = b""
    for i, k in enumerate(keys):
        out += bytes([20 if i + 1 < len(keys) else 0, k["type"] << 4 | (1 if k["spi"] is not None else 0)])
        out += struct.pack("!H", len(k["key"])) + k["key"]
        if k["salt"] is not None:
            out += struct.pack("!H", len(k["salt"])) + k["salt"]
        if k["spi"] is not None:
            out += bytes([len(k["spi"])]) + k["spi"]
    return out


def kemac(protection, encryption, time, keys):
    sealed = protection.encrypt(encryption, time, keys if isinstance(keys, bytes) else key_data(keys))
    return payload(KEMAC, struct.pack("!BH", encryption, len(sealed)) + sealed + b"\0")


def wrappable(keys):
    """AES key wrap takes whole blocks of 64 bits, at least two."""
    return len(key_data(keys)) % 8 == 0 and len(key_data(keys)) >= 16


FLAG_BITS = {"D": (5, 0x01), "E": (6, 0x80), "F": (6, 0x40), "G": (6, 0x20), "H": (6, 0x10), "I": (6, 0x08),
             "J": (6, 0x04), "K": (6, 0x02), "L": (6, 0x01), "M": (7, 0x80), "N": (7, 0x40), "O": (7, 0x20)}


def ticket(t):
    """A TICKET's octets behind its next-payload octet, without Initiator Data and its length."""
    head = bytearray(8)  # as on the wire, the next-payload octet first
    head[1:5] = struct.pack("!HBB", 1, 1, 1)
    head[5] = t["prf"] << 1
    for flag in t["flags"]:
        at, bit = FLAG_BITS[flag]
        head[at] |= bit
    first, policy = chain(t["policy"])
    policy = bytes([first]) + policy
    protection = Protection(t["prf"], t["tpk"], FF, 5, t["rand"])
    body = [timestamp(t["time"][0], t["time"][1]), payload(11, bytes([len(t["rand"])]) + t["rand"]),
            kemac(protection, t["encryption"], time64(*t["time"]), t["keys"])]
    if t.get("psk"):
        body.append(idr(IDR_PSK, t["psk"], 2))
    body.append(payload(V, bytes([t["mac"]])))
    first, octets = chain(body)
    data = bytes([first]) + struct.pack("!H", len(t["header"])) + t["header"] + octets
    mac_size = 20 if t["mac"] == 1 else 32
    front = bytes(head[1:]) + struct.pack("!H", len(policy)) + policy + struct.pack("!H", len(data) + mac_size) + data
    return front + protection.mac(t["mac"], front)


def split(t):
    """MPKi and MPKr of a ticket."""
    mpk = t["keys"][0]["key"]
    return tuple(prf(t["prf"], mpk, label(c, 0xFF, FF, 6, t["rand"]), len(mpk)) for c in (0x220E99A2, 0x1F4D675B))


def crypto_map(sessions):
    out = b""
    for s in sessions:
        data = s.get("data", b"\1\2\3\4")
        out += bytes([s["id"], s["protocol"], len(s["policies"])]) + bytes(s["policies"])
        out += struct.pack("!H", len(data)) + data + bytes([len(s["spi"])]) + s["spi"]
    return out


def header(data_type, first, v_flag, function, csb, sessions):
    front = struct.pack("!BBBB", 1, data_type, first, (0x80 if v_flag else 0) | function)
    return front + csb + bytes([len(sessions), 2 if sessions else 1]) + crypto_map(sessions)


def message(data_type, v_flag, function, csb, sessions, payloads, mac_algorithm, protection, behind, initiator=None):
    """A whole message. `behind` is what its MAC covers behind it; `initiator` makes Initiator Data from V's MAC. In
    `payloads` a TICKET is given without Initiator Data."""
    size = 20 if mac_algorithm == 1 else 32
    first, octets = chain(payloads + [payload(V, bytes([mac_algorithm]))])
    plain = header(data_type, first, v_flag, function, csb, sessions) + octets
    mac = protection.mac(mac_algorithm, plain + behind)
    assert len(mac) == size
    if not any(kind == TICKET for kind, _ in payloads):
        return plain + mac
    data = initiator(mac) if initiator else b""
    filled = [(k, b + struct.pack("!H", len(data)) + data) if k == TICKET else (k, b) for k, b in payloads]
    first, octets = chain(filled + [payload(V, bytes([mac_algorithm]))])
    return header(data_type, first, v_flag, function, csb, sessions) + octets + mac


def initiator_data(mac_algorithm, protection):
    """Vi is V again, Vr proves who asked for the ticket."""
    def make(mac):
        before = bytes([V, V, mac_algorithm]) + mac + bytes([0, mac_algorithm])
        return before + protection.mac(mac_algorithm, before)
    return make
