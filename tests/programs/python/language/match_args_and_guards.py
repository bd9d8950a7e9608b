class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y

class Line:
    __match_args__ = ("start", "end")
    def __init__(self, a, b): self.start, self.end = a, b

def where(p):
    match p:
        case Point(0, 0): return "origin"
        case Point(0, y): return f"y axis at {y}"
        case Point(x, 0): return f"x axis at {x}"
        case Point(x, y) if x == y: return f"diagonal {x}"
        case Point(x=float(), y=_): return "float x"
        case Point(): return "somewhere"
        case Line(Point(a, b), Point(c, d)) if (a, b) == (c, d): return "degenerate line"
        case Line(start=Point(y=y1), end=Point(y=y2)) if y1 == y2: return f"horizontal at {y1}"
        case Line(): return "line"
        case (Point() as a, *_, Point() as b): return f"path from {a.x},{a.y} to {b.x},{b.y}"
        case [x, [y, [z, *deep]]]: return f"nested {x} {y} {z} {deep}"
        case range(start=s, stop=e): return f"range {s}..{e}"
        case complex(real=r, imag=i): return f"complex {r} {i}"
        case int(n) | float(n) if n != n or n in (float("inf"), float("-inf")): return f"special {n}"
        case bool(b): return f"bool {b}"
        case int(n): return f"int {n}"
        case bytes(b): return f"bytes {len(b)}"
        case dict(d) if len(d) > 2: return f"big dict {list(d)}"
        case {"x": x, **rest}: return f"dict x={x} rest={rest}"
        case set() | frozenset() as s: return f"set of {len(s)}"
        case _: return f"other {type(p).__name__}"

P = Point
tests = [P(0, 0), P(0, 5), P(-1, 0), P(7, 7), P(1.5, 2), P(1, 2), Line(P(1, 1), P(1, 1)), Line(P(1, 4), P(9, 4)),
         Line(P(1, 2), P(3, 4)), [P(1, 2), 0, 0, P(3, 4)], [1, (2, [3, 4, 5])], range(2, 10), 1 + 2j,
         float("nan"), float("-inf"), True, 12, b"abc", dict(a=1, b=2, c=3), {"x": 1, "z": 2}, {3, 4}, "str", 2.5, (), iter([1])]
for t in tests:
    print(where(t))

try:
    match P(1, 2):
        case Point(a, b, c): pass
except TypeError as e:
    print("TypeError:", e)

match 5:
    case captured if captured > 10: print("no")
    case captured: pass
print(captured)

# match is a soft keyword
match = {"case": 1}
case = match["case"]
type = "also fine"
print(match, case, type)

class K:
    LIMIT = 3
match [3, 4]:
    case [K.LIMIT, rest]: print("limit", rest)

match "abc":
    case [a, b, c]: print("strings are sequences")
    case _: print("strings are not matched as sequences")

for src in ("match 1:\n case x: pass\n case 2: pass", "match 1:\n case (x, x): pass", "match 1:\n case 1 | y: pass", "match 1:\n case {**r, 'a': 1}: pass"):
    try:
        compile(src, "<match>", "exec")
    except SyntaxError as e:
        print("SyntaxError:", e.msg, "line", e.lineno)
