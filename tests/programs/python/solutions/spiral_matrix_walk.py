def spiral_fill(n):
    """An n x n matrix with 1, 2, 3, ... going round from the outside."""
    m = [[0] * n for _ in range(n)]
    r = c = 0
    dr, dc = 0, 1
    for k in range(1, n * n + 1):
        m[r][c] = k
        nr, nc = r + dr, c + dc
        if not (0 <= nr < n and 0 <= nc < n) or m[nr][nc]:
            dr, dc = dc, -dr
            nr, nc = r + dr, c + dc
        r, c = nr, nc
    return m


def spiral_read(m):
    out = []
    while m:
        out += m.pop(0)
        m = [list(row) for row in zip(*m)][::-1]
    return out


def diagonal_sums(m):
    n = len(m)
    return sum(m[i][i] for i in range(n)), sum(m[i][n - 1 - i] for i in range(n))


def neighbours_sum(m, r, c):
    return sum(m[r + dr][c + dc] for dr in (-1, 0, 1) for dc in (-1, 0, 1) if dr or dc)


for n in (1, 2, 5):
    m = spiral_fill(n)
    for row in m:
        print(" ".join(f"{v:3}" for v in row))
    print("diagonals", diagonal_sums(m))
    assert spiral_read([row[:] for row in m]) == list(range(1, n * n + 1))

m = spiral_fill(5)
print("around the centre:", neighbours_sum(m, 2, 2))
print("top row wraps to the bottom:", neighbours_sum(m, 0, 2))
print("bottom row:", neighbours_sum(m, 4, 2))
