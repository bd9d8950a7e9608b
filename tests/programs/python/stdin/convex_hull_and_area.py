import sys


def cross(o, a, b):
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def hull(points):
    points = sorted(set(points))
    if len(points) <= 2:
        return points
    def half(pts):
        h = []
        for p in pts:
            while len(h) >= 2 and cross(h[-2], h[-1], p) <= 0:
                h.pop()
            h.append(p)
        return h[:-1]
    return half(points) + half(reversed(points))


def diameter_squared(h):
    n, best, j = len(h), 0, 1
    for i in range(n):
        while abs(cross(h[i], h[(i + 1) % n], h[(j + 1) % n])) > abs(cross(h[i], h[(i + 1) % n], h[j])):
            j = (j + 1) % n
        for p in (h[i], h[(i + 1) % n]):
            best = max(best, (p[0] - h[j][0]) ** 2 + (p[1] - h[j][1]) ** 2)
    return best


vals = list(map(int, sys.stdin.read().split()))
n = vals[0]
pts = list(zip(vals[1:2 * n + 1:2], vals[2:2 * n + 2:2]))
h = hull(pts)
area2 = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(h, h[1:] + h[:1]))
print(len(pts), "points,", len(h), "on the hull")
print("area", area2 / 2)
print("perimeter %.9f" % sum(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in zip(h, h[1:] + h[:1])))
print("squared diameter", diameter_squared(h))
assert all(cross(a, b, p) >= 0 for p in pts[:50] for a, b in zip(h, h[1:] + h[:1]))
for p in h:
    print(*p)
