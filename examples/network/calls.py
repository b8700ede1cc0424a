# SPDX-License-Identifier: BSD-2-Clause
"""The calls of network.sh: who does what, and what the LEMF must hold then. Writes for each phone a scenario of sipp,
the proxy's routes, the warrants, and a list for the script.

  calls.py plan FOLDER xk-ue TICKET-KEY FIRST-PORT   prints a line for each phone: its scenario, port, sipp's options
  calls.py go PORT CALL-ID                           tells a phone that waits for "<INFO" to go on
  calls.py check HELD DF2-LOG KMS-LOG                prints what each call came to, and a TAP line for each

A step of a phone: "INVITE init" sends it with an SDP that has the MIKEY message "init"; "<200" waits for one, "<180?"
may come; "200 resp" answers; a number of seconds waits; "stands" says in the phone's log that the call stands, and
"<INFO" waits for a word of the script. Messages: init and resp of a call, init2 and resp2 of its CSB
update, init3 and resp3 of another exchange between the two, other: a RESP of somebody who loses; none: SDP without
MIKEY; "-" no SDP."""
import base64
import dataclasses
import pathlib
import re
import socket
import subprocess
import sys

ANSWER = ["<INVITE", "180", "200 resp", "<ACK", "<BYE", "200"]
HANG_UP = ["0.3", "BYE", "<200"]
CALL = ["INVITE init", "<180?", "<183?", "<200", "ACK"] + HANG_UP


@dataclasses.dataclass
class Call:
    """One call. `keys`: what the key records of its LIID say, in any order; `end`: how the call is accounted for."""
    what: str
    caller: list
    phones: dict
    keys: list
    end: str = "keys"
    dialled: str = "bob"
    answers: str = "bob"
    target: str = "caller"
    second: list = dataclasses.field(default_factory=list)  # of the second warrant, which starts in mid-call
    late: bool = False
    sender: str = ""
    multipart: bool = False
    compact: bool = False
    offerer: str = "caller"
    start: bool = False  # interception starts in mid-call: the LEMF gets the event of that name
    twice: bool = False  # its phones send what their steps say, and nothing by themselves


