import cmath
import sys


def fft(a, invert=False):
    n = len(a)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            a[i], a[j] = a[j], a[i]
    length = 2
    while length <= n:
        ang = 2 * cmath.pi / length * (-1 if invert else 1)
        half = length // 2
        w = [cmath.exp(1j * ang * k) for k in range(half)]
        for i in range(0, n, length):
            for k in range(half):
                u, v = a[i + k], a[i + k + half] * w[k]
                a[i + k], a[i + k + half] = u + v, u - v
        length *= 2
    if invert:
        for i in range(n):
            a[i] /= n
    return a


def multiply(p, q):
    n = 1
    while n < len(p) + len(q):
        n *= 2
    fa = fft([complex(x) for x in p] + [0j] * (n - len(p)))
    fb = fft([complex(x) for x in q] + [0j] * (n - len(q)))
    res = fft([x * y for x, y in zip(fa, fb)], True)
    return [round(c.real) for c in res[:len(p) + len(q) - 1]]


def by_big_integers(p, q, shift=64):
    pack = lambda r: sum(c << shift * i for i, c in enumerate(r))
    z = pack(p) * pack(q)
    return [z >> shift * i & (1 << shift) - 1 for i in range(len(p) + len(q) - 1)]


p = list(map(int, sys.stdin.readline().split()))
q = list(map(int, sys.stdin.readline().split()))
r = multiply(p, q)
print(len(p), len(q), len(r))
print(*r[:8], "...", *r[-8:])
print("sum", sum(r), sum(p) * sum(q))
print("same as with big integers:", r == by_big_integers(p, q))
