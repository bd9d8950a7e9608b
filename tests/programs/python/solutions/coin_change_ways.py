from functools import cache
from typing import List, Optional


def count_ways(coins: List[int], amount: int) -> int:
    """In how many ways can `amount` be paid?"""
    ways = [1] + [0] * amount
    for coin in coins:
        for a in range(coin, amount + 1):
            ways[a] += ways[a - coin]
    return ways[amount]


def fewest(coins: List[int], amount: int) -> Optional[List[int]]:
    """The shortest list of coins, or None if it cannot be done."""
    best: List[Optional[List[int]]] = [[]] + [None] * amount
    for a in range(1, amount + 1):
        for c in coins:
            if c <= a and best[a - c] is not None:
                if best[a] is None or len(best[a - c]) + 1 < len(best[a]):
                    best[a] = best[a - c] + [c]
    return best[amount]


def greedy(coins, amount):
    out = []
    for c in sorted(coins, reverse=True):
        while amount >= c:
            amount -= c
            out.append(c)
    return out if amount == 0 else None


@cache
def partitions(n: int, largest: int) -> int:
    if n == 0:
        return 1
    return sum(partitions(n - k, k) for k in range(1, min(n, largest) + 1))


US = [1, 5, 10, 25, 50, 100]
UK = [1, 2, 5, 10, 20, 50, 100, 200]
print(count_ways(US[:4], 100), count_ways(US, 10000), count_ways(UK, 200))
print(count_ways([2, 4], 7), count_ways([], 0), count_ways([], 5))

for coins, amount in (([1, 3, 4], 6), ([1, 7, 10], 14), ([5, 9, 13], 11), (UK, 399), ([6, 9, 20], 43)):
    print(coins, amount, "greedy", greedy(coins, amount), "best", fewest(coins, amount))

wrong = [a for a in range(1, 60) if len(greedy([1, 15, 25], a)) > len(fewest([1, 15, 25], a))]
print("greedy is worse for", wrong)
print("cannot be bought:", [n for n in range(60) if not count_ways([6, 9, 20], n)])
print("partitions:", [partitions(n, n) for n in range(1, 16)], partitions(60, 60))
print(partitions.cache_info().currsize > 100)
