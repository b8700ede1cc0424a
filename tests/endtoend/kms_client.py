# SPDX-License-Identifier: BSD-2-Clause
"""A DF2/MF that asks xk-kms as a test wants it to, on connections of its own, for exchanges that the reference of
tests/interop makes; and the program itself, in a folder that is gone with it."""
import os
import pathlib
import random
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/interop"))
sys.dont_write_bytecode = True
import kms_reference  # noqa: E402

PATIENCE = 60  # seconds that a slow machine may take
OTHER_KMS = 15
DIALLED = kms_reference.BOB


def exchange(seed, forked, fits=lambda e: True):
    """An exchange in the readings that xk-kms has by default, whose ticket is of sip:kms@example.com."""
    for number in range(10000):
        e = kms_reference.Exchange(random.Random(f"{seed}/{number}"))
        if (e.has_kms and e.garbage is None and "mixed" not in e.words and not any(e.readings.values()) and e.resp
                and e.dialled == DIALLED and ("I" in e.flags) == forked and all("/" in s for s in e.sessions.split())
                and "rh" not in e.words and fits(e)):
            return e
    raise AssertionError("no such exchange")


def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    return bytes([major << 5 | 24, value]) if value < 256 else bytes([major << 5 | 25]) + value.to_bytes(2, "big")


def item(value):
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    return head(3, len(value.encode())) + value.encode()


def get_keys(e, transaction):
    """A get_keys about the caller of the exchange."""
    members = {0: 1, 1: 1, 2: transaction, 3: kms_reference.ALICE.decode(), 4: e.init, 5: e.resp}
    members.update({k: v for k, v in ((6, getattr(e, "uinit", None)), (7, getattr(e, "uresp", None))) if v})
    if "ih" in e.words:
        members[8] = e.words["ih"]
    return head(5, len(members)) + b"".join(item(k) + item(v) for k, v in members.items())


def decode(data, at=0):
    """One item, and where the next one begins."""
    major, value = data[at] >> 5, data[at] & 31
    at += 1
    if value >= 24:
        size = 1 << (value - 24)
        value, at = int.from_bytes(data[at : at + size], "big"), at + size
    if major == 0:
        return value, at
    if major in (2, 3):
        return data[at : at + value], at + value
    out = []
    for _ in range(value * (2 if major == 5 else 1)):
        one, at = decode(data, at)
        out.append(one)
    return (dict(zip(out[::2], out[1::2])) if major == 5 else out), at


def keys(answer):
    """An answer's sessions as the reference writes them, or the number of its failure."""
    if 4 in answer:
        return answer[4]
    return " ".join(f"{s[0]}:{s[1].hex()}/{s.get(2, b'').hex()}" for s in answer[3])


def wanted(e):
    """What the reference says, but for the number of the cipher."""
    return " ".join(s.rsplit("/", 1)[0] for s in e.sessions.split())


class Kms:
    def __init__(self, programs, options, key, peers=("df2",)):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.programs = programs
        self.tls = self.folder / "tls"
        self.tls.mkdir()
        subprocess.run([SOURCE / "examples/certificates.sh", self.tls, "kms1:server"] + [f"{p}:client" for p in peers],
                       check=True, stdout=subprocess.DEVNULL)
        path = self.folder / "ticket.key"
        path.touch(0o600)
        path.write_text(key.hex())
        self.command = [f"{programs}/xk-kms", "--tls", self.tls, "--name", "kms1", "--peer", ",".join(peers),
                        "--ticket-key", path, *options(self.folder)]
        self.process = None
        self.start()

    def start(self):
        self.log = open(self.folder / "log", "w")
        self.errors = open(self.folder / "errors", "w")
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("PORT "), (self.folder / "errors").read_text()
        self.port = int(line.split()[1])

    def end(self, signal):
        self.process.send_signal(signal)
        self.process.stdout.close()
        return self.process.wait(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)

    def connect(self, name="df2"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(self.tls / f"{name}.crt", self.tls / f"{name}.key")
        context.load_verify_locations(self.tls / "ca.crt")
        stream = context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), PATIENCE),
                                     server_hostname="kms1")
        stream.settimeout(PATIENCE)
        return stream


def say(stream, message):
    stream.sendall(len(message).to_bytes(4, "big") + message)


def read(stream, size):
    data = b""
    while len(data) < size:
        part = stream.recv(size - len(data))
        assert part, "the connection ended"
        data += part
    return data


def hear(stream):
    return read(stream, int.from_bytes(read(stream, 4), "big"))


def ask(stream, e, transaction=None):
    """The keys, or the number of the failure."""
    transaction = transaction or os.urandom(16)
    say(stream, get_keys(e, transaction))
    answer, _ = decode(hear(stream))
    assert answer[2] == transaction
    return keys(answer)


def until(what, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)
