import sys
import types
from types import (CodeType, FunctionType, GenericAlias, MappingProxyType, MethodType, ModuleType, SimpleNamespace, coroutine, new_class,
                   prepare_class, resolve_bases)

# a class from a function
def body(ns):
    ns["greeting"] = "hello"
    ns["say"] = lambda self, who: f"{self.greeting}, {who}"

Greeter = new_class("Greeter", (object,), {}, body)
g = Greeter()
print(Greeter.__name__, g.say("you"), type(Greeter) is type)
Loud = type("Loud", (Greeter,), {"greeting": "HELLO", "__slots__": ("volume",)})
print(Loud().say("me"), Loud.__mro__[1].__name__)

class Meta(type):
    def __new__(m, name, bases, ns, *, tag=None):
        cls = super().__new__(m, name, bases, dict(ns))
        cls.tag = tag
        return cls
print(new_class("Tagged", (), {"metaclass": Meta, "tag": 7}).tag, prepare_class("X", (), {"metaclass": Meta})[0].__name__)
print([b.__name__ for b in resolve_bases((list[int], dict))])

# methods come and go
def shout(self):
    return self.greeting.upper() + "!"
g.shout = MethodType(shout, g)
print(g.shout(), hasattr(Greeter(), "shout"), g.shout.__self__ is g)

# a function with another's code and different globals
def f(x, y=2, *, z=3):
    return x + y + z + offset
copy = FunctionType(f.__code__, {"offset": 1000}, "copy", (20,))
copy.__kwdefaults__ = {"z": 300}
print(copy(1), copy.__name__, f.__code__.co_varnames, f.__code__.co_names)
renamed = f.__code__.replace(co_name="renamed", co_consts=f.__code__.co_consts)
print(renamed.co_name, renamed.co_argcount, renamed.co_kwonlyargcount, isinstance(renamed, CodeType))

m = ModuleType("config", "Settings made at run time.")
exec("DEBUG = True\ndef get(): return DEBUG", m.__dict__)
sys.modules["config"] = m
import config
print(config.get(), config.__doc__, m.__name__)
m.__getattr__ = lambda name: f"no {name} here"
print(config.anything)

ns = SimpleNamespace(a=1, **{"b": [2]})
ns.c = ns
print(ns.a, ns == SimpleNamespace(a=1, b=[2], c=ns), sorted(vars(ns)), repr(ns))
view = MappingProxyType(d := {"k": 1})
d["k2"] = 2
try:
    view["k"] = 5
except TypeError as e:
    print(e, dict(view | {"z": 0}))
print(GenericAlias(list, (int,)), dict[str, int].__args__, int | None, isinstance(3, int | str), types.NoneType, types.EllipsisType)
print(types.get_original_bases(type("C", (list,), {})), types.DynamicClassAttribute is not None, isinstance(len, types.BuiltinFunctionType))
cell = types.CellType(5)
cell.cell_contents += 1
print(cell.cell_contents, (lambda: cell).__closure__ is None, types.CellType() == types.CellType())
