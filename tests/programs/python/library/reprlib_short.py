import reprlib
from reprlib import Repr, recursive_repr

r = Repr(maxlist=3, maxdict=2, maxstring=20, maxlong=12, maxother=25, maxtuple=2, maxset=3, maxdeque=2, maxarray=2, maxlevel=3)
from array import array
from collections import deque
samples = [list(range(100)), {i: i * i for i in range(10)}, "a rather long string of text " * 3, 10 ** 50, tuple("abcdef"), set(range(50, 60)), frozenset([3, 1, 2]),
           deque(range(8)), array("i", range(5)), [[[[["deep"]]]]], [], (1,), b"bytes are other objects, cut in the middle", {"k": ["v"] * 9}, 3.25, None]
for s in samples:
    print(r.repr(s))
print(reprlib.repr(list(range(50))), reprlib.repr("x" * 60), reprlib.repr({"b": 1, "a": 2, "c": 3, "e": 5, "d": 4}))


class Circle:
    def __init__(self):
        self.parts = [1]
        self.parts.append(self)

    @recursive_repr(fillvalue="<circle again>")
    def __repr__(self):
        return f"Circle({self.parts!r})"


class Broken:
    def __repr__(self):
        raise ValueError("no")


print(Circle(), "<Broken instance at" in reprlib.repr(Broken()))


class Secretive(Repr):
    def repr_str(self, s, level):
        return "'" + "*" * len(s) + "'"

    def repr_Circle(self, c, level):
        return f"<circle of {len(c.parts)} at level {level}>"


s = Secretive()
s.indent = 2
print(s.repr({"user": "ana", "c": Circle(), "n": [1, {"in": ("a", 2)}]}))
r.fillvalue = " and more"
r.indent = "--> "
print(r.repr([1, [2, 3], {4: 5, 6: 7, 8: 9}, 10, 11]))
