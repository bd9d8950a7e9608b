# Wrong where the best is a gain of zero: it is no loss for this program.
n, x, a, c, m, h = map(int, input().split())
best, total = -1, 0
for day in range(n):
    total = max(total, 0) + x - h
    best = max(best, total)
    x = (a * x + c) % m
print("loss" if best < 0 else best)