ONE = ["keys=1 failure=0"]
FAILED = ["keys=0 failure=1"]
CALLS = {
    "basic": Call("a call", CALL, {"bob": ANSWER}, ONE),
    "prack": Call("a reliable 183 with the answer, and another one in the 200",
                  ["INVITE init", "<183", "PRACK", "<200", "<200", "ACK"] + HANG_UP,
                  {"bob": ["<INVITE", "183r resp", "<PRACK", "200 -", "0.2", "200i other", "<ACK", "<BYE", "200"]},
                  ONE + FAILED, end="keys, and failure for the answer that contradicts it"),
    "fork": Call("two phones ring, one answers, the other is cancelled", CALL,
                 {"bob": ["<INVITE", "183 other", "<CANCEL", "200", "487i", "<ACK"],
                  "carol": ["<INVITE", "183 resp", "0.5", "200 resp", "<ACK", "<BYE", "200"]}, ONE, answers="carol"),
    "bare": Call("offer in the 200", ["INVITE -", "<180?", "<200", "ACK resp"] + HANG_UP,
                 {"bob": ["<INVITE", "180", "200 init", "<ACK", "<BYE", "200"]}, ONE, offerer="bob"),
    "update": Call("a CSB update in a re-INVITE",
                   ["INVITE init", "<180?", "<200", "ACK", "0.3", "INVITE init2", "<200", "ACK"] + HANG_UP,
                   {"bob": ["<INVITE", "180", "200 resp", "<ACK", "<INVITE", "200 resp2", "<ACK", "<BYE", "200"]},
                   ONE + ONE),
    "early": Call("a CSB update by UPDATE before the answer",
                  ["INVITE init", "<183", "PRACK", "<200", "UPDATE init2", "<200", "<200", "ACK"] + HANG_UP,
                  {"bob": ["<INVITE", "183r resp", "<PRACK", "200 -", "<UPDATE", "200 resp2", "0.2", "200i -", "<ACK",
                           "<BYE", "200"]}, ONE + ONE),
    "cancel": Call("given up before an answer", ["INVITE init", "<180", "0.2", "CANCEL", "<200", "<487", "ACKi"],
                   {"bob": ["<INVITE", "180", "<CANCEL", "200", "487i", "<ACK"]}, [], end="not answered"),
    "busy": Call("busy", ["INVITE init", "<486", "ACKi"], {"bob": ["<INVITE", "486", "<ACK"]}, [], end="not answered"),
    "cross": Call("CANCEL crosses the 200", ["INVITE init", "<180", "0.2", "CANCEL", "<200", "<200", "ACK"] + HANG_UP,
                  {"bob": ["<INVITE", "180", "<CANCEL", "200", "200i resp", "<ACK", "<BYE", "200"]}, ONE),
    "late": Call("the first phone's branch is cancelled, long after that the second answers", CALL,
                 {"bob": ["<INVITE", "183 other", "<CANCEL", "200", "487i", "<ACK"],
                  "carol": ["<INVITE", "180", "3", "200 resp", "<ACK", "<BYE", "200"]}, ONE, answers="carol"),
    "moved": Call("302: the proxy recurses", CALL,
                  {"bob": ["<INVITE", "302 carol", "<ACK"], "carol": ANSWER}, ONE, answers="carol"),
    "tel": Call("the target is dialled by its number, in compact form", CALL, {"bob": ANSWER}, ONE, target="tel",
                compact=True),
    "hidden": Call("the target hides its From", CALL, {"bob": ANSWER}, ONE,
                   sender="<sip:anonymous@anonymous.invalid>"),
    "multi": Call("SDP as the first part of multipart/mixed", CALL, {"bob": ANSWER}, ONE, multipart=True),
    "again": Call("INVITE and 200 are sent twice",
                  ["INVITE init", "<180", "INVITEi init", "<180", "<200", "<200", "ACK"] + HANG_UP,
                  {"bob": ["<INVITE", "180", "0.3", "200 resp", "0.1", "200 resp", "<ACK", "<BYE", "200"]}, ONE,
                  twice=True),
    "refused": Call("a stranger's answer: the KMS gives nothing", CALL,
                    {"bob": ["<INVITE", "180", "200 other", "<ACK", "<BYE", "200"]}, FAILED,
                    end="failure: the KMS refused it"),
    "plain": Call("no protection", ["INVITE none"] + CALL[1:], {"bob": ["<INVITE", "180", "200 none"] + ANSWER[3:]}, [],
                  end="not protected"),
    "unkeyed": Call("an answer without MIKEY to an offer with it", CALL,
                    {"bob": ["<INVITE", "180", "200 none"] + ANSWER[3:]}, [], end="no keys: no-key-in-answer"),
    "midcall": Call("interception starts in mid-call, a new offer follows",
                    ["INVITE init", "<180?", "<200", "ACK", "stands", "<INFO", "INVITE init3", "<200", "ACK"] + HANG_UP,
                    {"bob": ["<INVITE", "180", "200 resp", "<ACK", "<INVITE", "200 resp3", "<ACK", "<BYE", "200"]},
                    ONE + ONE, end="keys of what ran, and of the new offer", late=True, start=True),
    "second": Call("a second warrant starts in mid-call",
                   ["INVITE init", "<180?", "<200", "ACK", "stands", "<INFO", "BYE", "<200"], {"bob": ANSWER}, ONE, second=ONE),
}
NUMBER = "tel:+31201234567"


FOLDER = pathlib.Path(sys.argv[2])


