import operator as op
from collections import namedtuple
from functools import reduce

City = namedtuple("City", "name country population area")
cities = [
    City("Oslo", "Norway", 709_000, 454.0),
    City("Bergen", "Norway", 289_000, 465.3),
    City("Graz", "Austria", 292_000, 127.6),
    City("Vienna", "Austria", 1_982_000, 414.8),
    City("Lyon", "France", 522_000, 47.9),
]
for c in sorted(cities, key=op.attrgetter("country", "name")):
    print(*c, sep=" | ")
# two passes, as sorting is stable
by = sorted(sorted(cities, key=op.attrgetter("population"), reverse=True), key=op.itemgetter(1))
print([c.name for c in by])
print(max(cities, key=lambda c: op.truediv(c.population, c.area)).name, list(map(op.itemgetter(0, -1), cities[:2])))
print(list(map(op.methodcaller("center", 9, "*"), map(op.attrgetter("name"), cities))))
print(op.attrgetter("name.upper")(cities[0])(), op.itemgetter(slice(1, 3))("abcdef"), op.attrgetter("real", "imag")(3 + 4j))

print(reduce(op.mul, range(1, 11)), reduce(op.xor, [5, 3, 9]), reduce(op.concat, [[1], [2], [3]]))
names = "add sub mul truediv floordiv mod pow lshift rshift and_ or_ xor lt le eq ne ge gt".split()
for n in names:
    print(n, getattr(op, n)(13, 3), end="; ")
print()
print([f(-7) for f in (op.neg, op.pos, op.abs, op.inv, op.not_, op.truth, op.index)], op.matmul.__name__)

a = [1, 2]
b = op.iadd(a, [3])
t = (1,)
u = op.iadd(t, (2,))
print(a is b, a, t, u, op.iconcat("x", "y"))
d = {}
op.setitem(d, "k", 1)
op.setitem(a, slice(0, 1), "zz")
print(d, op.getitem(a, 0), op.contains(a, 3), op.countOf("banana", "a"), op.indexOf("banana", "n"), op.length_hint(iter(range(9))), op.length_hint(object(), 4))
op.delitem(a, -1)
print(a, op.is_(None, None), op.is_not(a, b), op.is_none(None), op.is_not_none(0), op.call(max, 3, 8), op.concat((1,), (2,)))
for bad in (lambda: op.itemgetter("x")({}), lambda: op.attrgetter("no.such")(1), lambda: op.index(1.0), lambda: op.indexOf([], 1), lambda: op.matmul(1, 2)):
    try:
        bad()
    except (KeyError, AttributeError, TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(op.itemgetter(1, 2), op.methodcaller("split", ",", maxsplit=1), op.attrgetter("a.b"))
