from math import *

xs = [0.1, 0.5, 1.0, 2.75, 10.0]
for f in (sqrt, cbrt, exp, expm1, exp2, log, log2, log10, log1p, sin, cos, tan, atan, sinh, tanh, asinh, erf, erfc, gamma, lgamma):
    print(f"{f.__name__:<6}", *(f"{f(x):.9g}" for x in xs))
print([round(f(0.3), 10) for f in (asin, acos, atanh)], round(acosh(1.5), 10), round(atan2(-1, -1), 10), round(hypot(1, 2, 3), 10))

print(floor(-2.5), ceil(-2.5), trunc(-2.5), modf(-3.25), frexp(10.0), ldexp(0.625, 4), fmod(-7, 3), remainder(7, 4), copysign(1, -0.0))
print(factorial(25), comb(10, 3), perm(5), gcd(84, 36), lcm(21, 6), isqrt(99), prod([2, 3, 4], start=5), dist((0, 0), (3, 4)))
print(fsum([0.1] * 10), sum([0.1] * 10), 0.1 * 10 == 1.0, sumprod([1, 2, 3], [0.5, 0.25, 2]), fsum([1e100, 1.0, -1e100]))
print(nextafter(1.0, 2.0), ulp(1.0), nextafter(0.0, -1), nextafter(1.0, inf, steps=3), isclose(0.1 + 0.2, 0.3), isclose(1, 1.01, rel_tol=0.005))
print(degrees(pi), radians(180) == pi, tau == 2 * pi, e > 2.718, inf > 1e308, nan != nan, isnan(nan), isinf(-inf), isfinite(1e308))
print(fma(2.0, 3.0, 4.0), fabs(-3), copysign(1, -0.0) < 0, isclose(pow(2, 0.5), sqrt(2)))

for bad in (lambda: sqrt(-1), lambda: log(0), lambda: exp(1000), lambda: factorial(-1), lambda: factorial(2.0), lambda: acos(2), lambda: comb(3, -1),
            lambda: floor(inf), lambda: ceil(nan), lambda: gamma(-1), lambda: isqrt(-1), lambda: fmod(1, 0), lambda: ldexp(1.0, 5000), lambda: pow(0.0, -1)):
    try:
        print(bad())
    except (ValueError, OverflowError, TypeError) as err:
        print(type(err).__name__)


def simpson(f, a, b, n=100):
    h = (b - a) / n
    return h / 3 * fsum(f(a + i * h) * (1 if i in (0, n) else 4 if i % 2 else 2) for i in range(n + 1))


def newton(f, df, x, steps=30):
    for _ in range(steps):
        x -= f(x) / df(x)
    return x


print(f"{simpson(sin, 0, pi):.8f} {simpson(lambda x: exp(-x * x), -3, 3):.8f} {newton(lambda x: x**3 - 2, lambda x: 3 * x * x, 1.0):.10f}")
print(f"{log(2**1000, 2):.9g} {log10(10**400):.9g} {sqrt(10**300):.9g}", log(10**500) > 1151)