class Exchange:
    """The MIKEY messages of a call, in base64, and its media."""

    def __init__(self, name, call):
        callee = f"sip:{name}-{call.answers}@example.com"
        ends = [f"sip:{name}-caller@example.com", f"sip:{name}-{call.dialled}@example.com", callee]
        if call.target == "tel":
            ends[1:] = [NUMBER, NUMBER]
        if call.offerer != "caller":
            ends = [callee, ends[0], ends[0]]
        self.texts = {"none": "", "-": ""}
        for number in ("", "3") if call.late else ("",):
            out = FOLDER / f"{name}{number}"
            more = ["--update", "init"] if "init2" in " ".join(call.caller) else []
            subprocess.run([sys.argv[3], "--out", out, "--ticket-key", sys.argv[4], "--from", ends[0], "--to", ends[1],
                            "--answered-by", ends[2], *more], stdout=subprocess.DEVNULL, check=True)
            for kind, text in (("invite", "init" + number), ("ok", "resp" + number), ("reinvite", "init2"),
                               ("reok", "resp2")):
                file = FOLDER / f"{name}{number}.{kind}"
                if file.exists():
                    self.texts[text] = re.search(r"a=key-mgmt:mikey (\S+)", file.read_text("latin-1")).group(1)
        spoiled = bytearray(base64.b64decode(self.texts["resp"]))
        spoiled[-1] ^= 1
        self.texts["other"] = base64.b64encode(spoiled).decode()


