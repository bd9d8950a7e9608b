import operator
from itertools import *
from collections import deque


def powerset(items):
    s = list(items)
    return chain.from_iterable(combinations(s, r) for r in range(len(s) + 1))


def sliding_window(iterable, n):
    it = iter(iterable)
    window = deque(islice(it, n - 1), maxlen=n)
    for x in it:
        window.append(x)
        yield tuple(window)


def sieve(n):
    data = bytearray((0, 1)) * (n // 2)
    for p in takewhile(lambda p: p * p < n, range(3, n, 2)):
        if data[p]:
            data[p * p::p + p] = bytes(len(range(p * p, n, p + p)))
    data[1] = 0
    data[2] = 1
    return compress(range(n), data)


def roundrobin(*iterables):
    iterators = map(iter, iterables)
    for num_active in range(len(iterables), 0, -1):
        iterators = cycle(islice(iterators, num_active))
        yield from map(next, iterators)


print(list(powerset("abc")))
print(["".join(w) for w in sliding_window("ABCDEFG", 4)])
print(list(sieve(60)))
print("".join(roundrobin("ABC", "D", "EF")))
print(list(accumulate([1, 2, 3, 4, 5], operator.mul)), list(accumulate([3, 1, 4, 1, 5, 9, 2], max, initial=0)))
print([(k, len(list(g))) for k, g in groupby("AAAABBBCCDAABBB")])
print([list(g) for _, g in groupby([1, 2, 4, 5, 6, 9, 11, 12], key=lambda x, c=count(): x - next(c))])
print(list(zip_longest("ab", "xyz", "1", fillvalue="-")))
print(list(starmap(pow, [(2, 5), (3, 2), (10, 3)])), list(repeat("na", 3)))
print(list(dropwhile(str.islower, "abCdE")), list(filterfalse(lambda x: x % 3, range(10))))
print(len(list(permutations(range(5), 3))), ["".join(p) for p in permutations("abc")][:4])
print(list(combinations_with_replacement("AB", 3)), list(product("xy", [0, 1])))
print(list(batched("ABCDEFGH", 3)), list(pairwise([1, 4, 9, 16])))
a, b = tee(range(5))
next(b)
print(list(map(operator.add, a, b)))
print(list(islice(count(2.5, 0.5), 2, 6)))
try:
    list(batched("abcd", 3, strict=True))
except ValueError as e:
    print(e)
