# Currency exchange: does changing money in a circle make it more?
import math
names = input().split()
k = len(names)
edges = []
while True:
    try:
        a, b, rate = input().split()
    except (EOFError, ValueError):
        break
    edges.append((names.index(a), names.index(b), -math.log(float(rate))))

dist = [0.0] * k
pred = [-1] * k
x = -1
for round_ in range(k):
    x = -1
    for a, b, w in edges:
        if dist[a] + w < dist[b] - 1e-12:
            dist[b] = dist[a] + w
            pred[b] = a
            x = b
    print("round", round_ + 1, " ".join(f"{d:+.5f}" for d in dist))
    if x < 0:
        break
if x < 0:
    print("no gain is possible")
else:
    for _ in range(k):
        x = pred[x]
    cycle = [x]
    y = pred[x]
    while y != x:
        cycle.append(y)
        y = pred[y]
    i = cycle.index(min(cycle))
    cycle = (cycle[i:] + cycle[:i])
    cycle.reverse()
    gain = 1.0
    table = {(a, b): w for a, b, w in edges}
    for a, b in zip(cycle, cycle[1:] + cycle[:1]):
        gain *= math.exp(-table[a, b])
    print(" -> ".join(names[c] for c in cycle), f"gains {100 * (gain - 1):.3f}%")
