"""Prints the difference of two texts, which stand in the input one after
the other with a line of === between them."""
import difflib
import sys
from functools import lru_cache

sys.setrecursionlimit(5000)
left, right = (part.splitlines() for part in sys.stdin.read().split("===\n"))


@lru_cache(maxsize=None)
def common(i, j):
    if i == len(left) or j == len(right):
        return 0
    if left[i] == right[j]:
        return 1 + common(i + 1, j + 1)
    return max(common(i + 1, j), common(i, j + 1))


print("common lines:", common(0, 0))
i = j = 0
while i < len(left) or j < len(right):
    if i < len(left) and j < len(right) and left[i] == right[j]:
        print("  " + left[i])
        i += 1
        j += 1
    elif j == len(right) or (i < len(left) and common(i + 1, j) >= common(i, j + 1)):
        print("- " + left[i])
        i += 1
    else:
        print("+ " + right[j])
        j += 1
info = common.cache_info()
print(info.currsize, info.misses, info.hits)
print("----")
print(*difflib.unified_diff(left, right, "left", "right", lineterm="", n=1), sep="\n")
print(round(difflib.SequenceMatcher(None, left, right).ratio(), 4))
print(difflib.get_close_matches("appel", ["ape", "apple", "peach", "puppy"]))
