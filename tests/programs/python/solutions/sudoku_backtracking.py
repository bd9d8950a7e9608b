import sys

def parse(s):
    grid = [0 if c in ".0" else int(c) for c in s if c in "0123456789."]
    if len(grid) != 81:
        raise ValueError(f"expected 81 cells, got {len(grid)}")
    return grid

class Solver:
    def __init__(self, grid):
        self.grid = grid[:]
        self.rows = [0] * 9
        self.cols = [0] * 9
        self.boxes = [0] * 9
        self.guesses = 0
        for i, d in enumerate(grid):
            if d:
                if not self.allowed(i) >> d & 1:
                    raise ValueError(f"{d} twice, at row {i // 9 + 1} column {i % 9 + 1}")
                self.flip(i, d)

    def flip(self, i, d):
        r, c = divmod(i, 9)
        self.rows[r] ^= 1 << d
        self.cols[c] ^= 1 << d
        self.boxes[r // 3 * 3 + c // 3] ^= 1 << d

    def allowed(self, i):
        r, c = divmod(i, 9)
        return 0x3FE & ~(self.rows[r] | self.cols[c] | self.boxes[r // 3 * 3 + c // 3])

    def solve(self):
        best, mask = None, None
        for i in range(81):
            if self.grid[i] == 0:
                m = self.allowed(i)
                if best is None or m.bit_count() < mask.bit_count():
                    best, mask = i, m
                    if m.bit_count() < 2:
                        break
        if best is None:
            return True
        for d in range(1, 10):
            if mask >> d & 1:
                self.guesses += mask.bit_count() > 1
                self.grid[best] = d
                self.flip(best, d)
                if self.solve():
                    return True
                self.flip(best, d)
                self.grid[best] = 0
        return False

def show(grid):
    for r in range(9):
        if r in (3, 6):
            print("------+-------+------")
        row = [str(d or ".") for d in grid[9 * r:9 * r + 9]]
        print(" | ".join(" ".join(row[k:k + 3]) for k in (0, 3, 6)))

for n, line in enumerate(sys.stdin.read().split(), 1):
    print("puzzle", n)
    try:
        s = Solver(parse(line))
    except ValueError as e:
        print("  bad:", e)
        continue
    if s.solve():
        show(s.grid)
        print("  guesses:", s.guesses)
        assert all(len(set(s.grid[9 * r:9 * r + 9])) == 9 for r in range(9))
    else:
        print("  impossible after", s.guesses, "guesses")
