def hanoi(n, source="A", target="C", spare="B"):
    """Yield the moves as pairs (from, to)."""
    if n:
        yield from hanoi(n - 1, source, spare, target)
        yield source, target
        yield from hanoi(n - 1, spare, target, source)


def iterative(n):
    pegs = {"A": list(range(n, 0, -1)), "B": [], "C": []}
    order = ["AC", "AB", "BC"] if n % 2 else ["AB", "AC", "BC"]
    for i in range(2 ** n - 1):
        a, b = order[i % 3]
        if not pegs[a] or pegs[b] and pegs[b][-1] < pegs[a][-1]:
            a, b = b, a
        pegs[b].append(pegs[a].pop())
        yield a, b


def draw(pegs, n):
    for level in reversed(range(n)):
        print(" ".join(("=" * (2 * p[level] - 1) if level < len(p) else "|").center(2 * n) for p in pegs.values()).rstrip())
    print("-" * (6 * n + 2))


def frame_stewart(n, memo={0: 0, 1: 1}):
    """Moves with four pegs."""
    if n not in memo:
        memo[n] = min(2 * frame_stewart(k) + 2 ** (n - k) - 1 for k in range(1, n))
    return memo[n]


n = 3
pegs = {"A": list(range(n, 0, -1)), "B": [], "C": []}
draw(pegs, n)
for step, (a, b) in enumerate(hanoi(n), 1):
    disc = pegs[a].pop()
    assert not pegs[b] or pegs[b][-1] > disc
    pegs[b].append(disc)
    print(f"{step}. disc {disc}: {a} -> {b}")
    draw(pegs, n)

for n in range(1, 11):
    assert list(hanoi(n)) == list(iterative(n))
print([sum(1 for _ in hanoi(n)) for n in range(12)])
print([frame_stewart(n) for n in range(1, 21)])
