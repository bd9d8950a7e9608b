"""Four ways to find a pattern in a text; all must agree."""

import re

def naive(text, pattern):
    return [i for i in range(len(text) - len(pattern) + 1) if text[i:i + len(pattern)] == pattern]

def failure_table(pattern):
    fail = [0] * len(pattern)
    k = 0
    for i in range(1, len(pattern)):
        while k and pattern[i] != pattern[k]:
            k = fail[k - 1]
        if pattern[i] == pattern[k]:
            k += 1
        fail[i] = k
    return fail

def kmp(text, pattern):
    fail, k, found = failure_table(pattern), 0, []
    for i, c in enumerate(text):
        while k and c != pattern[k]:
            k = fail[k - 1]
        if c == pattern[k]:
            k += 1
        if k == len(pattern):
            found.append(i - k + 1)
            k = fail[k - 1]
    return found

def rabin_karp(text, pattern, base=257, mod=1_000_000_007):
    m = len(pattern)
    if m > len(text):
        return []
    high = pow(base, m - 1, mod)
    want = have = 0
    for i in range(m):
        want = (want * base + ord(pattern[i])) % mod
        have = (have * base + ord(text[i])) % mod
    found = []
    for i in range(len(text) - m + 1):
        if have == want and text[i:i + m] == pattern:
            found.append(i)
        if i + m < len(text):
            have = ((have - ord(text[i]) * high) * base + ord(text[i + m])) % mod
    return found

def horspool(text, pattern):
    m = len(pattern)
    skip = {c: m - 1 - i for i, c in enumerate(pattern[:-1])}
    found, i = [], 0
    while i + m <= len(text):
        if text.startswith(pattern, i):
            found.append(i)
        i += skip.get(text[i + m - 1], m)
    return found

cases = [("abracadabra", "abra"), ("aaaaaa", "aaa"), ("mississippi", "issi"), ("short", "a longer pattern"),
         ("Größe, größer, am größten", "größ"), ("01" * 20 + "1", "0101011"), ("xyz", "z")]
for text, pattern in cases:
    results = [f(text, pattern) for f in (naive, kmp, rabin_karp, horspool)]
    results.append([m.start() for m in re.finditer(f"(?={re.escape(pattern)})", text)])
    assert all(r == results[0] for r in results), (text, pattern, results)
    print(f"{pattern!r} in {text[:30]!r}: {results[0]}")

print(failure_table("ababaca"), failure_table("aabaaab"))

def shortest_period(s):
    n = len(s) - failure_table(s)[-1]
    return s[:n] if len(s) % n == 0 else s

print([shortest_period(s) for s in ("abcabcabc", "aaaa", "abcab", "xyxyxz")])
