# Mandelbrot, a Julia set, the Sierpinski triangle, a Koch curve and a Barnsley-like dragon in characters
def escape(z, c, limit=60):
    n = 0
    while abs(z) <= 2 and n < limit:
        z = z * z + c
        n += 1
    return n

SHADES = " .:-=+*#%@"

print("\n".join("".join(SHADES[escape(0, complex(x / 24 - 2.1, y / 11)) // 7 + 1]
      for x in range(68)).rstrip() for y in range(-12, 13)))
print()
print("\n".join("".join(SHADES[min(9, escape(complex(x / 20, y / 10), -0.75 + 0.125j, 30) // 3)]
      for x in range(-32, 33)).rstrip() for y in range(-10, 11)))
print()

for y in range(16):
    print(" " * (15 - y) + " ".join("▲" if not x & ~y else " " for x in range(y + 1)).rstrip())

# Sierpinski carpet
def solid(x, y):
    while x or y:
        if x % 3 == y % 3 == 1:
            return False
        x //= 3; y //= 3
    return True
print("\n".join("".join("██" if solid(x, y) else "  " for x in range(27)).rstrip() for y in range(27)))

# L-systems
def grow(axiom, rules, n):
    for _ in range(n):
        axiom = "".join(rules.get(c, c) for c in axiom)
    return axiom

dragon = grow("FX", {"X": "X+YF+", "Y": "-FX-Y"}, 8)
x = y = 0
dx, dy = 1, 0
seen = {(0, 0)}
for c in dragon:
    if c == "F":
        for _ in range(2):
            x += dx; y += dy
            seen.add((x, y))
    elif c == "+":
        dx, dy = -dy, dx
    elif c == "-":
        dx, dy = dy, -dx
for row in range(min(b for _, b in seen), max(b for _, b in seen) + 1):
    print("".join("#" if (col, row) in seen else " " for col in
          range(min(a for a, _ in seen), max(a for a, _ in seen) + 1)).rstrip())
print(len(dragon), grow("A", {"A": "AB", "B": "A"}, 7), [len(grow("A", {"A": "AB", "B": "A"}, k)) for k in range(10)])
