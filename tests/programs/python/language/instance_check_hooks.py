# __instancecheck__, __subclasscheck__ and __subclasshook__
from abc import ABCMeta

class RangeMeta(type):
    def __instancecheck__(cls, x):
        return isinstance(x, int) and cls.lo <= x <= cls.hi
    def __subclasscheck__(cls, other):
        return hasattr(other, "lo") and cls.lo <= other.lo and other.hi <= cls.hi
    def __repr__(cls):
        return f"{cls.__name__}[{cls.lo}..{cls.hi}]"

def Range(name, lo, hi):
    return RangeMeta(name, (), {"lo": lo, "hi": hi})

Byte, Small = Range("Byte", 0, 255), Range("Small", 0, 9)

class Quacker(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, C):
        if cls is Quacker:
            return any("quack" in vars(B) for B in C.__mro__) or NotImplemented
        return NotImplemented

class Duck:
    def quack(self): return "quack"
class Goose: pass
class Mallard(Duck): pass
Quacker.register(Goose)

for v in (5, 100, 300, -1, True, 2.0, "5"):
    print(repr(v), isinstance(v, Byte), isinstance(v, Small), isinstance(v, (str, Small)))
print(issubclass(Small, Byte), issubclass(Byte, Small), Byte, Small)
print([issubclass(c, Quacker) for c in (Duck, Goose, Mallard, int)], isinstance(Mallard(), Quacker))
match 7:
    case Byte() as b: print("matched a byte", b)
print(type(5) is int, isinstance(True, int), issubclass(bool, int), isinstance(int, type), isinstance(type, object))