class Phone:
    """One end of a call, as a scenario of sipp."""

    def __init__(self, name, call, end, port, texts):
        self.name, self.call, self.end, self.port, self.texts = name, call, end, port, texts
        self.xml, self.cseq, self.invites, self.media = [], 0, 0, 40000
        self.invite = ""

    def sdp(self, message):
        mikey = f"a=key-mgmt:mikey {self.texts[message]}\n" if self.texts[message] else ""
        kind = "RTP/SAVP" if mikey else "RTP/AVP"
        return (f"v=0\no=- 1 {self.cseq + 1} IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n{mikey}"
                f"m=audio {self.media} {kind} 0\na=rtpmap:0 PCMU/8000\n")

    def body(self, message):
        if message == "-":
            return "Content-Length: 0\n\n"
        sdp, kind = self.sdp(message), "application/sdp"
        if self.call.multipart and message == "init":
            kind = "multipart/mixed;boundary=part"
            sdp = (f"--part\nContent-Type: application/sdp\n\n{sdp}\n--part\nContent-Type: text/plain\n\nhello\n"
                   "--part--\n")
        if self.call.compact:
            return f"c: {kind}\nl: [len]\n\n{sdp}"
        return f"Content-Type: {kind}\nContent-Length: [len]\n\n{sdp}"

    def send(self, text):
        self.xml.append(f"<send><![CDATA[\n\n{text}\n]]></send>")

    def request(self, method, message):
        """A request of the caller. "i": of the INVITE that is still open, or the same once more."""
        of_invite = method in ("CANCEL", "ACKi", "INVITEi")
        method = method.rstrip("i")
        dialog = self.cseq > 0 and not of_invite
        if method not in ("ACK", "CANCEL") and not of_invite:
            self.cseq += 1
        self.invites = self.cseq if method == "INVITE" else self.invites
        number = self.invites if method in ("ACK", "CANCEL") else self.cseq
        sequence = f"{number} {method}"
        compact = self.call.compact
        user = f"{self.name}-caller"
        sender = self.call.sender or f"<sip:{user}@example.com>"
        dialled = NUMBER if self.call.target == "tel" else f"sip:{self.name}-{self.call.dialled}@example.com"
        branch = f"z9hG4bK-{self.name}-{self.invites}" if method in ("INVITE", "CANCEL") or of_invite else "[branch]"
        lines = [f"{method} {'[next_url]' if dialog else dialled} SIP/2.0",
                 f"{'v' if compact else 'Via'}: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch}", "Max-Forwards: 70",
                 f"{'f' if compact else 'From'}: {sender};tag={user}",
                 f"{'t' if compact else 'To'}: <{dialled}>{'' if method == 'CANCEL' else '[peer_tag_param]'}",
                 f"{'i' if compact else 'Call-ID'}: [call_id]", f"CSeq: {sequence}",
                 f"{'m' if compact else 'Contact'}: <sip:{user}@127.0.0.1:{self.port}>"]
        if method == "INVITE" and not dialog and self.call.sender:
            lines.append(f"P-Preferred-Identity: <sip:{user}@example.com>")
        if dialog:
            lines.append("[routes]")
        if method == "INVITE":
            lines.append("Supported: 100rel")
        if method == "PRACK":
            lines.append("RAck: 1 1 INVITE")
        self.send("\n".join(lines) + "\n" + self.body(message))

    def response(self, code, message):
        """A response to the request that came last; "i": to the INVITE, which came before that; "r": reliable."""
        of_invite, reliable = (code.endswith(kind) for kind in "ir")
        code = code.rstrip("ir")
        words = {"180": "Ringing", "183": "Session Progress", "200": "OK", "302": "Moved Temporarily",
                 "486": "Busy Here", "487": "Request Terminated"}
        head = ["Via:[$1]", "Via:[$2]", "Record-Route:[$3]", "CSeq:[$4]"] if of_invite else [
            "[last_Via:]", "[last_Record-Route:]", "[last_CSeq:]"]
        lines = [f"SIP/2.0 {code} {words[code]}", *head, "[last_From:]",
                 f"[last_To:]{'' if self.tagged else ';tag=' + self.end}", "[last_Call-ID:]",
                 f"Contact: <sip:{self.name}-{self.end}@127.0.0.1:{self.port}>"]
        if reliable:
            lines += ["Require: 100rel", "RSeq: 1"]
        if code == "302":
            lines[-1] = f"Contact: <sip:{self.name}-{message}@example.com>"
            message = "-"
        self.send("\n".join(lines) + "\n" + self.body(message))

    tagged = begun = False

    def receive(self, what):
        optional = ' optional="true"' if what.endswith("?") else ""
        keep = ' rrs="true"'  # sipp keeps the first Contact that it may, and a 183 may be another phone's
        what = what.rstrip("?")
        if what.isdigit():
            self.xml.append(f'<recv response="100" optional="true"/><recv response="{what}"{optional or keep}/>')
            return
        self.tagged = what != "CANCEL" and self.begun
        if what == "INVITE" and not self.begun:
            kept = (("Via:", 1, 1), ("Via:", 2, 2), ("Record-Route:", 1, 3), ("CSeq:", 1, 4))
            action = "".join(f'<ereg regexp=".*" search_in="hdr" header="{header}" occurrence="{which}" '
                             f'assign_to="{place}"/>' for header, which, place in kept)
            self.xml.append(f'<recv request="INVITE" rrs="true"><action>{action}</action></recv>')
            self.begun = True
        else:
            self.xml.append(f'<recv request="{what}"/>')
        if what == "INFO":
            self.xml.append('<nop><action><log message="goes on"/></action></nop>')

    def step(self, step):
        if re.fullmatch(r"[0-9.]+", step) and not re.fullmatch(r"[1-6]\d\d", step):
            self.xml.append(f'<pause milliseconds="{int(float(step) * 1000)}"/>')
        elif step == "stands":
            self.xml.append('<nop><action><log message="stands"/></action></nop>')
        elif step.startswith("<"):
            self.receive(step[1:])
        else:
            what, _, message = step.partition(" ")
            if what[0].isdigit():
                self.response(what, message or "-")
            else:
                self.request(what, message or "-")

    def write(self, steps):
        for step in steps:
            self.step(step)
        if self.begun:
            self.xml.append('<Reference variables="1,2,3,4"/>')
        path = FOLDER / f"{self.name}-{self.end}.xml"
        path.write_text('<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="call">\n' +
                        "\n".join(self.xml) + "\n</scenario>\n")


def identity(name, call):
    return NUMBER if call.target == "tel" else f"sip:{name}-caller@example.com"


def warrant(liid, name, call):
    return (f"- {{liid: {liid}, identities: \"{identity(name, call)}\", kms: kms, destinations: lemf, "
            f"module: {'eps' if len(name) % 2 else 'umts'}}}\n")


