# SPDX-License-Identifier: BSD-2-Clause
"""Holds FILE.deb.spdx.json against its package: SHA-256, package URL, every file and its checksum, nothing more.

    check_spdx_deb.py FILE.deb"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

deb = pathlib.Path(sys.argv[1])
document = json.loads(pathlib.Path(f"{deb}.spdx.json").read_text(encoding="utf-8"))
own = next(package for package in document["packages"] if package["SPDXID"] == "SPDXRef-Package")
name, version, architecture = deb.stem.split("_")
assert document["spdxVersion"] == "SPDX-2.3" and own["name"] == name and own["versionInfo"] == version
assert own["packageFileName"] == deb.name
assert own["checksums"] == [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(deb.read_bytes()).hexdigest()}]
assert own["externalRefs"][0]["referenceLocator"] == f"pkg:deb/debian/{name}@{version}?arch={architecture}"
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
    root = pathlib.Path(folder)
    found = {f"./{path.relative_to(root)}": hashlib.sha256(path.read_bytes()).hexdigest()
             for path in root.rglob("*") if path.is_file() and not path.is_symlink()}
told = {entry["fileName"]: entry["checksums"][1]["checksumValue"] for entry in document["files"]}
assert told == found and found, set(told) ^ set(found)
identifiers = [item["SPDXID"] for item in document["packages"] + document["files"]]
assert len(set(identifiers)) == len(identifiers) and all(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", i) for i in identifiers)
for arc in document["relationships"]:
    assert arc["relatedSpdxElement"] in identifiers and arc["spdxElementId"] in identifiers + ["SPDXRef-DOCUMENT"]
depends = subprocess.run(["dpkg-deb", "-f", deb, "Depends", "Pre-Depends"], stdout=subprocess.PIPE, check=True, text=True)
arcs = [arc for arc in document["relationships"] if arc["relationshipType"] == "DEPENDS_ON"]
assert len(arcs) == len(re.findall(r"[^,\n]+?(?:,|\n|$)", depends.stdout)), depends.stdout
