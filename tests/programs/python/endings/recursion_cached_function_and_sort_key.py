import sys
from functools import cmp_to_key, lru_cache


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(150), fib.cache_info())
try:
    print(fib(20_000))
except RecursionError:
    print("too deep at once; cached:", fib.cache_info().currsize)
# In steps the same value can be had.
for n in range(200, 5_001, 200):
    fib(n)
print(fib(5_000) % 10**20, fib.cache_info().currsize)


@lru_cache
def collatz(n):
    return 0 if n == 1 else 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)


print(max(range(1, 2000), key=collatz))


def weight(tree):
    if isinstance(tree, int):
        return tree
    return sum(weight(t) for t in sorted(tree, key=weight))


forest = [[3, [1, [9]]], [2, 2], 4, [[[[5]]]], [], [[], 1]]
print(sorted(forest, key=weight))


def bad_key(x):
    return sorted([x, x], key=bad_key)


try:
    sorted([1], key=bad_key)
except RecursionError as e:
    print("sort:", type(e).__name__)


def compare(a, b):
    return compare(b, a)


try:
    sorted([3, 1, 2], key=cmp_to_key(compare))
except RecursionError as e:
    print("compare:", type(e).__name__)
sys.exit(collatz(27) % 100)