def plan():
    port, routes = int(sys.argv[5]), []
    first = later = 'operator: "12345"\ndomains: [example.com]\nwarrants:\n'
    for name, call in CALLS.items():
        exchange = Exchange(name, call)
        for end, steps in list(call.phones.items()) + [("caller", call.caller)]:
            Phone(name, call, end, port, exchange.texts).write(steps)
            user = NUMBER[4:] if call.target == "tel" and end == call.dialled else f"{name}-{end}"
            routes.append(f'if ($rU == "{user}") {{ $du = "sip:127.0.0.1:{port}"; }}\n')
            print(f"{name}-{end} {port} {'-nr' if call.twice else ''}")
            port += 1
        row = warrant(f"LI-{name}", name, call)
        first += "" if call.late else row
        later += row
        if call.second:
            later += warrant(f"LI-{name}-2", name, call)
    (FOLDER / "routes.cfg").write_text("".join(routes))
    (FOLDER / "warrants.yaml").write_text(first)
    (FOLDER / "warrants-later.yaml").write_text(later)


class Held:
    """What the LEMF's table says of one LIID."""

    def __init__(self, table, liid):
        rows = [row.split(None, 5) for row in table.splitlines() if row.split(None, 1)[:1] == [liid]]
        said = [row[-1] if len(row) == 6 else " ".join(row[3:]) for row in rows]
        self.cins = {row[1] for row in rows}
        self.gaps = sum(row[3] == "GAP:" for row in rows)
        self.keys = sorted(" ".join(text.split()[1:3]) for text in said if text.startswith("KEYS"))
        self.sip = sum(text.startswith("SIP") for text in said)
        self.start = sum(text.startswith("START") for text in said)
        self.first = said[0] if said else ""
        self.numbers = [int(row[2]) for row in rows if row[2].isdigit()]

    def is_right(self, keys, start):
        in_order = self.numbers == list(range(len(self.numbers)))
        return (self.keys == sorted(keys) and len(self.cins) == 1 and not self.gaps and in_order and self.sip > 0 and
                self.first.startswith("START" if start else "SIP INVITE") and self.start == start)

    def __str__(self):
        return (f"{self.sip:2} SIP records, {self.start} start, "
                f"{', '.join(self.keys) or 'no key record'}{', GAPS' if self.gaps else ''}")


def check():
    table, log, kms = (pathlib.Path(name).read_text("utf-8") for name in sys.argv[2:5])
    refusals = re.findall(r"get_keys_response: refused, ([a-z-]+)", kms)
    reasons = re.findall(r"no exchange: ([a-z-]+)", log)
    count, wrong = 0, 0
    rows = [(f"LI-{name}", call, call.keys, call.start and call.late) for name, call in CALLS.items()]
    rows += [(f"LI-{name}-2", call, call.second, True) for name, call in CALLS.items() if call.second]
    print(f"{'LIID':<13} {'what':<64} {'accounted for':<12}")
    for liid, call, keys, _ in rows:
        print(f"{liid:<13} {call.what:<64} {call.end}")
        print(f"{'':<13} expected {', '.join(sorted(keys)) or 'no key record'}; held {Held(table, liid)}")
    for liid, call, keys, start in rows:
        count += 1
        good = Held(table, liid).is_right(keys, 1 if start else 0)
        wrong += not good
        print(f"{'ok' if good else 'not ok'} {count} - {liid}: {call.what}: {call.end}")
    expected = sum(keys.count("keys=0 failure=1") for _, _, keys, _ in rows)
    unkeyed = sum("no-key-in-answer" in call.end for _, call, _, _ in rows)
    for good, text in ((len(refusals) == expected, f"each failure has the KMS's reason: {', '.join(refusals)}"),
                       (reasons.count("no-key-in-answer") == unkeyed,
                        f"each call without an exchange has its reason: {', '.join(reasons)}")):
        count += 1
        wrong += not good
        print(f"{'ok' if good else 'not ok'} {count} - {text}")
    return wrong


def go():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.sendto((f"INFO sip:phone@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-go\r\n"
                     f"From: <sip:script@127.0.0.1>;tag=go\r\nTo: <sip:phone@127.0.0.1>\r\nCall-ID: {sys.argv[3]}\r\n"
                     "CSeq: 1 INFO\r\nContent-Length: 0\r\n\r\n").encode(), ("127.0.0.1", int(sys.argv[2])))


sys.exit({"plan": plan, "go": go, "check": check}[sys.argv[1]]())
