"""Makes an interpreter with a package from the index, makes it again from its lock, and runs a program in it.

    packages.py POLYMER

A package with machine code has to be refused with a sentence that says why. Exits with 1 if anything is otherwise.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

PACKAGE = "attrs==25.4.0"
# What uses it: what it is called, a class that it makes, and a file that lies beside its code.
PROGRAM = """
import attr, attrs, importlib.resources, sys
@attrs.define(order=True)
class Point:
    x: int = attrs.field(validator=attrs.validators.instance_of(int))
    y: int = 0
print(attrs.asdict(Point(1)), Point(1) < Point(1, 2))
print(importlib.resources.files("attr").joinpath("py.typed").is_file())
try:
    Point("1")
except TypeError as error:
    print(error.args[0].partition(" (")[0])
"""
PRINTED = "{'x': 1, 'y': 0} True\nTrue\n'x' must be <class 'int'>"
REFUSED = "numpy cannot be part of an interpreter: its index has machine code for real machines, and no wheel of pure Python"


def built(polymer, *args):
    done = subprocess.run([polymer, "build", "@python", *args], capture_output=True, text=True)
    return done.returncode, done.stderr


def main():
    polymer = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        mine, again, lock = (pathlib.Path(folder, name) for name in ("mine.wasm", "again.wasm", "mine.requirements.txt"))
        code, said = built(polymer, "--package", PACKAGE, "-o", mine)
        assert code == 0, said
        locked = lock.read_text()
        (line,) = (line for line in locked.splitlines() if not line.startswith("#"))
        assert line.startswith(f"{PACKAGE} --hash=sha256:"), locked

        code, said = built(polymer, "--requirements", lock, "-o", again)
        assert code == 0, said
        assert again.with_suffix(".requirements.txt").read_text() == locked
        done = subprocess.run([polymer, "run", again, "-q"], input=json.dumps(PROGRAM) + "\n", capture_output=True, text=True)
        record = json.loads(done.stdout)
        assert (record["verdict"], record["output"]) == ("ok", PRINTED), record

        # Another file than the one that is locked.
        lock.write_text(line[:-1] + ("1" if line.endswith("0") else "0") + "\n")
        code, said = built(polymer, "--requirements", lock, "-o", again)
        assert code != 0 and "hash" in said.lower(), said
        code, said = built(polymer, "--package", "numpy", "-o", again)
        assert code != 0 and REFUSED in said, said
    print(f"{PACKAGE} is there, from its lock too; numpy is refused")


if __name__ == "__main__":
    main()
