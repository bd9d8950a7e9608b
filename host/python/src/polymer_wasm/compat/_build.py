"""Modules for task classes: the file that defines a class, built once for its content."""

from __future__ import annotations

import hashlib
import inspect
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from typing import Any

from .._binary import command

__all__ = ["BuildFailed", "module_of"]

#: Raised when what is built of a class changes, so that earlier modules are not taken.
VERSION = 1

#: What a module runs: makes the object anew, runs it, and gives back its attributes.
TASK = """
import functools
import math

import {module} as tasks
from polymer_task import Failure, task


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
                raise Failure(f"{{name}} has the key {{key!r}}: only texts can be keys", code="attribute")
            check(item, f"{{name}}[{{key!r}}]")
    else:
        raise Failure(f"{{name}} is {{value!r}}, which JSON cannot hold", code="attribute")


@task
def run_object(row):
    of = functools.reduce(getattr, row["class"].split("."), tasks)
    made = of.__new__(of)
    vars(made).update(row["state"])
    result = made.run()
    state = dict(vars(made))
    for name, value in state.items():
        check(value, f"{{of.__name__}}.{{name}}")
    check(result, f"the result of {{of.__name__}}.run()")
    return {{"result": result, "state": state}}
"""

#: What the import line of the user's file finds there.
STUB = """
class BaseTask:
    def __init__(self):
        pass


class ControllerQueue:
    pass


class TaskMgr:
    def __init__(self, *args, **named):
        raise RuntimeError("a task cannot start a TaskMgr")
"""


class BuildFailed(Exception):
    """A class cannot be built into a module. The text says why, in the words of the tools."""


#: Paths of modules by class.
_KNOWN: dict[type, str] = {}


def module_of(of: type) -> str:
    """Return the path of the module that runs objects of a class; build it if there is none.

    Raises:
        BuildFailed: the class is not defined in a file, or its module cannot be built.
    """
    path = _KNOWN.get(of)
    if path is None:
        path = _KNOWN[of] = _module(of)
    return path


def _module(of: type) -> str:
    if "<locals>" in of.__qualname__:
        raise BuildFailed(f"{of.__qualname__} is defined in a function: define it at the top of its file")
    try:
        source = inspect.getsourcefile(of)
    except TypeError:
        source = None
    if source is None or not os.path.isfile(source):
        raise BuildFailed(f"{of.__name__} is not defined in a file: its source is needed to build it")
    files = _files(os.path.abspath(source))
    name = os.path.splitext(os.path.basename(source))[0]
    if not name.isidentifier() or name in ("task", "polymer_task", "polymer_wasm"):
        files["compat_tasks.py"] = files.pop(os.path.basename(source))
        name = "compat_tasks"
    files["task.py"] = TASK.format(module=name).encode()
    files["polymer_wasm/__init__.py"] = b""
    files["polymer_wasm/compat/__init__.py"] = STUB.encode()
    digest = hashlib.sha256(f"{VERSION} {sys.version_info[:2]}".encode())
    for path, content in sorted(files.items()):
        digest.update(f"\n{path} {len(content)}\n".encode() + content)
    return _built(os.path.join(_cache(), digest.hexdigest()[:32]), files)


def _files(source: str) -> dict[str, bytes]:
    """The file of a class, and modules beside it that are loaded."""
    folder = os.path.dirname(source)
    paths = {source}
    for module in list(sys.modules.values()):
        path: Any = getattr(module, "__file__", None)
        if path and path.endswith(".py") and os.path.dirname(os.path.abspath(path)) == folder:
            paths.add(os.path.abspath(path))
    found = {}
    for path in sorted(paths):
        with open(path, "rb") as file:
            found[os.path.basename(path)] = file.read()
    return found


def _cache() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "polymer", "compat")


def _built(folder: str, files: dict[str, bytes]) -> str:
    module = os.path.join(folder, "module.wasm")
    if os.path.isfile(module):
        return module
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    made = tempfile.mkdtemp(dir=os.path.dirname(folder), prefix=".building-")
    try:
        for path, content in files.items():
            path = os.path.join(made, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        # Tools that were installed beside this package count.
        tools = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
        ended = subprocess.run(
            [command(), "build", made, "-o", os.path.join(made, "module.wasm")],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "PATH": tools},
        )
        if ended.returncode != 0:
            raise BuildFailed(ended.stderr.decode(errors="replace").strip())
        try:
            os.rename(made, folder)
        except OSError:
            # Another process was quicker.
            if not os.path.isfile(module):
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return module
