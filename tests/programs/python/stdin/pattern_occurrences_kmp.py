import sys

def failure(p):
    f = [0] * len(p)
    k = 0
    for i in range(1, len(p)):
        while k and p[i] != p[k]:
            k = f[k - 1]
        if p[i] == p[k]:
            k += 1
        f[i] = k
    return f

def search(t, p):
    f, k = failure(p), 0
    for i, c in enumerate(t):
        while k and (k == len(p) or c != p[k]):
            k = f[k - 1]
        if c == p[k]:
            k += 1
        if k == len(p):
            yield i - k + 1

def z_function(s):
    z = [0] * len(s)
    l = r = 0
    for i in range(1, len(s)):
        if i < r:
            z[i] = min(r - i, z[i - l])
        while i + z[i] < len(s) and s[z[i]] == s[i + z[i]]:
            z[i] += 1
        if i + z[i] > r:
            l, r = i, i + z[i]
    return z

while True:
    pattern = sys.stdin.readline().rstrip("\n")
    text = sys.stdin.readline().rstrip("\n")
    if not pattern:
        break
    hits = list(search(text, pattern))
    z = z_function(pattern + "\0" + text)
    assert hits == [i - len(pattern) - 1 for i, x in enumerate(z) if x == len(pattern)]
    f = failure(pattern)
    period = len(pattern) - f[-1]
    print(f"{pattern!r}: {len(hits)} hits {hits[:8]}{'...' if len(hits) > 8 else ''} "
          f"period {period} {'full' if len(pattern) % period == 0 else 'cut'} border {pattern[:f[-1]]!r}")
