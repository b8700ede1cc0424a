# SPDX-License-Identifier: BSD-2-Clause
"""Reads a program's figures over HTTP with the client library of Prometheus, and prints them: NAME{LABELS} VALUE.

figures.py PORT"""
import http.client
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=60)
connection.request("GET", "/nothing")
assert connection.getresponse().status == 404
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=60)
connection.request("GET", "/metrics")
answer = connection.getresponse()
assert answer.status == 200
assert answer.getheader("Content-Type") == "application/openmetrics-text; version=1.0.0; charset=utf-8"
families = list(text_string_to_metric_families(answer.read().decode("ascii")))
assert len({family.name for family in families}) == len(families) > 5
for family in families:
    assert family.samples and family.documentation and family.type in ("counter", "gauge", "histogram"), family
    for sample in family.samples:
        labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
        print(f"{sample.name}{{{labels}}} {sample.value:g}")
