from collections import ChainMap, Counter, OrderedDict, defaultdict, UserDict
from types import MappingProxyType

stock = {"apple": 3, "pear": 0}
stock["fig"] = stock.get("fig", 0) + 5
print(stock, list(stock), len(stock), "pear" in stock, stock.pop("pear"), stock.pop("kiwi", None), stock.popitem())
print(stock | {"apple": 9, "plum": 1}, {"apple": 9} | stock, stock.setdefault("lime", []), stock)
stock |= [("lime", 2)]
stock.update(date=7, **{"two words": 8})
print(stock, dict(zip("ab", (1, 2))), dict.fromkeys("xyz", 0), dict([("k", "v")], z=1))
print({1: "int", 1.0: "float", True: "bool"}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, list(reversed({"a": 1, "b": 2})))
keys = stock.keys()
print(keys & {"lime", "date", "zzz"} == {"lime", "date"}, sorted(keys - {"lime"}), stock.items() >= {("date", 7)}, keys.isdisjoint("ab"))
stock["new"] = 1
print(len(keys), keys.mapping["new"], next(iter(stock)), next(reversed(stock.values())))


class CaseInsensitive(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.lower(), v)
    def __getitem__(self, k): return super().__getitem__(k.lower())
    def __contains__(self, k): return k.lower() in self.data


class Default(dict):
    def __missing__(self, key): return f"<{key}>"


ci = CaseInsensitive(Host="x", ACCEPT="y")
print(ci, ci["hOST"], "accept" in ci, ci.get("Accept"), ci | {"New": 1})
d = Default(a=1)
print(d["a"], d["b"], d.get("b"), "{a} {zz}".format_map(d), len(d))

groups = defaultdict(list)
for w in "the cat sat on the mat at noon".split():
    groups[w[-1]].append(w)
print(dict(groups), groups["q"], len(groups))
c = Counter("mississippi")
print(c.most_common(2), c["z"], c + Counter("sip"), c - Counter("sis"), c & Counter("miss"), sorted((-c).elements()), c.total())
chain = ChainMap({"a": 1}, {"a": 2, "b": 3})
chain["c"] = 9
print(chain["a"], chain["b"], dict(chain), chain.maps[0], chain.new_child({"b": 0})["b"], sorted(chain.parents))
od = OrderedDict.fromkeys("abc")
od.move_to_end("a")
od.move_to_end("c", last=False)
print(list(od), od.popitem(last=False), od == OrderedDict.fromkeys("ba"), od == dict.fromkeys("ab"))
proxy = MappingProxyType(stock)

a, b = {1, 2, 3, 4}, {3, 4, 5}
print(a | b, a & b, a - b, a ^ b, a <= b, {3} < b, a.isdisjoint({9}), a >= {1, 2}, set() == set({}))
a.add(10); a.discard(77); a -= {1}; a |= {6}; a &= set(range(10))
print(sorted(a), a.pop() in (2, 3, 4, 6), len(a), frozenset([1, 2]) == {1, 2}, {frozenset([1]): "ok"}[frozenset([1])])
print(len({1, 1.0, True, "1"}), sorted({*"hello"}), {x % 3 for x in range(9)} == {0, 1, 2})

for what in ("{}['k']", "{[]: 1}", "{{1}}", "proxy['x'] = 1", "a.remove(99)", "{}.popitem()", "set().pop()", "a | [1]", "dict([1])", "dict([(1, 2, 3)])", "{1: 2} < {3: 4}", "od.move_to_end('zz')", "frozenset().add(1)"):
    try:
        exec(what); print(what, "ok")
    except Exception as e:
        print(what, "->", type(e).__name__, e)
