"""Programs for task classes: the file that defines a class, and what runs an object of it, as one text
for ``@python``.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from typing import Any

__all__ = ["NoSource", "program_of"]

#: The program: finds the user's files among its own text, makes the object anew, runs it, and gives back
#: its attributes. What the object prints is for the log.
PROGRAM = """
import functools
import importlib.abc
import importlib.util
import json
import linecache
import math
import sys

SOURCES = json.loads({sources!r})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def find_spec(self, name, path=None, target=None):
        if name not in SOURCES:
            return None
        return importlib.util.spec_from_loader(name, self, origin=name + ".py", is_package=self.is_package(name))

    def is_package(self, name):
        return any(other.startswith(name + ".") for other in SOURCES)

    def get_source(self, name):
        return SOURCES[name]

    def get_code(self, name):
        file = name + ".py"
        linecache.cache[file] = (len(SOURCES[name]), None, SOURCES[name].splitlines(True), file)
        return compile(SOURCES[name], file, "exec", dont_inherit=True)


def check(value, name):
    kind = type(value)
    if value is None or kind in (bool, int, str) or (kind is float and math.isfinite(value)):
        return
    if kind is list:
        for at, item in enumerate(value):
            check(item, f"{{name}}[{{at}}]")
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise TypeError(f"{{name}} has the key {{key!r}}: only texts can be keys")
            check(item, f"{{name}}[{{key!r}}]")
    else:
        raise TypeError(f"{{name}} is {{value!r}}, which JSON cannot hold")


def main():
    out, sys.stdout = sys.stdout, sys.stderr
    row = json.load(sys.stdin)
    of = functools.reduce(getattr, row["class"].split("."), importlib.import_module({module!r}))
    made = of.__new__(of)
    vars(made).update(row["state"])
    result = made.run()
    state = dict(vars(made))
    for name, value in state.items():
        check(value, f"{{of.__name__}}.{{name}}")
    check(result, f"the result of {{of.__name__}}.run()")
    out.write(json.dumps({{"result": result, "state": state}}))


sys.meta_path.insert(0, Finder())
main()
"""

#: What the import line of the user's file finds there.
STUB = """
class BaseTask:
    def __init__(self):
        pass


class AttributeNotJson(TypeError):
    pass


class ControllerQueue:
    pass


class TaskMgr:
    def __init__(self, *args, **named):
        raise RuntimeError("a task cannot start a TaskMgr")
"""


class NoSource(Exception):
    """A class has no source that could be run elsewhere. The text says why."""


#: Programs by class.
_KNOWN: dict[type, str] = {}


def program_of(of: type) -> str:
    """Return the program that runs objects of a class.

    Raises:
        NoSource: the class is not defined at the top of a file.
    """
    text = _KNOWN.get(of)
    if text is None:
        text = _KNOWN[of] = _program(of)
    return text


def _program(of: type) -> str:
    if "<locals>" in of.__qualname__:
        raise NoSource(f"{of.__qualname__} is defined in a function: define it at the top of its file")
    try:
        source = inspect.getsourcefile(of)
    except TypeError:
        source = None
    if source is None or not os.path.isfile(source):
        raise NoSource(f"{of.__name__} is not defined in a file: its source is needed to run it")
    sources = _sources(os.path.abspath(source))
    name = os.path.splitext(os.path.basename(source))[0]
    if not name.isidentifier() or name == "polymer_wasm":
        sources["compat_tasks"] = sources.pop(name)
        name = "compat_tasks"
    sources["polymer_wasm"] = ""
    sources["polymer_wasm.compat"] = STUB
    return PROGRAM.format(sources=json.dumps(sources), module=name)


def _sources(source: str) -> dict[str, str]:
    """The file of a class, and modules beside it that are loaded, by the names of modules."""
    folder = os.path.dirname(source)
    paths = {source}
    for module in list(sys.modules.values()):
        path: Any = getattr(module, "__file__", None)
        if path and path.endswith(".py") and os.path.dirname(os.path.abspath(path)) == folder:
            paths.add(os.path.abspath(path))
    found = {}
    for path in sorted(paths):
        with open(path, encoding="utf-8") as file:
            found[os.path.splitext(os.path.basename(path))[0]] = file.read()
    return found
