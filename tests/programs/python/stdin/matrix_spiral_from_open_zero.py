def spiral(m):
    while m:
        yield from m[0]
        m = [*zip(*m[1:])][::-1]

def rotate(m): return [list(r) for r in zip(*m[::-1])]

*rows, = map(str.split, open(0))
(h, w), grid = map(int, rows[0]), [[*map(int, r)] for r in rows[1:]]
assert len(grid) == h and all(len(r) == w for r in grid)
print(*spiral(grid))
for r in rotate(grid): print(*('%3d' % x for x in r))
print(*[sum(c) for c in zip(*grid)], sep=' + ', end=' = ')
print(sum(map(sum, grid)))
print(max((sum(grid[i][j] for i in range(a, b) for j in range(c, d)), a, b, c, d)
          for a in range(h) for b in range(a + 1, h + 1)
          for c in range(w) for d in range(c + 1, w + 1)))
