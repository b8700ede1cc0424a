# SPDX-License-Identifier: BSD-2-Clause
"""Each test that SECURITY.md names is one that ctest runs.
  named_tests.py SOURCE BUILD CTEST"""
import pathlib
import re
import subprocess
import sys

source, build, ctest = sys.argv[1:4]
listed = subprocess.run([ctest, "--test-dir", build, "-N"], capture_output=True, text=True, check=True).stdout
known = set(re.findall(r"^ *Test +#\d+: (\S+)", listed, re.M))
kinds = {name.split(".")[0] for name in known}
text = (pathlib.Path(source) / "SECURITY.md").read_text(encoding="utf-8")
named = {name for name in re.findall(r"`([a-z_]+\.[a-z0-9_]+)`", text) if name.split(".")[0] in kinds}
missing = sorted(named - known)
for name in missing:
    print(f"SECURITY.md names {name}, which ctest does not run")
print(f"{len(named)} tests are named")
sys.exit(1 if missing or len(named) < 10 else 0)
