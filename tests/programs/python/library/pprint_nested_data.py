from pprint import PrettyPrinter, pformat, pp, pprint, isreadable, isrecursive, saferepr
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace

tree = {"name": "root", "size": 4096, "children": [
    {"name": "etc", "size": 120, "children": [{"name": "hosts", "size": 12, "children": []}]},
    {"name": "var", "size": 2048, "children": [{"name": f"log{i}", "size": i * 100, "children": []} for i in range(3)]},
]}
pprint(tree, width=60)
pprint(tree, depth=2)
pprint(tree, width=50, sort_dicts=False, indent=3)
pprint(list(range(40)), compact=True, width=48)
pprint({"z": 1, "a": {3, 1, 2}, 5: "mixed", None: (1,)}, width=30)
pprint("The quick brown fox jumps over the lazy dog and keeps running until the evening comes.", width=40)
pprint(b"some bytes \x00\xff that are rather long, longer than one line may be", width=36)
pprint(123456789012345, underscore_numbers=True)

@dataclass
class Station:
    name: str
    lines: list = field(default_factory=list)
    secret: str = field(default="s", repr=False)

Point = namedtuple("Point", "x y")
objects = [Station("Central", ["red line", "green line", "blue line"]), Point(1.5, -2), Counter("mississippi"),
           OrderedDict(b=1, a=2), defaultdict(list, k=[1, 2, 3]), deque([1, 2, 3], maxlen=5),
           SimpleNamespace(alpha="a" * 20, beta="b" * 20), MappingProxyType({"read": "only"})]
pprint(objects, width=55)
loop = [1]
loop.append([loop])
print(isrecursive(loop), isreadable(loop), isreadable(tree), "Recursion on list" in saferepr(loop))
pp(pformat({"k": [1] * 3}, indent=2))


class Hex(PrettyPrinter):
    def format(self, obj, context, maxlevels, level):
        if type(obj) is int:
            return hex(obj), True, False
        return super().format(obj, context, maxlevels, level)


Hex().pprint({"a": [255, 16, {"b": 4096}], 3: True})
