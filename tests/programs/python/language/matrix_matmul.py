# exact matrices with fractions, supports + - * @ ** and ~ (inverse)
from fractions import Fraction as F

class Matrix:
    def __init__(self, rows):
        self.rows = [[F(x) for x in r] for r in rows]
        if len({len(r) for r in self.rows}) != 1: raise ValueError("ragged")
    @classmethod
    def identity(cls, n): return cls([[int(i==j) for j in range(n)] for i in range(n)])
    @property
    def shape(self): return len(self.rows), len(self.rows[0])
    @property
    def T(self): return Matrix(zip(*self.rows))
    def __getitem__(self, ij):
        i, j = ij
        if isinstance(i, slice) or isinstance(j, slice):
            rs = self.rows[i] if isinstance(i, slice) else [self.rows[i]]
            return Matrix([r[j] if isinstance(j, slice) else [r[j]] for r in rs])
        return self.rows[i][j]
    def __add__(s, o): return Matrix([[a+b for a,b in zip(x,y)] for x,y in zip(s.rows,o.rows)])
    def __sub__(s, o): return s + (-1)*o
    def __rmul__(s, k): return Matrix([[k*a for a in r] for r in s.rows])
    def __matmul__(s, o):
        if s.shape[1] != o.shape[0]: raise ValueError(f"shapes {s.shape} and {o.shape} do not fit")
        return Matrix([[sum(a*b for a,b in zip(r,c)) for c in zip(*o.rows)] for r in s.rows])
    def __pow__(s, n):
        if n < 0: return (~s) ** -n
        r = Matrix.identity(s.shape[0])
        while n:
            if n & 1: r = r @ s
            s = s @ s; n >>= 1
        return r
    def __invert__(s):
        n = s.shape[0]
        m = [r[:] + i for r, i in zip(s.rows, Matrix.identity(n).rows)]
        for c in range(n):
            p = next((r for r in range(c, n) if m[r][c]), None)
            if p is None: raise ZeroDivisionError("singular matrix")
            m[c], m[p] = m[p], m[c]
            m[c] = [x / m[c][c] for x in m[c]]
            for r in range(n):
                if r != c: m[r] = [x - m[r][c]*y for x, y in zip(m[r], m[c])]
        return Matrix([r[n:] for r in m])
    def __eq__(s, o): return s.rows == o.rows
    def __str__(s):
        cells = [[str(x) for x in r] for r in s.rows]
        w = [max(map(len, c)) for c in zip(*cells)]
        return "\n".join("[" + " ".join(x.rjust(k) for x, k in zip(r, w)) + "]" for r in cells)

a = Matrix([[2, 1], [7, 4]])
b = Matrix([["1/2", 3], [0, -1]])
print(a @ b); print(~b); print(a ** 5); print(a ** -2)
print((a ** -2) @ (a ** 2) == Matrix.identity(2))
print(Matrix([[1, 1], [1, 0]]) ** 50)
h = Matrix([[F(1, i + j + 1) for j in range(4)] for i in range(4)])
print(~h)
print(h[1:3, 0:2]); print(h[0, 3]); print(h.T == h, (a - b).shape)
for t in ("~Matrix([[1, 2], [2, 4]])", "a @ h", "Matrix([[1], [2, 3]])"):
    try: eval(t)
    except Exception as e: print(t, "->", type(e).__name__, e)
