# SPDX-License-Identifier: BSD-2-Clause
# Runs at installation: writes what a library, or the tools, are and what they depend on as a document of SPDX 2.3. With
# SOURCE_DATE_EPOCH the same build gives the same octets.
string(TIMESTAMP created "%Y-%m-%dT%H:%M:%SZ" UTC)
set(name libxk_kms)
set(dependencies "libxk 0.2.0 BSD-2-Clause;libcrypto 3.0.19 Apache-2.0")
# A name-based UUID: another version, dependency or time is another document.
string(UUID id NAMESPACE 6ba7b811-9dad-11d1-80b4-00c04fd430c8 TYPE SHA1
  NAME "${name} 0.2.0 ${dependencies} ${created}")

set(packages "")
set(relationships "")
foreach(dependency IN LISTS dependencies)
  string(REPLACE " " ";" dependency "${dependency}")
  list(GET dependency 0 other)
  list(GET dependency 1 version)
  list(GET dependency 2 licence)
  string(APPEND packages ",
    {
      \"SPDXID\": \"SPDXRef-${other}\",
      \"name\": \"${other}\",
      \"versionInfo\": \"${version}\",
      \"downloadLocation\": \"NOASSERTION\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"NOASSERTION\",
      \"licenseDeclared\": \"${licence}\",
      \"copyrightText\": \"NOASSERTION\",
      \"externalRefs\": [
        {
          \"referenceCategory\": \"PACKAGE-MANAGER\",
          \"referenceType\": \"purl\",
          \"referenceLocator\": \"pkg:generic/${other}@${version}\"
        }
      ]
    }")
  string(APPEND relationships ",
    {
      \"spdxElementId\": \"SPDXRef-Package\",
      \"relationshipType\": \"DEPENDS_ON\",
      \"relatedSpdxElement\": \"SPDXRef-${other}\",
      \"comment\": \"linked dynamically; the version is that of the build\"
    }")
endforeach()

file(WRITE "/tmp/mend/b/lib/libxk_kms-0.2.spdx.json" "{
  \"spdxVersion\": \"SPDX-2.3\",
  \"dataLicense\": \"CC0-1.0\",
  \"SPDXID\": \"SPDXRef-DOCUMENT\",
  \"name\": \"${name}-0.2.0\",
  \"documentNamespace\": \"urn:uuid:${id}\",
  \"creationInfo\": {
    \"created\": \"${created}\",
    \"creators\": [\"Organization: the libxk authors\", \"Tool: cmake-${CMAKE_VERSION}\"]
  },
  \"packages\": [
    {
      \"SPDXID\": \"SPDXRef-Package\",
      \"name\": \"${name}\",
      \"versionInfo\": \"0.2.0\",
      \"supplier\": \"Organization: the libxk authors\",
      \"downloadLocation\": \"NOASSERTION\",
      \"filesAnalyzed\": false,
      \"primaryPackagePurpose\": \"LIBRARY\",
      \"licenseConcluded\": \"BSD-2-Clause\",
      \"licenseDeclared\": \"BSD-2-Clause\",
      \"copyrightText\": \"Copyright (c) 2026, the libxk authors\",
      \"externalRefs\": [
        {
          \"referenceCategory\": \"PACKAGE-MANAGER\",
          \"referenceType\": \"purl\",
          \"referenceLocator\": \"pkg:generic/${name}@0.2.0\"
        }
      ]
    }${packages}
  ],
  \"relationships\": [
    {
      \"spdxElementId\": \"SPDXRef-DOCUMENT\",
      \"relationshipType\": \"DESCRIBES\",
      \"relatedSpdxElement\": \"SPDXRef-Package\"
    }${relationships}
  ]
}
")
