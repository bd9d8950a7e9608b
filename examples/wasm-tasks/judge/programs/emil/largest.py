n, x, a, c, m, h = map(int, input().split())
best = total = 0
for day in range(n):
    total = max(total + x - h, 0)
    best = max(best, total)
    x = (a * x + c) % m
print(best)  # zero where it should be "loss"
