from functools import singledispatch, singledispatchmethod
from datetime import timedelta
from decimal import Decimal
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, is_dataclass, fields

@singledispatch
def to_text(obj):
    if is_dataclass(obj):
        inner = ", ".join(f"{f.name}: {to_text(getattr(obj, f.name))}" for f in fields(obj))
        return f"{type(obj).__name__}({inner})"
    raise TypeError(f"cannot serialise {type(obj).__name__}")

@to_text.register
def _(obj: str):
    return '"' + obj.replace('"', '\\"') + '"'

@to_text.register
def _(obj: int | float | Decimal):
    return str(obj)

@to_text.register
def _bool(obj: bool):
    return "yes" if obj else "no"

@to_text.register(type(None))
def _(obj):
    return "nil"

@to_text.register
def _(obj: Mapping):
    return "{" + ", ".join(f"{to_text(k)} = {to_text(v)}" for k, v in obj.items()) + "}"

@to_text.register(Set)
def _(obj):
    return "<" + " ".join(sorted(map(to_text, obj))) + ">"

@to_text.register
def _(obj: Sequence):
    return "[" + " ".join(map(to_text, obj)) + "]"

@dataclass
class Order:
    id: int
    lines: tuple

class Negator:
    @singledispatchmethod
    def neg(self, arg):
        raise NotImplementedError("Cannot negate a " + type(arg).__name__)

    @neg.register
    def _(self, arg: int):
        return -arg

    @neg.register
    def _(self, arg: bool):
        return not arg

values = [
    "say \"hi\"", 3, 2.5, True, None, Decimal("1.10"), (1, "a", None), range(3),
    {"k": [1, 2], 3: {"x", "y"}}, frozenset([3, 1, 2]),
    Order(7, (1.5, {"qty": 2})), b"ab",
]
for v in values:
    print(to_text(v))
for bad in (object(), timedelta(1), {"deep": [1j]}):
    try:
        to_text(bad)
    except TypeError as e:
        print("TypeError:", e)
print(to_text.dispatch(bool).__name__, to_text.dispatch(object).__name__, len(to_text.registry))
n = Negator()
print(n.neg(5), n.neg(True))
try:
    n.neg("x")
except NotImplementedError as e:
    print(e)
