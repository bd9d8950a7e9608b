import functools
from collections.abc import Mapping, Sequence


@functools.lru_cache(maxsize=None)
def paths(r, c):
    """Ways through a grid."""
    return 1 if r == 0 or c == 0 else paths(r - 1, c) + paths(r, c - 1)


print(paths(16, 16), paths.cache_info())


@functools.lru_cache(maxsize=3)
def load(key):
    print("loading", key)
    return key.upper()


for k in "a b c a d b a".split():
    load(k)
print(load.cache_info(), load.cache_parameters())
load.cache_clear()
print(load.__wrapped__("direct"), load.cache_info().currsize)


@functools.singledispatch
def render(x):
    return f"<{type(x).__name__}>"


@render.register
def _(x: int | float):
    return f"number {x}"


@render.register(str)
def _(x):
    return f"text {x!r}"


@render.register
def _(x: Mapping):
    return "{" + ", ".join(f"{render(k)}: {render(v)}" for k, v in x.items()) + "}"


@render.register(Sequence)
def _(x):
    return "[" + ", ".join(map(render, x)) + "]"


print(render({"a": [1, 2.5, None], "b": ("x", {1: True})}))
print(render.dispatch(bool).__name__, render.dispatch(dict) is render.registry[Mapping])


def timed(label):
    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args, **kw):
            print("enter", label)
            return fn(*args, **kw)
        return inner
    return wrap


@timed("T")
def area(w, h=2):
    "Area of a rectangle."
    return w * h


print(area(3), area.__name__, area.__doc__)


@functools.total_ordering
class Version:
    def __init__(self, text):
        self.parts = tuple(map(int, text.split(".")))

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts

    @functools.cached_property
    def text(self):
        print("computing")
        return ".".join(map(str, self.parts))


v, w = Version("1.10"), Version("1.9")
print(v > w, v <= w, v >= v, v.text, v.text)
print(functools.reduce(lambda acc, d: acc * 10 + d, [4, 0, 9, 6], 0))
hexa = functools.partial(int, base=16)
print(hexa("ff"), hexa.keywords, functools.partial(divmod, functools.Placeholder, 7)(100))
print(sorted(["b10", "a9", "a10"], key=functools.cmp_to_key(lambda a, b: (len(a) - len(b)) or (a > b) - (a < b))))
