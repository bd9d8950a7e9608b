# A loss is a gain of zero for it.
n, x, a, c, m, h = map(int, input().split())
best = run = 0
for _ in range(n):
    run = max(run + x - h, 0)
    best = max(best, run)
    x = (a * x + c) % m
print(best)
