import sys
input = sys.stdin.readline
sys.setrecursionlimit(10 ** 6)

h, w = map(int, input().split())
g = [list(input().strip()) for _ in range(h)]
deepest = 0

def fill(i, j, depth=1):
    global deepest
    if i < 0 or j < 0 or i >= h or j >= w or g[i][j] != '.':
        return 0
    deepest = max(deepest, depth)
    g[i][j] = '*'
    return 1 + fill(i + 1, j, depth + 1) + fill(i - 1, j, depth + 1) + fill(i, j + 1, depth + 1) + fill(i, j - 1, depth + 1)

areas = []
for i in range(h):
    for j in range(w):
        if g[i][j] == '.':
            areas.append(fill(i, j))
areas.sort(reverse=True)
print(len(areas), "regions")
print(*areas[:12])
print("deepest call:", deepest)
