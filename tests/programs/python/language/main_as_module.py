"""The running script is a module like any other."""
import sys
import types
import __main__

COUNTER = 0


def bump():
    global COUNTER
    COUNTER += 1
    return COUNTER


print(__name__, __main__ is sys.modules["__main__"], __main__.__doc__)
bump(), __main__.bump(), setattr(__main__, "COUNTER", COUNTER + 10)
print(COUNTER, __main__.COUNTER, globals() is vars(__main__))
__main__.added = "made through the module"
print(added, "added" in dir(), bump.__module__)

mod = types.ModuleType("virtual", "a module without a file")
exec("import sys\nVALUE = 42\n_hidden = 1\ndef who(): return __name__", vars(mod))
sys.modules["virtual"] = mod
import virtual
from virtual import VALUE, who
print(virtual.VALUE, who(), virtual.__doc__, virtual.__spec__, repr(virtual))
ns = {}
exec("from virtual import *", ns)
print(sorted(k for k in ns if k != "__builtins__"))


def module_getattr(name):
    if name.startswith("lazy_"):
        return f"computed {name[5:]}"
    raise AttributeError(f"module has no {name}")


virtual.__getattr__ = module_getattr
print(virtual.lazy_thing)
from virtual import lazy_other
print(lazy_other)
for stmt in ("virtual.missing", "from virtual import missing", "import virtual.sub", "import no_such_module_here"):
    try:
        exec(stmt)
    except (AttributeError, ImportError) as e:
        print(type(e).__name__, e)
print(type(__builtins__).__name__, __spec__, sorted(n for n in globals() if n.islower() and not n.startswith("_")))
