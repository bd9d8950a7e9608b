import cmath
from math import pi, isclose

z, w = 3 + 4j, complex("1-2j")
print(z + w, z - w, z * w, z / w, z ** 2, -z, +z, z.conjugate(), abs(z), z.real, z.imag)
print(z == 3 + 4j, z == complex(3, 4), 3 + 0j == 3, hash(3 + 0j) == hash(3), bool(0j), bool(1e-300j))
print(repr(1j), repr(-1j), repr(complex(0.0, -0.0)), repr(complex(-0.0, 2)), str(1 + 0j), complex("nan+infj"), complex(" 2 "), complex(True, 1.5))
print(f"{z:.2f} {z:>12} {w:+.1e} {z:g} {complex(1e10, -1e-10)} {z:,.1f}")

r, phi = cmath.polar(1j)
print(r, isclose(phi, pi / 2), cmath.phase(-1), cmath.rect(2, 0))
print(cmath.sqrt(-1), cmath.sqrt(-2 + 0j).real, cmath.log(-1).imag == pi, cmath.isinf(complex("inf")), cmath.isclose(cmath.exp(1j * pi), -1))


def roots_of_unity(n):
    return [cmath.exp(2j * pi * k / n) for k in range(n)]


for root in roots_of_unity(6):
    print(f"{root.real:+.3f} {root.imag:+.3f} {abs(root):.3f}")


def quadratic(a, b, c):
    d = cmath.sqrt(b * b - 4 * a * c)
    return (-b + d) / (2 * a), (-b - d) / (2 * a)


print(quadratic(1, -3, 2), quadratic(1, 2, 5), quadratic(1, 2, 1))


def dft(xs, sign=-1):
    n = len(xs)
    return [sum(x * cmath.exp(sign * 2j * pi * k * i / n) for i, x in enumerate(xs)) for k in range(n)]


signal = [0, 1, 2, 3, 2, 1, 0, -1]
spec = dft(signal)
print([f"{abs(c):.4f}" for c in spec])
print([round(c.real / len(signal)) for c in dft(spec, +1)] == signal)

for y in range(9, -10, -2):
    row = ""
    for x in range(-34, 15):
        c = complex(x / 16, y / 8)
        v = 0j
        for n in range(25):
            v = v * v + c
            if abs(v) > 2:
                break
        row += " .:-=+*#%@"[n * 9 // 24]
    print(row.rstrip())

for expr in ("z < w", "int(z)", "float(1j)", "z // 2", "z % 2", "complex('1 + 2j')", "0j ** -1", "1j / 0", "max(z, w)", "complex('x')", "round(z)"):
    try:
        print(expr, "=", eval(expr))
    except Exception as e:
        print(expr, "->", type(e).__name__ + ":", e)
print(sorted([z, w, 1j, -1], key=abs), sum([1j, 2, 0.5]), (1j) ** 3, f"{2 ** 1j:.10f}")
