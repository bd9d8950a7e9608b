import itertools

class Fibonacci:
    """An iterable: every call of iter() starts again."""

    def __init__(self, limit):
        self.limit = limit

    def __iter__(self):
        a, b = 0, 1
        while a < self.limit:
            yield a
            a, b = b, a + b

class Countdown:
    """An iterator: can be used only once."""

    def __init__(self, start):
        self.n = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n + 1

class OldStyle:
    # the legacy protocol: only __getitem__ and IndexError
    def __getitem__(self, i):
        if i >= 4:
            raise IndexError(i)
        return i * 10

class Peekable:
    _nothing = object()

    def __init__(self, it):
        self._it = iter(it)
        self._cache = self._nothing

    def __iter__(self):
        return self

    def __next__(self):
        if self._cache is not self._nothing:
            value, self._cache = self._cache, self._nothing
            return value
        return next(self._it)

    def peek(self, default=None):
        if self._cache is self._nothing:
            self._cache = next(self._it, self._nothing)
        return default if self._cache is self._nothing else self._cache

fib = Fibonacci(60)
print(list(fib), sum(fib), 21 in fib, 22 in fib, max(fib), *zip(fib, "abc"))
c = Countdown(3)
print(list(c), list(c), next(c, "empty"), iter(c) is c)
print(list(OldStyle()), 20 in OldStyle(), list(reversed([*OldStyle()])), tuple(iter(OldStyle())))
pk = Peekable("ab")
print(pk.peek(), next(pk), pk.peek(), list(pk), pk.peek("none"))
a, b, *rest = Countdown(6)
print(a, b, rest)

it = iter(range(10))
print(next(it), [x for x in itertools.islice(it, 3)], sum(it), next(it, None))
pieces = iter("stop when you see q or not".split())
print(list(iter(lambda: next(pieces, "or"), "or")), list(pieces))
s = iter([1, 2, 3, 4, 5, 6])
print(list(zip(s, s, s)), list(enumerate("ab", 10)), list(map(pow, [2, 3], [5, 2])), list(filter(None, [0, 1, "", "x"])))
print(list(zip([1, 2], "abc")))
try:
    list(zip([1, 2], "abc", strict=True))
except ValueError as e:
    print("ValueError:", e)
d = {"a": 1}
try:
    for k in d:
        d[k + "x"] = 1
except RuntimeError as e:
    print("RuntimeError:", e)
