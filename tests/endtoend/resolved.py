# SPDX-License-Identifier: BSD-2-Clause
"""xk-kms answers for a ticket of another KMS from what an ordinary resolution of it brought, as long as that is kept.

    resolved.py PROGRAMS

The other KMS is the reference of tests/interop: it made the ticket, and resolves it."""
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import sys
import time

import kms_client as kc
import mikey_ticket as mt

PROGRAMS = sys.argv[1]
RIGHTS = os.geteuid() == 0  # to be another user


def ticket_of(e):
    """The TICKET payload of its TRANSFER_INIT, Initiator Data included, as a RESOLVE_INIT repeats it."""
    body = mt.ticket(e.ticket)
    start = e.init.index(body)
    end = start + len(body)
    return e.init[start - 1 : end + 2 + int.from_bytes(e.init[end : end + 2], "big")]


def line_of(e, seconds, content=None, ticket=None):
    """What the operator's ticket resolution tells xk-kms."""
    forked = "I" in e.flags
    words = [(ticket or ticket_of(e)).hex(), kc.DIALLED.hex() if forked else "-", e.rand_kms.hex() if forked else "-",
             (content or e.resolution()).hex(), str(seconds)]
    return "resolved " + " ".join(words) + "\n"


class Feeder:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(kc.PATIENCE)
        self.socket.connect(str(path))
        self.stream = self.socket.makefile("rw", newline="\n")

    def tell(self, line):
        """The answer; "" when the connection was ended."""
        try:
            self.stream.write(line)
            self.stream.flush()
            return self.stream.readline()
        except (ConnectionResetError, BrokenPipeError):
            return ""

    def close(self):
        try:
            self.stream.close()
        except OSError:
            pass
        self.socket.close()


def same(got, want):
    assert got == want, f"got {got}, not {want}"


def fed(kms, path, calls):
    """Fed: keys. Not fed: the failure that names the other KMS."""
    df2, feeder = kms.connect(), Feeder(path)
    for e in calls:
        same(kc.ask(df2, e), kc.OTHER_KMS)
    for e in calls:
        same(feeder.tell(line_of(e, 600)), "kept\n")
    for e in calls:
        same(kc.ask(df2, e), kc.wanted(e))
    feeder.close()
    return df2


def not_those_keys(df2, path, e):
    """Another ticket's resolution, or one for another responder: its keys are not this call's."""
    feeder = Feeder(path)
    same(feeder.tell(line_of(e, 600, ticket=ticket_of(e)[:-1] + b"\x00")), "kept\n")
    same(kc.ask(df2, e), kc.OTHER_KMS)
    same(feeder.tell(line_of(e, 600).replace(kc.DIALLED.hex(), b"sip:carol@example.com".hex())), "kept\n")
    same(kc.ask(df2, e), kc.OTHER_KMS)
    wrong = bytearray(e.resolution())
    wrong[6] ^= 1
    same(feeder.tell(line_of(e, 600, bytes(wrong))), "kept\n")
    assert isinstance(kc.ask(df2, e), int), "the MACs of the messages are not checked"
    feeder.close()


def over(df2, path, e):
    feeder = Feeder(path)
    same(feeder.tell(line_of(e, 1)), "kept\n")
    begun = time.monotonic()
    last = kc.ask(df2, e)
    while last == kc.wanted(e):
        assert time.monotonic() - begun < kc.PATIENCE, "it is kept for ever"
        time.sleep(0.05)
        last = kc.ask(df2, e)
    same(last, kc.OTHER_KMS)
    # A slow machine may have asked only when it was over; then the second chance is one with more time.
    same(feeder.tell(line_of(e, 60)), "kept\n")
    same(kc.ask(df2, e), kc.wanted(e))
    feeder.close()


def refused(df2, path, e):
    good = line_of(e, 600)
    none = "refused: not a line of this protocol\n"
    rows = (("\n", none), (good.replace("resolved", "resolve"), none), (good.replace("600\n", "0\n"), none),
            (good.replace("600\n", "600 \n"), none), (good.replace("600\n", "6e2\n"), none),
            (good.replace("600\n", "1234567890\n"), none), (good.replace(" 600\n", "\n"), none),
            (good[:12] + "g" + good[13:], none), (good[:12] + good[13:], none), (good[:12] + "\0" + good[13:], none),
            (good.replace("600\n", "3601\n"), "refused: longer than --resolved-lifetime\n"),
            (line_of(e, 9, b"\x00"), "refused: the keys cannot be read\n"),
            (line_of(e, 9, b"\x00" * 2049), "refused: the keys cannot be read\n"),
            (line_of(e, 9).replace(ticket_of(e).hex(), "-"), "refused: no ticket\n"))
    feeder = Feeder(path)
    for line, reason in rows:
        same(feeder.tell(line), reason)
    same(feeder.tell("resolved " + "0" * 45000 + "\n"), "refused: the line is too long\n")
    same(feeder.tell(good), "")
    feeder.close()
    same(kc.ask(df2, e), kc.OTHER_KMS)


def crowd(path, e):
    """A fifth feeder is not let in; one that goes makes room."""
    feeders = [Feeder(path) for _ in range(4)]
    for f in feeders:
        same(f.tell(line_of(e, 1, b"\0")), "refused: the keys cannot be read\n")
    fifth = Feeder(path)
    same(fifth.tell("\n"), "")
    feeders.pop().close()

    def let_in():
        f = Feeder(path)
        said = f.tell("\n")
        f.close()
        return said != ""

    kc.until("a place", let_in)
    for f in feeders:
        f.close()


