import sys


def suffix_array(s: bytes) -> list[int]:
    n = len(s)
    rank = list(s)
    sa = list(range(n))
    k = 1
    while True:
        key = [(rank[i] << 20) + (rank[i + k] + 1 if i + k < n else 0) for i in range(n)]
        sa.sort(key=key.__getitem__)
        new = [0] * n
        for a, b in zip(sa, sa[1:]):
            new[b] = new[a] + (key[a] != key[b])
        rank = new
        if rank[sa[-1]] == n - 1:
            return sa
        k *= 2


def lcp_kasai(s: bytes, sa: list[int]) -> list[int]:
    n = len(s)
    pos = [0] * n
    for i, x in enumerate(sa):
        pos[x] = i
    lcp = [0] * n
    h = 0
    for i in range(n):
        if pos[i] == 0:
            h = 0
            continue
        j = sa[pos[i] - 1]
        while i + h < n and j + h < n and s[i + h] == s[j + h]:
            h += 1
        lcp[pos[i]] = h
        if h:
            h -= 1
    return lcp


text = sys.stdin.buffer.read().strip()
sa = suffix_array(text)
lcp = lcp_kasai(text, sa)
n = len(text)
print("length", n, "different substrings", n * (n + 1) // 2 - sum(lcp))
m = max(lcp)
i = lcp.index(m)
print("longest repeat:", m, text[sa[i]:sa[i] + m].decode())
print(*sa[:25])
for x in sa[:: max(1, n // 12)]:
    print(f"{x:6d} {text[x:x + 30]!r}")
bwt = bytes(text[x - 1] for x in sa)
print("runs in the transform:", 1 + sum(a != b for a, b in zip(bwt, bwt[1:])))
