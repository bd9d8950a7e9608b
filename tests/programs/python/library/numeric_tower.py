import numbers
from decimal import Decimal
from fractions import Fraction


def place(x):
    for abc in (numbers.Integral, numbers.Rational, numbers.Real, numbers.Complex, numbers.Number):
        if isinstance(x, abc):
            return abc.__name__
    return "none"


for x in (5, True, Fraction(1, 3), 2.5, 1 + 2j, Decimal("1.5"), "7", None):
    print(f"{x!s:<8} {type(x).__name__:<10} {place(x)}")


class Mod(numbers.Number):
    """Integers modulo a prime, mixing with ints."""

    def __init__(self, value: int, p: int = 97):
        self.p = p
        self.value = value % p

    def _other(self, o):
        if isinstance(o, Mod):
            if o.p != self.p:
                raise ValueError("different moduli")
            return o.value
        return o if isinstance(o, numbers.Integral) else None

    def __add__(self, o):
        v = self._other(o)
        return NotImplemented if v is None else Mod(self.value + v, self.p)

    __radd__ = __add__

    def __mul__(self, o):
        v = self._other(o)
        return NotImplemented if v is None else Mod(self.value * v, self.p)

    __rmul__ = __mul__

    def __pow__(self, e):
        return Mod(pow(self.value, e, self.p), self.p)

    def __truediv__(self, o):
        v = self._other(o)
        return NotImplemented if v is None else self * Mod(pow(v, -1, self.p), self.p)

    def __eq__(self, o):
        v = self._other(o)
        return v is not None and self.value == v % self.p

    def __hash__(self):
        return hash((self.value, self.p))

    def __repr__(self):
        return f"{self.value} mod {self.p}"


a, b = Mod(40), Mod(60)
print(a + b, 3 * a, a / b * b == a, a ** -1, sum([a, b, Mod(1)]), a == 137, len({Mod(1), Mod(98)}))
for bad in (lambda: a + 1.5, lambda: a + Mod(1, 7), lambda: a / 0, lambda: "x" * a):
    try:
        print(bad())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, "-", str(e).replace("base is not invertible for the given modulus", "no inverse"))

print(Fraction(1, 2) + 1, Fraction(1, 2) + 0.25, Fraction(1, 2) == 0.5 == Decimal("0.5"), 1 + True, 2 ** -1, 2 ** 100 == 2.0 ** 100)
print((5).numerator, (7).denominator, (2.5).as_integer_ratio(), (10).bit_length(), (255).bit_count(), (-7) // 2, -7 % 3, divmod(7.5, 2), (3).conjugate())
print((2.5).hex(), float.fromhex("0x1.8p3"), (1e300 * 1e10), int("-0b101", 0), int("zz", 36), round(2.5), round(-3.5), round(1234, -2), (300).to_bytes(2, "little"))
print(hash(1) == hash(1.0) == hash(Fraction(1)) == hash(Decimal(1)) == hash(True), (0.1).is_integer(), (4.0).is_integer(), complex("1+2j").imag, complex(3).conjugate())
try:
    Decimal(1) + 1.5
except TypeError as e:
    print(e)
