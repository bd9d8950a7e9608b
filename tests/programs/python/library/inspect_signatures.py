# differs: frames of the interpreter stand below those of the program
"""What inspect can tell of functions, classes, generators and frames."""
import functools
import inspect
from typing import Any


def full(a, /, b: int, c=3, *args: str, d, e="x", **kw: Any) -> bool:
    """Takes everything.

        This line is indented further.
    """


class Base:
    """The base."""

    kind = "b"

    def method(self, x): ...

    @staticmethod
    def static(y=1): ...

    @classmethod
    def make(cls, *z): ...

    @property
    def prop(self): ...


class Child(Base):
    def __init__(self, n: int, *, flag: bool = False) -> None:
        self.n = n

    def method(self, x): ...


def show(label: str, obj) -> None:
    try:
        print(f"{label:<10} {inspect.signature(obj)}")
    except (ValueError, TypeError) as e:
        print(f"{label:<10} {type(e).__name__}")


for label, obj in [("full", full), ("lambda", lambda x, *y: 0), ("method", Child.method), ("bound", Child(1).method), ("static", Base.static),
                   ("classm", Base.make), ("class", Child), ("partial", functools.partial(full, 1, c=5)), ("len", len), ("sorted", sorted), ("five", 5)]:
    show(label, obj)

sig = inspect.signature(full)
for p in sig.parameters.values():
    print(p.name, p.kind.description, "-" if p.default is p.empty else repr(p.default), getattr(p.annotation, "__name__", p.annotation))
bound = sig.bind(1, 2, d=4, extra=9)
print(bound.arguments, bound.args, bound.kwargs)
bound.apply_defaults()
print(dict(bound.arguments))
for args, kw in [((), {}), ((1, 2), {}), ((1,), {"a": 1, "b": 2, "d": 3})]:
    try:
        sig.bind(*args, **kw)
    except TypeError as e:
        print("TypeError:", e)
print(sig.replace(return_annotation=inspect.Signature.empty, parameters=list(sig.parameters.values())[:2]))

print(inspect.getdoc(full), "|", inspect.getdoc(Child), "|", inspect.cleandoc("  a\n    b\n    c"))
print([n for n, _ in inspect.getmembers(Base, inspect.isfunction)], [(a.name, a.kind) for a in inspect.classify_class_attrs(Child) if a.defining_class is Base and not a.name.startswith("__")])
print([c.__name__ for c in inspect.getmro(Child)], inspect.isabstract(Base), inspect.isdatadescriptor(Base.prop), inspect.ismethod(Base.make))


def gen(n):
    for i in range(n):
        yield i


g = gen(2)
print(inspect.getgeneratorstate(g), next(g), inspect.getgeneratorstate(g), inspect.getgeneratorlocals(g), list(g), inspect.getgeneratorstate(g))
print(inspect.isgeneratorfunction(gen), inspect.iscoroutinefunction(gen), inspect.isbuiltin(len), inspect.isclass(int))


def who():
    return inspect.currentframe().f_back.f_code.co_name, [f.function for f in inspect.stack(0)]


def caller(local="v"):
    return who()


print(caller(), inspect.getcallargs(caller, 5), inspect.getclosurevars(caller).globals.keys())
print(inspect.unwrap(functools.wraps(full)(lambda: 0)) is full, inspect.getmodulename("dir/name.cpython-3.py"), inspect.get_annotations(full)["b"])
