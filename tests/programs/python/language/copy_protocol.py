import copy

class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"P({self.x},{self.y})"

    def __replace__(self, **changes):
        return Point(**{**vars(self), **changes})

class Board:
    """Copies the cells but shares the theme."""

    def __init__(self, cells, theme):
        self.cells, self.theme, self.generation = cells, theme, 0

    def __copy__(self):
        new = type(self)(self.cells, self.theme)
        new.generation = self.generation + 1
        return new

    def __deepcopy__(self, memo):
        print("  deepcopy, memo has", len(memo), "entries")
        new = type(self)(copy.deepcopy(self.cells, memo), self.theme)
        new.generation = self.generation + 100
        return new

class Connection:
    def __init__(self, host):
        self.host, self.handle = host, object()

    def __getstate__(self):
        state = self.__dict__.copy()
        del state["handle"]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state, handle="reopened")

class Uncopyable:
    def __reduce_ex__(self, proto):
        raise TypeError("this object cannot be copied")

a = [1, [2, 3], {"k": Point(1, 2)}]
b, c = copy.copy(a), copy.deepcopy(a)
a[1].append(4)
a[2]["k"].x = 99
a.append("only in a")
print(a, b, c, sep="\n")
print(b[1] is a[1], c[1] is a[1], copy.copy((1, [2])), copy.deepcopy(t := (1, 2, "x")) is t, copy.deepcopy(u := ([],)) is u)

loop = [1]
loop.append(loop)
dup = copy.deepcopy(loop)
print(dup, dup[1] is dup, dup is loop)
shared = [0]
pair = copy.deepcopy([shared, shared])
print(pair[0] is pair[1], pair[0] is shared)

board = Board([["x", "."], [".", "o"]], {"color": "green"})
s, d = copy.copy(board), copy.deepcopy(board)
d2 = copy.deepcopy([board, board])
board.cells[0][0] = "CHANGED"
print(s.cells[0][0], d.cells[0][0], s.theme is d.theme, s.generation, d.generation, d2[0] is d2[1])

conn = copy.deepcopy(Connection("example"))
print(vars(conn), copy.replace(Point(1, 2), y=50), copy.copy(Point) is Point, copy.deepcopy(len) is len)
for bad in (Uncopyable(), (i for i in "ab"), [Uncopyable()]):
    for f in (copy.copy, copy.deepcopy):
        try:
            print(f.__name__, "gives a", type(f(bad)).__name__)
        except TypeError as e:
            print(f.__name__, "TypeError:", e)
x = [[0] * 2] * 2
x[0][0] = 1
print(x, copy.deepcopy(x), [r[:] for r in x][0] is x[0], {"a": x}.copy()["a"] is x, x[:] == x, x[:] is x)
