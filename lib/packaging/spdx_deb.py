# SPDX-License-Identifier: BSD-2-Clause
"""Writes, beside each Debian package, FILE.deb.spdx.json: what it is (name, version, package URL, SHA-256), each file in
it with its checksums, and what it depends on, as a document of SPDX 2.3. The same package gives the same octets.

    spdx_deb.py FILE.deb..."""
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import time
import urllib.parse
import uuid


def field(path, name):
    return subprocess.run(["dpkg-deb", "-f", path, name], stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def purl(name, version, architecture=None):
    known = f"?arch={architecture}" if architecture else ""
    return f"pkg:deb/debian/{name}" + (f"@{urllib.parse.quote(version, safe='')}" if version else "") + known


def reference(locator):
    return [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": locator}]


def identifier(text):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", text)


def files_of(path):
    archive = subprocess.run(["dpkg-deb", "--fsys-tarfile", path], stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            if member.isreg():
                octets = tar.extractfile(member).read()
                yield member.name, hashlib.sha1(octets).hexdigest(), hashlib.sha256(octets).hexdigest()


def depends_of(path):
    """The first alternative of each dependency, and its version where exactly one will do."""
    for part in filter(None, (field(path, "Pre-Depends") + "," + field(path, "Depends")).split(",")):
        match = re.match(r"\s*([a-z0-9.+-]+)(?::\w+)?(?:\s*\((\S+)\s+([^)]+)\))?", part)
        if match:
            yield match.group(1), match.group(3) if match.group(2) == "=" else None, part.strip()


def document(path):
    name, version, architecture = (field(path, key) for key in ("Package", "Version", "Architecture"))
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    files = list(files_of(path))
    code = hashlib.sha1("".join(sorted(sha1 for _, sha1, _ in files)).encode("ascii")).hexdigest()
    own = {
        "SPDXID": "SPDXRef-Package", "name": name, "versionInfo": version, "packageFileName": os.path.basename(path),
        "supplier": "Organization: " + re.sub(r"\s*<.*", "", field(path, "Maintainer")),
        "downloadLocation": "NOASSERTION", "filesAnalyzed": True,
        "packageVerificationCode": {"packageVerificationCodeValue": code},
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
        "licenseConcluded": "BSD-2-Clause", "licenseDeclared": "BSD-2-Clause",
        "copyrightText": "Copyright (c) 2026, the libxk authors",
        "externalRefs": reference(purl(name, version, architecture)),
    }
    packages, arcs = [own], [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Package", None)]
    for other, exact, text in depends_of(path):
        packages.append({
            "SPDXID": identifier(f"depends-{other}"), "name": other, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION", "externalRefs": reference(purl(other, exact)),
            **({"versionInfo": exact} if exact else {})})
        arcs.append(("SPDXRef-Package", "DEPENDS_ON", identifier(f"depends-{other}"), text))
    entries = []
    for number, (file_name, sha1, sha256) in enumerate(files):
        entries.append({
            "SPDXID": f"SPDXRef-File-{number}", "fileName": file_name, "licenseConcluded": "NOASSERTION",
            "licenseInfoInFiles": ["NOASSERTION"], "copyrightText": "NOASSERTION",
            "checksums": [{"algorithm": "SHA1", "checksumValue": sha1},
                          {"algorithm": "SHA256", "checksumValue": sha256}]})
        arcs.append(("SPDXRef-Package", "CONTAINS", f"SPDXRef-File-{number}", None))
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"])))
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{name}-{version}",
        "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, purl(name, version, architecture) + digest)}",
        "creationInfo": {"created": created, "creators": ["Organization: the libxk authors", "Tool: spdx_deb.py"]},
        "packages": packages, "files": entries,
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b,
                           **({"comment": text} if text else {})} for a, kind, b, text in arcs],
    }


for package in sys.argv[1:]:
    with open(package + ".spdx.json", "w", encoding="utf-8") as out:
        json.dump(document(package), out, indent=2)
        out.write("\n")
