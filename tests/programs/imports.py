"""Imports each public module of the standard library in `@python` and natively, and compares which can be imported.

    imports.py POLYMER MODULE NATIVE

What can be imported natively only has to stand in the manual, and nothing that can be imported here. Exits with 1 if that is not so.
"""

import json
import pathlib
import re
import shlex
import subprocess
import sys

MANUAL = pathlib.Path(__file__).resolve().parents[2] / "host/docs/programs.md"
# `this` and `antigravity` do something when they are imported. Arguments are further names.
PROGRAM = """
import importlib, json, sys
names = sorted(name for name in sys.stdlib_module_names if not name.startswith("_") and name not in ("this", "antigravity"))
def is_there(name):
    try:
        importlib.import_module(name)
        return True
    except ImportError:
        return False
print(json.dumps([name for name in [*names, *sys.argv[1:]] if is_there(name)]))
"""


def main():
    polymer, module, native = sys.argv[1:]
    bullet = re.search(r"^- Modules that need a library or a system which is not there.*?: (.*?)\. ", MANUAL.read_text(), re.DOTALL | re.MULTILINE)
    told = set(re.findall(r"`([\w.]+)`", bullet[1]))
    argv = sorted(name for name in told if "." in name)
    line = json.dumps({"code": PROGRAM, "argv": argv}) + "\n"
    done = subprocess.run([polymer, "run", module, "-q", "--emit", "output"], input=line, stdout=subprocess.PIPE, text=True, check=True)
    ours = set(json.loads(json.loads(done.stdout)))
    theirs = set(json.loads(subprocess.run([*shlex.split(native), "-c", PROGRAM, *argv], stdout=subprocess.PIPE, text=True, check=True).stdout))
    untold, stale = sorted(theirs - ours - told), sorted(told & ours)
    print(f"{len(ours)} modules of the standard library can be imported, natively {len(theirs)}; {len(told)} are said not to be there")
    if untold or stale:
        sys.exit(f"{MANUAL.name} does not say of {untold} that they are not there, and says it of {stale}")


if __name__ == "__main__":
    main()
