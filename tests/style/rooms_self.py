# SPDX-License-Identifier: BSD-2-Clause
"""rooms.py finds what it is for: breaches that are planted, one at a time, in a copy of the library's sources, table and
objects. Without any it is content. Arguments as of rooms.py."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

LIB, TABLE, OBJECTS = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
CHECK = pathlib.Path(__file__).parent / "rooms.py"


class Copy:
    def __init__(self, folder):
        self.folder, self.objects = pathlib.Path(folder), list(OBJECTS)
        self.lib, self.table = self.folder / "lib", self.folder / "stations.txt"
        shutil.copytree(LIB, self.lib)
        shutil.copy(TABLE, self.table)

    def include(self, source, *names):
        path = self.lib / source
        if not path.exists():
            path.write_text("", encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        path.write_text("".join(f'#include "{name}"\n' for name in names) + text, encoding="utf-8")

    def call(self, source, defined, *called):
        """An object of a made-up file, which defines one function and calls others."""
        target = self.folder / "lib/CMakeFiles/xk_objects.dir" / f"{source}.o"
        target.parent.mkdir(parents=True, exist_ok=True)
        calls = "".join(f"extern void {name}(void);" for name in called)
        text = f"{calls} void {defined}(void); void {defined}(void) {{ {' '.join(f'{name}();' for name in called)} }}"
        subprocess.run(["cc", "-x", "c", "-c", "-", "-o", target], input=text, text=True, check=True)
        self.objects.append(str(target))

    def star(self, ground, rooms):
        with self.table.open("a", encoding="utf-8") as file:
            file.write(f"sip.ground: {ground}\nsip.rooms: {rooms}\n")

    def check(self):
        return subprocess.run([sys.executable, CHECK, self.lib, self.table, *self.objects], capture_output=True, text=True)


PLANTED = [
    ("lib/support/bounds.c: support includes messages: messages/layout.h",
     lambda c: c.include("support/bounds.c", "messages/layout.h")),
    ("lib/sip/body.c: nowhere.h is no file of lib/", lambda c: c.include("sip/body.c", "nowhere.h")),
    ("a circle of includes: sip/one.h sip/two.h",
     lambda c: (c.include("sip/one.h", "sip/two.h"), c.include("sip/two.h", "sip/one.h"))),
    ("lib/support/made.c: support calls messages: messages/peek.c",
     lambda c: c.call("support/made.c", "made", "xk_message_peek")),
    ("lib/hi2/made.c: hi2 calls sip: sip/find.c", lambda c: c.call("hi2/made.c", "made", "xk_sip_find_mikey")),
    ("a circle of calls: sip/one.c sip/two.c",
     lambda c: (c.call("sip/one.c", "one", "two"), c.call("sip/two.c", "two", "one"))),
    ("xk_ps_sequence_check is in lib/hi2/ps_sequence.c and in lib/sip/one.c",
     lambda c: c.call("sip/one.c", "xk_ps_sequence_check")),
    ("lib/unknown is not in lib/stations.cmake",
     lambda c: ((c.lib / "unknown").mkdir(), (c.lib / "unknown/CMakeLists.txt").write_text(""))),
    ("lib/sip/one.c: a room of sip calls sip/two.c",
     lambda c: (c.star("", "one two"), c.call("sip/one.c", "one", "two"), c.call("sip/two.c", "two"))),
    ("lib/sip/one.c: a room of sip includes sip/two.h",
     lambda c: (c.star("", "one two"), c.include("sip/one.c", "sip/two.h"), c.include("sip/two.h"))),
    ("lib/requester/ask.c: a room of requester includes requester/share.h",
     lambda c: c.include("requester/ask.c", "requester/share.h")),
    ("lib/requester/list.c: the ground of requester includes requester/work.h",
     lambda c: c.include("requester/list.c", "requester/work.h")),
    ("lib/requester/list.c: the ground of requester calls requester/wait.c",
     lambda c: c.call("requester/list.c", "made", "xki_rq_wait_next")),
    ("lib/requester/ask.c: a room of requester calls requester/share.c",
     lambda c: c.call("requester/ask.c", "made", "xki_rq_share_fits")),
    ("a circle of calls: requester/tick.c requester/work.c",
     lambda c: (c.call("requester/tick.c", "one", "two"), c.call("requester/work.c", "two", "one"))),
    ("lib/sip/one.c: the ground of sip calls sip/two.c",
     lambda c: (c.star("one", "two"), c.call("sip/one.c", "one", "two"), c.call("sip/two.c", "two"))),
]
ALLOWED = lambda c: (c.star("ground", "one"), c.call("sip/ground.c", "ground"), c.call("sip/one.c", "one", "ground"),
                     c.call("sip/work.c", "work", "one", "ground"))

failures = []
for wanted, plant in [("no breach", lambda c: None), ("no breach", ALLOWED)] + PLANTED:
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(folder)
        plant(copy)
        done = copy.check()
        lines = done.stdout.rstrip("\n").split("\n")
        if wanted == "no breach":
            good = done.returncode == 0
        else:
            good = done.returncode == 1 and lines == [wanted]
        if not good:
            failures.append(f"wanted {wanted}\n  found {done.stdout}{done.stderr}")
print("\n".join(failures) or f"{len(PLANTED)} planted breaches found")
sys.exit(1 if failures else 0)
