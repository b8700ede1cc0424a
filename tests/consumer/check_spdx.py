# SPDX-License-Identifier: BSD-2-Clause
"""Holds an SPDX document against the clauses of SPDX 2.3 that bind it: fields that must be there, forms of identifiers
and times, relationships that lead somewhere. No validator is in Debian 12.

    check_spdx.py CREATED|any DEPENDENCY,... FILE"""
import json
import re
import sys

created, dependencies, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    document = json.load(file)


def need(condition, what):
    if not condition:
        sys.exit(f"{path}: {what}")


need(document["spdxVersion"] == "SPDX-2.3", "version")
need(document["dataLicense"] == "CC0-1.0", "data licence")
need(document["SPDXID"] == "SPDXRef-DOCUMENT", "identifier of the document")
need(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", document["documentNamespace"]), "namespace")
creation = document["creationInfo"]
need(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", creation["created"]), "form of the time")
need(created in ("any", creation["created"]), "time is not that of SOURCE_DATE_EPOCH")
need(all(re.match(r"(Tool|Organization|Person): \S", creator) for creator in creation["creators"]), "creators")
packages = {package["SPDXID"]: package for package in document["packages"]}
need(len(packages) == len(document["packages"]), "two packages of one identifier")
for identifier, package in packages.items():
    need(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", identifier), f"identifier {identifier}")
    need(re.fullmatch(r"\d+(\.\d+)+", package["versionInfo"]), f"version of {identifier}")
    need(package["filesAnalyzed"] is False and package["downloadLocation"] == "NOASSERTION", f"fields of {identifier}")
    need(package["licenseDeclared"] and package["licenseConcluded"] and package["copyrightText"], f"licence of {identifier}")
    purl = [ref["referenceLocator"] for ref in package["externalRefs"] if ref["referenceType"] == "purl"]
    need(purl == [f"pkg:generic/{package['name']}@{package['versionInfo']}"], f"package URL of {identifier}")
arcs = [(r["spdxElementId"], r["relationshipType"], r["relatedSpdxElement"]) for r in document["relationships"]]
need(arcs[0] == ("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Package"), "what the document describes")
need(all(a == "SPDXRef-Package" and kind == "DEPENDS_ON" for a, kind, _ in arcs[1:]), "relationships")
found = [packages[other]["name"] for _, _, other in arcs[1:]]
need(found == dependencies.split(","), f"dependencies are {found}")
