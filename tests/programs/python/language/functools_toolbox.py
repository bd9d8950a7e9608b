import functools
from functools import partial, partialmethod, reduce, cached_property, cmp_to_key, wraps, Placeholder as _
import operator

print(reduce(operator.mul, range(1, 8)), reduce(lambda a, b: a * 10 + b, [1, 2, 3], 0), reduce(max, "functools"))
try:
    reduce(operator.add, [])
except TypeError as e:
    print("TypeError:", e)

base2 = partial(int, base=2)
print(base2("1011"), base2.func, base2.args, base2.keywords, base2("12", base=3))
say = partial(print, "[log]", sep=" ~ ", end=" !\n")
say("a", "b")
p = partial(partial(pow, 2), 5)
print(p(), p.args, p.func is pow, partial(pow, 2)(3, 5))

# positional placeholders are new in 3.14
remove_e = partial(str.replace, _, "e", "")
print(remove_e("cheese"), partial(pow, _, 2)(9), repr(_))

def pipeline(*steps):
    return lambda x: reduce(lambda acc, f: f(acc), steps, x)

clean = pipeline(str.strip, str.lower, partial(str.replace, _, " ", "_"), lambda s: s[:12])
print([clean(s) for s in ("  Hello World ", "A Very Long Title Indeed")])

def curry(f):
    n = f.__code__.co_argcount

    @wraps(f)
    def curried(*args):
        return f(*args) if len(args) >= n else partial(curried, *args)
    return curried

@curry
def volume(a, b, c):
    """a*b*c"""
    return a * b * c

print(volume(2)(3)(4), volume(2, 3)(4), volume(2)(3, 4), volume.__name__, volume.__doc__)

@functools.total_ordering
class Card:
    order = "23456789TJQKA"

    def __init__(self, s):
        self.rank, self.suit = s

    def __eq__(self, o):
        return self.order.index(self.rank) == self.order.index(o.rank)

    def __lt__(self, o):
        return self.order.index(self.rank) < self.order.index(o.rank)

    def __repr__(self):
        return self.rank + self.suit

    @cached_property
    def value(self):
        return self.order.index(self.rank) + 2

hand = [Card(x) for x in "9h Ks 2d Tc Ad".split()]
print(sorted(hand), max(hand), hand[0] >= hand[2], hand[1].value, "value" in vars(hand[1]), "value" in vars(hand[0]))
print(sorted(["aa", "b", "cccc"], key=cmp_to_key(lambda x, y: len(y) - len(x))))

def f(a: int, b=2, *, c=3) -> str:
    "documentation"

@wraps(f)
def g(*args, **kwargs):
    return f(*args, **kwargs)

print(g.__name__, g.__doc__, g.__annotations__, g.__wrapped__ is f, functools.WRAPPER_ASSIGNMENTS)
