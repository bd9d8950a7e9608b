"""Check a sudoku row, column and box, and leave with a tuple of what is wrong."""
import sys

GRID = [
    "534678912",
    "672195348",
    "198342567",
    "859761423",
    "426853791",
    "713924856",
    "961537284",
    "287419635",
    "345286177",
]


def duplicates(cells):
    seen, twice = set(), []
    for c in cells:
        if c in seen:
            twice.append(c)
        seen.add(c)
    return twice


reasons = []
for i in range(9):
    row = GRID[i]
    column = "".join(r[i] for r in GRID)
    y, x = divmod(i, 3)
    box = "".join(GRID[3 * y + dy][3 * x:3 * x + 3] for dy in range(3))
    for kind, cells in (("row", row), ("column", column), ("box", box)):
        d = duplicates(cells)
        print(f"{kind:6} {i + 1} {cells} {'bad ' + ','.join(d) if d else 'good'}")
        if d:
            reasons.append((kind, i + 1))

sys.exit(tuple(reasons) or 0)
