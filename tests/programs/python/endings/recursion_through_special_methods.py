"""Special methods that call themselves."""


class Pair:
    def __init__(self, left, right=None):
        self.left, self.right = left, right

    def __repr__(self):
        return f"Pair({self.left!r}, {self.right!r})"

    def __eq__(self, other):
        return self.left == other.left and self.right == other.right

    def __hash__(self):
        return hash((self.left, self.right))

    def __len__(self):
        return len(self)

    def __getattr__(self, name):
        return getattr(self, name + "_")

    def __add__(self, other):
        return other + self


def attempt(name, action):
    try:
        print(f"{name}: {action()!r}")
    except RecursionError:
        print(f"{name}: too deep")
    except Exception as e:
        print(f"{name}: {type(e).__name__}")


plain = Pair(1, Pair(2))
attempt("repr", lambda: plain)
attempt("equal", lambda: plain == Pair(1, Pair(2)))

knot, other = Pair(0), Pair(0)
knot.left = knot
other.left = other
for name, action in [
    ("knot repr", lambda: repr(knot)),
    ("knot equal", lambda: knot == other),
    ("knot hash", lambda: {knot}),
    ("len", lambda: len(plain)),
    ("missing", lambda: plain.missing),
    ("add", lambda: plain + Pair(5)),
]:
    attempt(name, action)

# Built-in containers notice cycles in repr, but not in comparison.
a, b = [1], [1]
a.append(a)
b.append(b)
print(a, {"self": a})
attempt("cyclic lists", lambda: a == b)
attempt("same list", lambda: a == a)
d = {}
d["d"] = d
print(d)
deep = []
for _ in range(180_000):
    deep = [deep]
attempt("deep equal", lambda: deep == [deep])
attempt("deep order", lambda: deep < [deep])
print("end")
