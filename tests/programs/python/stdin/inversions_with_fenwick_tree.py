from bisect import bisect_left
import sys

def inversions(a):
    order = sorted(set(a))
    n = len(order)
    bit = [0] * (n + 1)
    total = 0
    for seen, x in enumerate(a):
        r = bisect_left(order, x) + 1
        i, le = r, 0
        while i > 0:
            le += bit[i]
            i -= i & -i
        total += seen - le
        i = r
        while i <= n:
            bit[i] += 1
            i += i & -i
    return total

def merge_count(a):
    if len(a) < 2:
        return a, 0
    m = len(a) // 2
    (l, x), (r, y) = merge_count(a[:m]), merge_count(a[m:])
    out, i, j, c = [], 0, 0, x + y
    while i < len(l) and j < len(r):
        if l[i] <= r[j]:
            out.append(l[i]); i += 1
        else:
            out.append(r[j]); j += 1; c += len(l) - i
    return out + l[i:] + r[j:], c

for no, line in enumerate(sys.stdin, 1):
    a = list(map(int, line.split()))
    if not a:
        print(no, "empty")
        continue
    one, (s, two) = inversions(a), merge_count(a)
    print(no, len(a), one, "ok" if one == two and s == sorted(a) else "DIFFERENT", sep=", ")
