from __future__ import annotations
from fractions import Fraction

class Matrix:
    """A small dense matrix with exact arithmetic."""

    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        if len({len(r) for r in self.rows}) != 1:
            raise ValueError("all rows must have the same length")

    @classmethod
    def identity(cls, n: int) -> Matrix:
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0])

    @property
    def T(self) -> Matrix:
        return Matrix(zip(*self.rows))

    def __add__(self, other):
        return Matrix([a + b for a, b in zip(r, s)] for r, s in zip(self.rows, other.rows))

    def __matmul__(self, other):
        if self.shape[1] != other.shape[0]:
            raise ValueError(f"cannot multiply {self.shape} by {other.shape}")
        cols = list(zip(*other.rows))
        return Matrix([sum(a * b for a, b in zip(r, c)) for c in cols] for r in self.rows)

    def __pow__(self, n: int):
        result, base = Matrix.identity(self.shape[0]), self
        while n:
            if n & 1:
                result = result @ base
            base = base @ base
            n >>= 1
        return result

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    def __getitem__(self, ij):
        i, j = ij
        return self.rows[i][j]

    def minor(self, i, j):
        return Matrix(r[:j] + r[j + 1:] for k, r in enumerate(self.rows) if k != i)

    def det(self):
        if self.shape == (1, 1):
            return self[0, 0]
        return sum((-1) ** j * self[0, j] * self.minor(0, j).det() for j in range(self.shape[1]))

    def inverse(self):
        d = self.det()
        if d == 0:
            raise ZeroDivisionError("matrix is singular")
        n = self.shape[0]
        return Matrix([Fraction((-1) ** (i + j) * self.minor(j, i).det(), d) for j in range(n)]
                      for i in range(n))

    def __str__(self):
        cells = [[str(x) for x in r] for r in self.rows]
        widths = [max(map(len, c)) for c in zip(*cells)]
        return "\n".join("[ " + "  ".join(x.rjust(w) for x, w in zip(r, widths)) + " ]" for r in cells)

a = Matrix([[2, -1, 0], [-1, 2, -1], [0, -1, 2]])
print(a, "det =", a.det())
print(a.inverse())
assert a @ a.inverse() == Matrix.identity(3)
print(a @ a.T + Matrix.identity(3))
fib = Matrix([[1, 1], [1, 0]]) ** 200
print("fib(200) =", fib[0, 1])
print(Matrix([[1, 2, 3]]).T.shape, Matrix([[1, 2, 3]]) @ Matrix([[4], [5], [6]]))
for bad in (lambda: a @ fib, lambda: Matrix([[1, 2], [2, 4]]).inverse(), lambda: Matrix([[1], [1, 2]])):
    try:
        bad()
    except (ValueError, ZeroDivisionError) as e:
        print(type(e).__name__, "-", e)
