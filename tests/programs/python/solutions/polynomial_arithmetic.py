from fractions import Fraction
from itertools import zip_longest


class Poly:
    """Polynomial with exact coefficients, lowest power first."""

    def __init__(self, *coeffs):
        coeffs = [Fraction(c) for c in coeffs]
        while coeffs and coeffs[-1] == 0:
            coeffs.pop()
        self.c = tuple(coeffs)

    @property
    def degree(self):
        return len(self.c) - 1

    def __call__(self, x):
        result = 0
        for a in reversed(self.c):
            result = result * x + a
        return result

    def __add__(self, other):
        return Poly(*(a + b for a, b in zip_longest(self.c, other.c, fillvalue=0)))

    def __neg__(self): return Poly(*(-a for a in self.c))
    def __sub__(self, other): return self + -other
    def __bool__(self): return bool(self.c)
    def __eq__(self, other): return self.c == other.c
    def __hash__(self): return hash(self.c)

    def __mul__(self, other):
        if not isinstance(other, Poly):
            return Poly(*(a * other for a in self.c))
        out = [0] * (len(self.c) + len(other.c))
        for i, a in enumerate(self.c):
            for j, b in enumerate(other.c):
                out[i + j] += a * b
        return Poly(*out)

    __rmul__ = __mul__

    def __divmod__(self, other):
        if not other:
            raise ZeroDivisionError("division by the zero polynomial")
        quotient, rest = Poly(), self
        while rest.degree >= other.degree:
            term = Poly(*[0] * (rest.degree - other.degree), rest.c[-1] / other.c[-1])
            quotient, rest = quotient + term, rest - term * other
        return quotient, rest

    def derivative(self):
        return Poly(*(i * a for i, a in enumerate(self.c) if i))

    def __str__(self):
        parts = []
        for i, a in reversed(list(enumerate(self.c))):
            if a:
                x = "" if i == 0 else "x" if i == 1 else "x" + str(i).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
                number = "" if abs(a) == 1 and i else str(abs(a))
                parts.append(("- " if a < 0 else "+ ") + number + x)
        text = " ".join(parts) or "0"
        return text[2:] if text.startswith("+") else text.replace("- ", "-", 1) if text.startswith("-") else text


def gcd(a, b):
    while b:
        a, b = b, divmod(a, b)[1]
    return a * (1 / a.c[-1])


def interpolate(points):
    total = Poly()
    for i, (x, y) in enumerate(points):
        term = Poly(y)
        for j, (u, _) in enumerate(points):
            if i != j:
                term = term * Poly(-u, 1) * Fraction(1, x - u)
        total += term
    return total


def newton(p, x, steps=30):
    d = p.derivative()
    for _ in range(steps):
        x -= float(p(x)) / float(d(x))
    return x


x = Poly(0, 1)
p = Poly(-42, 0, -12, 1)
q, r = divmod(p, Poly(-3, 1))
print(p, "|", q, "|", r, "|", p == q * Poly(-3, 1) + r)
print(p(3), p(Fraction(1, 2)), p.derivative(), p.derivative().derivative().degree, Poly(), Poly(0, 0).degree)
print(gcd(Poly(6, 7, 1), Poly(-6, -5, 1)), "|", gcd(x * x - Poly(1), x * x * x - Poly(1)))
print(interpolate([(0, 1), (1, 3), (2, 11), (3, 31)]), "|", interpolate([(1, 1), (2, 4), (4, 3)]))
print(f"{newton(Poly(-2, 0, 1), 1.0):.12f} {newton(Poly(-5, -2, 0, 1), 2.0):.12f}")
chebyshev = [Poly(1), x]
while len(chebyshev) < 9:
    chebyshev.append(2 * x * chebyshev[-1] - chebyshev[-2])
for n, t in enumerate(chebyshev):
    print(f"T{n} = {t}")
try:
    divmod(p, Poly())
except ZeroDivisionError as e:
    print("ZeroDivisionError:", e)
