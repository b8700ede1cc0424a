# SPDX-License-Identifier: BSD-2-Clause
"""A built copy of the tree, and how one mutated file gets into its test programs: only what includes the file is
compiled again, and linked before the archive that holds the original, which then stays unused. The copy stays for the
next run, which builds only what has changed since."""
import json
import math
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import resource

# Looked at by other means, or slow, or in need of tools that a mutant's tests do not need.
LEFT_OUT = ("interop", "model", "fuzz", "style", "abi", "consumer", "transport", "tools", "endtoend", "bench", "mutants")
MEMORY = 4 << 30


def run(command, seconds, cwd=None, limited=True):
    """True if the program ends with 0 within that time of the processor, which a busy machine makes no shorter. By the
    clock it has five times as long: what only waits ends too."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limited:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=limit) as process:
        try:
            return process.wait(5 * seconds) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return False


def quiet(command, **keywords):
    done = subprocess.run(command, capture_output=True, text=True, **keywords)
    if done.returncode != 0:
        raise SystemExit(f"mutants: {' '.join(map(str, command))}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


class Program:
    """A test program of ctest: its name, command and how it is linked."""

    def __init__(self, name, command, room, link):
        self.name, self.command, self.room, self.link = name, command, room, link
        self.symbols = set()
        self.seconds = 0.0


class Build:
    def __init__(self, source, folder, sanitized=False):
        self.source, self.folder, self.sanitized = source, pathlib.Path(folder), sanitized
        self.build = self.folder / "build"
        self.configure()
        self.programs, self.sims = [], {}
        self.prepared = set()

    @staticmethod
    def copy(tree, source):
        """Makes `source` what the tree holds now; what has not changed keeps its time, so that it is not built again."""
        copied = set()
        names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=tree,
                               capture_output=True, check=True).stdout.decode().split("\0")
        for name in filter(None, names):
            parts = pathlib.Path(name).parts
            if (parts[0] == "tests" and len(parts) > 2 and parts[1] in LEFT_OUT) or not (tree / name).is_file():
                continue
            target = source / name
            copied.add(target)
            octets = (tree / name).read_bytes()
            if not target.is_file() or target.read_bytes() != octets:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(octets)
        for file in list(source.rglob("*")):
            if file.is_file() and file not in copied:
                file.unlink()

    def configure(self):
        flags = "-O1 -w" + (" -fsanitize=address,undefined -fno-sanitize-recover=all" if self.sanitized else "")
        options = ["-DCMAKE_BUILD_TYPE=None", f"-DCMAKE_C_FLAGS={flags}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
                   "-DXK_BUILD_EXAMPLES=OFF", "-DXK_BUILD_SHARED=OFF"]
        if subprocess.run(["ld.gold", "--version"], capture_output=True).returncode == 0:
            options.append("-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=gold")
        quiet(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", *options])

    def read_objects(self):
        """How each object is compiled, what it includes, and the archive that it goes into."""
        self.compile, self.includes = {}, {}
        archives = re.findall(r"^build (\S+\.a): (?!phony)\S+ ([^|\n]*)", (self.build / "build.ninja").read_text(), re.M)
        self.archives = {archive: set(objects.split()) for archive, objects in archives}
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            words = shlex.split(entry["command"])
            at = words.index("-o")
            name = os.path.relpath(os.path.join(entry["directory"], words[at + 1]), self.build)
            # Without what goes where: the object, the source, and the names of dependency files.
            self.compile[name] = (words[:at] + [w for w in words[at + 2 :] if w not in ("-c", entry["file"])], entry["file"])
        current = None
        for line in quiet(["ninja", "-C", self.build, "-t", "deps"]).split("\n"):
            if line.startswith(" ") and current:
                path = os.path.normpath(os.path.join(self.build, line.strip()))
                self.includes.setdefault(current, set()).add(os.path.relpath(path, self.source))
            else:
                current = line.split(":")[0] if ":" in line else None

    def defined(self, file, *options):
        words = [line.split() for line in quiet(["nm", "--defined-only", *options, file]).split("\n")]
        return {w[2] for w in words if len(w) == 3}

    def prepare(self, clock, room=None, simulations=None):
        """Builds the programs of a room, or all, and sees that each passes on the tree as it is; the time that it takes
        tells when a mutant hangs."""
        if room in self.prepared:
            return
        self.prepared.add(room)
        listed = [found for found in self.listed() if room in (None, found[3])]
        quiet(["cmake", "--build", self.build, *(["--target", *(str(path) for _, path, _, _ in listed)] if room else [])])
        self.read_objects()
        fresh = [self.program(*found) for found in listed]
        self.programs += fresh
        for name, commands in (simulations or {}).items():
            for command in commands:
                if (self.build / command[0]).exists():
                    fresh.append(self.program("sim", pathlib.Path(command[0]), command[1:], name))
                    self.sims.setdefault(name, []).append(fresh[-1])
        for program in fresh:
            start = clock()
            good = run([self.build / program.path, *program.command], 600, self.build, not self.sanitized)
            program.seconds = clock() - start
            if not good and program.name != "sim":
                raise SystemExit(f"mutants: {program.name} fails without any mutation")
            if not good:
                print(f"mutants: the simulation of {program.room} fails without any mutation, and is left out")
                self.sims[program.room].remove(program)

    def listed(self):
        """Name, path, arguments and room of each unit and fault test, as CMake writes them for ctest, which itself does
        not tell of a program that is not built yet."""
        found, folders = [], [self.build]
        while folders:
            folder = folders.pop()
            file = folder / "CTestTestfile.cmake"
            text = file.read_text() if file.exists() else "" # a folder without tests has none
            folders += [folder / name for name in re.findall(r'^subdirs\("([^"]+)"\)$', text, re.M)]
            for name, command in re.findall(r'^add_test\((?:\[=*\[)?([^\s\]]+)(?:\]=*\])? +("[^\n]*")\)$', text, re.M):
                words = shlex.split(command)
                path = pathlib.Path(os.path.relpath(words[0], self.build))
                group, _, rest = name.partition(".")
                if group in ("unit", "fault"):
                    room = path.parts[2] if group == "unit" and len(path.parts) > 3 else rest
                    found.append((name, path, words[1:], room))
        return sorted(found)

    def program(self, name, path, arguments, room):
        commands = quiet(["ninja", "-C", self.build, "-t", "commands", str(path)]).rstrip("\n").split("\n")
        words = [w for w in shlex.split(commands[-1]) if w not in (":", "&&")]
        program = Program(name, arguments, room, words)
        program.symbols = self.defined(self.build / path) # in a program, hidden symbols are local ones
        program.path = path
        return program

    def affected(self, path):
        """Objects that are compiled from `path` or include it."""
        return [name for name in self.compile if path in self.includes.get(name, ()) or
                os.path.relpath(self.compile[name][1], self.source) == path]


class Worker:
    """One mutant at a time: its own folder for mutated files, objects and programs."""

    def __init__(self, build, number):
        self.build = build
        self.folder = build.folder / f"worker{number}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.reference = {}

    def place(self, path, text):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.placed = target
        return target

    def compile(self, name, level=None):
        words, source = self.build.compile[name]
        if os.path.relpath(source, self.build.source) == os.path.relpath(self.placed, self.folder):
            source = str(self.placed)
        output = self.folder / name.replace("/", "!")
        output.unlink(missing_ok=True)
        words = words[:1] + [f"-I{self.folder}/lib", f"-I{self.folder}/include", f"-I{self.folder}/tests"] + words[1:]
        words += ([level] if level else []) + ["-c", source, "-o", str(output)]
        if not run(words, 120, self.build.build):
            return None
        return output

    def compile_all(self, names, level=None):
        """{object: file}, or None if one does not compile."""
        made = {}
        for name in names:
            file = self.compile(name, level)
            if file is None:
                return None
            made[name] = file
        return made

    def code(self, path, source, level=None):
        """The objects' octets of the file as it is, to see whether a mutant has other code at all."""
        key = (path, level)
        if key not in self.reference:
            self.place(path, source)
            made = self.compile_all(self.build.affected(path), level)
            if made is None:
                raise SystemExit(f"mutants: {path} does not compile as it is")
            self.reference[key] = {name: file.read_bytes() for name, file in made.items()}
            self.placed.unlink()
        return self.reference[key]

    def passes(self, program, made, symbols):
        """Whether the test program passes with the objects in `made` in place of the original ones."""
        words, first = list(program.link), []
        # Of other objects than those of its own archives, such as other tests, nothing belongs into the program.
        archived = set().union(*(self.build.archives.get(word, ()) for word in words))
        for name, file in made.items():
            if name in words:
                words[words.index(name)] = str(file)
            elif name in archived and symbols[name] & program.symbols:
                first.append(str(file))
        if not first and words == program.link:
            return True
        at = words.index("-o")
        output = self.folder / "program"
        words[at : at + 2] = [*first, "-o", str(output)]
        if not run(words, 120, self.build.build):
            return True # what no longer links says nothing
        return run([output, *program.command], 2 + 10 * program.seconds, self.build.build, not self.build.sanitized)
