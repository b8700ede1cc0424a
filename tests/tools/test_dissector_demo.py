# SPDX-License-Identifier: BSD-2-Clause
"""The demo over TLS 1.3, captured on the loopback and decrypted: tshark with lib/wireshark/xk.lua sees what the
programs' logs say, and without the secrets nothing."""
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAMS, SOURCE = sys.argv[1:3]

if shutil.which("tshark") is None or shutil.which("dumpcap") is None:
    print("tshark is not installed: skipped")
    sys.exit(77)


def tshark(folder, *arguments):
    done = subprocess.run(["tshark", "-X", f"lua_script:{SOURCE}/lib/wireshark/xk.lua", "-r", str(folder / "xk.pcapng"),
                           "-2", "-T", "fields", "-E", "separator=/t", "-E", "aggregator=;", *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True, timeout=120)
    return [line.split("\t") for line in done.stdout.split("\n")[:-1]]


def check(folder, log):
    ports = sorted({row[0] for row in tshark(folder, "-Y", "tcp.flags.syn==1 && tcp.flags.ack==1", "-e",
                                             "tcp.srcport")})
    assert len(ports) == 2, ports
    decode = [part for port in ports for part in ("-d", f"tcp.port=={port},tls", "-d", f"tls.port=={port},xk")]
    fields = [part for field in ("xk.type", "xk.transaction_id", "xk.failure", "xk.key_length", "xk.key", "xk.status",
                                 "_ws.col.Info", "xk.request_in") for part in ("-e", field)]
    assert not tshark(folder, *decode, "-Y", "xk", *fields), "messages without the secrets"
    rows = tshark(folder, *decode, "-o", f"tls.keylog_file:{folder}/secrets", "-Y", "xk", *fields)
    by_port = [len(tshark(folder, "-o", f"xk.port:{port}", "-o", f"tls.keylog_file:{folder}/secrets", "-Y", "xk", "-e",
                          "xk.type")) for port in ports]
    assert all(by_port) and sum(by_port) == len(rows), "the preference finds TLS too"
    types = [kind for row in rows for kind in row[0].split(";")]
    asked = [id for row in rows for kind, id in zip(row[0].split(";"), row[1].split(";")) if kind == "1"]
    answered = [id for row in rows for kind, id in zip(row[0].split(";"), row[1].split(";")) if kind == "2"]
    sent = re.findall(r" get_keys, request ([0-9a-f]+),", log)
    assert types.count("1") == len(sent) and len(set(asked)) == len(set(sent)) >= 7  # one is asked again
    answers = re.findall(r" get_keys_response: (keys|refused, [a-z-]+)", log)
    assert types.count("2") == len(answers) == len(set(answered)) and set(answered) < set(asked)
    info = " ".join(row[6] for row in rows)
    refused = collections.Counter(answer for answer in answers if answer != "keys")
    assert collections.Counter(re.findall(r"get_keys_response: (refused, [a-z-]+)", info)) == refused and refused
    keys = [int(count) for count in re.findall(r"IRI record, session encryption keys available, (\d+) key", log)]
    keys += [int(count) for count in re.findall(r"keys of (\d+) Crypto Session", log)]
    assert sorted(int(count) for count in re.findall(r"get_keys_response: (\d+) key", info)) == sorted(keys)
    lengths = [length for row in rows for length in row[3].split(";") if length]
    assert lengths == ["16"] * sum(keys)
    assert not any(row[4] or row[5] for row in rows), "a key is shown, or a message is refused"
    assert all(row[7] for row in rows if row[0] == "2")
    return len(sent), len(answers)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        demo = subprocess.run([f"{SOURCE}/examples/demo.sh", "--programs", PROGRAMS, "--capture", name],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True, timeout=120)
        assert demo.returncode == 0, demo.stdout
        why = re.search(r"^no capture: .*", demo.stdout, re.M)
        if why:
            print(f"{why.group(0)}: skipped")
            sys.exit(77)
        asked, answered = check(folder, demo.stdout)
    print(f"{asked} get_keys and {answered} answers, as the logs say")


main()
