# SPDX-License-Identifier: BSD-2-Clause
"""Checks what xk-load --json wrote: that it is JSON, that its counts add up, and each further argument, a Python
expression over its members.

    check_load.py FILE EXPRESSION..."""
import json
import pathlib
import sys

result = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
latency = result["latency_us"]
checks = [
    "sent == answered + malformed + timeouts + lost + unanswered",
    "answered == keys + refused",
    "refused == sum(refusals.values())",
    "errors == refused + malformed + timeouts + lost + not_sent + unmatched + connections_lost",
    "latency_us['count'] == answered",
    "latency_us['p50'] <= latency_us['p90'] <= latency_us['p99'] <= latency_us['p99.9'] <= latency_us['max']",
    "unanswered == 0 or interrupted",
]
failed = [check for check in checks + sys.argv[2:] if not eval(check, {}, result)]
if failed:
    print(json.dumps(result))
for check in failed:
    print(f"does not hold: {check}")
sys.exit(1 if failed else 0)
