import sys

text = sys.stdin.read()
words = text.lower().split()

print([w for w in words if len(w) > 4])
print({w: len(w) for w in words if w.isalpha()})
print(sorted({w[0] for w in words}), sorted({len(w) for w in words}))
print(sum(len(w) for w in words), max((w for w in words), key=len), any(w.isdigit() for w in words), all(words))
print([(i, j) for i in range(4) for j in range(i) if (i + j) % 2])
print([[r * c for c in range(1, 6)] for r in range(1, 4)])
matrix = [[1, 2, 3], [4, 5, 6]]
print([list(col) for col in zip(*matrix)], [x for row in matrix for x in row], [row[i] for i, row in enumerate(matrix)])
print(["fizz" * (not i % 3) + "buzz" * (not i % 5) or i for i in range(1, 16)])
print([n for n in range(2, 60) if all(n % d for d in range(2, int(n ** 0.5) + 1))])
print({k: [w for w in dict.fromkeys(words) if len(w) == k] for k in (2, 3, 7)})

# walrus
print([y for x in range(10) if (y := x * x) % 3 == 1], y)
total = 0
print([total := total + v for v in [3, 1, 4, 1, 5]], total)
if (n := len(words)) > 10:
    print(f"{n} words is a lot")
it = iter(words)
while (w := next(it, None)) and not w.endswith("."):
    last = w
print("last before a full stop:", last)
print(any((hit := w).startswith("z") for w in words), hit)
print((lambda s: (k := s.find(" ")) and s[:k])("split me"), [a := 1, a + 1, (a := a + 5), a])
f = lambda x: (m := x % 7) + m
print([f(i) for i in range(9)])

# scope of the loop variable
x = "outer"
squares = [x * x for x in range(3)]
print(x, squares)
for x in range(3): pass
print(x)


class C:
    items = [1, 2, 3]
    size = len(items)
    doubled = [i * 2 for i in items]
    try:
        bad = [i * size for i in items]
    except NameError as e:
        problem = str(e)

print(C.doubled, C.problem)
gen = (print("side effect", i) or i for i in range(3))
print(next(gen), next(gen))
lazy = (v for v in [1, 2] if v / 0)
try:
    next(lazy)
except ZeroDivisionError as e:
    print(e)
try:
    eager = (v for v in 5)
except TypeError as e:
    print(e)
for src in ("[i := 0 for i in range(3)]", "[x for x in (y := [1])]", "x := 5", "f(a := 1, b=2)", "[*x for x in y]", "{k: v for k in x}", "[x for x in 1, 2]"):
    try:
        compile(src, "<c>", "exec"); print(src, "-> fine")
    except SyntaxError as e:
        print(src, "->", e.msg)
