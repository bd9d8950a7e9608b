# argv: --generations 20 --every 5
import argparse
import sys
from collections import Counter

p = argparse.ArgumentParser()
p.add_argument("--generations", type=int, default=10)
p.add_argument("--every", type=int, default=1)
p.add_argument("--alive", default="#")
args = p.parse_args()

cells = {(x, y) for y, line in enumerate(sys.stdin) for x, c in enumerate(line) if c == args.alive}


def step(cells):
    near = Counter((x + dx, y + dy) for x, y in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
    return {c for c, n in near.items() if n == 3 or (n == 2 and c in cells)}


def draw(cells):
    xs = [x for x, _ in cells]
    ys = [y for _, y in cells]
    print(f"x {min(xs)}..{max(xs)}  y {min(ys)}..{max(ys)}")
    for y in range(min(ys), max(ys) + 1):
        print("".join(args.alive if (x, y) in cells else "." for x in range(min(xs), max(xs) + 1)))


seen = {}
for g in range(args.generations + 1):
    if g % args.every == 0:
        print("generation", g, "alive", len(cells))
        draw(cells)
    key = frozenset(cells)
    if key in seen:
        print("generation", g, "is the same as", seen[key])
        break
    seen[key] = g
    cells = step(cells)
