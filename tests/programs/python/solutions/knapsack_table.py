"""0/1 knapsack by dynamic programming, the bounded and the fractional one."""

ITEMS = [("map", 9, 150, 1), ("compass", 13, 35, 1), ("water", 153, 200, 2), ("sandwich", 50, 60, 2),
         ("glucose", 15, 60, 2), ("tin", 68, 45, 3), ("banana", 27, 60, 3), ("apple", 39, 40, 3),
         ("cheese", 23, 30, 1), ("beer", 52, 10, 3), ("camera", 32, 30, 1), ("umbrella", 73, 40, 1),
         ("socks", 4, 50, 1), ("book", 30, 10, 2)]


def knapsack(items, capacity):
    """Return (value, chosen) for items (name, weight, value)."""
    table = [[0] * (capacity + 1)]
    for _, weight, value in items:
        row = table[-1][:]
        for c in range(weight, capacity + 1):
            row[c] = max(row[c], table[-1][c - weight] + value)
        table.append(row)
    chosen, c = [], capacity
    for i in range(len(items), 0, -1):
        if table[i][c] != table[i - 1][c]:
            chosen.append(items[i - 1])
            c -= items[i - 1][1]
    return table[-1][capacity], chosen[::-1]


def brute_force(items, capacity):
    best = 0
    for mask in range(1 << len(items)):
        picked = [it for i, it in enumerate(items) if mask >> i & 1]
        if sum(w for _, w, _ in picked) <= capacity:
            best = max(best, sum(v for _, _, v in picked))
    return best


def fractional(items, capacity):
    total, left = 0.0, capacity
    for name, weight, value in sorted(items, key=lambda it: it[2] / it[1], reverse=True):
        take = min(weight, left)
        total += value * take / weight
        left -= take
        if take < weight:
            return total, name, take
    return total, None, 0


single = [(n, w, v) for n, w, v, _ in ITEMS]
bounded = [(n, w, v) for n, w, v, count in ITEMS for _ in range(count)]

value, chosen = knapsack(single, 400)
print("0/1:", value, sum(w for _, w, _ in chosen), [n for n, *_ in chosen])
value, chosen = knapsack(bounded, 1000)
counts = {}
for n, *_ in chosen:
    counts[n] = counts.get(n, 0) + 1
print("bounded:", value, sum(w for _, w, _ in chosen), counts)
total, last, part = fractional(single, 400)
print(f"fractional: {total:.3f}, with {part} of {last}")
for capacity in (0, 3, 4, 50, 120):
    a, b = knapsack(single[:10], capacity)[0], brute_force(single[:10], capacity)
    assert a == b
    print(capacity, a)
