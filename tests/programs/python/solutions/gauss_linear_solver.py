import sys

EPS = 1e-12


def solve(a, b):
    """Solve a·x = b by Gaussian elimination with partial pivoting.

    Returns a list, or a string that says why there is no single solution.
    """
    n = len(a)
    m = [list(map(float, row)) + [float(v)] for row, v in zip(a, b)]
    for col in range(n):
        pivot = max(range(col, n), key=lambda r: abs(m[r][col]))
        if abs(m[pivot][col]) < EPS:
            for row in m:
                if all(abs(x) < EPS for x in row[:-1]) and abs(row[-1]) > EPS:
                    return "no solution"
            return "not a single solution"
        m[col], m[pivot] = m[pivot], m[col]
        for r in range(col + 1, n):
            factor = m[r][col] / m[col][col]
            for c in range(col, n + 1):
                m[r][c] -= factor * m[col][c]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (m[i][n] - sum(m[i][j] * x[j] for j in range(i + 1, n))) / m[i][i]
    return x


def read_system(lines):
    a, b = [], []
    for line in lines:
        left, _, right = line.partition("=")
        a.append([float(t) for t in left.split()])
        b.append(float(right))
    return a, b


number = 0
for block in sys.stdin.read().split("\n\n"):
    lines = [l for l in block.splitlines() if l and not l.startswith("#")]
    if not lines:
        continue
    number += 1
    a, b = read_system(lines)
    x = solve(a, b)
    print(f"System {number} ({len(a)} unknowns)")
    if isinstance(x, str):
        print("   ", x)
        continue
    for i, v in enumerate(x, 1):
        print(f"    x{i} = {v + 0:.6g}")
    worst = max(abs(sum(p * q for p, q in zip(row, x)) - r) for row, r in zip(a, b))
    print("    residual ok" if worst < 1e-9 else f"    residual {worst}")
