import cmath
import math


def fmt(z: complex, digits: int = 6) -> str:
    re, im = round(z.real, digits) + 0.0, round(z.imag, digits) + 0.0
    return f"{re:.{digits}f}{im:+.{digits}f}i"


def quadratic(a, b, c):
    d = cmath.sqrt(b * b - 4 * a * c)
    return (-b + d) / (2 * a), (-b - d) / (2 * a)


def durand_kerner(coeffs, steps=80):
    n = len(coeffs) - 1
    roots = [(0.4 + 0.9j) ** k for k in range(n)]
    for _ in range(steps):
        for i in range(n):
            value = 0
            for c in coeffs:
                value = value * roots[i] + c
            for j in range(n):
                if j != i:
                    value /= roots[i] - roots[j]
            roots[i] -= value
    return sorted(roots, key=lambda z: (round(z.real, 6), round(z.imag, 6)))


def fft(a, sign=-1):
    n = len(a)
    if n == 1:
        return a
    even, odd = fft(a[::2], sign), fft(a[1::2], sign)
    tw = [cmath.exp(sign * 2j * cmath.pi * k / n) * odd[k] for k in range(n // 2)]
    return [e + t for e, t in zip(even, tw)] + [e - t for e, t in zip(even, tw)]


print(*map(fmt, quadratic(1, 2, 5)), *map(fmt, quadratic(1, -3, 2)))
print(*map(fmt, durand_kerner([1, -6, 11, -6])))
print(*map(fmt, durand_kerner([1, 0, 0, 0, -1])))
spectrum = fft([1, 1, 1, 1, 0, 0, 0, 0])
print(*(fmt(z, 4) for z in spectrum))
print([round(z.real / 8, 6) + 0.0 for z in fft(spectrum, 1)])

print([round(p, 9) for p in cmath.polar(-1 + 1j)], fmt(cmath.rect(2, math.pi / 3)), round(cmath.phase(-1 - 0.0j), 6), abs(3 + 4j))
for name in ("exp", "log", "sin", "cosh", "atan", "tanh", "asin", "log10"):
    print(name, fmt(getattr(cmath, name)(0.5 + 0.25j)))
print(fmt((1 + 2j) ** 3), fmt(2j ** 0.5), (1 + 2j) * (3 - 1j), (1 + 2j) / (1 - 1j), complex("-1e2-3.5J"), (1 + 2j).conjugate(), 1j ** 2)
print(cmath.isclose(cmath.exp(1j * cmath.pi), -1, abs_tol=1e-12), cmath.isnan(complex("nan+1j")), cmath.isinf(cmath.infj), cmath.isfinite(1j), cmath.sqrt(-4), cmath.nanj)
for bad in (lambda: cmath.log(0), lambda: 1j / 0, lambda: 1j < 2, lambda: cmath.exp(1e4), lambda: complex("1 + 2j"), lambda: 0j ** -1):
    try:
        print(bad())
    except (ValueError, ZeroDivisionError, TypeError, OverflowError) as e:
        print(type(e).__name__)
