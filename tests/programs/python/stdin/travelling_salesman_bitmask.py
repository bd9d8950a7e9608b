import sys
from math import hypot, inf

pts = []
names = []
for line in sys.stdin:
    if line.startswith("#") or line.isspace():
        continue
    name, x, y = line.split()
    names.append(name)
    pts.append((float(x), float(y)))
n = len(pts)
d = [[hypot(ax - bx, ay - by) for bx, by in pts] for ax, ay in pts]
full = 1 << n
dp = [[inf] * n for _ in range(full)]
par = [[-1] * n for _ in range(full)]
dp[1][0] = 0.0
for mask in range(1, full, 2):
    row = dp[mask]
    for i in range(n):
        if row[i] == inf or not mask >> i & 1:
            continue
        for j in range(n):
            if mask >> j & 1:
                continue
            c = row[i] + d[i][j]
            m2 = mask | 1 << j
            if c < dp[m2][j]:
                dp[m2][j] = c
                par[m2][j] = i
best = min(range(1, n), key=lambda i: dp[-1][i] + d[i][0])
print(f"{dp[-1][best] + d[best][0]:.6f}")
mask, i, tour = full - 1, best, []
while i != -1:
    tour.append(i)
    mask, i = mask ^ (1 << i), par[mask][i]
tour.reverse()
if tour[1] > tour[-1]:
    tour[1:] = tour[:0:-1]
print(*(names[i] for i in tour), names[0], sep=" -> ")
