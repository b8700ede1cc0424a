# SPDX-License-Identifier: BSD-2-Clause
"""Real Xk messages against the published schema and another CBOR implementation: each decodes, matches xk.cddl,
and re-encodes canonically to the same octets. Then what the schema must refuse, so that it is seen to refuse."""
import re
import subprocess
import sys

import cbor2

from cddl import Schema


def messages(program):
    data = subprocess.run([program], stdout=subprocess.PIPE, check=True, timeout=60).stdout
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        yield data[at + 4:at + 4 + size]
        at += 4 + size


def spoiled(message, reasons):
    """Messages that differ from a good one in one point and break the schema."""
    for key in list(message):
        yield {k: v for k, v in message.items() if k != key} if key in (0, 1, 2) else None
        yield {**message, key: {}}
    yield {**message, 0: 2}
    yield {**message, 1: 3}
    yield {**message, 2: bytes(15)}
    yield {**message, 100: 1}
    yield {**message, "x": 1}
    if message[1] == 1:
        yield {**message, 3: ""}
        yield {**message, 3: "a" * 1025}
        yield {**message, 4: b""}
        yield {**message, 5: bytes(16385)}
    elif 3 in message:
        yield {**message, 3: []}
        yield {**message, 4: 1}
        yield {**message, 3: [{0: 1}]}
        yield {**message, 3: [{0: 1, 1: b""}]}
        yield {**message, 3: [{0: 1, 1: b"k", 3: 1}]}
        yield {**message, 3: [{0: 256, 3: 1}]}
    else:
        yield {**message, 4: 0}
        yield {**message, 4: reasons + 1}


def main():
    program, schema_file = sys.argv[1:3]
    with open(schema_file, encoding="utf-8") as file:
        text = file.read()
    schema = Schema(text)
    reasons = int(re.search(r"^failure = 1\.\.(\d+)$", text, re.M).group(1))
    root = schema.rules["xk-message"]
    good = bad = 0
    for octets in messages(program):
        message = cbor2.loads(octets)
        assert schema.matches(root, message), message
        assert cbor2.dumps(message, canonical=True) == octets, octets.hex()
        assert schema.matches(root, {**message, 200: ["extension"]})
        good += 1
        for wrong in spoiled(message, reasons):
            if wrong is not None:
                assert not schema.matches(root, wrong), wrong
                bad += 1
    assert good == 1000 and bad > 5000, (good, bad)
    print(f"{good} messages match xk.cddl and cbor2; {bad} spoiled ones do not")


main()
