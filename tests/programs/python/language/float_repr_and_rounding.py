import math
import sys
from decimal import Decimal, getcontext, ROUND_HALF_UP, ROUND_DOWN, ROUND_CEILING, localcontext
from fractions import Fraction

print(0.1 + 0.2, 0.1 + 0.2 == 0.3, math.isclose(0.1 + 0.2, 0.3), sum([0.1] * 10), math.fsum([0.1] * 10))
for x in (1.0, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, -0.0, 1/3, 2/3, 100/3, 1e22, 1e23):
    print(repr(x), str(x), x.hex(), x.as_integer_ratio() if 1e-4 < abs(x) < 1e10 else "", x.is_integer())

print([round(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675)], round(2.675, 2), round(1234.5678, -2), round(15, -1), round(25, -1), round(-0.4))
print([f(x) for x in (-1.5, 1.5) for f in (math.floor, math.ceil, math.trunc, int, round)])
print(float("1e3"), float(" -2.5\n"), float("infinity"), float("nan"), float("1_0.5"), float.fromhex("0x1.8p3"))
inf, nan = math.inf, math.nan
print(inf - inf, inf * 0, inf > 10**400, nan == nan, nan in [nan], [nan] == [nan], max(nan, 1), max(1, nan), sorted([3, nan, 1]))
print(-0.0 == 0.0, math.copysign(1, -0.0), str(-0.0), 0.0 * -1, math.atan2(0.0, -0.0))
print(7.5 // 2, -7.5 // 2, 7.5 % -2, -7.5 % 2, math.fmod(-7.5, 2), divmod(7.25, 0.5), 2 ** 0.5, 9 ** -0.5)
print(math.nextafter(1, 2), math.ulp(1.0), math.frexp(10.5), math.ldexp(0.65625, 4), math.modf(-3.25))
print(sys.float_info.max, sys.float_info.epsilon, sys.float_info.dig, sys.float_info.mant_dig, sys.float_repr_style)
print(Decimal("0.1") + Decimal("0.2"), Decimal(0.1), Fraction(0.1), Fraction("0.1"), Fraction(0.1).limit_denominator(100))
for mode in (ROUND_HALF_UP, ROUND_DOWN, ROUND_CEILING):
    print(mode, [str(Decimal(s).quantize(Decimal("0.01"), mode)) for s in ("2.675", "-2.675", "1.005", "-1.001")])
with localcontext() as ctx:
    ctx.prec = 30
    print(Decimal(2).sqrt(), Decimal(1) / 7)
print(Decimal(1) / 7, getcontext().prec, Decimal("1E+3"), Decimal("1000").normalize(), Decimal("NaN"), Decimal("-0"))

h = s = 0.0
c = 0.0
for i in range(1, 20001):
    h += 1 / i                     # naive
    y = 1 / i - c                  # Kahan summation
    t = s + y
    c = (t - s) - y
    s = t
print(h, s, math.fsum(1 / i for i in range(1, 20001)))
for expr in ("1/0", "0.0**-1", "math.sqrt(-1)", "math.log(0)", "int(inf)", "int(nan)", "math.exp(1000)", "float('1,5')", "1e308*10", "float(10**400)"):
    try:
        print(expr, "=", eval(expr))
    except Exception as e:
        print(expr, "->", type(e).__name__, e)
