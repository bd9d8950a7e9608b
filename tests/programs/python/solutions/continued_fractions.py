"""Continued fractions: expansion, convergents and Pell's equation."""
from fractions import Fraction
from itertools import islice, chain, repeat, count
from math import isqrt


def expand(x: Fraction):
    while True:
        whole = x.numerator // x.denominator
        yield whole
        x -= whole
        if not x:
            return
        x = 1 / x


def sqrt_expand(n):
    """The endless terms of the square root of n, computed with integers only."""
    a0 = isqrt(n)
    m, d, a = 0, 1, a0
    while True:
        yield a
        m = d * a - m
        d = (n - m * m) // d
        a = (a0 + m) // d


def e_terms():
    yield 2
    for k in count(1):
        yield from (1, 2 * k, 1)


def convergents(terms):
    h0, h1, k0, k1 = 0, 1, 1, 0
    for a in terms:
        h0, h1 = h1, a * h1 + h0
        k0, k1 = k1, a * k1 + k0
        yield h1, k1


def pell(n):
    """Smallest x, y > 0 with x*x - n*y*y == 1."""
    for x, y in convergents(sqrt_expand(n)):
        if x * x - n * y * y == 1:
            return x, y


print(list(expand(Fraction(415, 93))), list(expand(Fraction(-7, 3))))
print(list(islice(sqrt_expand(7), 12)))
for name, terms in [("sqrt 2", sqrt_expand(2)), ("e", e_terms()),
                    ("golden", repeat(1)), ("4/pi", chain([1], ()))]:
    print(f"{name:7}", " ".join(f"{h}/{k}" for h, k in islice(convergents(terms), 9)))

h, k = list(islice(convergents(e_terms()), 60))[-1]
digits = 10 ** 50 * h // k
print("e =", f"{str(digits)[0]}.{str(digits)[1:]}")

for n in (2, 3, 5, 13, 61, 109, 991):
    x, y = pell(n)
    assert x * x == n * y * y + 1
    print(f"{n:4}: x={x} y={y}")

pi = Fraction(3141592653589793, 10 ** 15)
print(list(expand(pi))[:8], [str(Fraction(h, k)) for h, k in islice(convergents(expand(pi)), 5)])