def another_user(kms, path, e):
    """Neither the folder nor the socket's mode keep him out here: who he is does."""
    same(stat.S_IMODE(path.stat().st_mode), 0o600)
    if not RIGHTS:
        return
    for folder in (kms.folder, path.parent):
        folder.chmod(0o755)
    path.chmod(0o666)
    script = ("import socket,sys,os\nos.setgroups([]);os.setgid(65534);os.setuid(65534)\n"
              "s=socket.socket(socket.AF_UNIX);s.settimeout(60);s.connect(sys.argv[1])\n"
              "try:\n s.sendall(sys.stdin.buffer.read());print(s.recv(99))\n"
              "except OSError:\n print(b'')\n")
    said = subprocess.run([sys.executable, "-c", script, path], input=line_of(e, 600).encode(), stdout=subprocess.PIPE,
                          check=True, timeout=kc.PATIENCE).stdout
    same(said, b"b''\n")
    kc.until("a word about another user", lambda: "refused a feeder: another user" in
             (kms.folder / "errors").read_text())
    path.chmod(0o600)


def evicted(calls):
    """Room for two: the first one gives way."""
    with kc.Kms(PROGRAMS, lambda f: options(f, "--resolved-max", "2"), calls[0].ticket["tpk"]) as kms:
        df2, feeder = kms.connect(), Feeder(kms.folder / "feed/socket")
        for e in calls[:3]:
            same(feeder.tell(line_of(e, 600)), "kept\n")
        same(kc.ask(df2, calls[0]), kc.OTHER_KMS)
        for e in calls[1:3]:
            same(kc.ask(df2, e), kc.wanted(e))


def locked(kms):
    """The cache's pages and the lines' are locked and left out of core dumps (proc(5): lo, dd); no dump is made at all."""
    process = pathlib.Path(f"/proc/{kms.process.pid}")
    assert re.search(r"Max core file size +0 +0 ", (process / "limits").read_text()), "it may dump its core"
    try:
        flags = re.findall(r"^VmFlags:(.*)$", (process / "smaps").read_text(), re.M)
    except PermissionError:  # only the system's administrator may look
        return
    assert any({"dd", "wf"} <= set(f.split()) for f in flags), flags


def ends(kms, path, e):
    """Nothing that was kept is there when the program is started again, however it ended; nor is its socket."""
    feeder = Feeder(path)
    same(feeder.tell(line_of(e, 600)), "kept\n")
    same(kms.end(signal.SIGTERM), 0)
    assert not path.exists(), "the socket is left"
    kms.start()
    df2 = kms.connect()
    same(kc.ask(df2, e), kc.OTHER_KMS)
    same(Feeder(path).tell(line_of(e, 600)), "kept\n")
    same(kc.ask(df2, e), kc.wanted(e))
    kms.end(signal.SIGKILL)
    assert path.exists()
    assert sorted(p.name for p in kms.folder.iterdir()) == ["errors", "feed", "log", "ticket.key", "tls"]
    assert [p.name for p in path.parent.iterdir()] == ["socket"]
    kms.start()
    same(kc.ask(kms.connect(), e), kc.OTHER_KMS)
    for name in ("errors", "log"):
        assert e.resolution().hex()[8:40] not in (kms.folder / name).read_text()


def refuses_to_start(key):
    """A folder that others may write into; a path that is taken, or too long."""
    def tried(prepare):
        with kc.Kms(PROGRAMS, lambda f: [], key) as kms:
            path = prepare(kms.folder)
            ran = subprocess.run(kms.command + ["--resolved", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True, timeout=kc.PATIENCE)
            assert ran.returncode == 1, ran
            return ran.stderr

    def open_folder(folder):
        (folder / "feed").mkdir()
        (folder / "feed").chmod(0o770)
        return folder / "feed/socket"

    def taken(folder):
        (folder / "file").touch()
        return folder / "file"

    assert "others than this user may write into the folder" in tried(open_folder)
    assert "Address already in use" in tried(taken)
    assert "more than 107 octets" in tried(lambda folder: folder / ("x" * 100))
    assert "No such file" in tried(lambda folder: folder / "none/socket")


def options(folder, *more):
    (folder / "feed").mkdir(0o700)
    return ["--identity", "sip:kms@example.net", "--resolved", folder / "feed/socket", *more]


def main():
    calls = [kc.exchange(n, forked=n % 2 == 1) for n in range(4)]
    with kc.Kms(PROGRAMS, options, calls[0].ticket["tpk"]) as kms:
        path = kms.folder / "feed/socket"
        df2 = fed(kms, path, calls)
        not_those_keys(df2, path, kc.exchange(5, forked=True))
        over(df2, path, kc.exchange(6, forked=False))
        refused(df2, path, kc.exchange(7, forked=True))
        crowd(path, calls[0])
        another_user(kms, path, kc.exchange(8, forked=True))
        same(kc.ask(df2, kc.exchange(8, forked=True)), kc.OTHER_KMS)
        locked(kms)
        df2.close()
        ends(kms, path, kc.exchange(9, forked=True))
    evicted(calls)
    refuses_to_start(calls[0].ticket["tpk"])


main()
