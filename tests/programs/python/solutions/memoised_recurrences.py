from functools import cache, lru_cache, wraps


def memoise(f):
    store = {}
    @wraps(f)
    def wrapper(*args):
        if args in store:
            wrapper.hits += 1
        else:
            store[args] = f(*args)
        return store[args]
    wrapper.hits = 0
    wrapper.store = store
    return wrapper


@memoise
def fib(n: int) -> int:
    """Fibonacci numbers."""
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@memoise
def ackermann(m, n):
    if m == 0:
        return n + 1
    return ackermann(m - 1, 1 if n == 0 else ackermann(m, n - 1))


@cache
def collatz(n):
    return 1 if n == 1 else 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)


@cache
def stirling(n, k):
    if n == k:
        return 1
    if k == 0 or k > n:
        return 0
    return k * stirling(n - 1, k) + stirling(n - 1, k - 1)


@lru_cache(maxsize=32)
def paths(w, h):
    return 1 if 0 in (w, h) else paths(w - 1, h) + paths(w, h - 1)


@cache
def hofstadter_q(n):
    return 1 if n < 3 else hofstadter_q(n - hofstadter_q(n - 1)) + hofstadter_q(n - hofstadter_q(n - 2))


@cache
def catalan(n):
    return 1 if n == 0 else sum(catalan(i) * catalan(n - 1 - i) for i in range(n))


print(fib(150), fib.hits, len(fib.store), fib.__name__, fib.__doc__)
print([[ackermann(m, n) for n in range(5)] for m in range(4)], ackermann.hits)
best = max(range(1, 5000), key=collatz)
print("longest below 5000:", best, collatz(best))
print([stirling(6, k) for k in range(8)], sum(stirling(12, k) for k in range(13)))
print(paths(10, 10), paths.cache_info())
print([hofstadter_q(n) for n in range(1, 31)])
print([catalan(n) for n in range(16)])
print(collatz.cache_info().misses, catalan.cache_info())
paths.cache_clear()
print(paths.cache_info(), paths.__wrapped__.__name__)
try:
    fib([1, 2])
except TypeError as e:
    print("TypeError:", e)
