"""Own recipes on top of itertools, in the manner of the documentation."""
from collections import deque
from itertools import (accumulate, batched, chain, combinations, combinations_with_replacement, compress, count, cycle,
                       dropwhile, filterfalse, groupby, islice, pairwise, permutations, product, repeat, starmap,
                       takewhile, tee, zip_longest)
import math
import operator as op
import random

def take(n, iterable):
    return list(islice(iterable, n))

def sliding_window(iterable, n):
    it = iter(iterable)
    window = deque(islice(it, n - 1), maxlen=n)
    for x in it:
        window.append(x)
        yield tuple(window)

def roundrobin(*iterables):
    iterators = map(iter, iterables)
    for active in range(len(iterables), 0, -1):
        iterators = cycle(islice(iterators, active))
        yield from map(next, iterators)

def partition(pred, iterable):
    a, b = tee(iterable)
    return list(filterfalse(pred, a)), list(filter(pred, b))

def powerset(s):
    return chain.from_iterable(combinations(s, r) for r in range(len(s) + 1))

def unique_everseen(iterable, key=lambda x: x):
    seen = set()
    for x in iterable:
        if (k := key(x)) not in seen:
            seen.add(k)
            yield x

def sieve(n):
    data = bytearray((0, 1)) * (n // 2)
    for p in range(3, math.isqrt(n) + 1, 2):
        if data[p]:
            data[p * p:n:p + p] = bytes(len(range(p * p, n, p + p)))
    return chain([2], islice(compress(count(), data), 1, None))

def runs(s):
    return [(k, sum(1 for _ in g)) for k, g in groupby(s)]

print(take(5, count(3, 0.5)), take(4, cycle("ab")), list(repeat("x", 2)), take(3, map(pow, count(1), repeat(2))))
print(list(accumulate([1, 2, 3, 4])), list(accumulate([3, 1, 4, 1, 5], max)), list(accumulate([1, 2, 3], op.mul, initial=10)))
print(list(batched("abcdefg", 3)), list(pairwise("abcd")), list(zip_longest("ab", "xyz", fillvalue="-")))
print(*map("".join, permutations("abc")), "|", *map("".join, combinations("abcd", 2)), "|", *map("".join, combinations_with_replacement("ab", 3)))
print(list(product([0, 1], repeat=2)), list(product("ab", [1, 2])), list(product()), len(list(permutations(range(5), 3))))
print(list(compress("abcdef", [1, 0, 1, 0, 1])), list(dropwhile(str.islower, "abCdE")), list(takewhile(lambda n: n < 20, accumulate(count(1)))))
print(list(starmap(op.sub, [(5, 2), (1, 4)])), list(chain([1], "a", (None,))), list(islice(range(20), 2, 15, 4)))
print(list(sliding_window(range(5), 3)), list(roundrobin("ABC", "D", "EF")), partition(lambda n: n % 3, range(8)))
print(["".join(p) for p in powerset("xyz")], list(unique_everseen("AbaCBd", str.lower)), runs("aaabccd"))
print(take(15, sieve(100)), sum(1 for _ in sieve(1000)))
for key, group in groupby(sorted(["apple", "fig", "plum", "kiwi", "date", "pear", "fig"], key=len), key=len):
    print(key, list(group))
a, b = tee(iter(range(4)))
print(next(a), next(a), list(b), list(a))
g = groupby("aab")
k1, g1 = next(g)
k2, g2 = next(g)
print(k1, list(g1), k2, list(g2))
random.seed(99)
print(len(random.sample(range(100), 5)), all(0 <= random.random() < 1 for _ in range(10)), sorted(random.sample("abcde", 5)))
for bad in (lambda: list(batched("abc", 2, strict=True)), lambda: islice([1], -1), lambda: list(combinations([1], -1)), lambda: batched([], 0)):
    try:
        print(bad())
    except ValueError as e:
        print("ValueError:", e)
