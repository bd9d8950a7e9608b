"""Unpacking on the left, unpacking in calls, and the kinds of parameters."""

a, b = b, a = 1, 2
print(a, b)
first, *middle, last = "abcdef"
print(first, middle, last)
*init, tail = [1]
print(init, tail)
(x, (y, *z)), w = (1, (2, 3, 4)), "w"
print(x, y, z, w)
[p, q] = {"k1": 1, "k2": 2}
print(p, q)
for i, (k, *vals) in enumerate([("a", 1, 2), ("b",), ("c", 3)]):
    print(i, k, vals)
i = 0
data = [5, 6, 7]
i, data[i] = 2, "changed"
print(i, data)
print([*range(3), *"ab"], (*[], 1), {*[1, 1, 2]} == {1, 2}, {**{"a": 1}, "b": 2, **{"a": 3}})


def everything(pos, /, both, dflt=10, *args, kw, opt="o", **rest):
    return pos, both, dflt, args, kw, opt, rest


print(everything(1, 2, kw=3))
print(everything(1, both=2, kw=3, pos="goes to rest"))
print(everything(*[1, 2, 3, 4, 5], **{"kw": 6, "extra": 7}, opt=8))
print(everything(0, *(1,), *[2, 3], kw=4, **{}, **{"z": 26}))


def make(*, name, size=1):
    return f"{name}:{size}"


def forward(*args, **kwargs):
    return make(*args, **kwargs)


def mutable(item, bucket=[]):
    bucket.append(item)
    return bucket


print(forward(name="n"), mutable(1), mutable(2), mutable(3, []))
print((lambda *a, k=2, **kw: (a, k, kw))(1, 2, k=3, m=4))

calls = [
    "everything()",
    "everything(1, 2)",
    "everything(1, 2, 3, both=4, kw=5)",
    "everything(pos=1, both=2, kw=3)",
    "make('x')",
    "make(name='a', colour='red')",
    "make(name='a', **{'name': 'b'})",
    "make(nmae='a')",
    "forward(**{1: 2})",
    "make(*5)",
    "make(**[1])",
    "print(end=1)",
    "int('1', base=2, x=3)",
    "a, b = 1, 2, 3",
    "a, b, c = 'xy'",
    "a, *b, c = [1]",
    "a, b = 5",
    "len(1, 2)",
]
for src in calls:
    try:
        exec(src)
    except Exception as e:
        print(f"{src:<36}{type(e).__name__}: {e}")
for src in ("*a, *b = c", "f(a=1, a=2)", "f(**k, *a)", "f(a=1, 2)", "def f(a, a): 0", "def f(a=1, b): 0", "def f(*): 0", "def f(a, /, b, /): 0", "x = *y", "f(x for x in y, 1)", "a + 1 = 2", "(a, b) += 1"):
    try:
        compile(src, "<src>", "exec")
        print(src, "compiles")
    except SyntaxError as e:
        print(f"{src:<36}{e.msg}")
