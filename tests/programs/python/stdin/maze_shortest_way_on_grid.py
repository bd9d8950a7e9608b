"""Breadth first search in a maze: the way is drawn with dots."""
import sys
from collections import deque

rows = [list(line.rstrip("\n")) for line in sys.stdin if line.strip()]
H, W = len(rows), len(rows[0])


def find(ch):
    for r in range(H):
        for c in range(W):
            if rows[r][c] == ch:
                return r, c
    raise LookupError(ch)


def bfs(start, goal):
    came = {start: None}
    queue = deque([start])
    while queue:
        pos = queue.popleft()
        if pos == goal:
            return came
        r, c = pos
        for dr, dc in ((-1, 0), (0, 1), (1, 0), (0, -1)):
            nxt = r + dr, c + dc
            if 0 <= nxt[0] < H and 0 <= nxt[1] < W and nxt not in came and rows[nxt[0]][nxt[1]] != "#":
                came[nxt] = pos
                queue.append(nxt)
    return None


start, goal = find("S"), find("E")
came = bfs(start, goal)
if came is None:
    print("no way")
else:
    length = 0
    pos = came[goal]
    while pos != start:
        rows[pos[0]][pos[1]] = "."
        pos = came[pos]
        length += 1
    print(length + 1, "steps,", len(came), "cells seen")
print("\n".join(map("".join, rows)))
try:
    find("?")
except LookupError as e:
    print("no such cell:", e)
