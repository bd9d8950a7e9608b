# Finds the file of a task, whatever it is called: as a module of the standard library, or as no module can be.
import keyword
import linecache
import os
import re
import sys
import types

# How the file is called where it is read, and how its author calls it.
SOURCE = "{{source}}"
FILE = "{{file}}"

# Its folder is the one behind that of this file. What stands before them, the standard library, may have a file of the same name.
_HERE = sys.path.index(os.path.dirname(os.path.abspath(__file__)))
PATH = os.path.join(sys.path[_HERE + 1], SOURCE)

with open(PATH, "rb") as _file:
    TEXT = _file.read()

CODE = compile(TEXT, FILE, "exec", dont_inherit=True)

# Tracebacks show lines of it, and no file is there when it runs.
_LINES = TEXT.decode("utf-8", "replace").splitlines(keepends=True)
linecache.cache[FILE] = (len(TEXT), None, _LINES, FILE)


def name():
    """What the module is called: as its file, if that is a name that nothing else has."""
    stem = os.path.splitext(FILE)[0]
    if stem.isidentifier() and not keyword.iskeyword(stem) and stem not in sys.stdlib_module_names and stem not in sys.modules:
        return stem
    return "task_" + re.sub(r"\W", "_", stem)


def load():
    """Imports it."""
    module = types.ModuleType(name())
    module.__file__ = PATH
    # As for any module: what it defines is looked for by its name.
    sys.modules[module.__name__] = module
    exec(CODE, module.__dict__)
    return module
