import sys

def align(a, b):
    n, m = len(a), len(b)
    d = [list(range(m + 1))] + [[i] + [0] * m for i in range(1, n + 1)]
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            d[i][j] = min(d[i-1][j] + 1, d[i][j-1] + 1, d[i-1][j-1] + (x != y))
    top, mid, bot = [], [], []
    i, j = n, m
    while i or j:
        if i and j and d[i][j] == d[i-1][j-1] + (a[i-1] != b[j-1]):
            top.append(a[i-1]); bot.append(b[j-1]); mid.append("|" if a[i-1] == b[j-1] else "*")
            i -= 1; j -= 1
        elif i and d[i][j] == d[i-1][j] + 1:
            top.append(a[i-1]); bot.append("-"); mid.append(" ")
            i -= 1
        else:
            top.append("-"); bot.append(b[j-1]); mid.append(" ")
            j -= 1
    return d[n][m], *("".join(reversed(s)) for s in (top, mid, bot))

pending = None
for line in map(str.strip, sys.stdin):
    if pending is None:
        pending = line
        continue
    cost, *rows = align(pending, line)
    print(cost, *rows, "", sep="\n")
    pending = None
if pending is not None:
    print("one word without a partner:", pending)
    sys.exit(1)
