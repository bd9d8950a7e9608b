"""Pickle round trips of classes defined in __main__, all protocols."""
import enum
import io
import pickle
import pickletools
from collections import namedtuple
from dataclasses import dataclass, field

@dataclass
class Address:
    street: str
    zip: str

@dataclass
class Person:
    name: str
    address: Address
    friends: list = field(default_factory=list, repr=False)

class Color(enum.Enum):
    RED = "r"
    BLUE = "b"

Pair = namedtuple("Pair", "left right")

class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a): self.a = a

class Temperature:
    """Only the kelvin value is stored."""

    def __init__(self, celsius): self.kelvin, self.cache = celsius + 273.15, {}

    def __getstate__(self): return {"k": self.kelvin, "v": 2}

    def __setstate__(self, state):
        self.kelvin, self.cache = state["k"], f"restored from version {state['v']}"

class Tree(list):
    def __init__(self, label, *kids):
        super().__init__(kids)
        self.label = label

def triple(x): return x * 3

ann, bob = Person("Ann", Address("Main", "123")), Person("Bob", Address("Side", "456"))
ann.friends.append(bob)
bob.friends.append(ann)
sl = Slotted(5)
samples = [ann.address, Color.BLUE, Pair(1, [2]), Temperature(20), Tree("root", Tree("leaf")), triple, Person, {"nested": (1, {2.5}, b"x", None, True, 10**30, "é")}, Exception("boom", 3), slice(1, 2), range(3)]
for proto in range(pickle.HIGHEST_PROTOCOL + 1):
    same = []
    for s in samples:
        r = pickle.loads(pickle.dumps(s, proto))
        same.append(type(r) is type(s) and (r == s or isinstance(s, (Temperature, Exception))))
    print(proto, same.count(True), "of", len(samples))

a2 = pickle.loads(pickle.dumps(ann))
print(a2, a2.friends[0].friends[0] is a2, a2 is ann)
s2 = pickle.loads(pickle.dumps(sl))
print(s2.a, hasattr(s2, "b"), vars(pickle.loads(pickle.dumps(Temperature(0)))), pickle.loads(pickle.dumps(Color.RED)) is Color.RED)
print(pickle.loads(pickle.dumps(Tree("t", 1, 2))).label)
e = pickle.loads(pickle.dumps(KeyError("missing")))
print(repr(e), pickle.loads(pickle.dumps(triple))(14))

stream = io.BytesIO()
for obj in (1, "two", [3, Pair("l", "r")]):
    pickle.dump(obj, stream)
stream.seek(0)
try:
    while True:
        print(pickle.load(stream), end=" ")
except EOFError:
    print("| end of stream")

print(pickle.dumps({"a": (1, "x")}, 0), pickle.dumps(Pair(1, 2), 2))
pickletools.dis(pickletools.optimize(pickle.dumps([Color.RED, Color.RED], 2)))
for bad in (lambda: 1, (g for g in ()), io.StringIO, type("Local", (), {})(), memoryview(b"")):
    try:
        print(len(pickle.dumps(bad)) > 0)
    except (pickle.PicklingError, TypeError, AttributeError) as err:
        print(type(err).__name__, str(err).split(" 0x")[0][:60].split(" at ")[0])
