import random
from collections import deque

W, H = 19, 8
rng = random.Random("labyrinth")


def generate():
    """Depth-first search with an explicit stack; returns the open passages."""
    doors = {(x, y): set() for x in range(W) for y in range(H)}
    seen = {(0, 0)}
    stack = [(0, 0)]
    while stack:
        x, y = stack[-1]
        options = [(x + dx, y + dy) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
                   if (x + dx, y + dy) in doors and (x + dx, y + dy) not in seen]
        if not options:
            stack.pop()
            continue
        nxt = rng.choice(options)
        doors[x, y].add(nxt)
        doors[nxt].add((x, y))
        seen.add(nxt)
        stack.append(nxt)
    return doors


def shortest(doors, start, goal):
    parent = {start: None}
    queue = deque([start])
    while queue:
        cell = queue.popleft()
        if cell == goal:
            way = []
            while cell:
                way.append(cell)
                cell = parent[cell]
            return way[::-1]
        for nxt in sorted(doors[cell]):
            if nxt not in parent:
                parent[nxt] = cell
                queue.append(nxt)
    raise LookupError("the goal cannot be reached")


def draw(doors, way=()):
    way = set(way)
    for y in range(H):
        top = "+"
        mid = "|"
        for x in range(W):
            top += ("  " if (x, y - 1) in doors[x, y] else "--") + "+"
            mid += ("**" if (x, y) in way else "  ") + (" " if (x + 1, y) in doors[x, y] else "|")
        print(top)
        print(mid)
    print("+" + "--+" * W)


maze = generate()
draw(maze)
way = shortest(maze, (0, 0), (W - 1, H - 1))
print("steps:", len(way) - 1)
draw(maze, way)
print("dead ends:", sum(len(d) == 1 for d in maze.values()))
for d in maze.values():
    d.discard((W - 1, H - 1))
try:
    shortest(maze, (0, 0), (W - 1, H - 1))
except LookupError as e:
    print("now", e)
