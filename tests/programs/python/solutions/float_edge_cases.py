import math
import struct
import sys
from decimal import Decimal
from fractions import Fraction

inf, nan = math.inf, math.nan

print("sums:", 0.1 + 0.2, 0.1 + 0.2 == 0.3, sum([0.1] * 10), math.fsum([0.1] * 10), 1e16 + 1 - 1e16)
print("exact:", Decimal(0.1))
print("fraction:", Fraction(0.1), (0.75).as_integer_ratio(), Fraction(1, 3) == 1 / 3)

print("rounding:", [round(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5)], round(2.675, 2), round(1e22), round(12345, -2))
print("floor:", -7 // 2, -7 % 3, -7.5 // 2, -7.5 % 2, math.fmod(-7.5, 2), divmod(7, -2.5), int(-7.9), math.trunc(7.9))

print("zero:", 0.0 == -0.0, str(-0.0), math.copysign(1, -0.0), math.atan2(0.0, -0.0) > 3, -0.0 + 0.0, 0 * -1.0, {0.0: "a", -0.0: "b"})
print("inf:", inf > 10 ** 400, inf - inf, inf * 0, -inf // 1, 1 / inf, inf == inf, 1e308 * 10, -1e308 * 10, 5 % inf, -5 % inf)
print("nan:", nan == nan, nan != nan, nan in [nan], nan is nan, sorted([3, 1, 2]), max(1, nan), max(nan, 1), min(nan, 1))
print("nan in a list:", [nan] == [nan], [nan] == [float("nan")], nan ** 0, 1 ** nan, math.isnan(-nan))

print("hex:", (0.1).hex(), float.fromhex("0x1.8p3"), (-5e-324).hex(), sys.float_info.max.hex(), inf.hex())
print("tiny:", 5e-324, 5e-324 / 2, 2.2250738585072014e-308 / 2, math.ulp(1.0), math.ulp(1e300), math.nextafter(1, 2), math.nextafter(0, -1))
print("bits:", struct.pack(">d", 1.0).hex(), struct.pack("<f", 0.1).hex(), struct.unpack("<f", struct.pack("<f", 0.1))[0])
print("repr:", 1e16, 1e15, 123456789012345678.0, 1e-4, 1e-5, 100000.0, 1.0, 3.0e100, 0.1 + 0.7, 4.35 * 100, 1.1 * 3)
print("format:", f"{0.1:.20f} {1e100:.3g} {-0.0:+.1f} {nan:8.2f}| {inf:<8}| {1234567.891:,.2f} {0.000012345:g} {1e5:g} {1e6:g} {2.5:.0f} {3.5:.0f} {0.5:%} {-0.001:z.1f}")
print("percent: %.3e %5.1f %g %r %i" % (12345.678, 2.25, 1e-7, 1e-7, 9.99))

print("integers:", 2 ** 53 == 2.0 ** 53 + 1, 2 ** 53 + 1 == 2.0 ** 53, 10 ** 23 == 1e23, int(1e23), 2 ** 0.5 * 2 ** 0.5 == 2)
print("hash:", hash(1) == hash(1.0) == hash(Fraction(1)) == hash(Decimal(1)), hash(0.5) == hash(Fraction(1, 2)), hash(inf), hash(-inf))
print("parse:", float("  1_000.5\n"), float("1e400"), float("-1e-400"), float("iNf"), float("+nan"), float("١٢"))
print("close:", math.isclose(0.1 + 0.2, 0.3), math.isclose(1e-10, 0), math.isclose(1e-10, 0, abs_tol=1e-9), math.isclose(inf, 1e308))
print("others:", math.frexp(10.0), math.ldexp(0.625, 4), math.modf(-3.25), math.remainder(7, 4), math.gcd(84, -36), math.fma(0.1, 10, -1))
print("types:", (3.0).is_integer(), type(4 / 2).__name__, type(2 ** -1).__name__, True + 1.5, 7.0 // 2, complex(1, -0.0), 1j ** 2)

for expr in ("1 / 0", "0.0 / 0", "0.0 ** -1", "1e200 ** 2", "(-8) ** 0.5 == 0", "int(nan)", "int(inf)", "float('1.2.3')", "math.sqrt(-1)",
             "2.0 ** 1024", "10 ** 400 * 1.0", "math.log(0)", "round(nan)", "inf % 1", "1 % 0.0", "float(10 ** 309)", "math.factorial(1.5)"):
    try:
        print(f"{expr:>20} = {eval(expr)}")
    except (ArithmeticError, ValueError, TypeError) as e:
        print(f"{expr:>20} ! {type(e).__name__}: {e if len(e.args) == 1 else 'from the C library'}")
