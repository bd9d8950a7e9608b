import sys
sys.setrecursionlimit(10000)
read = sys.stdin.readline

n, q = [int(x) for x in read().split()]
arr = [int(x) for x in read().split()]
mx = [0] * (4 * n)
lz = [0] * (4 * n)

def build(o, l, r):
    if l == r:
        mx[o] = arr[l]
        return
    m = (l + r) // 2
    build(2 * o, l, m)
    build(2 * o + 1, m + 1, r)
    mx[o] = max(mx[2 * o], mx[2 * o + 1])

def update(o, l, r, a, b, v):
    if a <= l and r <= b:
        mx[o] += v
        lz[o] += v
        return
    m = (l + r) // 2
    if a <= m: update(2 * o, l, m, a, b, v)
    if b > m: update(2 * o + 1, m + 1, r, a, b, v)
    mx[o] = max(mx[2 * o], mx[2 * o + 1]) + lz[o]

def query(o, l, r, a, b):
    if a <= l and r <= b:
        return mx[o]
    m = (l + r) // 2
    res = -10 ** 18
    if a <= m: res = max(res, query(2 * o, l, m, a, b))
    if b > m: res = max(res, query(2 * o + 1, m + 1, r, a, b))
    return res + lz[o]

build(1, 0, n - 1)
for _ in range(q):
    parts = read().split()
    if parts[0] == "add":
        a, b, v = map(int, parts[1:])
        update(1, 0, n - 1, a - 1, b - 1, v)
    else:
        a, b = map(int, parts[1:])
        print(query(1, 0, n - 1, a - 1, b - 1))
print(*(query(1, 0, n - 1, i, i) for i in range(n)))
