import copy

class Tracker:
    made = 0
    def __init__(self, label, kids=()):
        self.label = label
        self.kids = list(kids)
        self.parent = None
        for k in self.kids:
            k.parent = self
    def __copy__(self):
        Tracker.made += 1
        new = type(self).__new__(type(self))
        new.__dict__.update(self.__dict__)
        new.label += "'"
        return new

root = Tracker("root", [Tracker("x"), Tracker("y", [Tracker("z")])])
deep = copy.deepcopy(root)
print(deep.kids[1].kids[0].label, deep.kids[1].kids[0].parent.parent is deep, deep.kids[0] is not root.kids[0])
shallow = copy.copy(root)
print(shallow.label, shallow.kids is root.kids, Tracker.made)

a = [1, [2, 3], (4, [5])]
b, c = a[:], copy.deepcopy(a)
a[1].append("new")
a[2][1].append("new")
print(a, b, c, sep="\n")

loop = {"self": None}
loop["self"] = loop
twin = copy.deepcopy(loop)
print(twin["self"] is twin, twin is not loop)

# things that are the same afterwards
for atom in (1, "s", (1, 2), frozenset([1]), None, len, int, ...):
    print(copy.deepcopy(atom) is atom, end=" ")
print()

class Pool:
    """Refuses to be duplicated: every deep copy is the pool itself."""
    def __deepcopy__(self, memo):
        memo["pool seen"] = memo.get("pool seen", 0) + 1
        return self

pool = Pool()
memo = {}
pair = copy.deepcopy([pool, {"p": pool}, [pool]], memo)
print(pair[0] is pool and pair[1]["p"] is pool, memo["pool seen"])

from dataclasses import dataclass
from collections import namedtuple
@dataclass(frozen=True)
class P:
    x: int
    y: int = 0
N = namedtuple("N", "a b")
print(copy.replace(P(1, 2), y=9), copy.replace(N(1, 2), a=0))
try:
    copy.deepcopy({"gen": (i for i in ())})
except TypeError as e:
    print("TypeError:", e)
try:
    copy.replace(3, real=1)
except TypeError as e:
    print("TypeError:", e)
