# Langton's ant, and ants with more than two colours
from typing import NamedTuple


class Ant(NamedTuple):
    x: int
    y: int
    dx: int = 0
    dy: int = -1

    def turn(self, way: str) -> "Ant":
        if way == "R":
            return self._replace(dx=-self.dy, dy=self.dx)
        return self._replace(dx=self.dy, dy=-self.dx)

    def forward(self) -> "Ant":
        return self._replace(x=self.x + self.dx, y=self.y + self.dy)


def run(rules: str, steps: int):
    grid: dict[tuple[int, int], int] = {}
    ant = Ant(0, 0)
    for _ in range(steps):
        colour = grid.get(ant[:2], 0)
        grid[ant[:2]] = (colour + 1) % len(rules)
        ant = ant.turn(rules[colour]).forward()
    return {k: v for k, v in grid.items() if v}, ant


def picture(cells, ant):
    xs = [x for x, _ in cells] + [ant.x]
    ys = [y for _, y in cells] + [ant.y]
    arrow = {(0, -1): "^", (0, 1): "v", (1, 0): ">", (-1, 0): "<"}[ant.dx, ant.dy]
    for y in range(min(ys), max(ys) + 1):
        row = ""
        for x in range(min(xs), max(xs) + 1):
            row += arrow if (x, y) == ant[:2] else " #o+*"[cells.get((x, y), 0)]
        print(row.rstrip())


for steps in (0, 4, 50, 400):
    cells, ant = run("RL", steps)
    print(f"--- after {steps} steps: {len(cells)} black, {ant}")
    picture(cells, ant)

cells, ant = run("RL", 11000)
print("--- after 11000:", len(cells), ant)
a, b = run("RL", 10604)[1], run("RL", 10604 + 104)[1]
print("highway moves by", (b.x - a.x, b.y - a.y), "in 104 steps")
for rules in ("RLR", "LLRR", "LRRRL"):
    cells, ant = run(rules, 1200)
    print(f"--- {rules}: {len(cells)} cells")
    picture(cells, ant)
