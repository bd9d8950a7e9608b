import sys
import re


def egcd(a, b):
    x0, x1, y0, y1 = 1, 0, 0, 1
    while b:
        q, a, b = a // b, b, a % b
        x0, x1 = x1, x0 - q * x1
        y0, y1 = y1, y0 - q * y1
    return a, x0, y0


def combine(r1, m1, r2, m2):
    g, p, _ = egcd(m1, m2)
    if (r2 - r1) % g:
        raise ValueError(f"x = {r1} mod {m1} and x = {r2} mod {m2} exclude each other")
    l = m1 // g * m2
    return (r1 + (r2 - r1) // g * p % (m2 // g) * m1) % l, l


systems = [[]]
for line in sys.stdin:
    if not line.strip():
        systems.append([])
        continue
    m = re.fullmatch(r"\s*x\s*=\s*(-?\d+)\s*\(\s*mod\s+(\d+)\s*\)\s*", line)
    if m is None:
        print("cannot read", line.strip())
        continue
    systems[-1].append(tuple(map(int, m.groups())))

for no, system in enumerate(filter(None, systems), 1):
    r, m = 0, 1
    print(f"system {no}:")
    try:
        for r2, m2 in system:
            r, m = combine(r, m, r2 % m2, m2)
            print(f"   x = {r} (mod {m})")
    except ValueError as e:
        print("  ", e)
    else:
        print("   check:", all((r - a) % b == 0 for a, b in system))
