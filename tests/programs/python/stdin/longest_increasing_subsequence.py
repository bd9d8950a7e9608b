import sys, bisect

def lis(a, strict=True):
    find = bisect.bisect_left if strict else bisect.bisect_right
    tails, idx, prev = [], [], [-1] * len(a)
    for i, x in enumerate(a):
        p = find(tails, x)
        if p: prev[i] = idx[p - 1]
        if p == len(tails):
            tails.append(x); idx.append(i)
        else:
            tails[p] = x; idx[p] = i
    out = []
    i = idx[-1] if idx else -1
    while i != -1:
        out.append(a[i])
        i = prev[i]
    return out[::-1]

t = int(sys.stdin.readline())
for _ in range(t):
    k = int(sys.stdin.readline())
    a = list(map(int, sys.stdin.readline().split()))
    if len(a) != k:
        print("expected", k, "numbers, got", len(a), file=sys.stdout)
    up, flat, down = lis(a), lis(a, False), lis([-x for x in a])
    print(len(up), up)
    print(len(flat), flat)
    print(len(down), [-x for x in down])
