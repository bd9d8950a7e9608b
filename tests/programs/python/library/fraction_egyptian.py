from fractions import Fraction as F
import math


def egyptian(x):
    parts = []
    while x:
        unit = F(1, math.ceil(1 / x))
        parts.append(unit)
        x -= unit
    return parts


def continued(x):
    out = []
    while True:
        a = math.floor(x)
        out.append(a)
        x -= a
        if not x:
            return out
        x = 1 / x


def bernoulli(n):
    row = [F(0)] * (n + 1)
    for m in range(n + 1):
        row[m] = F(1, m + 1)
        for j in range(m, 0, -1):
            row[j - 1] = j * (row[j - 1] - row[j])
    return row[0]


for f in (F(3, 7), F(5, 121), F(17, 19), F("0.85")):
    print(f, "=", " + ".join(map(str, egyptian(f))))
print(continued(F(415, 93)), continued(F(-7, 3)))
print([str(bernoulli(n)) for n in range(0, 21, 2)])

print(F(math.pi).limit_denominator(10), F(math.pi).limit_denominator(1000), F("3.1415926535897932").limit_denominator(10**5))
print(F(0.1), F("1e-3"), F("-7/14"), F(2.5) == 2.5)
print(sum(F(1, n) for n in range(1, 31)))
print(F(7, 3) // 1, F(-7, 3) % 1, divmod(F(7, 2), F(2, 3)), round(F(5, 2)), round(F(22, 7), 3))
print(F(4, 9) ** F(1, 2), F(2, 3) ** -3, F(1, 3) + 0.5, abs(F(-1, 3)), math.trunc(F(-9, 4)))
print(f"{F(22, 7):.10f} {F(1, 3):>12.4e} {F(100, 1):_}", F(355, 113).as_integer_ratio(), F(6, 3).is_integer())
print(math.gcd(1071, 462, 147), math.lcm(4, 6, 10), math.comb(52, 5), math.perm(10, 3), math.isqrt(10**40 + 7))
try:
    F(1, 0)
except ZeroDivisionError as e:
    print(e)
