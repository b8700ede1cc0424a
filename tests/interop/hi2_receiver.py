# SPDX-License-Identifier: BSD-2-Clause
"""A LEMF of a few lines, on a decoder that is not ours: Debian's python3-pyasn1. It cuts what comes by BER lengths alone,
answers keep-alives and requests for acknowledgement, and holds what it found against what was sent: every record once,
in order, numbers from 0.
  hi2_receiver.py SENDER [COUNT [SEED]]"""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import char, namedtype, tag, univ, useful

KEEP_ALIVE, KEEP_ALIVE_RESPONSE, ACKNOWLEDGE, ACKNOWLEDGED = 3, 4, 12, 13
IMS_EVENT, UMTS_IRI, EPS_IRI = 29, 4, 15


def at(number, kind):
    form = tag.tagFormatConstructed if isinstance(kind, (univ.Sequence, univ.SequenceOf)) else tag.tagFormatSimple
    return kind.subtype(implicitTag=tag.Tag(tag.tagClassContext, form, number))


def around(number, kind):
    return kind.subtype(explicitTag=tag.Tag(tag.tagClassContext, tag.tagFormatConstructed, number))


def sequence(*members):
    return univ.Sequence(componentType=namedtype.NamedTypes(*members))


need, may = namedtype.NamedType, namedtype.OptionalNamedType
NETWORK = sequence(need("operator", at(0, univ.OctetString())), may("element", at(1, univ.OctetString())))
COMMUNICATION = sequence(need("network", at(0, NETWORK)), may("cin", at(1, univ.Integer())),
                         may("country", at(2, char.PrintableString())))
MICROSECONDS = sequence(need("seconds", at(0, univ.Integer())), need("microseconds", at(1, univ.Integer())))
HEADER = sequence(need("domain", at(0, univ.ObjectIdentifier())), need("liid", at(1, univ.OctetString())),
                  may("country", at(2, char.PrintableString())), need("communication", at(3, COMMUNICATION)),
                  need("number", at(4, univ.Integer())), may("time", at(5, useful.GeneralizedTime())),
                  may("microseconds", at(7, MICROSECONDS)), may("qualifier", at(8, univ.Enumerated())))
PDU = sequence(need("header", at(1, HEADER)), need("payload", around(2, univ.Any())))


def first_tlv(octets, at_octet=0):
    """(tag number, octets of the content, end) by identifier and length alone; None while it is not whole."""
    place = at_octet
    try:
        number = octets[place] & 31
        if number == 31:
            number = 0
            while True:
                place += 1
                number = number << 7 | octets[place] & 127
                if octets[place] < 128:
                    break
        place += 1
        length = octets[place]
        place += 1
        if length > 128:
            length, place = int.from_bytes(octets[place : place + length - 128], "big"), place + length - 128
        return (number, octets[place : place + length], place + length) if place + length <= len(octets) else None
    except IndexError:
        return None


def members(content):
    """{tag number: content} of what stands side by side."""
    found, place = {}, 0
    while place < len(content):
        number, inner, place = first_tlv(content, place)
        found[number] = inner
    return found


def event_of(payload):
    """iMSevent of the one record in an iRIPayloadSequence, bare or whole."""
    (iri,) = [inner for _, inner in members(first_tlv(payload)[1]).items()]
    module, content, _ = first_tlv(members(iri)[2])
    assert module in (UMTS_IRI, EPS_IRI), module
    form, parameters, _ = first_tlv(content)
    return members(parameters if form == 0 else first_tlv(parameters)[1])[IMS_EVENT][0]


def answer(header, kind):
    """The header as it came, under the LEMF's own LIID, with the number of what is answered."""
    answered = PDU.clone()
    answered["header"] = header.clone(cloneValueFlag=True)
    answered["payload"] = bytes([0xA2, 2, 0x80 | kind, 0])
    return encoder.encode(answered)


def receive(process, chance, wholes):
    """([(LIID, CIN, number, event)], keep-alives, acknowledgements) until the sender ends; each PDU goes into `wholes`."""
    held, found, keep_alives, requests = b"", [], 0, 0
    while True:
        octets = os.read(process.stdout.fileno(), chance.randint(1, 5000))
        if not octets:
            assert not held, f"{len(held)} octets of a PDU that did not end"
            return found, keep_alives, requests
        held += octets
        while (cut := first_tlv(held)) is not None:
            whole, held = held[: cut[2]], held[cut[2] :]
            wholes.append(whole)
            pdu, rest = decoder.decode(whole, asn1Spec=PDU)
            assert not rest and encoder.encode(pdu) == whole
            header, payload = pdu["header"], bytes(pdu["payload"])
            assert header["time"].isValue != header["microseconds"].isValue, "one time in the header"
            if payload[0] == 0xA0:
                found.append((bytes(header["liid"]).decode(), int(header["communication"]["cin"]), int(header["number"]),
                              event_of(payload)))
                continue
            assert payload[0] == 0xA2, payload[:2].hex()
            kind = first_tlv(payload)[1][0] & 31
            assert kind in (KEEP_ALIVE, ACKNOWLEDGE), kind
            keep_alives += kind == KEEP_ALIVE
            requests += kind == ACKNOWLEDGE
            os.write(process.stdin.fileno(), answer(header, KEEP_ALIVE_RESPONSE if kind == KEEP_ALIVE else ACKNOWLEDGED))


def run(sender, count, seed):
    """(what was found as receive() says, what the sender told, line by line, the PDUs)."""
    wholes = []
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "told"
        with subprocess.Popen([sender, str(count), str(seed), str(file)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, bufsize=0) as process:
            result = receive(process, random.Random(seed), wholes)
        assert process.returncode == 0, f"the sender ended with {process.returncode}"
        return result, file.read_text(encoding="utf-8").splitlines(), wholes


def main():
    sender, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else time.time_ns() % 1000000
    print(f"seed {seed}", flush=True)
    (found, keep_alives, requests), (*told, counts), _ = run(sender, count, seed)
    sent = [(liid, int(cin), int(number), int(event)) for liid, cin, number, event in map(str.split, told)]
    assert len(sent) == count and found == sent, "what came is not what was sent"
    assert counts == f"keep-alives {keep_alives} requests {requests}", counts
    contexts = {}
    for liid, cin, number, _ in found:
        assert number == contexts.get((liid, cin), 0), (liid, cin, number)
        contexts[(liid, cin)] = number + 1
    assert len(contexts) == 12 and {event for *_, event in found} == {1, 3, 4} and keep_alives >= count // 100
    print(f"{count} records in {len(contexts)} contexts, each once; {keep_alives} keep-alives, {requests} requests")


if __name__ == "__main__":
    main()
