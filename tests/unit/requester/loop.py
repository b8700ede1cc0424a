# SPDX-License-Identifier: BSD-2-Clause
"""The first host of requester.h, cut out of the comment that shows it: HEADER to OUT."""
import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()
blocks = re.findall(r"^ \* @code\n(.*?)^ \* @endcode\n", text[: text.index("#ifndef")], re.M | re.S)
assert len(blocks) == 1, "requester.h shows one program at its top"
lines = [line[2:].removeprefix(" ") for line in blocks[0].rstrip("\n").split("\n")]
assert 30 <= len(lines) <= 50, f"it is {len(lines)} lines long: about 40 are promised"
open(sys.argv[2], "w", encoding="utf-8").write("\n".join(lines) + "\n")
