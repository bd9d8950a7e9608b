# Wrong everywhere: words around the answer.
n, x, a, c, m, h = map(int, input().split())
best = total = 0
for day in range(n):
    total = max(total + x - h, 0)
    best = max(best, total)
    x = (a * x + c) % m
print("The largest gain is", best if best > 0 else "loss")
