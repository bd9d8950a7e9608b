import sys
from functools import lru_cache

sys.setrecursionlimit(10**6)
limit = int(sys.stdin.readline())
jumps = tuple(map(int, sys.stdin.readline().split()))
bad = frozenset(map(int, sys.stdin.readline().split()))

@lru_cache(None)
def ways(step):
    if step == 0:
        return 1
    if step < 0 or step in bad:
        return 0
    return sum([ways(step - j) for j in jumps]) % 998244353

print(ways(limit))
print([ways(i) for i in range(20)])
print(ways.cache_info())

memo = {}
def plain(step):
    if step in memo:
        return memo[step]
    if step <= 0:
        return int(step == 0)
    if step in bad:
        memo[step] = 0
        return 0
    total = 0
    for j in jumps:
        total += plain(step - j)
    memo[step] = total % 998244353
    return memo[step]

print(plain(limit * 4), len(memo))
